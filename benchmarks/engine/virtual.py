"""Recorded typing against our server in a time that only passes where it is said to.

    python benchmarks/engine/virtual.py TRACE.jsonl ...

`replay.py`'s client and the server's own session, worker and model, on an event loop whose clock
stands still while the model computes and moves on by what `PASS` says that a pass takes. So the
result does not depend on what else the machine does, and two versions can be compared exactly.
What the wire and the parsers take is one constant.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import selectors
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import machine
import replay
import traces
from fimble.completion import suggestions
from fimble.core.completion import context as contexts
from fimble.core.text.snapshot import Snapshot
from fimble.engine import decode
from fimble.engine.cancel import CancelToken
from fimble.engine.model import Logits
from fimble.engine.ort_model import OrtModel
from fimble.errors import Terminated
from fimble.generation import answer
from fimble.generation.answer import GenerationResult
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest
from fimble.generation.worker import Worker
from fimble.lsp.features.inline_completion import automatic
from fimble.lsp.session import Session
from fimble.system.power import Usage

WIRE_S = 0.004
"""From the client to the session and back, with the parsers' work."""


@dataclass(frozen=True)
class PassCost:
    """Milliseconds of a pass over `new` tokens behind `past` others (`passes.py`).

    Attributes:
        weights: Reading the weights, however many tokens there are.
        token: A token's products.
        position: Reading a cached position.
        pair: A token's attention to a position.
    """

    weights: float = 15.7
    token: float = 0.88
    position: float = 0.0014
    pair: float = 0.00045

    def seconds(self, new: int, past: int) -> float:
        """The whole pass."""
        ms = self.weights + self.token * new + past * (self.position + self.pair * new)
        return ms / 1000


class Clock:
    """Stands in for the module `time`, and wakes the engine's thread."""

    def __init__(self) -> None:
        self.now = 0.0
        self.wakes: float | None = None
        self.ended = False
        self._resumed = threading.Event()

    def monotonic(self) -> float:
        return self.now

    perf_counter = time = monotonic

    def spend(self, seconds: float) -> bool:
        """Waits on the engine's thread; whether it was ended before."""
        self.ended = False
        self.wakes = self.now + seconds
        self._resumed.wait()
        self._resumed.clear()
        return self.ended

    def resume(self, *, ended: bool = False) -> None:
        """Wakes the engine's thread if it waits."""
        if self.wakes is not None:
            self.wakes, self.ended = None, ended
            self._resumed.set()


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Moves the clock on instead of waiting, once neither the loop nor the engine computes."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.computes: Callable[[], bool] = lambda: False

    def select(self, timeout: float | None = None) -> list[Any]:
        clock = self._clock
        events = super().select(0)
        if events or timeout == 0:
            return events
        if clock.wakes is None and self.computes():
            return super().select(0.001)
        due = None if timeout is None else clock.now + timeout
        if clock.wakes is not None and (due is None or clock.wakes <= due):
            clock.now = max(clock.now, clock.wakes)
            clock.resume()
        elif due is not None:
            clock.now = due
        else:
            return super().select(0.001)
        return []


class Loop(asyncio.SelectorEventLoop):
    """An event loop in the clock's time; what its executors do takes none."""

    def __init__(self, clock: Clock) -> None:
        self.selector = _Selector(clock)
        super().__init__(self.selector)
        self._time = clock

    def time(self) -> float:
        return self._time.now

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        future = self.create_future()
        future.set_result(executor.submit(func, *args).result())
        return future


class TimedModel:
    """A `CausalLM` whose passes take the clock's time.

    Attributes:
        busy_s: Seconds that its passes have taken.
    """

    def __init__(self, model: OrtModel, clock: Clock, cost: PassCost) -> None:
        self._model, self._clock, self._cost = model, clock, cost
        self.vocab_size, self.capacity, self.slots = model.vocab_size, model.capacity, model.slots
        self.busy_s = 0.0

    def forward(self, ids: Sequence[int], *, slot: int, past: int, want: int) -> Logits:
        began = self._clock.now
        self.wait(0)
        logits = self._model.forward(ids, slot=slot, past=past, want=want)
        try:
            self.wait(self._cost.seconds(len(ids), past))
        finally:
            self.busy_s += self._clock.now - began
        return logits

    def wait(self, seconds: float) -> None:
        if self._clock.spend(seconds):
            raise Terminated("The request was cancelled.")

    def terminate(self) -> None:
        self._clock.resume(ended=True)


