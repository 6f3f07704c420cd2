import pytest
from fimble.core.fixes.interface_change import Change, changes
from fimble.core.text import python


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
        ("x = 1", "x = 2\ndef g(): ..."),
        ("def f():\n    def g(a): ...", "def f():\n    def h(b): ..."),
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


@pytest.mark.parametrize(
    ("before", "name", "other", "uses"),
    [
        ("import os", "os", "from a import os", True),
        ("import os", "os", "import os\nprint(os)", False),
        ("import os", "os", "from b.a import *\nos.sep", True),
        ("import os", "os", "from b import a as c\nc.os.sep", True),
        ("import os", "os", "patch('b.a.os')", True),
        ("maxSize = 1", "maxSize", "import a\nprint(a.maxSize)", True),
        ("maxSize = 1", "maxSize", "maxSize = 2", False),
        ("def _f(): ...", "_f", "def _f(): ...", False),
        ("def _f(): ...", "_f", "from .a import _f", True),
        ("x = 1", "x", "def (:\na x", True),
    ],
)
def test_a_variable_is_used_by_who_takes_it_from_its_module(
    before: str, name: str, other: str, uses: bool
) -> None:
    (change,) = found(before, "")
    assert (change.name, change.exact) == (name, True)
    assert change.breaks(other, "a") is uses


@pytest.mark.parametrize(
    "before",
    [
        "class A:\n    def __init__(self, id): ...",
        "class B:\n    def __new__(cls, id): ...\nclass A(B): ...",
    ],
)
def test_a_class_is_called_as_its_constructor_is(before: str) -> None:
    named = [c for c in found(before, before.replace("id", "id_")) if c.name == "A"]
    assert [(c.words, c.places) for c in named] == [(frozenset({"id"}), False)]


@pytest.mark.parametrize("other", ["x = f(**kw)", "run(f)", "@f\ndef g(): ...", "f(a=1)"])
def test_who_hands_a_function_on_may_call_it_by_keyword(other: str) -> None:
    assert Change("f", frozenset({"a"}), False).breaks(other)
    assert not Change("f", frozenset({"a"}), False).breaks("from m import f\nprint(f(1))")
