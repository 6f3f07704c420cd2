"""One thread that owns something, and the way to it from the event loop."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fimble.engine.cancel import CancelToken
from fimble.errors import EngineError, FimbleError
from fimble.system import power

_log = logging.getLogger(__name__)
_Resource = TypeVar("_Resource")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class _Job(Generic[_Resource]):
    """What waits for the thread; `answer` belongs to the event loop."""

    work: Callable[[_Resource, CancelToken], Any]
    key: object
    background: bool
    quick: bool
    number: int
    token: CancelToken
    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[Any]

    def resolve(self, result: Any = None) -> None:
        """Answers, from any thread; the first answer counts."""
        try:
            self.loop.call_soon_threadsafe(_settle, self.answer, result)
        except RuntimeError:
            _log.debug("The event loop is closed")


class Worker(Generic[_Resource]):
    """Owns a resource that only one thread may touch: the model with its KV cache.

    The latest job of a key wins: an older one is cancelled and answered None at once, whether
    it waits or runs. Interactive jobs run in the order they came; a background job runs when
    there is none, and is cancelled the moment one comes. A quick job need not wait for the end of
    a slow one that calls `give_way`.

    Args:
        idle_s: Seconds without a job after which the resource is given up; the next job makes
            it again. None keeps it.
        name: Of the thread.
    """

    def __init__(self, idle_s: float | None = None, name: str = "engine") -> None:
        self._idle_s = idle_s
        self._load: Callable[[], _Resource] | None = None
        self._resource: _Resource | None = None
        self._jobs: list[_Job[_Resource]] = []
        self._running: list[_Job[_Resource]] = []
        self._changed = threading.Condition()
        self._begun = self._closed = False
        self._numbers = itertools.count(1)
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    async def load(self, load: Callable[[], _Resource]) -> None:
        """Makes the resource on the engine thread; all jobs wait for it, earlier ones too.

        Raises:
            FimbleError: As `load` does; an `EngineError` if it failed otherwise, which is logged.
        """

        def make(_: _Resource | None, __: CancelToken) -> FimbleError | None:
            try:
                self._resource = load()
            except FimbleError as error:
                return error
            self._load = load
            return None

        self._begun = True
        error = await self._submit(make, object(), background=False, quick=False, number=0)
        if error is None and self._load is None and not self._closed:
            error = EngineError("The model does not load.", "Fimble's log says why.")
        if error is not None:
            raise error

    def load_when_asked(self, load: Callable[[], _Resource]) -> None:
        """Makes the resource for the first job that a user waits for, as after a rest."""
        with self._changed:
            self._load, self._begun = load, True
            self._changed.notify()

    async def run(
        self,
        key: str,
        job: Callable[[_Resource, CancelToken], _Result],
        *,
        background: bool = False,
        quick: bool = False,
    ) -> _Result | None:
        """Runs `job` on the engine thread.

        Args:
            key: What the job is for; it overtakes an older job of the same key and kind.
            job: Takes the resource, and the token that says when to stop.
            background: Whether it waits for, and gives way to, every other job.
            quick: Whether it may run while a slow job gives way.

        Returns:
            Its result; None if it was overtaken, if it failed (which is logged), or if the
            resource could not be made. Cancelling the awaiting task cancels the job.
        """
        self._cancel(lambda other: other.key == key and other.background == background)
        if not background:
            self._cancel(lambda other: other.background)

        def work(resource: _Resource | None, token: CancelToken) -> _Result | None:
            if resource is None and self._load and not background:
                resource = self._resource = self._load()
            return None if resource is None else job(resource, token)

        number = next(self._numbers)
        result: _Result | None = await self._submit(
            work, key, background=background, quick=quick, number=number
        )
        return result

    def cancel(self, key: str) -> None:
        """Cancels the key's jobs, if there are any."""
        self._cancel(lambda job: job.key == key)

    def close(self) -> None:
        """Cancels everything; the thread ends after the pass that runs."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._cancel(lambda _: True)

    def join(self, seconds: float) -> bool:
        """Waits after `close` for the thread, `seconds` at most; whether it has ended."""
        self._thread.join(max(0.0, seconds))
        return not self._thread.is_alive()

    def give_way(self) -> None:
        """Runs the quick jobs that wait, in the midst of the one that calls it.

        Called on the worker's thread, by a job that uses nothing that those use.
        """
        while (job := self._take(quick=True)) is not None:
            self._do(job)

    async def _submit(
        self,
        work: Callable[[Any, CancelToken], Any],
        key: object,
        *,
        background: bool,
        quick: bool,
        number: int,
    ) -> Any:
        loop, token = asyncio.get_running_loop(), CancelToken()
        answer = loop.create_future()
        job: _Job[_Resource] = _Job(work, key, background, quick, number, token, loop, answer)
        with token.on_cancel(job.resolve):
            with self._changed:
                if self._closed:
                    return None
                self._jobs.append(job)
                self._changed.notify()
            try:
                return await job.answer
            except asyncio.CancelledError:
                token.cancel()
                raise

    def _cancel(self, concerns: Callable[[_Job[_Resource]], bool]) -> None:
        with self._changed:
            found = [job for job in (*self._jobs, *self._running) if concerns(job)]
        for job in found:
            job.token.cancel()

    def _serve(self) -> None:
        while (job := self._next()) is not None:
            self._do(job)
        self._resource = None

    def _do(self, job: _Job[_Resource]) -> None:
        job.resolve(self._guarded(job))
        with self._changed:
            self._running.remove(job)

    def _next(self) -> _Job[_Resource] | None:
        """Waits for the job to run next; None at the end."""
        with self._changed:
            while True:
                self._jobs = [job for job in self._jobs if not job.token.cancelled]
                if self._closed:
                    return None
                if self._jobs and self._begun:
                    break
                patience = None if self._resource is None else self._idle_s
                if not self._changed.wait(patience):
                    _log.info("Nothing to do: the model is unloaded")
                    self._resource = None
                    power.return_memory()
            return self._take()

    def _take(self, *, quick: bool = False) -> _Job[_Resource] | None:
        """The job to run next, of the quick ones if only those count; None if there is none."""
        with self._changed:
            waiting = [job for job in self._jobs if not (job.token.cancelled or self._closed)]
            able = [job for job in waiting if job.quick or not quick]
            if not able:
                return None
            job = min(able, key=lambda j: (j.background, j.number))
            self._jobs.remove(job)
            self._running.append(job)
            return job

    def _guarded(self, job: _Job[_Resource]) -> Any:
        try:
            return job.work(self._resource, job.token)  # type: ignore[arg-type]
        except FimbleError as error:
            _log.error("%s", error)
        except Exception:  # noqa: BLE001 - the guard of the engine thread
            _log.exception("A job failed")
        return None


def _settle(answer: asyncio.Future[Any], result: Any) -> None:
    if not answer.done():
        answer.set_result(result)
