from itertools import islice

import pytest
from fimble.engine import batch
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import PREFILL_CHUNK, Decoder
from fimble.engine.sampler import Sampling
from fimble.errors import EngineError, Terminated
from fimble.generation.testing import FakeModel


def slow(model: FakeModel, prompt: list[int], count: int) -> list[int]:
    ids = list(prompt)
    for _ in range(count):
        ids.append(model.next_id(ids))
    return ids[len(prompt) :]


def run(decoder: Decoder, prompt: list[int], count: int, **options: object) -> list[int]:
    steps = decoder.steps(prompt, CancelToken(), **options)  # type: ignore[arg-type]
    return [step.token for step in islice(steps, count)]


@pytest.mark.parametrize("speculate", [True, False])
@pytest.mark.parametrize(
    "prompt", [[1], [1, 2, 3], [1, 2, 3, 1, 2, 3, 1, 2, 3], list(range(12)) * 2]
)
def test_the_fast_path_gives_the_ids_of_the_slow_path(prompt: list[int], speculate: bool) -> None:
    model = FakeModel()
    assert run(Decoder(model), prompt, 20, speculate=speculate) == slow(model, prompt, 20)


class Parrot(FakeModel):
    """Says the sequence 0, 1, 2, 3, 4 over and over, so that drafts come true."""

    def next_id(self, ids):  # type: ignore[no-untyped-def]
        return (ids[-1] + 1) % 5


def test_a_copying_text_takes_fewer_passes_than_tokens() -> None:
    model = Parrot()
    prompt = [0, 1, 2, 3, 4, 0, 1, 2]
    assert run(Decoder(model), prompt, 30) == slow(model, prompt, 30)
    assert len(model.passes) < 10


def test_five_more_ids_prefill_five_ids() -> None:
    model = FakeModel()
    decoder = Decoder(model)
    run(decoder, list(range(10)), 3)
    longer = [*range(10), 5, 5, 5, 5, 5]
    assert run(decoder, longer, 4) == slow(model, longer, 4)
    assert decoder.reused >= 10


def test_documents_keep_their_own_slots() -> None:
    model = FakeModel()
    decoder = Decoder(model)
    for ids, key in (([1, 2, 3, 4], "a"), ([1, 9, 9, 9], "b"), ([1, 2, 3, 4, 5], "a")):
        assert run(decoder, ids, 3, key=key) == slow(model, ids, 3)
    assert decoder.reused >= 4


def test_generation_ends_where_the_slot_ends() -> None:
    model = FakeModel(capacity=16)
    assert run(Decoder(model), [1, 2, 3], 100) == slow(model, [1, 2, 3], 14)


def test_a_long_prompt_is_prefilled_in_chunks() -> None:
    model = FakeModel(capacity=2 * PREFILL_CHUNK + 40)
    prompt = [i % 17 for i in range(2 * PREFILL_CHUNK + 3)]
    assert run(Decoder(model), prompt, 5) == slow(model, prompt, 5)
    assert max(len(ids) for _, _, ids in model.passes) <= PREFILL_CHUNK


class Wanted(FakeModel):
    """Records how many logits each pass was asked for."""

    def __init__(self, **options: int) -> None:
        super().__init__(**options)
        self.wanted: list[int] = []

    def forward(self, ids, *, slot, past, want):  # type: ignore[no-untyped-def]
        self.wanted.append(want)
        return super().forward(ids, slot=slot, past=past, want=want)


def test_only_the_last_chunk_of_a_prompt_pays_for_logits() -> None:
    model = Wanted(capacity=4 * PREFILL_CHUNK)
    next(Decoder(model).steps([1] * (2 * PREFILL_CHUNK + 3), CancelToken()))
    assert model.wanted == [0, 0, 1]


@pytest.mark.parametrize("prompt", [[], [1] * 64])
def test_a_prompt_that_does_not_fit_is_refused(prompt: list[int]) -> None:
    with pytest.raises(EngineError):
        Decoder(FakeModel()).steps(prompt, CancelToken())


def test_a_cancelled_token_stops_the_next_pass_and_the_cache_stays_right() -> None:
    model = FakeModel()
    decoder, cancel = Decoder(model), CancelToken()
    steps = decoder.steps([1, 2, 3], cancel)
    next(steps)
    cancel.cancel()
    with pytest.raises(Terminated):
        next(steps)
    assert model.terminated == 1
    assert run(decoder, [1, 2, 3, 4], 6) == slow(model, [1, 2, 3, 4], 6)


def test_sampling_is_repeatable_and_differs_by_seed() -> None:
    def sample(seed: int) -> list[int]:
        sampling = Sampling(temperature=5.0, seed=seed)
        return run(Decoder(FakeModel()), [1, 2], 20, sampling=sampling)

    assert sample(1) == sample(1)
    assert sample(1) != sample(2)


def test_a_deadline_in_the_past_ends_before_the_first_pass() -> None:
    model = FakeModel()
    with pytest.raises(Terminated):
        next(Decoder(model).steps([1, 2, 3], CancelToken(), deadline=0.0))
    assert model.passes == []


def test_after_a_prefill_the_first_id_costs_nothing() -> None:
    model = FakeModel()
    decoder = Decoder(model)
    decoder.prefill([1, 2, 3, 4], CancelToken(), key="a")
    passes = len(model.passes)
    steps = decoder.steps([1, 2, 3, 4], CancelToken(), key="a")
    assert next(steps).token == model.next_id([1, 2, 3, 4])
    assert (len(model.passes), decoder.reused) == (passes, 4)
    rest = [step.token for step in islice(steps, 4)]
    assert rest == slow(model, [1, 2, 3, 4], 5)[1:]


def test_what_a_prefill_knew_is_not_used_once_the_slot_holds_other_ids() -> None:
    model = FakeModel(slots=1)
    decoder = Decoder(model)
    decoder.prefill([1, 2, 3, 4], CancelToken())
    assert run(decoder, [1, 2, 9], 3) == slow(model, [1, 2, 9], 3)
    decoder.prefill([1, 2], CancelToken())
    assert run(decoder, [1, 2, 3, 4], 5) == slow(model, [1, 2, 3, 4], 5)
    assert run(decoder, [1, 2], 5) == slow(model, [1, 2], 5)


def test_rows_give_the_ids_of_one_after_the_other() -> None:
    model = FakeModel()
    samplings = [Sampling(), Sampling(5.0, seed=1), Sampling(5.0, seed=2)]
    decoder = Decoder(model)
    columns = batch.rows(decoder, model, [1, 2, 3], samplings, CancelToken(), length=12)
    answers = [[step.token for step in row] for row in zip(*columns, strict=True)]
    for answer, sampling in zip(answers, samplings, strict=True):
        assert answer == run(Decoder(FakeModel()), [1, 2, 3], 12, sampling=sampling)
    assert answers[1] != answers[2]
    assert run(decoder, [1, 2, 3, 4], 6) == slow(model, [1, 2, 3, 4], 6)
