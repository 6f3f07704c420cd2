import numpy as np
import pytest
from fimble.engine import score
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import PREFILL_CHUNK, Decoder
from fimble.engine.sampler import log_probability
from fimble.errors import EngineError, Terminated
from fimble.generation.testing import FakeModel


class Weighted(FakeModel):
    """Its logits tell the positions of a long text apart."""

    def forward(self, ids, *, slot, past, want):  # type: ignore[no-untyped-def]
        logits = super().forward(ids, slot=slot, past=past, want=want)
        rows = np.arange(past + len(ids) - want, past + len(ids))[:, None]
        return logits * (1 + rows % 7).astype(np.float32)


def by_hand(prompt: list[int], text: list[int]) -> float:
    model, ids, total = Weighted(capacity=512), list(prompt), 0.0
    logits = model.forward(ids, slot=0, past=0, want=1)
    for token in text:
        total += log_probability(logits[0], token)
        logits = model.forward([token], slot=0, past=len(ids), want=1)
        ids.append(token)
    return total


def test_texts_are_scored_as_token_by_token_and_leave_the_prompt_in_the_cache() -> None:
    model = Weighted(capacity=512)
    decoder = Decoder(model)
    prompt = [n % 11 for n in range(90)]
    texts = [[1, 2, 3], [], [n % 13 for n in range(2 * PREFILL_CHUNK + 5)], [4]]
    found = score.log_likelihoods(decoder, model, prompt, texts, CancelToken())
    assert list(found) == pytest.approx([by_hand(prompt, text) for text in texts])
    again = score.log_likelihoods(decoder, model, prompt, [[5]], CancelToken())
    passes = len(model.passes)
    assert list(again) == pytest.approx([by_hand(prompt, [5])])
    assert len(model.passes) == passes + 1


def test_a_text_that_does_not_fit_and_a_cancelled_score_end() -> None:
    model, cancel = FakeModel(capacity=8), CancelToken()
    scores = score.log_likelihoods(Decoder(model), model, [1, 2], [[3], [3] * 7], cancel)
    assert next(scores) < 0
    with pytest.raises(EngineError):
        next(scores)
    scores = score.log_likelihoods(Decoder(model), model, [1, 2], [[3], [4]], cancel)
    assert next(scores) < 0
    cancel.cancel()
    with pytest.raises(Terminated):
        next(scores)
