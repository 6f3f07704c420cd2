"""The quicker prompts of a user who waits, and the better ones that are read behind them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from fimble.core.text.prompt import plain
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import PREFILL_CHUNK
from fimble.engine.model import Logits
from fimble.engine.tokenizer import Tokenizer
from fimble.generation.local import AT_HAND, LocalGenerator
from fimble.generation.request import GenerationRequest
from fimble.generation.testing import FakeModel, manifest
from tokenizers import Tokenizer as HFTokenizer
from tokenizers import models, pre_tokenizers

FAR = AT_HAND + 100


def tokenizer() -> Tokenizer:
    """One token for each byte."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = HFTokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return Tokenizer(made)


class Watched(FakeModel):
    """Says before each pass that it begins."""

    def __init__(self) -> None:
        super().__init__(vocab=256, capacity=2048, slots=6)
        self.begins: Callable[[], None] = lambda: None

    def forward(self, ids: Sequence[int], *, slot: int, past: int, want: int) -> Logits:
        self.begins()
        return super().forward(ids, slot=slot, past=past, want=want)


def generator_of(model: FakeModel) -> LocalGenerator:
    return LocalGenerator(replace(manifest(), stop_ids=()), tokenizer(), model)


def text(seed: int, length: int = FAR) -> str:
    return "".join(random.Random(seed).choices("abcdefgh \n", k=length))


def asked(whole: str, near: str, key: str = "a") -> GenerationRequest:
    prompt, short = (plain(whole),), ((plain(near),),) if near else ()
    return GenerationRequest(key, prompt, max_new_tokens=6, quick=short)


def fresh(prompt: str) -> str:
    """The answer of a generator that has read nothing yet."""
    generator = generator_of(Watched())
    return generator.generate(asked(prompt, ""), CancelToken()).text


@pytest.fixture
def model() -> Watched:
    return Watched()


@pytest.fixture
def generator(model: Watched) -> LocalGenerator:
    return generator_of(model)


def test_the_short_prompt_is_answered_where_the_whole_one_is_unread(
    generator: LocalGenerator,
) -> None:
    result = generator.generate(asked(text(1), "near"), CancelToken())
    assert (result.quick, result.text) == (1, fresh("near"))
    assert result.timings.prompt_tokens == len("near")


def test_a_little_that_is_unread_is_read(generator: LocalGenerator) -> None:
    whole = text(1, AT_HAND)
    result = generator.generate(asked(whole, "near"), CancelToken())
    assert (result.quick, result.text) == (0, fresh(whole))


def test_without_a_short_prompt_the_whole_one_is_read_however_long(
    generator: LocalGenerator,
) -> None:
    result = generator.generate(asked(text(1), ""), CancelToken())
    assert (result.quick, result.text) == (0, fresh(text(1)))


def test_once_the_whole_prompt_is_read_it_is_answered_as_by_a_fresh_cache(
    generator: LocalGenerator, model: Watched
) -> None:
    generator.generate(asked(text(1), "near"), CancelToken())
    generator.prefill(asked(text(1), "near"), CancelToken())
    before = len(model.passes)
    result = generator.generate(asked(text(1) + "x", "nearx"), CancelToken())
    assert (result.quick, result.text) == (0, fresh(text(1) + "x"))
    assert len(model.passes[before][2]) == 1


def test_a_jump_takes_no_place_from_whole_prompts(
    generator: LocalGenerator, model: Watched
) -> None:
    for place in (1, 2):
        generator.prefill(asked(text(place), ""), CancelToken())
    for jump in range(3, 9):
        assert generator.generate(asked(text(jump), f"near {jump}"), CancelToken()).quick
    for place in (1, 2):
        result = generator.generate(asked(text(place), f"near {place}"), CancelToken())
        assert (result.quick, result.text) == (0, fresh(text(place)))


def test_reading_the_whole_prompt_begins_no_pass_once_somebody_waits(
    generator: LocalGenerator, model: Watched
) -> None:
    cancel, passes = CancelToken(), 0

    def begins() -> None:
        nonlocal passes
        assert not cancel.cancelled
        passes += 1
        if passes == 3:
            cancel.cancel()

    model.begins = begins
    generator.prefill(asked(text(1), "near"), cancel)
    assert passes == 3


def test_what_was_read_before_somebody_came_is_kept(
    generator: LocalGenerator, model: Watched
) -> None:
    whole, interruptions = text(1, 10 * PREFILL_CHUNK), 0
    while generator.generate(asked(whole, "near"), CancelToken()).quick:
        cancel, begun = CancelToken(), len(model.passes)
        model.begins = lambda cancel=cancel, begun=begun: (  # type: ignore[misc]
            cancel.cancel() if len(model.passes) > begun else None
        )
        generator.prefill(asked(whole, "near"), cancel)
        model.begins = lambda: None
        interruptions += 1
        assert interruptions < 11
    result = generator.generate(asked(whole, "near"), CancelToken())
    assert result.text == fresh(whole)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_was_read_before_an_answer_is_that_of_a_fresh_cache(seed: int) -> None:
    """Typing, jumps, two documents, cancelled reading: no slot is ever taken for another."""
    chance, generator = random.Random(seed), generator_of(Watched())
    places = [text(place) for place in range(4)]
    seen = set()
    for _ in range(40):
        number = chance.randrange(4)
        places[number] += chance.choice(("x", "yz", ""))
        if chance.random() < 0.1:
            places[number] = text(chance.randrange(100))
        whole = places[number]
        request = asked(whole, whole[-20:], key="ab"[number % 2])
        if chance.random() < 0.4:
            cancel = CancelToken()
            if chance.random() < 0.3:
                cancel.cancel()
            generator.prefill(request, cancel)
        result = generator.generate(request, CancelToken())
        assert result.text == fresh(whole[-20:] if result.quick else whole)
        seen.add(result.quick)
    assert seen == {1, 0}
