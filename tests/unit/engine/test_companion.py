"""A smaller model's drafts: the ids of the large one alone, and no more passes than they are worth."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import islice
from random import Random

import pytest
from fimble.engine import batch, score
from fimble.engine.cancel import CancelToken
from fimble.engine.companion import Companion, Experience
from fimble.engine.decode import Decoder
from fimble.engine.draft import Drafter
from fimble.engine.model import Logits
from fimble.engine.sampler import Sampling
from fimble.errors import Terminated
from fimble.generation.testing import FakeModel


class Large(FakeModel):
    """Takes its time, beside which the small one's does not count."""

    def forward(self, ids, *, slot, past, want):  # type: ignore[no-untyped-def]
        time.sleep(0.01)
        return super().forward(ids, slot=slot, past=past, want=want)


class Sure(FakeModel):
    """Has no doubt."""

    def forward(self, ids, *, slot, past, want):  # type: ignore[no-untyped-def]
        return 20 * super().forward(ids, slot=slot, past=past, want=want)


class Half(Sure):
    """Says what `FakeModel` says at the places that `right` names."""

    def __init__(self, right: Callable[[int], bool], **sizes: int) -> None:
        super().__init__(**sizes)
        self._right = right

    def next_id(self, ids: Sequence[int]) -> int:
        said = super().next_id(ids)
        return said if self._right(len(ids)) else (said + 1) % self.vocab_size


SMALL: dict[str, Callable[[int], bool]] = {
    "always right": lambda place: True,
    "always wrong": lambda place: False,
    "right at times": lambda place: place % 3 != 0,
    "right to begin with": lambda place: place < 20,
    "right in the end": lambda place: place > 30,
}


def slow(prompt: list[int], count: int) -> list[int]:
    model, ids = FakeModel(), list(prompt)
    for _ in range(count):
        ids.append(model.next_id(ids))
    return ids[len(prompt) :]


def run(decoder: Decoder, prompt: list[int], count: int, **options: object) -> list[int]:
    steps = decoder.steps(prompt, CancelToken(), **options)  # type: ignore[arg-type]
    return [step.token for step in islice(steps, count)]


@pytest.mark.parametrize("small", SMALL)
@pytest.mark.parametrize("seed", range(6))
def test_the_ids_are_those_of_the_large_model_alone(small: str, seed: int) -> None:
    """Answer after answer, over the same two caches, with guesses that are right for a while."""
    random, companion = Random(seed), Decoder(Half(SMALL[small]))
    decoder = Decoder(FakeModel(), companion)
    for _ in range(8):
        prompt = [random.randrange(17) for _ in range(random.randrange(1, 30))]
        guess = slow(prompt, 9)[: random.randrange(10)] + [1] * random.randrange(3)
        found = run(decoder, prompt, 30, guess=guess, key=random.choice("ab"))
        assert found == slow(prompt, 30)


def test_the_small_model_may_answer_others_between_two_passes() -> None:
    """Each pass of the large one, of its prompt too, is behind an answer of the small one."""
    random, small = Random(1), Decoder(Sure(slots=3))
    asked: list[tuple[list[int], list[int]]] = []

    def between() -> None:
        prompt = [random.randrange(17) for _ in range(random.randrange(1, 20))]
        asked.append((prompt, run(small, prompt, 5, key="typed")))

    decoder = Decoder(Large(), small, between)
    for _ in range(4):
        prompt = [random.randrange(17) for _ in range(random.randrange(1, 20))]
        assert run(decoder, prompt, 30, key="typed") == slow(prompt, 30)
    assert len(asked) > 8
    assert all(said == slow(prompt, 5) for prompt, said in asked)


def test_rows_and_scores_give_way_too() -> None:
    ways: list[int] = []
    model = FakeModel()
    decoder = Decoder(model, between=lambda: ways.append(1))
    list(batch.rows(decoder, model, [1, 2, 3], [Sampling()] * 2, CancelToken(), length=10))
    assert len(ways) == 10
    ways.clear()
    list(score.log_likelihoods(decoder, model, [1, 2, 3], [[4, 5], [6]], CancelToken()))
    assert len(ways) >= 2


def test_a_small_model_that_is_right_spares_passes_of_the_large_one() -> None:
    model = Large()
    run(Decoder(model, Decoder(Sure())), [1, 2, 3], 50)
    assert len(model.passes) < 25


