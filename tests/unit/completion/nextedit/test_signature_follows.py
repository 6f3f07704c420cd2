"""Parameters changed by hand in Python: the calls follow, where it is sure what they call."""

import pytest
from fimble.completion.nextedit.proposal import Proposal
from fimble.completion.nextedit.rules.signature_follows import signature_follows

from tests.unit.completion.nextedit.typing import after, situation


def _follows(text: str, *texts: str) -> str | None:
    return after(signature_follows, situation(text, *texts)).get("doc.py")


def _changed(text: str, old: str, new: str) -> str | None:
    """What follows after the first `old` of a text became `new`."""
    return _follows(text, text.replace(old, new, 1))


F = "def f(a, b):\n    return a\n\n\n"


@pytest.mark.parametrize(
    ("new", "calls", "wanted"),
    [
        ("a, b, c", "f(1, 2)\nf(1, b=2)\n", "f(1, 2, c)\nf(1, b=2, c=c)\n"),
        ("a", "f(1, 2)\nf(b=2, a=1)\n", "f(1)\nf(a=1)\n"),
        ("b, a", "f(1, 2)\nf(b=2, a=1)\n", "f(2, 1)\nf(b=2, a=1)\n"),
        ("a, *, b", "x = [f(i, 2) for i in y]\n", "x = [f(i, b=2) for i in y]\n"),
        ("a, b, c", "x = f(f(1, 2), 3)\n", "x = f(f(1, 2, c), 3, c)\n"),
        ("a, b, c", "x = f'{f(1, 2)}'\n", "x = f'{f(1, 2, c)}'\n"),
        ("a, c", "f(1, b=2)\nf(1, 2)\n", "f(1, c=2)\nf(1, 2)\n"),
        ("a, b, c", "f(1, 2)\nf(*x)\nf(**x)\nf(1)\n", "f(1, 2, c)\nf(*x)\nf(**x)\nf(1)\n"),
        (
            "a, b, c",
            "def g(f):\n    f(1, 2)\n\n\nf(1, 2)\n",
            "def g(f):\n    f(1, 2)\n\n\nf(1, 2, c)\n",
        ),
        ("a, b, c", "x.f(1, 2)\nf(1, 2)\n", "x.f(1, 2)\nf(1, 2, c)\n"),
    ],
)
def test_the_calls_follow(new: str, calls: str, wanted: str) -> None:
    assert _changed(F + calls, "a, b", new) == F.replace("a, b", new) + wanted


@pytest.mark.parametrize(
    ("new", "calls"),
    [
        ("a, b, c=1", "f(1, 2)\n"),
        ("a, b, *c", "f(1, 2)\n"),
        ("a, b, **c", "f(1, 2)\n"),
        ("a: int, b", "f(1, 2)\n"),
        ("a, b, c", "f = other\nf(1, 2)\n"),
        ("a, b, c", "f(1, 2)\ng(f)\n"),
        ("a, b, c", "def f(a, b):\n    pass\n\n\nf(1, 2)\n"),
        ("c, d, e", "f(1, 2)\n"),
        ("a, b, c", "x.f(1, 2)\n"),
        ("a, b,", "f(1, 2)\n"),
    ],
)
def test_what_fits_or_may_be_another_function_is_left_alone(new: str, calls: str) -> None:
    assert _changed(F + calls, "a, b", new) is None


CLASS = """class A:
    def m(self, a):
        self.m(1)

    @classmethod
    def c(cls, a):
        cls.c(1)

    @staticmethod
    def s(a):
        A.s(1)

    def __init__(self, a):
        self.a = a


def g(x, y: A):
    z = A(1)
    z.m(1)
    y.m(1)
    x.other(1)
"""


@pytest.mark.parametrize(
    ("old", "new", "calls"),
    [
        ("def m(self, a)", "def m(self, a, b)", ["self.m(1)", "z.m(1)", "y.m(1)"]),
        ("def c(cls, a)", "def c(cls, a, b)", ["cls.c(1)"]),
        ("def s(a)", "def s(a, b)", ["A.s(1)"]),
        ("def __init__(self, a)", "def __init__(self, a, b)", ["A(1)"]),
    ],
)
def test_methods_are_called_by_their_class(old: str, new: str, calls: list[str]) -> None:
    wanted = CLASS.replace(old, new)
    for call in calls:
        wanted = wanted.replace(call, call.replace("1", "1, b"))
    assert _changed(CLASS, old, new) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    def m(self, a):\n        pass\n\n\ndef g(x):\n    x.m(1)\n",
        "class A:\n    def m(self, a):\n        self.m(1)\n\n\nclass C(A):\n    def m(self, a): ...\n",
        "class A:\n    @wraps\n    def m(self, a):\n        self.m(1)\n",
        "class A:\n    @property\n    def m(self, a):\n        self.m(1)\n",
        "class A:\n    def m(self, a):\n        self.m(1)\n        call(self.m)\n",
    ],
)
def test_methods_that_others_may_have_or_call_are_left_alone(text: str) -> None:
    assert _changed(text, "self, a", "self, a, b") is None


