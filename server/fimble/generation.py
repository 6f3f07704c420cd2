"""Text generation: prompts of segments in, text out. The seam between features and engine."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fimble import power
from fimble.answer import Answer, Clock, FinishReason, GenerationResult, StopRule, Timings
from fimble.core.prompt import Prompt
from fimble.engine import batch, score
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder
from fimble.engine.manifest import Manifest
from fimble.engine.ort_model import OrtModel
from fimble.engine.sampler import Sampling
from fimble.engine.tokenizer import LineEncoder, Tokenizer
from fimble.errors import Terminated

__all__ = [
    "FinishReason",
    "GenerationRequest",
    "GenerationResult",
    "LocalGenerator",
    "StopRule",
    "TextGenerator",
    "Timings",
    "variants",
]

SAMPLE_TEMPERATURE = 0.8
"""Of candidates behind the first, where the request says nothing else."""


@dataclass(frozen=True)
class GenerationRequest:
    """What to generate.

    Attributes:
        key: The document's URI: its KV slot is preferred.
        prompt: Segments; too long a prompt loses the start of its longest text.
        max_new_tokens: At most so many tokens.
        stop: Ends the text early, inside the decode loop.
        beginning: Text that the answer begins with; it is part of the result.
        avoid: Text that the answer must not begin with.
        temperature: 0 is greedy.
        top_k: See `Sampling`.
        top_p: See `Sampling`.
        seed: See `Sampling`.
        deadline_s: Seconds after which the text so far is returned, None for no limit.
        copied_from: Text outside the prompt that the answer may repeat: it is decoded faster.
    """

    key: str
    prompt: Prompt
    max_new_tokens: int = 64
    stop: StopRule | None = None
    beginning: str = ""
    avoid: str = ""
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    deadline_s: float | None = None
    copied_from: str = ""


def variants(request: GenerationRequest, count: int) -> tuple[GenerationRequest, ...]:
    """The greedy request, then `count - 1` that sample, each with a seed of its own."""
    temperature = request.temperature or SAMPLE_TEMPERATURE
    greedy = dataclasses.replace(request, temperature=0.0)
    samples = (
        dataclasses.replace(request, temperature=temperature, seed=request.seed + n)
        for n in range(1, count)
    )
    return (greedy, *samples)


class TextGenerator(Protocol):
    """What features and commands generate with; `fimble.testing` has a scripted one."""

    @property
    def manifest(self) -> Manifest:
        """The model's manifest."""

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        """Generates; blocks, so only the engine's thread calls it.

        Raises:
            EngineError: The runtime failed. A cancellation is a result, not an error.
        """

    def candidates(
        self, request: GenerationRequest, count: int, cancel: CancelToken
    ) -> tuple[GenerationResult, ...]:
        """Generates several answers to one prompt; blocks as `generate` does.

        Args:
            request: Its temperature is that of the samples, 0.8 if it is 0.
            count: How many, at least 1.
            cancel: Ends all of them.

        Returns:
            The greedy answer, then `count - 1` samples with seeds of their own. A cancellation
            leaves the rest out.

        Raises:
            EngineError: The runtime failed.
        """

    def scores(
        self, request: GenerationRequest, texts: Sequence[str], cancel: CancelToken
    ) -> tuple[float, ...]:
        """How likely the model holds each of some texts after a prompt; blocks as `generate` does.

        Args:
            request: Its prompt, key and deadline count.
            texts: Each is encoded alone, so they should begin where a token does: at a line.
            cancel: Ends it.

        Returns:
            Natural log probabilities, of whole texts. A cancellation or the deadline leaves the
            rest out.

        Raises:
            EngineError: The runtime failed, or a text is longer than half the capacity.
        """

    def prefill(self, request: GenerationRequest, cancel: CancelToken) -> None:
        """Prepares for a `generate` of the same or a longer prompt; blocks as it does.

        Raises:
            EngineError: The runtime failed.
        """


class LocalGenerator:
    """A model package in this process. Not thread-safe."""

    def __init__(self, manifest: Manifest, tokenizer: Tokenizer, model: OrtModel) -> None:
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
        slots: int = 4,
        provider: str = "auto",
    ) -> LocalGenerator:
        """Loads a package; takes seconds.

        Args:
            folder: The package.
            threads: Of the runtime; see `power.threads`.
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
        ids = self._encode(request.prompt, self._capacity - answer.limit)
        steps = self._decoder.steps(
            ids,
            cancel,
            key=request.key,
            deadline=clock.deadline,
            sampling=self._sampling(request),
            source=self._lines.encode(request.copied_from),
        )
        with contextlib.suppress(Terminated):
            for step in steps:
                clock.tick()
                if answer.push(step):
                    break
        return answer.result(cancel, clock.timings(len(ids), self._decoder.reused))

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
        ids = self._encode(request.prompt, self._capacity - self._answer(request).limit)
        with contextlib.suppress(Terminated):
            self._decoder.prefill(ids, cancel, key=request.key)

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