def test_a_small_model_that_is_wrong_is_soon_asked_no_more() -> None:
    small = FakeModel(vocab=17)
    small.next_id = lambda ids: (FakeModel.next_id(small, ids) + 1) % 17  # type: ignore[method-assign]
    model = FakeModel(capacity=400)
    decoder = Decoder(model, Decoder(small))
    prompt = [1, 2, 3]
    run(decoder, prompt, 300)
    assert len(small.passes) < 100


def test_what_failed_is_tried_again_in_later_answers() -> None:
    experience = Experience()
    for _ in range(200):
        experience.judge([0.9], 0)
    assert experience.promise == 1.0
    for _ in range(20):
        experience.begin()
    assert experience.promise > 1.0


def test_a_small_model_that_costs_as_much_as_the_large_one_is_not_asked() -> None:
    experience = Experience()
    for _ in range(3):
        experience.took("small", 1.0)
        experience.took("large", 1.0)
    assert experience.promise == 1.0
    companion = Companion(lambda ids: pytest.fail("asked"), Drafter(), experience, 100)
    companion.begin([1, 2, 3])
    assert companion.draft(10) == []


def test_a_prompt_is_not_read_twice_for_a_small_gain() -> None:
    experience = Experience()
    experience.took("small", 0.6)
    experience.took("large", 1.0)
    assert 1.0 < experience.promise < 1.2
    companion = Companion(lambda ids: pytest.fail("asked"), Drafter(), experience, 100)
    companion.begin([1, 2, 3])
    assert companion.draft(10) == []


def test_drafting_takes_none_of_a_documents_two_places() -> None:
    small = Sure(slots=3)
    typed = Decoder(small)
    places = [[1, 2, 3, 4, 5], [6, 5, 4, 3, 2]]
    for place in places:
        typed.prefill(place, CancelToken(), key="a")
    run(Decoder(Large(), typed), [9, 8, 7, 6], 20, key="a")
    for place in places:
        passes = len(small.passes)
        typed.prefill([*place, 7], CancelToken(), key="a")
        assert [ids for _, _, ids in small.passes[passes:]] == [(7,)]


def test_a_guess_is_the_first_draft_and_costs_one_pass() -> None:
    model = FakeModel()
    guess = slow([1, 2, 3], 9)
    assert run(Decoder(model), [1, 2, 3], 8, guess=guess[1:]) == slow([1, 2, 3], 8)
    assert run(Decoder(model), [1, 2, 3], 8, guess=guess) == slow([1, 2, 3], 8)


def test_nothing_behind_a_guess_is_drafted() -> None:
    drafter = Drafter(guess=[4, 5])
    drafter.begin([7, 8, 9])
    assert drafter.draft(10) == [4, 5]
    drafter.extend([4, 5])
    drafter.judge(2, 2)
    assert drafter.draft(10) == []


def test_a_small_model_with_less_room_drafts_as_far_as_it_goes() -> None:
    decoder = Decoder(FakeModel(), Decoder(FakeModel(capacity=20)))
    for prompt in ([1, 2, 3], [2] * 30):
        assert run(decoder, prompt, 30) == slow(prompt, 30)


def test_samples_are_not_drafted() -> None:
    small = FakeModel()
    run(Decoder(FakeModel(), Decoder(small)), [1, 2, 3], 9, sampling=Sampling(temperature=1.0))
    assert small.passes == []


@pytest.mark.parametrize("where", ["small", "large"])
def test_a_cancel_during_a_draft_or_its_verification_leaves_both_caches_right(where: str) -> None:
    def stops(model: FakeModel, cancel: CancelToken) -> Callable[..., Logits]:
        def forward(ids: Sequence[int], *, slot: int, past: int, want: int) -> Logits:
            if past > 8:
                cancel.cancel()
                raise Terminated("The request was cancelled.")
            return type(model).forward(model, ids, slot=slot, past=past, want=want)

        return forward

    models, cancel = {"small": Sure(), "large": Large()}, CancelToken()
    decoder = Decoder(models["large"], Decoder(models["small"]))
    models[where].forward = stops(models[where], cancel)  # type: ignore[method-assign]
    with pytest.raises(Terminated):
        list(islice(decoder.steps([1, 2, 3], cancel), 40))
    del models[where].forward
    assert run(decoder, [1, 2, 3], 30) == slow([1, 2, 3], 30)