@pytest.mark.parametrize(
    "text",
    [
        "__all__ = ['f']\n\n\ndef f(a, b):\n    return f(1, 2)\n",
        "class A(B):\n    def f(self, a, b):\n        self.f(1, 2)\n",
    ],
)
def test_who_else_may_call_it_does_not_matter(text: str) -> None:
    wanted = text.replace("a, b", "a, b, c").replace("1, 2", "1, 2, c")
    assert _changed(text, "a, b", "a, b, c") == wanted


def test_a_value_that_only_the_user_knows_is_a_hole() -> None:
    text = F + "f(1, 2)\n"
    found = signature_follows(situation(text, text.replace("a, b", "a, b, size")))
    assert isinstance(found, Proposal)
    (step,) = found.steps
    assert [step.edit.new_text[a:b] for a, b in step.holes] == ["size"]


def test_a_default_that_is_gone_is_passed() -> None:
    text = "def f(a, b=0):\n    pass\n\n\nf(1)\nf(1, 2)\n"
    assert _changed(text, "b=0", "b") == text.replace("b=0", "b").replace("f(1)", "f(1, 0)")
    text = "def f(a, b=X):\n    pass\n\n\nf(1)\n"
    assert _changed(text, "b=X", "b") == text.replace("b=X", "b").replace("f(1)", "f(1, b)")


def test_calls_that_the_user_has_changed_are_left_alone() -> None:
    one = F + "f(1, 2)\nf(3, 4)\n"
    two = one.replace("a, b", "a, b, c")
    three = two.replace("f(1, 2)", "f(1, 2, 9)")
    assert _follows(one, two, three) == three.replace("f(3, 4)", "f(3, 4, c)")


def test_two_parameters_typed_one_after_the_other_are_one_change() -> None:
    one = F + "f(1, 2)\n"
    two = one.replace("a, b", "a, b, c")
    three = two.replace("(a, b", "(z, a, b", 1)
    other = "import x\n" + three
    assert (
        _follows(
            one,
            two,
            other,
        )
        is not None
    )
    assert _follows(one, two, three) == three.replace("f(1, 2)", "f(z, 1, 2, c)")


def test_the_half_typed_parameter_of_a_broken_line_is_none() -> None:
    text = F + "f(1, 2)\n"
    for new in ("a, b, (", "a, b, *", "a, b, c=", "a, b, c:"):
        assert _changed(text, "a, b", new) is None


def test_an_argument_that_was_added_is_a_parameter_too() -> None:
    text = F + "f(1, 2)\n"
    for call, new in (
        ("f(1, 2, size)", "a, b, size"),
        ("f(1, 2, self.size)", "a, b, size"),
        ("f(size, 1, 2)", "size, a, b"),
        ("f(1, 2, size=3)", "a, b, size"),
        ("f(1, 2, 3)", "a, b, value"),
    ):
        typed = F + call + "\n"
        assert _follows(text, typed) == typed.replace("a, b", new)


@pytest.mark.parametrize(
    ("definition", "old", "new"),
    [
        ("def f(a, b=1):\n    pass\n\n\n", "f(1)", "f(1, 2)"),
        ("def f(a, *b):\n    pass\n\n\n", "f(1)", "f(1, 2)"),
        ("def f(a, **b):\n    pass\n\n\n", "f(1)", "f(1, c=2)"),
        ("def f(a, b=1):\n    pass\n\n\n", "f(1, 2)", "f(1, 2, c)"),
        ("def f(a):\n    pass\n\n\n", "f(1)", "f(1, a)"),
        ("def f(a):\n    pass\n\n\n", "f(1)", "f(1, 2, 3)"),
        ("def f(a):\n    pass\n\n\ndef f(b):\n    pass\n\n\n", "f(1)", "f(1, c)"),
        ("from m import f\n\n\n", "f(1)", "f(1, c)"),
        ("def f(a, /, *, b):\n    pass\n\n\n", "f(1, b=2)", "f(1, c, b=2)"),
    ],
)
def test_an_argument_that_is_taken_or_cannot_be_placed_is_left_alone(
    definition: str, old: str, new: str
) -> None:
    assert _follows(definition + old + "\n", definition + new + "\n") is None


METHOD = "class A:\n    def f(self, a):\n        return a\n\n"


@pytest.mark.parametrize("use", ["    alias = f\n", "    all = [f]\n", "    g = partial(f, a=1)\n"])
def test_a_method_that_its_class_hands_on_is_left_alone(use: str) -> None:
    calls = "\n\nA().f(1)\n"
    assert _changed(METHOD + "    pass\n" + calls, "self, a", "self, a, b") is not None
    assert _changed(METHOD + use + calls, "self, a", "self, a, b") is None


def test_a_call_in_the_class_is_one_of_the_plain_function() -> None:
    text = METHOD + "    one = f(None, 1)\n\n\nA().f(1)\n"
    found = _changed(text, "self, a", "self, a, b")
    assert found is not None
    assert found.endswith("    one = f(None, 1, b)\n\n\nA().f(1, b)\n")
