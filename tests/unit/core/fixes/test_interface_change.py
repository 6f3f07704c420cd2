import pytest
from fimble.core import python
from fimble.core.fixes.interface_change import Change, changes


def found(before: str, after: str) -> list[Change]:
    old, new = python.parse(before), python.parse(after)
    assert old is not None
    assert new is not None
    return list(changes(old, new))


@pytest.mark.parametrize(
    ("before", "after", "words", "places"),
    [
        ("def f(a, b): ...", "def f(a, c): ...", {"b"}, False),
        ("def f(a, b): ...", "def f(a, *, b): ...", set(), True),
        ("def f(a, b): ...", "def f(b, a): ...", set(), True),
        ("def f(a, b): ...", "def f(a): ...", {"b"}, True),
        ("def f(*, a): ...", "def f(*, b): ...", {"a"}, False),
        ("def f(a): ...", "def g(a): ...", set(), True),
        ("class A: ...", "class B: ...", set(), True),
        ("def f(a): ...\ndef f(b): ...", "def f(a): ...\ndef f(c): ...", {"b"}, False),
    ],
)
def test_a_change_says_which_calls_it_breaks(
    before: str, after: str, words: set[str], places: bool
) -> None:
    (change,) = found(before, after)
    assert (change.words, change.places) == (frozenset(words), places)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(a): ...", "def f(a, b=1): ..."),
        ("def f(a=[]): ...", "def f(a=None): ..."),
        ("def _f(a): ...", "def _g(): ..."),
        ("x = 1", "y = 1\ndef g(): ..."),
    ],
)
def test_what_breaks_no_call_is_no_change(before: str, after: str) -> None:
    assert not any(change.words or change.places for change in found(before, after))


def test_a_file_is_broken_where_it_uses_what_has_changed() -> None:
    gone, renamed = Change("f", frozenset(), True), Change("f", frozenset({"a"}), False)
    assert gone.breaks("x = f")
    assert not gone.breaks("x = ff")
    assert renamed.breaks("f(a = 1)")
    assert not renamed.breaks("f(1, b=a)")
    assert not renamed.breaks("f(a == 1)")
    assert not renamed.breaks("g(a=1)")
