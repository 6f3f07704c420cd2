"""Suggestions of all documents: from what is known, from what runs, or from the model.

Touched on the event loop only. A request whose cursor only moved along the text that is being
computed waits for that text; one that left it ends the computation at the next token.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from fimble.completion.pipeline import Completion
from fimble.core.completion.context import CursorContext
from fimble.core.completion.debounce import Rhythm
from fimble.core.completion.doubted import Doubted
from fimble.core.completion.gate import Gate
from fimble.core.completion.reuse import ReuseCache, Suggested, typed_since
from fimble.generation.answer import Timings

GRACE_S = 0.1
"""How long a computation whose request was cancelled waits for one that takes it over."""

Watch = Callable[[str], bool]
Compute = Callable[[CursorContext, Watch], Awaitable[Completion | None]]
"""Asks the model; the watch is told the text so far and says whether it is still wanted."""


@dataclass
class _Running:
    """A computation.

    Attributes:
        context: Where it was asked for.
        typed: What was typed since.
        text: What the model has said so far; written on the engine's thread.
        wanted: Whether nobody has ended it.
        waiting: How many requests wait for it.
    """

    context: CursorContext
    typed: str = ""
    text: str = ""
    wanted: bool = True
    waiting: int = 0
    task: asyncio.Task[Completion | None] = field(init=False)

    def watch(self, text: str) -> bool:
        """Whether somebody wants the text: it goes along with what was typed."""
        self.text = text
        return self.wanted and self._agrees(self.typed)

    def takes(self, context: CursorContext) -> bool:
        """Whether its answer will do for another cursor, as far as one can tell."""
        typed = typed_since(self.context.prefix, self.context.suffix, context)
        if typed is None or not self.wanted or self.task.done() or not self._agrees(typed):
            return False
        self.typed = typed
        return True

    def _agrees(self, typed: str) -> bool:
        return self.text.startswith(typed) or typed.startswith(self.text)


class Suggestions:
    """See the module.

    Args:
        compute: Asks the model.
        cancel: Ends what is computed for a document's URI.
        gate: What decides at the moment whether something is likely enough.
    """

    def __init__(
        self, compute: Compute, cancel: Callable[[str], None], gate: Callable[[], Gate] = Gate
    ) -> None:
        self.rhythm = Rhythm()
        self._compute = compute
        self._cancel = cancel
        self._gate = gate
        self._cache: ReuseCache[Completion] = ReuseCache()
        self._running: dict[str, _Running] = {}
        self._newest: dict[str, CursorContext] = {}
        self._last_request = 0.0

    async def pause(self, context: CursorContext, base_ms: float) -> None:
        """Waits as long as typing has to pause; not where the answer is known or on its way."""
        now = time.monotonic()
        self.rhythm = self.rhythm.after_gap(1000 * (now - self._last_request))
        self._last_request = now
        running = self._running.get(context.snapshot.uri)
        if self.known(context) or (running and running.takes(context)):
            return
        if running:
            self._end(context.snapshot.uri)
        await asyncio.sleep(self.rhythm.delay_ms(base_ms) / 1000)

    def known(self, context: CursorContext) -> Completion | None:
        """A suggestion that needs no model: one that was typed along, or came back."""
        found = self._cache.find(context)
        if found is None:
            return None
        suggested, rest = found
        was = suggested.value
        start, end = was.insert_range
        replaced = end - start + len(suggested.added(context))
        place = (context.offset, context.offset + replaced)
        known = replace(was, shown=rest, timings=Timings(), insert_range=place)
        return self._again(was.doubted, known, context) if was.doubted else known

    def _again(self, doubted: Doubted, rest: Completion, context: CursorContext) -> Completion:
        """Judges what is left of a text that was not likely enough by its whole."""
        gate, text = self._gate(), rest.shown
        verdict = gate.expects(context, text, doubted.left(len(doubted.text) - len(text)))
        if verdict is None or gate.opens(verdict):
            return replace(rest, reason=None, verdict=verdict)
        return replace(rest, shown="", verdict=verdict)

    async def complete(self, context: CursorContext) -> Completion | None:
        """A suggestion; None if it was overtaken or failed."""
        uri = context.snapshot.uri
        self._newest[uri] = context
        known = self.known(context)
        if known is not None:
            return known
        running = self._running.get(uri)
        if running is not None and running.takes(context):
            await self._wait(running)
            known = self.known(context)
            if known is not None or self._newest.get(uri) is not context:
                return known
        return await self._wait(self._start(context))

    def keep(self, context: CursorContext, completion: Completion) -> None:
        """Remembers a suggestion for when the cursor comes to its place."""
        text = completion.doubted.text if completion.doubted else completion.shown
        suggested = Suggested(context.prefix, context.suffix, text, completion)
        self._cache.put(context.snapshot.uri, suggested)

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._newest.pop(uri, None)
        self._cache.forget(uri)
        self._end(uri)

    def _start(self, context: CursorContext) -> _Running:
        uri = context.snapshot.uri
        self._end(uri)
        running = self._running[uri] = _Running(context)
        running.task = asyncio.create_task(self._run(running))
        return running

    async def _run(self, running: _Running) -> Completion | None:
        context = running.context
        try:
            completion = await self._compute(context, running.watch)
        finally:
            if self._running.get(context.snapshot.uri) is running:
                del self._running[context.snapshot.uri]
        if completion is None or not running.watch(completion.raw):
            return None
        if completion.finish_reason in ("cancelled", "deadline"):
            return completion
        timings = completion.timings  # the prompt is read once: it slows no later answer down
        self.rhythm = self.rhythm.after_answer(timings.total_ms - timings.ttft_ms)
        self.keep(context, completion)
        return completion

    async def _wait(self, running: _Running) -> Completion | None:
        running.waiting += 1
        try:
            return await asyncio.shield(running.task)
        except asyncio.CancelledError:
            asyncio.get_running_loop().call_later(GRACE_S, self._abandon, running)
            raise
        finally:
            running.waiting -= 1

    def _abandon(self, running: _Running) -> None:
        """Ends a computation that nobody has taken over."""
        uri = running.context.snapshot.uri
        if not running.waiting and self._running.get(uri) is running:
            self._end(uri)

    def _end(self, uri: str) -> None:
        """Ends the document's computation, wherever it stands, and what else is asked for it."""
        running = self._running.pop(uri, None)
        if running:
            running.wanted = False
        self._cancel(uri)