class TimedGenerator(LocalGenerator):
    """Begins each job at one instant of the loop, so that what comes at the same time is known.

    Attributes:
        told: Told what a job read and wrote.
    """

    told: Callable[[dict[str, Any]], None] = staticmethod(lambda row: None)

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        self._model._clock.spend(0)
        began = self._model._clock.now
        result = super().generate(request, cancel)
        self._tell("generate", request, began, result)
        return result

    def prefill(self, request: GenerationRequest, cancel: CancelToken) -> None:
        self._model._clock.spend(0)
        began = self._model._clock.now
        super().prefill(request, cancel)
        self._tell("prefill", request, began, None)

    def _tell(self, kind: str, request: GenerationRequest, began: float, result: Any) -> None:
        self.told(
            {
                "kind": kind,
                "began": began,
                "ended": self._model._clock.now,
                "reused": self._decoder.reused,
                "request": request,
                "result": result,
            }
        )


class _Server:
    debounce_s = 0.0
    process_id = os.getpid()

    def __init__(self, session: Session) -> None:
        self._session, self._version = session, 0

    def _context(self, stroke: traces.Keystroke, offset: int) -> contexts.CursorContext:
        uri = f"file:///replay/{stroke.doc}"
        snapshot = Snapshot(uri, stroke.doc, stroke.language, self._version, stroke.text)
        return contexts.from_snapshot(snapshot, offset)

    async def open(self, stroke: traces.Keystroke) -> None:
        self._session.read_ahead(self._context(stroke, len(stroke.text)))

    async def change(self, stroke: traces.Keystroke) -> None:
        self._version += 1

    async def ask(self, stroke: traces.Keystroke) -> str:
        await asyncio.sleep(WIRE_S)
        context = self._context(stroke, stroke.offset)
        completions = await automatic(self._session, context, lambda: self._version)
        if self._version != context.snapshot.version:
            return ""
        return completions[0].shown if completions else ""


@asynccontextmanager
async def fimble(package: Path, clock: Clock, loop: Loop) -> AsyncIterator[tuple[_Server, Any]]:
    """Our session in this process, with its default settings."""
    generator = TimedGenerator.from_package(package)
    model = TimedModel(generator._model, clock, PassCost())
    timed = TimedGenerator(generator.manifest, generator._tokenizer, model)  # type: ignore[arg-type]
    session = Session(lambda: timed, lambda state, message: None, None, Usage("ignore"))
    worker: Worker[Any] = session._worker
    loop.selector.computes = lambda: worker._running is not None or bool(worker._jobs)
    await session.start()
    yield _Server(session), timed
    session.close()


def play(
    strokes: list[traces.Keystroke],
    start: int,
    seconds: float,
    package: Path,
    tally: replay.Tally,
    told: Callable[[dict[str, Any]], None] = lambda row: None,
) -> None:
    """One window."""
    clock = Clock()
    clock.now = 1000.0
    loop = Loop(clock)

    async def run() -> None:
        async with fimble(package, clock, loop) as (server, generator):
            generator.told = told
            await replay.window(strokes, start, seconds, server, tally)
            tally.cpu_s = generator._model.busy_s

    with contextlib.ExitStack() as stack:
        for module in (suggestions, answer, decode, replay):
            stack.enter_context(mock.patch.object(module, "time", clock))
        stack.callback(loop.close)
        loop.run_until_complete(run())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("traces", type=Path, nargs="+")
    parser.add_argument("--package", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each window")
    parser.add_argument("--windows", type=int, default=2, help="of each trace")
    args = parser.parse_args()
    package = args.package or machine.default_package()
    tallies = []
    for path in args.traces:
        strokes = traces.read(path)
        for number in range(args.windows):
            start = len(strokes) * (2 * number + 1) // (2 * args.windows + 1)
            tally = replay.Tally(path.stem, number, "fimble")
            play(strokes, start, args.seconds, package, tally)
            tallies.append(tally)
            print(json.dumps({path.stem: replay.figures([tally])}), file=sys.stderr)
    print(json.dumps(replay.figures(tallies), indent=1))


if __name__ == "__main__":
    main()
