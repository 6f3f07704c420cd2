"""What the server keeps for its client. Touched on the event loop only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from fimble.completion import pipeline
from fimble.completion.ahead import Ahead
from fimble.completion.neighbours import Neighbours
from fimble.completion.nextedit.ahead import NextEdits
from fimble.completion.pipeline import Completion, Options
from fimble.completion.statistics.events import Request
from fimble.completion.statistics.fates import SETTLED_S, Fates
from fimble.completion.statistics.offers import Offers
from fimble.completion.suggestions import Suggestions, Watch
from fimble.core.completion import filters, trigger
from fimble.core.completion.context import CursorContext
from fimble.core.completion.gate import BARS, Gate
from fimble.core.text import languages
from fimble.core.text.snapshot import Snapshot
from fimble.engine.cancel import CancelToken
from fimble.errors import FimbleError
from fimble.generation.answer import Timings
from fimble.generation.lending import LentGenerator
from fimble.generation.request import TextGenerator
from fimble.generation.worker import Worker
from fimble.lsp.settings import Settings
from fimble.lsp.status import Notify, Status
from fimble.system.power import Usage

_Result = TypeVar("_Result")
_FLUSH_S = 0.3
"""A disk that takes longer loses the statistics that wait."""


class Session:
    """Settings, the worker, and what is known of the documents.

    Args:
        load: Makes the generator, on the engine thread.
        notify: Tells the client a state.
        statistics: Where requests are counted; None: nowhere.
        usage: How much of the machine may be used.
        text_of: The text of a document by its URI; None if it is not open.
    """

    def __init__(
        self,
        load: Callable[[], TextGenerator],
        notify: Notify,
        statistics: Path | None = None,
        usage: Usage = Usage(),  # noqa: B008
        text_of: Callable[[str], str | None] = lambda uri: None,
    ) -> None:
        self.settings = Settings()
        self.offers = Offers(statistics)
        self.fates, self._text_of = Fates(self.offers), text_of
        self.last: Completion | None = None
        self.asked: CursorContext | None = None
        self.status = Status(notify)
        self._load = load
        self._worker: Worker[TextGenerator] = Worker(usage.idle_s)
        self._assists: Worker[TextGenerator] = Worker(name="assists")
        self._offering = ThreadPoolExecutor(1, thread_name_prefix="offers")
        self.suggestions = suggestions = Suggestions(self._compute, self._worker.cancel)
        self.ahead = Ahead(
            self.run, self._suggesting_at, suggestions.known, suggestions.keep, usage.spares_battery
        )
        self._usage = usage
        self.neighbours = Neighbours()
        self.next_edits = NextEdits()
        self.repository = ""
        self._roots: tuple[Path, ...] = ()
        self._model = ""
        self._awake = True
        self.closed = False

    async def start(self) -> str:
        """Loads the model; where suggestions are off, only once somebody asks for something.

        Returns:
            "" or, if it failed, what to tell the user.
        """
        self._loop = asyncio.get_running_loop()
        lent = LentGenerator(self._worker, self._loop)
        await self._assists.load(lambda: lent)
        if not self.settings.enabled:
            self._worker.load_when_asked(self._named)
            self.status.loaded()
            return ""
        self.status.loading()
        try:
            await self._worker.load(self._named)
        except FimbleError as error:
            self.status.failed(str(error))
            return str(error)
        if not self.closed:
            self.status.loaded()
        return ""

    def _named(self) -> TextGenerator:
        """Loads, on the engine thread; the event loop reads the name once this has returned."""
        try:
            generator = self._load()
        except FimbleError as error:
            self._reloaded(str(error))
            raise
        self._model = generator.manifest.name
        self._reloaded("")
        return generator

    def _reloaded(self, problem: str) -> None:
        with suppress(RuntimeError):  # the event loop has ended
            self._loop.call_soon_threadsafe(self.status.reloaded, problem)

    def configure(self, settings: Settings) -> None:
        """Uses other settings from now on."""
        self.settings = settings
        self._wake(settings.enabled)
        self.next_edits.configure(
            on=settings.enabled and settings.next_edits, off=settings.next_edits_off
        )
        self.offers.enabled = settings.statistics
        self.status.pause(not settings.enabled)

    def suggests_in(self, language_id: str) -> bool:
        """Whether suggestions come while the user types."""
        disabled = map(languages.canonical, self.settings.disabled_languages)
        return self.settings.enabled and language_id not in disabled

    async def complete(self, context: CursorContext) -> Completion | None:
        """A suggestion while the user types; None if it was overtaken or failed."""
        started = time.perf_counter()
        self.asked = context
        self.fates.asked(context, time.monotonic())
        completion = await self.suggestions.complete(context)
        if completion is None:
            return None
        if self.asked is context:
            self.ahead.follow(completion, context)
        answered = self._answered(completion, context, started)
        self._follow(answered, context)
        return answered

    def rests(self, context: CursorContext) -> None:
        """The cursor has come to rest: its place is read ahead in a document that is typed in."""
        asked = self.asked
        if asked is None or asked.snapshot.uri != context.snapshot.uri:
            return
        if (asked.prefix, asked.suffix) == (context.prefix, context.suffix):
            return  # what follows the suggestion there is computed
        self.read_ahead(context)

    def read_ahead(self, context: CursorContext) -> None:
        """Reads a place ahead, if something would be suggested there while typing."""
        if self.suggests_in(context.snapshot.language_id) and not trigger.paused(
            context, self.settings
        ):
            self.ahead.prefill(context)

    async def candidates(self, context: CursorContext) -> tuple[Completion, ...]:
        """Several suggestions for a user who asks; none if they were overtaken or failed."""
        started = time.perf_counter()
        count = self.settings.candidates
        options = await self._options_at(context, gate=None)
        found = await self.run(
            context.snapshot.uri,
            lambda generator, cancel: pipeline.candidates(
                generator, context, count, options, cancel
            ),
        )
        return tuple(self._answered(completion, context, started) for completion in found or ())

    def look_around(self, roots: Sequence[Path]) -> None:
        """Learns the workspace's folders, and what is in them where prompts quote it."""
        self.repository = roots[0].name if roots else ""
        self._roots = tuple(roots)
        self.next_edits.set_folders(roots)
        self._wake(self._awake)

    def files_changed(self, uris: Iterable[str]) -> None:
        """Files or folders were made, changed, renamed or deleted, by whomever."""
        uris = tuple(uris)
        self.next_edits.files_changed(uris)
        if self._quotes:
            self.neighbours.changed(uris)

    def saved(self, snapshot: Snapshot) -> None:
        """A document has reached a state worth quoting in others."""
        if self._quotes:
            self.neighbours.update(snapshot)

    @property
    def _quotes(self) -> bool:
        """Whether prompts quote other files, and somebody wants suggestions at all."""
        return self._awake and self.settings.context_tokens > 0

    def _wake(self, awake: bool) -> None:
        """Other files are read from now on, or not any more: while nobody wants suggestions."""
        self._awake = awake
        self.neighbours.set_folders(self._roots if self._quotes else ())

    def withheld(self, reason: str, context: CursorContext) -> None:
        """A place where nothing is suggested while typing."""
        place = (context.offset, context.offset)
        self.last = Completion("", "", reason, "paused", Timings(), place)

    async def _compute(self, context: CursorContext, watch: Watch) -> Completion | None:
        options = replace(await self._suggesting_at(context), watch=watch)
        if not watch(""):
            return None  # it was ended before the model was asked
        return await self.run(
            context.snapshot.uri,
            lambda generator, cancel: pipeline.complete(generator, context, options, cancel),
        )

    async def _suggesting_at(self, context: CursorContext) -> Options:
        """How to complete for a user who types."""
        bar = BARS[self.settings.eagerness]
        options = await self._options_at(context, Gate(bar, self.offers.taste))
        return replace(options, quick=not self._usage.spares_battery())

    async def _options_at(self, context: CursorContext, gate: Gate | None) -> Options:
        """How to complete at a place, with what its prompt quotes of other files."""
        settings = self.settings
        if not self._awake:
            self._wake(True)
        return Options(
            max_new_tokens=settings.max_new_tokens,
            filters=filters.chosen(gate, settings.withhold_dangerous),
            deadline_s=settings.deadline_ms / 1000 or None,
            snippets=await self.neighbours.around(context, settings.context_tokens),
            repository=self.repository,
        )

    async def run(
        self,
        key: str,
        job: Callable[[TextGenerator, CancelToken], _Result],
        *,
        background: bool = False,
    ) -> _Result | None:
        """Runs a job on the engine thread; every completion is generated this way.

        Args:
            key: What it is for: a newer job of the same key overtakes it.
            job: Blocks while it generates; hands the token on to the generator.
            background: Whether it waits for, and gives way to, every job that a user waits for.

        Returns:
            Its result; None if it was overtaken, or failed, which is logged.
        """
        if background:
            return await self._worker.run(key, job, background=True)
        with self.status.busy():
            return await self._worker.run(key, job)

    async def assist(
        self, key: str, job: Callable[[TextGenerator, CancelToken], _Result]
    ) -> _Result | None:
        """Runs a job that also does other things than generate, on a thread of its own.

        Args:
            key: What it is for.
            job: Blocks; the engine is busy for it only while it generates.

        Returns:
            As `run`.
        """
        with self.status.busy():
            return await self._assists.run(key, job)

    async def offering(self, find: Callable[[], _Result]) -> _Result:
        """Finds offers on a thread of their own, in the order in which they were asked for."""
        return await asyncio.get_running_loop().run_in_executor(self._offering, find)

    def cancel(self, key: str) -> None:
        """Ends the assist that runs for a key."""
        self._assists.cancel(key)

    def forget(self, uri: str) -> None:
        """The document was closed: what is known of it or runs for it is of no use."""
        self.suggestions.forget(uri)
        self.next_edits.closed(uri)
        self.neighbours.remove(uri)

    def close(self) -> None:
        """The client has said `shutdown`."""
        self.closed = True
        self.release()

    def release(self) -> None:
        """Ends the threads; writes the statistics that wait."""
        self._assists.close()
        self._worker.close()
        self._offering.shutdown(wait=False, cancel_futures=True)
        self.neighbours.close()
        self.next_edits.close()
        self.offers.flush(_FLUSH_S)

    def end(self, seconds: float = 1.0) -> bool:
        """Releases, and waits for the threads; whether those that use the runtime have ended."""
        self.release()
        until = time.monotonic() + seconds
        ended = [w.join(until - time.monotonic()) for w in (self._assists, self._worker)]
        return all(ended)

    def _follow(self, shown: Completion, context: CursorContext) -> None:
        """Looks, a while later, at what became of a suggestion."""
        if not (shown.shown and shown.verdict and self.settings.statistics):
            return
        identity, uri = shown.identity, context.snapshot.uri
        self.fates.shown(identity, context, shown.shown, shown.verdict, time.monotonic())
        later = asyncio.get_running_loop().call_later
        later(SETTLED_S, lambda: self.fates.settle(identity, self._text_of(uri)))

    def _answered(
        self, completion: Completion, context: CursorContext, started: float
    ) -> Completion:
        timings, verdict = completion.timings, completion.verdict
        request = Request(
            id=self.offers.new_id(),
            at=time.time(),
            language=context.snapshot.language_id,
            model=self._model,
            reason=completion.reason,
            offered_chars=len(completion.shown),
            total_ms=1000 * (time.perf_counter() - started),
            ttft_ms=timings.ttft_ms if timings.new_tokens else None,
            prompt_tokens=timings.prompt_tokens,
            reused_tokens=timings.reused_tokens,
            new_tokens=timings.new_tokens,
        )
        if verdict:
            trait = verdict.trait
            request = replace(request, chance=verdict.expected, kind=trait.kind, place=trait.place)
        self.offers.answered(request, completion.shown)
        self.last = replace(completion, identity=request.id)
        return self.last
