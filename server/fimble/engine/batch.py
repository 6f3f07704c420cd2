"""Several answers to one prompt, side by side: a pass reads the weights once for all of them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np

from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder, Step, step_of
from fimble.engine.model import ForkingLM
from fimble.engine.sampler import Sampler, Sampling
from fimble.errors import Terminated


def rows(
    decoder: Decoder,
    model: ForkingLM,
    prompt: Sequence[int],
    samplings: Sequence[Sampling],
    cancel: CancelToken,
    *,
    key: str = "",
    deadline: float | None = None,
    length: int,
) -> Iterator[tuple[Step, ...]]:
    """Generates one answer per sampling.

    The prompt is prefilled once in its slot, with all its reuse; its positions are copied to
    the rows, which are forgotten at the end. Rows that are done run on with the others: the
    caller stops asking when all are.

    Args:
        decoder: Prefills.
        model: The decoder's model.
        prompt: Token ids, at least one.
        samplings: How to choose, per row.
        cancel: Stops the running pass.
        key: As in `Decoder.steps`.
        deadline: As in `Decoder.steps`.
        length: At most so many tokens per row.

    Yields:
        The next token of every row.

    Raises:
        Terminated, EngineError: As `Decoder.steps`.
    """
    samplers = [Sampler(sampling) for sampling in samplings]
    with cancel.on_cancel(model.terminate):
        prefilled = decoder.prefill(prompt, cancel, key=key, deadline=deadline)
        batch = model.fork(prefilled.slot, len(prompt), rows=len(samplers), room=length)
        logits = np.repeat(prefilled.logits, len(samplers), axis=0)
        for left in reversed(range(length)):
            choices = [s.restrict(row) for s, row in zip(samplers, logits, strict=True)]
            steps = tuple(
                step_of(sampler(row), row) for sampler, row in zip(samplers, choices, strict=True)
            )
            yield steps
            if left == 0:
                return
            decoder.between()
            if cancel.cancelled or (deadline is not None and time.perf_counter() > deadline):
                raise Terminated("The request was cancelled, or its deadline has passed.")
            logits = batch.forward([step.token for step in steps])
