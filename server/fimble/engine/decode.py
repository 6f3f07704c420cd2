"""The decode loop: reuse the cache, prefill, then draft, verify and emit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fimble.engine import draft
from fimble.engine.cancel import CancelToken
from fimble.engine.kv_cache import KVCache
from fimble.engine.model import CausalLM, Logits
from fimble.engine.sampler import Sampler, Sampling, log_probability
from fimble.errors import EngineError, Terminated

PREFILL_CHUNK = 256
"""New tokens per prefill pass: bounds what a cancelled request still costs."""

_MAX_DRAFT = 8


@dataclass(frozen=True)
class Step:
    """One generated token.

    Attributes:
        token: Its id.
        logprob: Natural log of its probability under the model, before temperature.
    """

    token: int
    logprob: float


class Decoder:
    """Runs prompts through a model, one at a time, keeping its cache.

    Not thread-safe: the engine thread owns it.
    """

    def __init__(self, model: CausalLM) -> None:
        self._model = model
        self._cache = KVCache(model.slots)
        self.reused = 0

    def steps(
        self,
        prompt: Sequence[int],
        cancel: CancelToken,
        *,
        key: str = "",
        sampling: Sampling = Sampling(),  # noqa: B008
        speculate: bool = True,
    ) -> Iterator[Step]:
        """Generates until the caller stops asking, or the slot is full.

        With `speculate` and greedy sampling, drafted tokens are verified several at a time;
        the ids are those of the plain loop (Leviathan et al. 2023, greedy case).

        Args:
            prompt: Token ids, at least one.
            cancel: Stops the running pass.
            key: Prefers the slot that last served this key.
            sampling: How to choose.
            speculate: Whether to draft.

        Raises:
            Terminated: `cancel` was set.
            EngineError: The prompt is empty or does not fit, or the runtime failed.
        """
        if not 0 < len(prompt) < self._model.capacity:
            raise EngineError(f"A prompt of {len(prompt)} tokens does not fit.")
        match = self._cache.match(prompt, key)
        self.reused = match.length
        sampler = Sampler(sampling)
        drafting = speculate and sampling.temperature <= 0
        return self._run(match.slot, list(prompt), cancel, sampler, drafting)

    def _run(
        self, slot: int, ids: list[int], cancel: CancelToken, sampler: Sampler, drafting: bool
    ) -> Iterator[Step]:
        with cancel.on_cancel(self._model.terminate):
            logits = self._prefill(slot, ids, self.reused, cancel)
            length = 2
            while True:
                token = sampler(logits[0])
                yield Step(token, log_probability(logits[0], token))
                ids.append(token)
                room = self._model.capacity - len(ids)
                if room < 0:
                    return
                drafted = draft.lookup(ids, length=min(length, room)) if drafting else []
                logits = self._pass(slot, [token, *drafted], len(ids) - 1, 1 + len(drafted), cancel)
                accepted = _agreeing(logits, drafted)
                for index in range(accepted):
                    yield Step(drafted[index], log_probability(logits[index], drafted[index]))
                ids += drafted[:accepted]
                self._cache.trim(slot, len(ids))
                logits = logits[accepted:]
                if drafted:
                    length = min(2 * length, _MAX_DRAFT) if accepted == len(drafted) else 2

    def _prefill(self, slot: int, ids: list[int], past: int, cancel: CancelToken) -> Logits:
        while len(ids) - past > PREFILL_CHUNK:
            self._pass(slot, ids[past : past + PREFILL_CHUNK], past, 1, cancel)
            past += PREFILL_CHUNK
        return self._pass(slot, ids[past:], past, 1, cancel)

    def _pass(
        self, slot: int, ids: Sequence[int], past: int, want: int, cancel: CancelToken
    ) -> Logits:
        """One forward pass; the cache never claims positions that a failed pass half wrote."""
        if cancel.cancelled:
            raise Terminated("The request was cancelled.")
        self._cache.trim(slot, past)
        logits = self._model.forward(ids, slot=slot, past=past, want=want)
        self._cache.extend(slot, ids)
        return logits


def _agreeing(logits: Logits, drafted: Sequence[int]) -> int:
    """How many leading drafted ids are the model's own greedy choice."""
    if not drafted:
        return 0
    chosen = np.argmax(logits[: len(drafted)], axis=-1)
    for index, token in enumerate(drafted):
        if int(chosen[index]) != token:
            return index
    return len(drafted)
