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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
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
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.manifest import Manifest
from fimble.engine.model import Batch, ForkingLM, Logits
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer
from fimble.errors import Terminated
from fimble.generation import answer
from fimble.generation.answer import GenerationResult
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest
from fimble.lsp.features.inline_completion import automatic
from fimble.lsp.session import Session
from fimble.system import power
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
        self.now = 1000.0
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


class _Selector(selectors.DefaultSelector):
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

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        future = self.create_future()
        future.set_result(executor.submit(func, *args).result())
        return future


class TimedModel:
    """A `ForkingLM` whose passes take the clock's time.

    Attributes:
        busy_s: Seconds that its passes have taken.
    """

    def __init__(self, model: ForkingLM, clock: Clock, cost: PassCost) -> None:
        self._model, self._clock, self._cost = model, clock, cost
        self.vocab_size, self.capacity, self.slots = model.vocab_size, model.capacity, model.slots
        self.busy_s = 0.0

    def forward(self, ids: Sequence[int], *, slot: int, past: int, want: int) -> Logits:
        """The model's pass; ends where the clock's time for it is over, or it is terminated."""
        began = self._clock.now
        self._wait(0)
        logits = self._model.forward(ids, slot=slot, past=past, want=want)
        try:
            self._wait(self._cost.seconds(len(ids), past))
        finally:
            self.busy_s += self._clock.now - began
        return logits

    def fork(self, slot: int, length: int, *, rows: int, room: int) -> Batch:
        """Takes no time: nobody asks for several answers while typing."""
        return self._model.fork(slot, length, rows=rows, room=room)

    def terminate(self) -> None:
        """Ends the pass that runs."""
        self._clock.resume(ended=True)

    def _wait(self, seconds: float) -> None:
        if self._clock.spend(seconds):
            raise Terminated("The request was cancelled.")


@dataclass(frozen=True)
class Job:
    """What the engine did.

    Attributes:
        began: When.
        ended: When it was done or ended.
        reused: Tokens of its last prompt that were in the cache.
        request: What was asked.
        result: The answer, None if something was read ahead.
    """

    began: float
    ended: float
    reused: int
    request: GenerationRequest
    result: GenerationResult | None


class TimedGenerator(LocalGenerator):
    """Begins each job at an instant of the loop: so the order of what comes together is known.

    Attributes:
        jobs: What was done.
    """

    def __init__(
        self, manifest: Manifest, tokenizer: Tokenizer, model: TimedModel, clock: Clock
    ) -> None:
        super().__init__(manifest, tokenizer, model)
        self._clock = clock
        self.jobs: list[Job] = []
        self._timed = model

    @property
    def busy_s(self) -> float:
        """Seconds of all passes."""
        return self._timed.busy_s

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        """As the model does, and remembers it."""
        with self._job(request):
            result = super().generate(request, cancel)
        self.jobs[-1] = replace(self.jobs[-1], result=result)
        return result

    def prefill(self, request: GenerationRequest, cancel: CancelToken) -> None:
        """The same."""
        with self._job(request):
            super().prefill(request, cancel)

    @contextlib.contextmanager
    def _job(self, request: GenerationRequest) -> Iterator[None]:
        self._clock.spend(0)
        began = self._clock.now
        yield
        self.jobs.append(Job(began, self._clock.now, self._decoder.reused, request, None))


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


def load(package: Path, clock: Clock, model: ForkingLM | None = None) -> TimedGenerator:
    """The package's model in the clock's time; another one in its place that computes the same."""
    manifest = manifests.load(package)
    model = model or OrtModel(
        package, manifest, threads=power.threads(None), capacity=2048, slots=4
    )
    timed = TimedModel(model, clock, PassCost())
    tokenizer = Tokenizer.from_file(package / manifest.tokenizer, manifest)
    return TimedGenerator(manifest, tokenizer, timed, clock)


def play(
    generator: TimedGenerator,
    clock: Clock,
    strokes: list[traces.Keystroke],
    start: int,
    seconds: float,
    tally: replay.Tally,
) -> None:
    """Types a window into a new session with its default settings."""
    loop = Loop(clock)

    async def run() -> None:
        session = Session(lambda: generator, lambda state, message: None, None, Usage("ignore"))
        worker = session._worker
        loop.selector.computes = lambda: worker._running is not None or bool(worker._jobs)
        await session.start()
        await replay.window(strokes, start, seconds, _Server(session), tally)
        session.close()
        await asyncio.sleep(1)

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
    package, tallies = args.package or machine.default_package(), []
    for path in args.traces:
        strokes = traces.read(path)
        for number in range(args.windows):
            clock = Clock()
            generator = load(package, clock)
            tally = replay.Tally(path.stem, number, "virtual")
            start = len(strokes) * (2 * number + 1) // (2 * args.windows + 1)
            play(generator, clock, strokes, start, args.seconds, tally)
            tally.cpu_s = generator.busy_s
            quick = sum(job.result is not None and job.result.quick > 0 for job in generator.jobs)
            print(path.stem, number, replay.figures([tally]), f"{quick} quick", file=sys.stderr)
            tallies.append(tally)
    print(json.dumps(replay.figures(tallies), indent=1))


if __name__ == "__main__":
    main()
