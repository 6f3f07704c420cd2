"""Answers HTTP requests with the generator of this process."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Literal

from fimble.core import budget
from fimble.core.prompt import Prompt, fim_prompt, plain
from fimble.engine.cancel import CancelToken
from fimble.generation import GenerationRequest, StopRule, TextGenerator
from fimble.http.protocol import CompletionRequest, Piece

_KEY = "http"


class LocalCompleter:
    """A `Completer`. Connections take turns: the generator is for one thread at a time.

    The text comes as one piece, when it is whole.
    """

    def __init__(self, generator: TextGenerator) -> None:
        self._generator = generator
        self._turn = threading.Lock()

    @property
    def models(self) -> tuple[str, ...]:
        """The one model there is."""
        return (self._generator.manifest.name,)

    def complete(self, request: CompletionRequest) -> Generator[Piece, None, None]:
        """See `Completer.complete`."""
        generation = GenerationRequest(
            key=_KEY,
            prompt=self._prompt(request),
            max_new_tokens=request.max_tokens,
            stop=stop_at(request.stop),
            temperature=request.temperature,
            top_p=request.top_p,
        )
        with self._turn:
            result = self._generator.generate(generation, CancelToken())
        reason: Literal["stop", "length"] = "length" if result.finish_reason == "length" else "stop"
        timings = result.timings
        yield Piece(result.text, reason, timings.prompt_tokens, timings.new_tokens)

    def _prompt(self, request: CompletionRequest) -> Prompt:
        fim = self._generator.manifest.fim
        prefix, suffix = budget.cut(
            request.prompt, request.suffix, fim.context_tokens, fim.suffix_share
        )
        return fim_prompt(prefix, suffix, fim) if request.suffix else (plain(prefix),)


def stop_at(texts: tuple[str, ...]) -> StopRule | None:
    """Ends before the first of `texts`; None if there is none."""
    if not texts:
        return None

    def rule(text: str) -> int | None:
        found = [at for stop in texts if (at := text.find(stop)) >= 0]
        return min(found, default=None)

    return rule
