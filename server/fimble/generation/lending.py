"""The model for a thread that is not the engine's: each call is a job of the engine thread.

Work that also waits for other things (an assist for its checkers) runs on a thread of its own,
and between two calls the engine is free for whatever the user types.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from functools import cached_property
from typing import Any, TypeVar

from fimble.engine.cancel import CancelToken
from fimble.engine.manifest import Manifest
from fimble.errors import FimbleError, Terminated
from fimble.generation.answer import GenerationResult
from fimble.generation.request import GenerationRequest, TextGenerator
from fimble.generation.worker import Worker

_KEY = "lent"
_Owned = TypeVar("_Owned", bound=TextGenerator)
_Result = TypeVar("_Result")


class LentGenerator:
    """A `TextGenerator` for one thread that owns none. Every call may raise `Terminated`.

    Args:
        worker: Owns the generator.
        loop: The event loop that the worker answers on; the calling thread's never.
    """

    def __init__(self, worker: Worker[_Owned], loop: asyncio.AbstractEventLoop) -> None:
        self._worker: Worker[Any] = worker
        self._loop = loop

    @cached_property
    def manifest(self) -> Manifest:
        """See `TextGenerator.manifest`; waits until the model is loaded."""
        return self._call(lambda generator, _: generator.manifest, CancelToken())

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        """See `TextGenerator.generate`."""
        return self._call(lambda generator, token: generator.generate(request, token), cancel)

    def candidates(
        self, request: GenerationRequest, count: int, cancel: CancelToken
    ) -> tuple[GenerationResult, ...]:
        """See `TextGenerator.candidates`."""
        return self._call(
            lambda generator, token: generator.candidates(request, count, token), cancel
        )

    def scores(
        self, request: GenerationRequest, texts: Sequence[str], cancel: CancelToken
    ) -> tuple[float, ...]:
        """See `TextGenerator.scores`."""
        return self._call(lambda generator, token: generator.scores(request, texts, token), cancel)

    def prefill(self, request: GenerationRequest, cancel: CancelToken) -> None:
        """See `TextGenerator.prefill`."""
        self._call(lambda generator, token: generator.prefill(request, token), cancel)

    def _call(
        self, work: Callable[[TextGenerator, CancelToken], _Result], cancel: CancelToken
    ) -> _Result:
        """Waits for a job of the engine thread; `cancel` takes it back or stops it.

        Raises:
            Terminated: It was cancelled, or there is no model.
            FimbleError: As the work does.
        """

        def job(generator: TextGenerator, token: CancelToken) -> tuple[_Result] | FimbleError:
            try:
                return (work(generator, token),)
            except FimbleError as error:
                return error

        asked = asyncio.run_coroutine_threadsafe(self._worker.run(_KEY, job), self._loop)

        def stop() -> None:
            asked.cancel()

        try:
            with cancel.on_cancel(stop):
                answer = asked.result()
        except CancelledError as error:
            raise Terminated("The work was cancelled.") from error
        if answer is None:
            raise Terminated("The work was cancelled, or the model is not loaded.")
        if isinstance(answer, FimbleError):
            raise answer
        return answer[0]
