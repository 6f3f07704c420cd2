"""The models of one engine thread: the one that is typed with, and a larger one beside it.

The room as a generator is the best model that there is. A larger one is loaded when it is first
asked, and given up where it is absent, broken or too slow for the machine: the user is told once,
and the model that is typed with answers, as if there were no other.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from fimble.engine.cancel import CancelToken
from fimble.engine.manifest import Manifest
from fimble.errors import EngineError, FimbleError, MemoryShortError, Terminated
from fimble.generation.answer import GenerationResult, Timings
from fimble.generation.request import GenerationRequest, TextGenerator
from fimble.system import power

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")

NONE = "none"
"""The setting that wants no larger model."""
_READ, _WRITTEN, _PATIENCE_S = 400, 60, 20.0
"""A request of usual size, and how long it may take at the model's best pace."""

Load = Callable[[Callable[[], None]], TextGenerator]
"""Loads a model; takes what is called before each of its passes. Raises `FimbleError`."""
FindLarge = Callable[[str, TextGenerator], Load | None]
"""Finds the model that a setting names, to stand beside the one that is typed with. None: there is
none, and nothing to be told. Raises `FimbleError`."""


def no_other(wanted: str, typed: TextGenerator) -> None:
    """There is no larger model, whatever is wanted."""


@dataclass
class Large:
    """What is wanted of a larger model, and what became of it; outlives the models.

    Attributes:
        find: Finds it.
        tell: Takes a sentence for the user, on any thread.
        wanted: The setting; may be changed on any thread.
        given_up: Settings whose model is of no use.
        told: What the user was told.
    """

    find: FindLarge = no_other
    tell: Callable[[str], None] = _log.warning
    wanted: str = NONE
    given_up: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    def want(self, setting: str) -> None:
        """Takes a setting; one that has changed is tried, whatever became of it before."""
        if setting != self.wanted:
            self.given_up.clear()
            self.told.clear()
            self.wanted = setting

    def say(self, problem: str) -> None:
        """Tells the user, once."""
        if problem not in self.told:
            self.told.add(problem)
            self.tell(problem)


class Room:
    """See the module. Not thread-safe; a `TextGenerator`.

    Args:
        typed: The model that is typed with.
        large: What is known of a larger one.
        give_way: Called between the larger one's passes: may ask the one that is typed with.
        short: Whether the machine is short of memory.

    Attributes:
        typed: As given.
    """

    def __init__(
        self,
        typed: TextGenerator,
        large: Large,
        give_way: Callable[[], None] = lambda: None,
        short: Callable[[], bool] = power.memory_is_short,
    ) -> None:
        self.typed = typed
        self._large, self._give_way, self._short = large, give_way, short
        self._loaded: tuple[str, TextGenerator] | None = None
        self._pace = Pace()
        self._used = 0.0

    @property
    def manifest(self) -> Manifest:
        """See `TextGenerator.manifest`."""
        return self.best().manifest

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        """See `TextGenerator.generate`."""
        result = self._ask(lambda model: model.generate(request, cancel))
        self._judge(result.timings)
        return result

    def candidates(
        self, request: GenerationRequest, count: int, cancel: CancelToken
    ) -> tuple[GenerationResult, ...]:
        """See `TextGenerator.candidates`."""
        return self._ask(lambda model: model.candidates(request, count, cancel))

    def scores(
        self, request: GenerationRequest, texts: Sequence[str], cancel: CancelToken
    ) -> tuple[float, ...]:
        """See `TextGenerator.scores`."""
        return self._ask(lambda model: model.scores(request, texts, cancel))

    def prefill(self, request: GenerationRequest, cancel: CancelToken) -> None:
        """See `TextGenerator.prefill`. No model is loaded for what nobody has asked yet."""
        if self._loaded or self._find(self._large.wanted) is None:
            self._ask(lambda model: model.prefill(request, cancel))

    def best(self) -> TextGenerator:
        """The larger model if there is one to be used, else the one that is typed with."""
        wanted = self._large.wanted
        if self._loaded and (self._loaded[0] != wanted or self._short()):
            self._release("memory is short" if self._loaded[0] == wanted else "another is wanted")
        if self._loaded is None and (load := self._find(wanted)):
            model = self._tried(wanted, partial(load, self._give_way))
            self._loaded = (wanted, model) if model else None
        self._used = time.monotonic()
        return self._loaded[1] if self._loaded else self.typed

    def rest(self, seconds: float) -> bool:
        """Unloads the larger model if nothing was asked of it for so long; whether that is so."""
        rested = time.monotonic() - self._used >= seconds
        if rested:
            self._release("nothing was asked of it")
        return rested

    def _release(self, why: str) -> None:
        if self._loaded:
            _log.info("The larger model is unloaded: %s", why)
            self._loaded, self._pace = None, Pace()
            power.return_memory()

    def _find(self, wanted: str) -> Load | None:
        if wanted == NONE or wanted in self._large.given_up or self._short():
            return None
        return self._tried(wanted, lambda: self._large.find(wanted, self.typed))

    def _tried(self, wanted: str, step: Callable[[], _Result]) -> _Result | None:
        """What a step towards the larger model gives; None where it fails, which is told."""
        try:
            return step()
        except MemoryShortError as error:  # tried again: there may be some later
            self._large.say(f"The larger model is not used now: {error}")
        except FimbleError as error:
            self._give_up(wanted, str(error))
        return None

    def _give_up(self, wanted: str, why: str) -> None:
        self._large.given_up.add(wanted)
        self._release(why)
        self._large.say(f"The larger model is not used: {why}")

    def _ask(self, work: Callable[[TextGenerator], _Result]) -> _Result:
        """Asks the best model; if that fails, the one that is typed with."""
        best = self.best()
        try:
            return work(best)
        except Terminated:
            raise
        except EngineError as error:
            if best is self.typed or self._loaded is None:
                raise
            result = work(self.typed)  # fails too if the request is at fault
            self._give_up(self._loaded[0], str(error))
            return result

    def _judge(self, timings: Timings) -> None:
        if self._loaded is None:
            return
        self._pace.add(timings)
        if self._pace.is_too_slow:
            name = self._loaded[1].manifest.name
            self._give_up(
                self._loaded[0],
                f"{name} takes {self._pace.usual_s:.0f} s for a request of usual size on this "
                f"machine. A setting, large_model, names another one, or {NONE}.",
            )


class Pace:
    """How quick a model is at its best: a busy machine is not a slow one."""

    _ENOUGH = 3
    """Answers before anything is judged."""

    def __init__(self) -> None:
        self._read_s = self._written_s = math.inf
        self._answers = 0

    def add(self, timings: Timings) -> None:
        """Learns from an answer; what is too short to say anything is left out."""
        read, written = timings.prompt_tokens - timings.reused_tokens, timings.new_tokens - 1
        if read >= 32 and timings.new_tokens:
            self._read_s = min(self._read_s, timings.ttft_ms / 1000 / read)
        if written >= 8:
            seconds = (timings.total_ms - timings.ttft_ms) / 1000
            self._written_s = min(self._written_s, seconds / written)
            self._answers += 1

    @property
    def usual_s(self) -> float:
        """Seconds for a request of usual size, as far as is known."""
        known = ((_READ, self._read_s), (_WRITTEN, self._written_s))
        return sum(tokens * seconds for tokens, seconds in known if seconds < math.inf)

    @property
    def is_too_slow(self) -> bool:
        """Whether waiting for it is out of proportion."""
        return self._answers >= self._ENOUGH and self.usual_s > _PATIENCE_S
