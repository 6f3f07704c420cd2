"""One engine thread, and the way to it from the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from fimble.engine.cancel import CancelToken
from fimble.errors import FimbleError

_log = logging.getLogger(__name__)
_Resource = TypeVar("_Resource")
_Result = TypeVar("_Result")


class Worker(Generic[_Resource]):
    """Owns a resource that only one thread may touch: the model with its KV cache.

    The latest job of a key wins: an older one is cancelled and answered None at once, whether
    it waits or runs.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="engine")
        self._resource: _Resource | None = None
        self._latest: dict[str, CancelToken] = {}
        self._closed = False

    async def load(self, load: Callable[[], _Resource]) -> None:
        """Makes the resource on the engine thread; jobs wait for it.

        Raises:
            FimbleError: As `load` does.
        """

        def run() -> None:
            self._resource = load()

        await asyncio.wrap_future(self._executor.submit(run))

    async def run(
        self, key: str, job: Callable[[_Resource, CancelToken], _Result]
    ) -> _Result | None:
        """Runs `job` on the engine thread.

        Returns:
            Its result; None if it was overtaken, if it failed (which is logged), or if there is
            no resource. Cancelling the awaiting task cancels the job.
        """
        if self._closed:
            return None
        self.cancel(key)
        token = self._latest[key] = CancelToken()
        loop = asyncio.get_running_loop()
        overtaken = asyncio.Event()
        running = asyncio.wrap_future(self._executor.submit(self._guarded, job, token))
        waiting = asyncio.ensure_future(overtaken.wait())
        try:
            with token.on_cancel(lambda: _wake(loop, overtaken)):
                await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
            return None if token.cancelled else running.result()
        except asyncio.CancelledError:
            token.cancel()
            raise
        finally:
            waiting.cancel()
            if not running.done():
                running.cancel()
            if self._latest.get(key) is token:
                del self._latest[key]

    def cancel(self, key: str) -> None:
        """Cancels the key's job, if there is one."""
        token = self._latest.get(key)
        if token is not None:
            token.cancel()

    def close(self) -> None:
        """Cancels everything; the thread ends after the pass that runs."""
        self._closed = True
        for token in tuple(self._latest.values()):
            token.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _guarded(
        self, job: Callable[[_Resource, CancelToken], _Result], token: CancelToken
    ) -> _Result | None:
        if self._resource is None or token.cancelled:
            return None
        try:
            return job(self._resource, token)
        except FimbleError as error:
            _log.error("%s", error)
        except Exception:  # noqa: BLE001 - the guard of the engine thread
            _log.exception("A job failed")
        return None


def _wake(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    try:
        loop.call_soon_threadsafe(event.set)
    except RuntimeError:
        _log.debug("The event loop is closed")
