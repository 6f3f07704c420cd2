"""An answer that has to begin with given text."""

import numpy as np
import pytest
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder
from fimble.engine.sampler import Sampler, Sampling
from fimble.engine.vocabulary import Vocabulary
from fimble.generation.testing import FakeModel

TOKENS = {"r": 0, "re": 1, "ret": 2, "return": 3, "Ġre": 4, "x": 5, "t": 6, "e": 7, "Ã©": 8}
VOCABULARY = Vocabulary(TOKENS)


@pytest.mark.parametrize(
    ("required", "ids"),
    [("ret", {0, 1, 2, 3}), ("re", {0, 1, 2, 3}), (" r", {4}), ("é", {8}), ("q", set())],
)
def test_tokens_fit_that_go_on_with_the_beginning(required: str, ids: set[int]) -> None:
    assert set(VOCABULARY.compatible(required.encode()).tolist()) == ids


def test_tokens_spell_bytes() -> None:
    assert VOCABULARY.spelling(4) == b" re"
    assert VOCABULARY.spelling(8) == "é".encode()
    assert VOCABULARY.spelling(99) == b""


@pytest.mark.parametrize("temperature", [0.0, 0.8])
def test_the_likeliest_fitting_tokens_are_taken(temperature: float) -> None:
    sampler = Sampler(Sampling(temperature, seed=3, beginning=b"ret", vocabulary=VOCABULARY))
    logits = np.zeros(9, np.float32)
    logits[[5, 1, 6]] = 60, 40, 50
    first = sampler(sampler.restrict(logits))
    assert (first, sampler.constrained) == (1, True)
    second = sampler(sampler.restrict(logits))
    assert (second, sampler.constrained) == (6, False)
    assert sampler(sampler.restrict(logits)) == 5


def test_a_beginning_that_no_token_makes_is_given_up() -> None:
    sampler = Sampler(Sampling(beginning=b"q", vocabulary=VOCABULARY))
    logits = np.zeros(9, np.float32)
    assert sampler.restrict(logits) is logits
    assert not sampler.constrained


@pytest.mark.parametrize(
    ("beginning", "avoid", "said"),
    [
        (b"", b"return", "x"),
        (b"", b"re", "x"),
        (b"re", b"ret", "re return"),
        (b"ret", b"return", "ret return"),
    ],
)
def test_what_is_avoided_is_left_where_it_is_said(
    beginning: bytes, avoid: bytes, said: str
) -> None:
    sampler = Sampler(Sampling(beginning=beginning, avoid=avoid, vocabulary=VOCABULARY))
    logits = np.zeros(9, np.float32)
    logits[[0, 1, 2, 3, 6, 5]] = 1, 2, 3, 9, 6, 7
    words = []
    while sampler.constrained:
        words.append(VOCABULARY.spelling(sampler(sampler.restrict(logits))).decode())
    assert " ".join(words) == said


def test_what_nothing_else_can_be_said_for_is_not_avoided() -> None:
    sampler = Sampler(Sampling(avoid=b"ab", vocabulary=Vocabulary({"a": 0, "abc": 1})))
    logits = np.zeros(2, np.float32)
    assert sampler.restrict(logits) is logits
    assert not sampler.constrained


def test_the_decoder_begins_as_asked_and_then_runs_free() -> None:
    model = FakeModel(vocab=9)
    sampling = Sampling(beginning=b"ret", vocabulary=VOCABULARY)
    steps = Decoder(model).steps([1, 2], CancelToken(), sampling=sampling)
    ids = [next(steps).token for _ in range(6)]
    spelled = b"".join(VOCABULARY.spelling(token) for token in ids)
    assert spelled.startswith(b"ret")
    length = next(
        n for n in range(1, 7) if b"".join(map(VOCABULARY.spelling, ids[:n])).startswith(b"ret")
    )
    for index in range(length, 6):
        assert ids[index] == model.next_id([1, 2, *ids[:index]])
