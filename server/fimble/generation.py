"""Text generation: prompts of segments in, text out. The seam between features and engine."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import psutil

from fimble.core.prompt import Prompt
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder
from fimble.engine.detokenizer import Detokenizer
from fimble.engine.manifest import Manifest
from fimble.engine.ort_model import OrtModel
from fimble.engine.sampler import Sampling
from fimble.engine.tokenizer import Tokenizer
from fimble.errors import Terminated

StopRule = Callable[[str], int | None]
"""The text so far -> where to cut it and stop, None to go on."""

SAMPLE_TEMPERATURE = 0.8
"""Of candidates behind the first, where the request says nothing else."""

FinishReason = Literal["stop", "rule", "length", "cancelled", "deadline"]


@dataclass(frozen=True)
class GenerationRequest:
    """What to generate.

    Attributes:
        key: The document's URI: its KV slot is preferred.
        prompt: Segments; too long a prompt loses the start of its longest text.
        max_new_tokens: At most so many tokens.
        stop: Ends the text early, inside the decode loop.
        temperature: 0 is greedy.
        top_k: See `Sampling`.
        top_p: See `Sampling`.
        seed: See `Sampling`.
        deadline_s: Seconds after which the text so far is returned, None for no limit.
    """

    key: str
    prompt: Prompt
    max_new_tokens: int = 64
    stop: StopRule | None = None
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    deadline_s: float | None = None


@dataclass(frozen=True)
class Timings:
    """What a generation cost: tokens, and milliseconds to the first token and in all."""

    prompt_tokens: int = 0
    reused_tokens: int = 0
    ttft_ms: float = 0.0
    total_ms: float = 0.0
    new_tokens: int = 0


@dataclass(frozen=True)
class GenerationResult:
    """What was generated.

    Attributes:
        text: The text, cut by the stop rule.
        finish_reason: "stop": a stop token; "rule": the stop rule; "length": the token limit;
            "cancelled" and "deadline" keep the text so far.
        timings: What it cost.
        logprobs: Natural log probability of each token.
    """

    text: str
    finish_reason: FinishReason
    timings: Timings
    logprobs: tuple[float, ...] = ()


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


class LocalGenerator:
    """A model package in this process. Not thread-safe."""

    def __init__(self, manifest: Manifest, tokenizer: Tokenizer, model: OrtModel) -> None:
        self.manifest = manifest
        self._tokenizer = tokenizer
        self._capacity = model.capacity
        self._decoder = Decoder(model)
        self._stop_ids = frozenset(manifest.stop_ids)

    @classmethod
    def from_package(
        cls, folder: Path, *, threads: int | None = None, capacity: int = 2048, slots: int = 4
    ) -> LocalGenerator:
        """Loads a package; takes seconds.

        Args:
            folder: The package.
            threads: Of the runtime; None takes the physical cores.
            capacity: Tokens of prompt and answer together.
            slots: Sequences whose KV cache is kept.

        Raises:
            ModelError: The package is missing or broken.
            RuntimeMissingError: ONNX Runtime is not installed.
        """
        manifest = manifests.load(folder)
        tokenizer = Tokenizer.from_file(folder / manifest.tokenizer)
        count = threads or psutil.cpu_count(logical=False) or 1
        size = min(capacity, manifest.architecture.context_length)
        model = OrtModel(folder, manifest, threads=count, capacity=size, slots=slots)
        return cls(manifest, tokenizer, model)

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        """See `TextGenerator.generate`."""
        started = time.perf_counter()
        limit = max(1, min(request.max_new_tokens, self._capacity // 2))
        ids = self._encode(request.prompt, self._capacity - limit)
        sampling = Sampling(request.temperature, request.top_k, request.top_p, request.seed)
        detokenizer, logprobs, text = Detokenizer(self._tokenizer), list[float](), ""
        reason: FinishReason = "length"
        first = None
        try:
            for step in self._decoder.steps(ids, cancel, key=request.key, sampling=sampling):
                first = first or time.perf_counter()
                if step.token in self._stop_ids:
                    reason = "stop"
                    break
                logprobs.append(step.logprob)
                text += detokenizer.push(step.token)
                cut = request.stop(text) if request.stop else None
                if cut is not None:
                    text, reason = text[:cut], "rule"
                    break
                if request.deadline_s and time.perf_counter() - started > request.deadline_s:
                    reason = "deadline"
                    break
                if len(logprobs) >= limit:
                    break
        except Terminated:
            reason = "cancelled"
        if reason in ("stop", "length"):
            text += detokenizer.flush()
        ended = time.perf_counter()
        timings = Timings(
            prompt_tokens=len(ids),
            reused_tokens=self._decoder.reused,
            ttft_ms=1000 * ((first or ended) - started),
            total_ms=1000 * (ended - started),
            new_tokens=len(logprobs),
        )
        return GenerationResult(text, reason, timings, tuple(logprobs))

    def candidates(
        self, request: GenerationRequest, count: int, cancel: CancelToken
    ) -> tuple[GenerationResult, ...]:
        """See `TextGenerator.candidates`. The prompt is prefilled once."""
        results: list[GenerationResult] = []
        for variant in variants(request, count):
            results.append(self.generate(variant, cancel))
            if cancel.cancelled:
                break
        return tuple(results)

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
