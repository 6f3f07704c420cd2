"""How likely texts are after a prompt: a choice between them that nobody has to write down."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from fimble.engine.cancel import CancelToken
from fimble.engine.decode import PREFILL_CHUNK, Decoder
from fimble.engine.model import CausalLM
from fimble.engine.sampler import log_probability
from fimble.errors import EngineError, Terminated


def log_likelihoods(
    decoder: Decoder,
    model: CausalLM,
    prompt: Sequence[int],
    texts: Sequence[Sequence[int]],
    cancel: CancelToken,
    *,
    key: str = "",
    deadline: float | None = None,
) -> Iterator[float]:
    """Scores each text as a continuation of one prompt.

    The prompt is prefilled once, with all its reuse. The texts are written behind it one over
    the other; the cache never claims their positions.

    Args:
        decoder: Prefills.
        model: The decoder's model.
        prompt: Token ids, at least one.
        texts: Token ids of each continuation.
        cancel: Stops the running pass.
        key: As in `Decoder.steps`.
        deadline: As in `Decoder.steps`.

    Yields:
        Natural log of the probability of all its tokens, for each text.

    Raises:
        Terminated, EngineError: As `Decoder.steps`.
    """
    with cancel.on_cancel(model.terminate):
        prefilled = decoder.prefill(prompt, cancel, key=key, deadline=deadline)
        for ids in texts:
            if len(prompt) + len(ids) > model.capacity:
                raise EngineError(f"A text of {len(ids)} tokens does not fit.")
            total, before = 0.0, prefilled.logits[-1]
            for at in range(0, len(ids), PREFILL_CHUNK):
                decoder.between()
                if cancel.cancelled or (deadline is not None and time.perf_counter() > deadline):
                    raise Terminated("The request was cancelled, or its deadline has passed.")
                chunk, past = ids[at : at + PREFILL_CHUNK], len(prompt) + at
                after = model.forward(chunk, slot=prefilled.slot, past=past, want=len(chunk))
                rows = (before, *after[:-1])
                total += sum(log_probability(r, i) for r, i in zip(rows, chunk, strict=True))
                before = after[-1]
            yield total
