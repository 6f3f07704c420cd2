"""Simulated users: one with a taste, one who wants nothing, one who wants everything."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from statistics import fmean

import pytest
from fimble.core.completion.gate import BARS, Gate, Taste, Verdict
from fimble.core.completion.gate.taste import BOUND, MOST_CELLS, Trait, moved, restored
from fimble.core.text import languages

Wants = Callable[[Trait], bool | None]
"""Whether a user takes something, None if they take it where it is right."""


def drawn(rng: random.Random) -> tuple[float, Trait]:
    """A suggestion and its chance."""
    trait = Trait(
        rng.choice(("python", "go", "typescript", "java")),
        rng.choices(("rest", "line", "block"), (5, 4, 1))[0],
        rng.choices(("code", "comment", "string"), (7, 2, 1))[0],
        1 + int(rng.lognormvariate(3.2, 0.8)),
    )
    return rng.betavariate(0.9, 1.1), trait


def opens(taste: Taste, bar: float, chance: float, trait: Trait) -> bool:
    return Gate(bar, taste).opens(Verdict(chance, moved(chance, taste.shift(trait)), trait))


def after(wants: Wants, events: int, seed: int, bar: float = BARS["balanced"]) -> Taste:
    """What is learned of a user from so many suggestions that were shown."""
    rng, taste, seen = random.Random(seed), Taste(), 0
    while seen < events:
        chance, trait = drawn(rng)
        wanted, right = wants(trait), rng.random() < chance
        if opens(taste, bar, chance, trait):
            seen += 1
            taste = taste.learned(trait, chance, right if wanted is None else wanted)
    return taste


def share(taste: Taste, of: Callable[[Trait], bool], bar: float = BARS["balanced"]) -> float:
    """Of the suggestions of a kind, how many are shown."""
    rng = random.Random(7)
    all_of_them = [
        (chance, trait) for chance, trait in (drawn(rng) for _ in range(3000)) if of(trait)
    ]
    return fmean(opens(taste, bar, *one) for one in all_of_them)


def comment(trait: Trait) -> bool:
    return trait.place == "comment"


def long_go(trait: Trait) -> bool:
    return trait.language == "go" and trait.chars >= 16 and not comment(trait)


def short_go(trait: Trait) -> bool:
    return trait.language == "go" and trait.chars < 16 and not comment(trait)


def python_line(trait: Trait) -> bool:
    return trait.language == "python" and trait.kind == "line" and not comment(trait)


def others(trait: Trait) -> bool:
    return trait.language in ("typescript", "java") and not comment(trait)


def tasteful(trait: Trait) -> bool | None:
    """Never comments; of Go only what is short; whole lines of Python always."""
    if comment(trait) or long_go(trait):
        return False
    return True if python_line(trait) else None


def test_a_taste_is_learned_within_200_suggestions() -> None:
    tastes = [after(tasteful, 200, seed) for seed in range(12)]

    def now(of: Callable[[Trait], bool]) -> float:
        return fmean(share(taste, of) for taste in tastes)

    def before(of: Callable[[Trait], bool]) -> float:
        return share(Taste(), of)

    assert now(comment) < 0.5 * before(comment)
    assert now(long_go) < 0.6 * before(long_go)
    assert now(python_line) > before(python_line)
    assert now(short_go) > before(short_go) - 0.05
    assert now(others) > before(others) - 0.05


def test_one_without_a_taste_is_shown_what_all_are() -> None:
    for seed in range(3):
        taste = after(lambda trait: None, 2000, seed)
        assert share(taste, lambda trait: True) == pytest.approx(
            share(Taste(), lambda trait: True), abs=0.1
        )


@pytest.mark.parametrize("level", BARS)
def test_one_who_dismisses_everything_is_still_shown_what_is_surest(level: str) -> None:
    bar = BARS[level]
    before = share(Taste(), lambda trait: True, bar)
    taste = after(lambda trait: False, 1000, 1, bar)
    assert 0.02 < share(taste, lambda trait: True, bar) < 0.7 * before


@pytest.mark.parametrize("level", BARS)
def test_one_who_takes_everything_is_shown_no_more_than_an_eager_one(level: str) -> None:
    taste = after(lambda trait: True, 1000, 1, BARS[level])
    eager = share(Taste(), lambda trait: True, BARS["eager"])
    assert share(taste, lambda trait: True, BARS[level]) <= eager


def test_a_taste_that_changes_is_learned_anew() -> None:
    taste, rng = after(comment_hater, 300, 1), random.Random(2)
    hated = share(taste, comment)
    for _ in range(4000):
        chance, trait = drawn(rng)
        if opens(taste, BARS["balanced"], chance, trait):
            taste = taste.learned(trait, chance, rng.random() < chance)
    assert share(taste, comment) > hated + 0.2


def comment_hater(trait: Trait) -> bool | None:
    return False if comment(trait) else None


def test_it_is_bounded_however_much_happens() -> None:
    """Languages that nobody knows, chances of 0 and 1, many events."""
    rng, taste = random.Random(3), Taste()
    for number in range(20_000):
        _, trait = drawn(rng)
        strange = Trait(f"language {number}", trait.kind, trait.place, number)
        taste = taste.learned(strange, float(rng.choice((0, 1))), rng.random() < 0.5)
    assert len(taste.cells) <= 3 + 3 + 3
    assert taste.events == 20_000
    assert all(abs(cell.shift) <= BOUND for cell in taste.cells.values())


def test_all_languages_fit() -> None:
    kinds, sizes = ("rest", "line", "block"), (1, 20, 60)
    known = [name for name in map(languages.of_name, NAMES) if languages.grammar(name)]
    taste = Taste()
    for language in known:
        for kind, chars in zip(kinds, sizes, strict=True):
            taste = taste.learned(Trait(language, kind, "code", chars), 0.5, True)  # type: ignore[arg-type]
    assert len(known) > 20
    assert len(taste.cells) < MOST_CELLS


NAMES = (
    *("python", "typescript", "tsx", "javascript", "jsx", "html", "css", "scss", "json", "java"),
    *("go", "rs", "c", "cpp", "cs", "php", "rb", "sql", "sh", "vue", "svelte", "yaml", "toml"),
    *("kt", "swift", "lua", "jsonc"),
)


def test_the_same_events_make_the_same_taste() -> None:
    assert after(tasteful, 300, 5) == after(tasteful, 300, 5)
    assert after(tasteful, 300, 5) != after(tasteful, 300, 6)


def test_what_is_restored_is_what_was_kept_and_nothing_else() -> None:
    taste = after(tasteful, 100, 1)
    rows = [(name, cell.shift, cell.count) for name, cell in taste.cells.items()]
    strange = [
        ("nan", math.nan, 1),
        ("inf", math.inf, 1),
        ("more", BOUND + 0.1, 1),
        ("back", 0.5, -1),
        (b"bytes", 0.5, 1),
        ("text", "0.5", 1),
        ("half", 0.5, 0.5),
        (None, None, None),
    ]
    assert restored([*rows, *strange]) == taste
