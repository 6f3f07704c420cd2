"""Work done before anybody asks for it; all of it gives way to what a user waits for.

Touched on the event loop only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from fimble.completion import pipeline
from fimble.completion.pipeline import Completion, Options
from fimble.core.completion.context import CursorContext
from fimble.engine.cancel import CancelToken
from fimble.generation.request import TextGenerator

_KEY = "ahead"
_CONTINUATION_TOKENS = 32
_Result = TypeVar("_Result")


class Run(Protocol):
    """`Session.run`."""

    def __call__(
        self,
        key: str,
        job: Callable[[TextGenerator, CancelToken], _Result],
        *,
        background: bool,
    ) -> Awaitable[_Result | None]:
        """Runs a job on the engine thread."""


class Ahead:
    """See the module. At most one such job waits or runs: a newer one replaces it.

    Args:
        run: Runs a job in the background.
        options: How a suggestion is computed at a place.
        known: Whether a place has a suggestion already.
        keep: Told a suggestion for a place where the cursor may come to stand.
        spared: Whether the battery is to be spared: then nothing is done.
    """

    def __init__(
        self,
        run: Run,
        options: Callable[[CursorContext], Awaitable[Options]],
        known: Callable[[CursorContext], Completion | None],
        keep: Callable[[CursorContext, Completion], None],
        spared: Callable[[], bool],
    ) -> None:
        self._run = run
        self._options = options
        self._known = known
        self._keep = keep
        self._spared = spared
        self._tasks: set[asyncio.Task[object]] = set()
        self._continuing: tuple[CursorContext, asyncio.Task[object]] | None = None

    def prefill(self, context: CursorContext) -> None:
        """Reads the prompt of a place where a suggestion may be asked for soon."""
        self._start(self._prefill(context))

    def follow(self, completion: Completion, context: CursorContext) -> None:
        """Reads what the answer did without; computes what follows a line, if it is accepted."""
        behind = None
        if completion.shown and completion.finish_reason == "rule":
            behind = accepted(completion, context)
            if self._computes(behind):
                return
            behind = behind if self._known(behind) is None else None
        if completion.quick or behind:
            task = self._start(self._follow(context if completion.quick else None, behind))
            self._continuing = (behind, task) if task and behind else None

    def prepare(self, job: Callable[[TextGenerator, CancelToken], None]) -> None:
        """Does what makes a request quicker that may come soon."""
        self._start(self._prepare(job))

    async def _prepare(self, job: Callable[[TextGenerator, CancelToken], None]) -> None:
        await self._run(_KEY, job, background=True)

    async def _prefill(self, context: CursorContext) -> bool:
        """Whether it was read to the end."""
        options = await self._options(context)

        def job(generator: TextGenerator, cancel: CancelToken) -> bool:
            pipeline.prefill(generator, context, options, cancel)
            return not cancel.cancelled

        return bool(await self._run(_KEY, job, background=True))

    async def _follow(self, unread: CursorContext | None, behind: CursorContext | None) -> None:
        if (unread is None or await self._prefill(unread)) and behind is not None:
            await self._continue(behind)

    async def _continue(self, context: CursorContext) -> None:
        options = await self._options(context)
        options = replace(options, max_new_tokens=min(options.max_new_tokens, _CONTINUATION_TOKENS))

        def job(generator: TextGenerator, cancel: CancelToken) -> Completion:
            return pipeline.complete(generator, context, options, cancel)

        completion = await self._run(_KEY, job, background=True)
        if completion is not None and completion.finish_reason in ("stop", "rule"):
            self._keep(context, completion)

    def _computes(self, behind: CursorContext) -> bool:
        """Whether that place's suggestion is being computed: typing along leads to the same."""
        if self._continuing is None or self._continuing[1].done():
            return False
        place = self._continuing[0]
        same = place.snapshot.uri == behind.snapshot.uri
        return same and (place.prefix, place.suffix) == (behind.prefix, behind.suffix)

    def _start(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[object] | None:
        if self._spared():
            work.close()
            return None
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def accepted(completion: Completion, context: CursorContext) -> CursorContext:
    """Where the cursor stands once the suggestion is accepted."""
    start, end = completion.insert_range
    snapshot = context.snapshot
    text = snapshot.text[:start] + completion.shown + snapshot.text[end:]
    return CursorContext(replace(snapshot, text=text), start + len(completion.shown))
