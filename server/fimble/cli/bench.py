"""`fimble doctor --bench`: how quick this machine is, and which models that is enough for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from fimble.engine.ort_model import OrtModel
from fimble.models import package
from fimble.models.catalogue import Entry
from fimble.models.store import Installed
from fimble.system import power

_SECONDS = 20.0
_BLOCK_BYTES = 2**28
"""Read by each thread: far beyond any cache."""
_READ, _CONTEXT, _ROUNDS = 64, 256, 40
_TYPING_S, _ASKING_S = 1.0, 20.0
"""How long a suggestion after a jump, and an answer to a question, may take."""
_MEMORY_BOUND = 0.6
"""From this share of the memory's bandwidth on, faster cores would not help."""


@dataclass(frozen=True)
class Speed:
    """What a model does here, at its best.

    Attributes:
        name: Of the model.
        read: Tokens of a prompt in a second.
        written: Tokens of an answer in a second.
        megabytes: Of its package.
        bandwidth_share: Of the memory's bandwidth that writing uses; 0 if it was not measured.
    """

    name: str
    read: float
    written: float
    megabytes: float
    bandwidth_share: float = 0.0

    @property
    def typing_s(self) -> float:
        """Seconds to a suggestion of twelve tokens after a jump to another place."""
        return 400 / self.read + 12 / self.written

    @property
    def asking_s(self) -> float:
        """Seconds to an answer of 100 tokens: a function from words, say."""
        return 400 / self.read + 100 / self.written

    @property
    def limit(self) -> str:
        """What more of would make it quicker."""
        return "memory bandwidth" if self.bandwidth_share >= _MEMORY_BOUND else "the cores"


def bandwidth(threads: int, rounds: int = 4) -> float:
    """Bytes a second that `threads` threads read together; the best of `rounds`."""
    blocks = [np.ones(_BLOCK_BYTES // 8, np.int64) for _ in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        times = [_seconds(lambda: list(pool.map(np.sum, blocks))) for _ in range(rounds)]
    return threads * _BLOCK_BYTES / min(times)


def measure(models: Sequence[Installed]) -> tuple[float, tuple[Speed, ...]]:
    """The memory's bandwidth in bytes a second, and the speed of each model.

    Raises:
        FimbleError: A model does not load or run.
    """
    threads = power.physical_cores()
    available = bandwidth(threads)
    each = _SECONDS / max(1, len(models))
    return available, tuple(_speed(found, threads, available, each) for found in models)


def _speed(found: Installed, threads: int, available: float, seconds: float) -> Speed:
    model = OrtModel(
        found.path, found.manifest, threads=threads, capacity=_CONTEXT + _READ, slots=1
    )
    ids = [i % 1000 for i in range(_CONTEXT)]
    for past in range(0, _CONTEXT, _READ):
        model.forward(ids[past : past + _READ], slot=0, past=past, want=1)
    until = time.monotonic() + seconds / 2
    read = min(_times(lambda: model.forward(ids[:_READ], slot=0, past=0, want=1), until))
    until = time.monotonic() + seconds / 2
    write = min(_times(lambda: model.forward(ids[:1], slot=0, past=_CONTEXT, want=1), until))
    weights = package.size(found.path)
    return Speed(found.name, _READ / read, 1 / write, weights / 1e6, weights / write / available)


def _times(call: Callable[[], object], until: float) -> Iterator[float]:
    """Seconds of each call: one at least, and no more than say something."""
    for _ in range(_ROUNDS):
        yield _seconds(call)
        if time.monotonic() > until:
            return


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def expected(entry: Entry, known: Sequence[Speed]) -> Speed | None:
    """What a model would do that is not installed: times grow with its size."""
    if not known:
        return None
    base = min(known, key=lambda speed: abs(speed.megabytes - entry.package_bytes / 1e6))
    factor = entry.package_bytes / 1e6 / base.megabytes
    return Speed(entry.name, base.read / factor, base.written / factor, entry.package_bytes / 1e6)


def advice(entries: Sequence[Entry], speeds: Sequence[Speed]) -> tuple[str, ...]:
    """What to type with, and what to ask, one sentence each; the measured before the expected."""
    known = {speed.name: speed for speed in speeds}
    every = list(speeds)
    for entry in entries:
        if entry.infills and entry.name not in known:
            every += filter(None, [expected(entry, speeds)])
    able = {entry.name for entry in entries if not entry.infills}
    every = sorted((s for s in every if s.name not in able), key=lambda s: -s.megabytes)
    typed = next((s for s in every if s.typing_s <= _TYPING_S), None)
    asked = next((s for s in every if s.asking_s <= _ASKING_S), None)
    found = [f"To type with: {_named(typed, known)}."] if typed else []
    if asked and asked is not typed:
        found.append(f"For all that is not typed, beside it: {_named(asked, known)}.")
    return tuple(found) or ("No model is quick enough here to type with.",)


def _named(speed: Speed, known: dict[str, Speed]) -> str:
    if speed.name in known:
        return speed.name
    return f"{speed.name}, not installed (`fimble model install {speed.name}`)"
