"""A model in this process: prompts are encoded, answers decoded."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fimble.core.text.prompt import Prompt
from fimble.engine import batch, score
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder
from fimble.engine.manifest import Manifest
from fimble.engine.model import ForkingLM
from fimble.engine.ort_model import OrtModel
from fimble.engine.sampler import Sampling
from fimble.engine.tokenizer import LineEncoder, Tokenizer
from fimble.errors import Terminated
from fimble.generation.answer import Answer, Clock, GenerationResult
from fimble.generation.request import GenerationRequest, variants
from fimble.system import power

AT_HAND = 224
"""Tokens of a prompt that a user waits for: 0.25 s on two cores. Beyond, a quicker one is asked."""


@dataclass(frozen=True)
class _Asked:
    """A prompt as it is asked: which of the request's, its ids, and the key of its slots."""

    number: int
    ids: list[int]
    key: str


class LocalGenerator:
    """A model package in this process. Not thread-safe."""

    def __init__(self, manifest: Manifest, tokenizer: Tokenizer, model: ForkingLM) -> None:
        self.manifest = manifest
        self._tokenizer = tokenizer
        self._lines = LineEncoder(tokenizer)
        self._model, self._capacity = model, model.capacity
        self._decoder = Decoder(model)
        self._stop_ids = frozenset(manifest.stop_ids)

    @classmethod
    def from_package(
        cls,
        folder: Path,
        *,
        threads: int | None = None,
        capacity: int = 2048,
        slots: int = 6,
        provider: str = "auto",
    ) -> LocalGenerator:
        """Loads a package; takes seconds.

        Args:
            folder: The package.
            threads: Of the runtime; see `system.power.threads`.
            capacity: Tokens of prompt and answer together.
            slots: Sequences whose KV cache is kept.
            provider: What runs it; see `engine.provider`.

        Raises:
            ModelError: The package is missing or broken.
            RuntimeMissingError: ONNX Runtime is not installed, or lacks the provider.
        """
        manifest = manifests.load(folder)
        tokenizer = Tokenizer.from_file(folder / manifest.tokenizer, manifest)
        for spelling in manifest.spellings:
            tokenizer.special(spelling)
        count = power.threads(threads)
        size = min(capacity, manifest.architecture.context_length)
        model = OrtModel(
            folder, manifest, threads=count, capacity=size, slots=slots, provider=provider
        )
        return cls(manifest, tokenizer, model)

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        """See `TextGenerator.generate`."""
        clock, answer = Clock(request.deadline_s), self._answer(request)
        whole, *quicker = self._at_hand(request, answer.limit)
        asked = quicker[-1] if quicker else whole
        outside = self._lines.encode(request.copied_from)
        steps = self._decoder.steps(
            asked.ids,
            cancel,
            key=asked.key,
            deadline=clock.deadline,
            sampling=self._sampling(request),
            source=[*outside, *whole.ids] if quicker else outside,
        )
        with contextlib.suppress(Terminated):
            for step in steps:
                clock.tick()
                if answer.push(step):
                    break
        result = answer.result(cancel, clock.timings(len(asked.ids), self._decoder.reused))
        return dataclasses.replace(result, quick=asked.number)

    def candidates(
        self, request: GenerationRequest, count: int, cancel: CancelToken
    ) -> tuple[GenerationResult, ...]:
        """See `TextGenerator.candidates`. They share the prompt's positions and every pass."""
        if count == 1:
            return (self.generate(variants(request, 1)[0], cancel),)
        clock, requests = Clock(request.deadline_s), variants(request, count)
        answers = [self._answer(variant) for variant in requests]
        ids = self._encode(request.prompt, self._capacity - answers[0].limit)
        rows = batch.rows(
            self._decoder,
            self._model,
            ids,
            [self._sampling(variant) for variant in requests],
            cancel,
            key=request.key,
            deadline=clock.deadline,
            length=answers[0].limit + 1,
        )
        with contextlib.suppress(Terminated):
            for steps in rows:
                clock.tick()
                done = [answer.push(step) for answer, step in zip(answers, steps, strict=True)]
                if all(done):
                    break
        timings = clock.timings(len(ids), self._decoder.reused)
        return tuple(answer.result(cancel, timings) for answer in answers)

    def scores(
        self, request: GenerationRequest, texts: Sequence[str], cancel: CancelToken
    ) -> tuple[float, ...]:
        """See `TextGenerator.scores`."""
        found: list[float] = []
        with contextlib.suppress(Terminated):
            for likelihood in score.log_likelihoods(
                self._decoder,
                self._model,
                self._encode(request.prompt, self._capacity // 2),
                [self._tokenizer.encode(text) for text in texts],
                cancel,
                key=request.key,
                deadline=Clock(request.deadline_s).deadline,
            ):
                found.append(likelihood)
        return tuple(found)

    def prefill(self, request: GenerationRequest, cancel: CancelToken) -> None:
        """See `TextGenerator.prefill`."""
        limit = self._answer(request).limit
        with contextlib.suppress(Terminated):
            for asked in reversed(self._at_hand(request, limit)):
                self._decoder.prefill(asked.ids, cancel, key=asked.key)

    def _at_hand(self, request: GenerationRequest, limit: int) -> list[_Asked]:
        """The request's prompts down to the first of which little has to be read, or the last."""
        found = []
        for number, prompt in enumerate((request.prompt, *request.quick)):
            key = f"{request.key} {number}" if number else request.key
            found.append(_Asked(number, self._encode(prompt, self._capacity - limit), key))
            if self._decoder.unread(found[-1].ids, key) <= AT_HAND:
                break
        return found

    def _sampling(self, request: GenerationRequest) -> Sampling:
        plain = Sampling(request.temperature, request.top_k, request.top_p, request.seed)
        if not (request.beginning or request.avoid):
            return plain
        return dataclasses.replace(
            plain,
            beginning=request.beginning.encode("utf-8", "replace"),
            avoid=request.avoid.encode("utf-8", "replace"),
            vocabulary=self._tokenizer.vocabulary,
        )

    def _answer(self, request: GenerationRequest) -> Answer:
        limit = max(1, min(request.max_new_tokens, self._capacity // 2))
        return Answer(self._tokenizer, self._stop_ids, request.stop, limit)

    def _encode(self, prompt: Prompt, room: int) -> list[int]:
        parts = [
            [self._tokenizer.special(s.text)]
            if s.kind == "special"
            else self._tokenizer.encode(s.text)
            for s in prompt
        ]
        excess = sum(map(len, parts)) - room
        if excess > 0:
            longest = max(parts, key=len)
            del longest[:excess]
        return [i for part in parts for i in part]
