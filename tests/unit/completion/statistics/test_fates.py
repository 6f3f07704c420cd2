"""What becomes of suggestions: what stands there later, who is followed, what is learned."""

from __future__ import annotations

from pathlib import Path

import pytest
from fimble.completion.statistics.database import Database, read, read_taste
from fimble.completion.statistics.events import Request
from fimble.completion.statistics.fates import SEEN_S, Fates, standing
from fimble.completion.statistics.offers import Offers
from fimble.core.completion.context import CursorContext
from fimble.core.completion.gate import Trait, Verdict
from fimble.generation.testing import at_cursor
from hypothesis import given
from hypothesis import strategies as st

SAID = "return width * height"
VERDICT = Verdict(0.6, 0.6, Trait("python", "line", "code", len(SAID)))


@pytest.mark.parametrize(
    ("now", "chars"),
    [
        ("def f():\n    return width * height\n", 21),
        ("import os\n\n\ndef f():\n    return width * height\n", 21),
        ("def f():\n    return int(width * height)\n", 21),
        ("def f():\n    # area\n    return width\n", 13),
        ("def f():\n    pass\n", 0),
        ("def f():\n    ", 0),
        ("def g():\n    return width * height\n", None),
        ("", None),
    ],
)
def test_what_stands_there_later(now: str, chars: int | None) -> None:
    stand = standing(SAID, "def f():\n    ", 13, now)
    assert stand == chars if chars in (None, 0) else stand is not None and abs(stand - chars) <= 2


def test_of_places_that_look_alike_the_nearest_counts() -> None:
    """Unless the text moved by more than they are apart; nobody could tell then."""
    twice = "x = 1\ny = 2\nx = 3\n"
    assert standing("3", "x = ", 16, twice) == 1
    assert standing("1", "x = ", 4, twice) == 1
    assert standing("3", "x = ", 4, twice) == 0


def test_long_texts_are_looked_at_in_part() -> None:
    assert standing("a b " * 50_000, "", 0, "b a " * 50_000) is not None


@given(st.text(), st.text(), st.integers(0, 99), st.text())
def test_never_more_than_was_shown(text: str, before: str, place: int, now: str) -> None:
    stand = standing(text, before, place, now)
    assert stand is None or 0 <= stand <= len(text)
    assert standing(text, before, len(before), before + text + now) == len(text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "statistics.sqlite3"


class User:
    """Somebody who types, and what is followed of it; times are in seconds."""

    def __init__(self, path: Path) -> None:
        self.offers = Offers(path)
        self.fates = Fates(self.offers)

    def is_shown(self, marked: str, text: str = SAID, at: float = 0.0) -> str:
        context = at_cursor(marked)
        self.fates.asked(context, at)
        identity = self.offers.new_id()
        request = Request(identity, 1.7e9, "python", "tiny", None, len(text), 9.0)
        self.offers.answered(request, text)
        self.fates.shown(identity, context, text, VERDICT, at)
        return identity

    def learned(self, path: Path) -> tuple[int, list[int | None]]:
        """How many events, and what stood there."""
        self.offers.flush(30)
        return read_taste(path).events, [found.retained_chars for found in read(path)]


def test_what_was_taken_and_stands_is_wanted(path: Path) -> None:
    user = User(path)
    identity = user.is_shown("def f():\n    █\n")
    user.fates.accepted(identity)
    user.fates.settle(identity, f"def f():\n    {SAID}\n")
    user.fates.settle(identity, "")
    assert user.learned(path) == (1, [21])
    assert all(cell.shift > 0 for cell in read_taste(path).cells.values())


@pytest.mark.parametrize(
    ("accepted", "now", "wanted"),
    [
        (True, "return width * height", True),
        (True, "return width * self.size", True),
        (True, "", False),
        (True, "raise ValueError(size)", False),
        (False, "return width * height", True),
        (False, "return width * self.size", False),
        (False, "raise ValueError(size)", False),
    ],
)
def test_what_was_taken_may_be_edited_what_was_typed_is_the_same(
    path: Path, accepted: bool, now: str, wanted: bool
) -> None:
    user = User(path)
    identity = user.is_shown("def f():\n    █\n")
    if accepted:
        user.fates.accepted(identity)
    user.fates.settle(identity, f"def f():\n    {now}\n\n")
    user.offers.flush(30)
    assert {cell.shift > 0 for cell in read_taste(path).cells.values()} == {wanted}


def test_what_nobody_has_decided_is_not_learned(path: Path) -> None:
    """Nothing was typed since, the document was closed, or its place is gone."""
    user = User(path)
    for now in ("def f():\n    \n", None, "class A:\n"):
        user.fates.settle(user.is_shown("def f():\n    █\n"), now)
    assert user.learned(path) == (0, [None] * 3)


def test_what_typing_takes_away_at_once_is_not_learned(path: Path) -> None:
    user = User(path)
    first = user.is_shown("x = █\n", "width", at=1.0)
    second = user.is_shown("x = h█\n", "eight", at=1.0 + SEEN_S / 2)
    third = user.is_shown("x = hi█\n", "gh", at=1.1 + 2 * SEEN_S)
    for identity in (first, second, third):
        user.fates.settle(identity, "x = high\n")
    assert user.learned(path) == (2, [None, 0, 2])


def test_what_is_typed_along_is_one_suggestion(path: Path) -> None:
    user, text = User(path), "width * height"
    shown = [
        user.is_shown(f"x = {text[:typed]}█\n", text[typed:], at=1.0 + 0.1 * typed)
        for typed in range(len(text))
    ]
    for identity in shown:
        user.fates.settle(identity, f"x = {text}\n")
    assert user.learned(path) == (1, [None] * (len(text) - 1) + [1])
    assert read(path)[-1].kept


def test_a_clock_that_goes_back_loses_nothing(path: Path) -> None:
    user = User(path)
    identity = user.is_shown("x = █\n", "width", at=1e9)
    user.is_shown("x = h█\n", "eight", at=0.0)
    user.fates.settle(identity, "x = height\n")
    assert user.learned(path)[0] <= 1


def test_memory_is_bounded(path: Path) -> None:
    user = User(path)
    for number in range(2_000):
        context = CursorContext(at_cursor("x = █\n").snapshot, 4)
        user.fates.shown(str(number), context, f"text {number}", VERDICT, float(number))
    assert len(user.fates._followed) == 64
    assert len(user.fates._last) <= 64


def test_off_learns_nothing(path: Path) -> None:
    user = User(path)
    user.offers.enabled = False
    identity = user.is_shown("def f():\n    █\n")
    user.fates.settle(identity, f"def f():\n    {SAID}\n")
    user.offers.flush()
    assert user.offers.taste.events == 0
    assert not path.parent.exists()


def test_two_servers_learn_together_and_a_reset_reaches_both(path: Path) -> None:
    first, second = User(path), User(path)
    for user in (first, second):
        for _ in range(3):
            identity = user.is_shown("def f():\n    █\n")
            user.fates.settle(identity, f"def f():\n    {SAID}\n")
            user.offers.flush(30)
    assert read_taste(path).events == 6
    with Database(path) as database:
        database.forget_taste()
    identity = first.is_shown("def f():\n    █\n")
    first.fates.settle(identity, f"def f():\n    {SAID}\n")
    assert first.learned(path)[0] == 1
