"""The decode loop: reuse the cache, prefill, then draft, verify and emit."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fimble.engine.cancel import CancelToken
from fimble.engine.draft import Drafter
from fimble.engine.kv_cache import KVCache
from fimble.engine.model import CausalLM, Logits
from fimble.engine.sampler import Sampler, Sampling, log_probability
from fimble.errors import EngineError, Terminated

PREFILL_CHUNK = 64
"""New tokens per pass over a prompt: bounds what a cancel loses, which ends `steps` inside a pass,
and what others wait for `prefill`, which ends between two. Longer ones are 3 to 7 % faster."""


@dataclass(frozen=True)
class Step:
    """One generated token.

    Attributes:
        token: Its id.
        logprob: Natural log of its probability under the model, before temperature.
    """

    token: int
    logprob: float


@dataclass(frozen=True)
class Prefilled:
    """A prompt in the cache: where it stands, and the logits `[1, vocab]` behind it."""

    slot: int
    logits: Logits


class Decoder:
    """Runs prompts through a model, one at a time, keeping its cache.

    Not thread-safe: the engine thread owns it.
    """

    def __init__(self, model: CausalLM) -> None:
        self._model = model
        self._cache = KVCache(model.slots)
        self._ends: dict[int, tuple[list[int], Logits]] = {}
        self.reused = 0

    def unread(self, prompt: Sequence[int], key: str = "") -> int:
        """How many tokens of a prompt would have to be read, at least one."""
        return len(prompt) - self._cache.find(prompt, key).length

    def prefill(
        self,
        prompt: Sequence[int],
        cancel: CancelToken,
        *,
        key: str = "",
        deadline: float | None = None,
    ) -> Prefilled:
        """Fills the cache with `prompt`.

        A limit ends it between two passes, so that nothing computed is lost: whoever comes
        next mostly needs it.

        Raises:
            Terminated, EngineError: As `steps`.
        """
        slot = self._match(prompt, key)
        limits = _Limits(cancel, deadline)
        logits = self._prefill(slot, list(prompt), self.reused, limits)
        return Prefilled(slot, logits)

    def steps(
        self,
        prompt: Sequence[int],
        cancel: CancelToken,
        *,
        key: str = "",
        deadline: float | None = None,
        sampling: Sampling = Sampling(),  # noqa: B008
        speculate: bool = True,
        source: Sequence[int] = (),
    ) -> Iterator[Step]:
        """Generates until the caller stops asking, or the slot is full.

        With `speculate` and greedy sampling, drafted tokens are verified several at a time;
        the ids are those of the plain loop (Leviathan et al. 2023, greedy case).

        Args:
            prompt: Token ids, at least one.
            cancel: Stops the running pass.
            key: Prefers the slot that last served this key.
            deadline: `time.perf_counter()` after which no pass begins, None for no limit.
            sampling: How to choose.
            speculate: Whether to draft.
            source: Ids outside the prompt that may be copied.

        Raises:
            Terminated: `cancel` was set, or the deadline has passed.
            EngineError: The prompt is empty or does not fit, or the runtime failed.
        """
        slot = self._match(prompt, key)
        drafter = Drafter(source) if speculate and sampling.temperature <= 0 else None
        limits = _Limits(cancel, deadline)
        return self._run(slot, list(prompt), limits, Sampler(sampling), drafter)

    def _match(self, prompt: Sequence[int], key: str) -> int:
        if not 0 < len(prompt) < self._model.capacity:
            raise EngineError(f"A prompt of {len(prompt)} tokens does not fit.")
        match = self._cache.match(prompt, key)
        self.reused = match.length
        return match.slot

    def _run(
        self,
        slot: int,
        ids: list[int],
        limits: _Limits,
        sampler: Sampler,
        drafter: Drafter | None,
    ) -> Iterator[Step]:
        with limits.cancel.on_cancel(self._model.terminate):
            logits = self._prefill(slot, ids, self.reused, limits)
            if drafter:
                drafter.extend(ids)
            while True:
                choices = sampler.restrict(logits[0])
                token = sampler(choices)
                yield step_of(token, choices)
                ids.append(token)
                room = self._model.capacity - len(ids)
                if room < 0:
                    return
                drafted: list[int] = []
                if drafter:
                    drafter.extend((token,))
                    drafted = [] if sampler.constrained else drafter.draft(room)
                past = len(ids) - 1
                logits = self._pass(slot, [token, *drafted], past, 1 + len(drafted), limits)
                accepted = _agreeing(logits, drafted)
                for index in range(accepted):
                    yield step_of(drafted[index], logits[index])
                if drafter:
                    drafter.extend(drafted[:accepted])
                    drafter.judge(len(drafted), accepted)
                ids += drafted[:accepted]
                self._cache.trim(slot, len(ids))
                logits = logits[accepted:]

    def _prefill(self, slot: int, ids: list[int], past: int, limits: _Limits) -> Logits:
        """Runs what is missing; nothing if the slot was prefilled with exactly these ids."""
        prefilled, logits = self._ends.get(slot, ([], None))
        if logits is not None and prefilled == ids and self._cache.holds(slot, ids):
            limits.check()
            self.reused = len(ids)
            return logits
        while len(ids) - past > PREFILL_CHUNK:
            self._pass(slot, ids[past : past + PREFILL_CHUNK], past, 0, limits)
            past += PREFILL_CHUNK
        logits = self._pass(slot, ids[past:], past, 1, limits)
        self._ends[slot] = list(ids), logits
        return logits

    def _pass(self, slot: int, ids: Sequence[int], past: int, want: int, limits: _Limits) -> Logits:
        """One forward pass; the cache never claims positions that a failed pass half wrote."""
        limits.check()
        self._cache.trim(slot, past)
        logits = self._model.forward(ids, slot=slot, past=past, want=want)
        self._cache.extend(slot, ids)
        return logits


@dataclass(frozen=True)
class _Limits:
    cancel: CancelToken
    deadline: float | None

    def check(self) -> None:
        if self.cancel.cancelled:
            raise Terminated("The request was cancelled.")
        if self.deadline is not None and time.perf_counter() > self.deadline:
            raise Terminated("The deadline has passed.")


def step_of(token: int, logits: Logits) -> Step:
    """The step that says `token`, logits `[vocab]`."""
    return Step(token, log_probability(logits, token))


def _agreeing(logits: Logits, drafted: Sequence[int]) -> int:
    """How many leading drafted ids are the model's own greedy choice."""
    if not drafted:
        return 0
    chosen = np.argmax(logits[: len(drafted)], axis=-1)
    for index, token in enumerate(drafted):
        if int(chosen[index]) != token:
            return index
    return len(drafted)
