"""An answer as it grows token by token, where it ends, and what it cost."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Step
from fimble.engine.detokenizer import Detokenizer
from fimble.engine.tokenizer import Tokenizer

StopRule = Callable[[str], int | None]
"""The text so far -> where to cut it and stop, None to go on."""

FinishReason = Literal["stop", "rule", "length", "cancelled", "deadline"]


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
        pieces: What each token added to the text, before the stop rule cut it.
        quick: Which of the request's quicker prompts it answers, from 1; 0: the whole one.
    """

    text: str
    finish_reason: FinishReason
    timings: Timings
    logprobs: tuple[float, ...] = ()
    pieces: tuple[str, ...] = ()
    quick: int = 0


class Answer:
    """A text as it grows token by token, and where it ends."""

    def __init__(
        self, tokenizer: Tokenizer, stop_ids: frozenset[int], rule: StopRule | None, limit: int
    ) -> None:
        self.limit = limit
        self._detokenizer = Detokenizer(tokenizer)
        self._stop_ids, self._rule = stop_ids, rule
        self._text, self._logprobs, self._pieces = "", list[float](), list[str]()
        self._reason: FinishReason | None = None

    def push(self, step: Step) -> bool:
        """Adds a token; whether the text has ended, in which case it is not added."""
        if self._reason is not None:
            return True
        if step.token in self._stop_ids:
            self._reason = "stop"
        else:
            self._logprobs.append(step.logprob)
            self._pieces.append(self._detokenizer.push(step.token))
            self._text += self._pieces[-1]
            cut = self._rule(self._text) if self._rule else None
            if cut is not None:
                self._text, self._reason = self._text[:cut], "rule"
            elif len(self._logprobs) >= self.limit:
                self._reason = "length"
        return self._reason is not None

    def result(self, cancel: CancelToken, timings: Timings) -> GenerationResult:
        """What it has become."""
        reason = self._reason or ("cancelled" if cancel.cancelled else "deadline")
        if reason in ("stop", "length"):
            self._text += self._detokenizer.flush()
        timings = dataclasses.replace(timings, new_tokens=len(self._logprobs))
        logprobs, pieces = tuple(self._logprobs), tuple(self._pieces)
        return GenerationResult(self._text, reason, timings, logprobs, pieces)


class Clock:
    """Measures a generation from its beginning."""

    def __init__(self, deadline_s: float | None) -> None:
        self._started = time.perf_counter()
        self._first: float | None = None
        self.deadline = None if deadline_s is None else self._started + deadline_s

    def tick(self) -> None:
        """There is a token."""
        self._first = self._first or time.perf_counter()

    def timings(self, prompt_tokens: int, reused_tokens: int) -> Timings:
        """So far."""
        now = time.perf_counter()
        return Timings(
            prompt_tokens=prompt_tokens,
            reused_tokens=reused_tokens,
            ttft_ms=1000 * ((self._first or now) - self._started),
            total_ms=1000 * (now - self._started),
        )
