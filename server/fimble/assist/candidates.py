"""The model's answers to one question, greedy first, as long as they say something new.

A small model that copies the code back mostly does so again: where its surest answer is the code
as it was, or two answers in a row say nothing new, it is asked no more. Samples cost more than the
first answer, which copies in long strides, so they get less time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from fimble.core.text import rewriting
from fimble.core.text.rewriting import Question
from fimble.core.text.snapshot import Snapshot
from fimble.engine.cancel import CancelToken
from fimble.generation.answer import GenerationResult
from fimble.generation.request import GenerationRequest, TextGenerator

TEMPERATURE = 0.7
TOP_P = 0.95
_SILENT = 2
"""So many answers in a row without news end the questions."""
SAMPLES_S = 8.0
"""Seconds from the beginning after which no sample is waited for."""


def texts(
    generator: TextGenerator,
    snapshot: Snapshot,
    question: Question,
    cancel: CancelToken,
    *,
    count: int,
    until: float,
) -> Iterator[str]:
    """The document after each answer that is whole and new; made only as they are asked for.

    Args:
        generator: The model.
        snapshot: The document.
        question: About a piece of it.
        cancel: Ends it.
        count: How often the model is asked.
        until: No answer is begun, and none goes on, after this time of `time.perf_counter`.
    """
    seen, silent = {snapshot.text}, 0
    request = GenerationRequest(
        f"rewrite {snapshot.uri}",
        question.prompt,
        max_new_tokens=question.max_new_tokens,
        stop=rewriting.fence_stop,
        copied_from=snapshot.text[question.start : question.end],
    )
    for result in _results(generator, request, cancel, count, until):
        whole = result.finish_reason in ("stop", "rule")
        after = rewriting.answer(question, snapshot, result.text) if whole else snapshot.text
        if after not in seen:
            seen.add(after)
            silent = 0
            yield after
        else:
            silent += 1
        if silent == _SILENT or len(seen) == 1:
            return


def _results(
    generator: TextGenerator,
    request: GenerationRequest,
    cancel: CancelToken,
    count: int,
    until: float,
) -> Iterator[GenerationResult]:
    """The greedy answer and one sample, quick because they mostly copy; the rest in one batch."""
    soon = min(until, time.perf_counter() + SAMPLES_S)
    for ask in range(min(count, _SILENT + 1)):
        left = (soon if ask else until) - time.perf_counter()
        if cancel.cancelled or left <= 0:
            return
        timed = replace(request, deadline_s=left, seed=ask)
        sampled = replace(timed, temperature=TEMPERATURE, top_p=TOP_P)
        if ask < _SILENT:
            yield generator.generate(sampled if ask else timed, cancel)
        else:
            yield from generator.candidates(sampled, count - ask + 1, cancel)[1:]
