"""Text generation: prompts of segments in, text out. The seam between features and engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fimble.core.text.prompt import Prompt
from fimble.engine.cancel import CancelToken
from fimble.engine.manifest import Manifest
from fimble.generation.answer import GenerationResult, StopRule

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
        quick: Other prompts for the same answer, the best first, for a user who waits: where
            much of `prompt` would have to be read, the first is asked of which little would.
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
    quick: tuple[Prompt, ...] = ()


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
    """What features and commands generate with; `fimble.generation.testing` has a scripted one."""

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

        What that would ask now is read first, the better prompts behind it.

        Raises:
            EngineError: The runtime failed.
        """
