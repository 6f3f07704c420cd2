"""Answers HTTP requests with the generator of this process."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator
from typing import Literal

from fimble.core import budget
from fimble.core.prompt import Prompt, fim_prompt, plain
from fimble.engine.cancel import CancelToken
from fimble.errors import EngineError, FimbleError
from fimble.generation import GenerationRequest, GenerationResult, StopRule, TextGenerator
from fimble.http.protocol import CompletionRequest, Piece

_KEY = "http"
_News = str | GenerationResult | FimbleError
"""The text so far, or the end: the result, or what went wrong."""


class LocalCompleter:
    """A `Completer`. Connections take turns: the generator is for one thread at a time."""

    def __init__(self, generator: TextGenerator) -> None:
        self._generator = generator
        self._turn = threading.Lock()

    @property
    def models(self) -> tuple[str, ...]:
        """The one model there is."""
        return (self._generator.manifest.name,)

    def complete(self, request: CompletionRequest) -> Generator[Piece, None, None]:
        """See `Completer.complete`; a client that goes away ends its generation."""
        news: queue.SimpleQueue[_News] = queue.SimpleQueue()
        cancel = CancelToken()
        threading.Thread(target=self._generate, args=(request, news, cancel), daemon=True).start()
        sent = 0
        try:
            while isinstance(text := news.get(), str):
                safe = len(text) - held_back(text, request.stop)
                if safe > sent:
                    yield Piece(text[sent:safe])
                    sent = safe
            if isinstance(text, FimbleError):
                raise text
            yield _last(text, sent)
        finally:
            cancel.cancel()

    def _generate(
        self, request: CompletionRequest, news: queue.SimpleQueue[_News], cancel: CancelToken
    ) -> None:
        """Generates in a thread of its own; the stop rule sees the text grow."""
        stop = stop_at(request.stop)

        def watch(text: str) -> int | None:
            cut = stop(text)
            if cut is None:
                news.put(text)
            return cut

        generation = GenerationRequest(
            key=_KEY,
            prompt=self._prompt(request),
            max_new_tokens=request.max_tokens,
            stop=watch,
            temperature=request.temperature,
            top_p=request.top_p,
        )
        try:
            with self._turn:
                news.put(self._generator.generate(generation, cancel))
        except FimbleError as error:
            news.put(error)
        finally:  # an end there must be: somebody waits for it
            news.put(EngineError("The generation ended without a result."))

    def _prompt(self, request: CompletionRequest) -> Prompt:
        fim = self._generator.manifest.fim
        prefix, suffix = budget.cut(
            request.prompt, request.suffix, fim.context_tokens, fim.suffix_share
        )
        return fim_prompt(prefix, suffix, fim) if request.suffix else (plain(prefix),)


def stop_at(texts: tuple[str, ...]) -> StopRule:
    """Ends before the first of `texts`."""

    def rule(text: str) -> int | None:
        found = [at for stop in texts if (at := text.find(stop)) >= 0]
        return min(found, default=None)

    return rule


def held_back(text: str, stops: tuple[str, ...]) -> int:
    """How many characters at the end of `text` may be the beginning of a stop text."""
    return max(
        (
            length
            for stop in stops
            for length in range(1, min(len(stop), len(text) + 1))
            if text.endswith(stop[:length])
        ),
        default=0,
    )


def _last(result: GenerationResult, sent: int) -> Piece:
    reason: Literal["stop", "length"] = "length" if result.finish_reason == "length" else "stop"
    timings = result.timings
    return Piece(result.text[sent:], reason, timings.prompt_tokens, timings.new_tokens)
