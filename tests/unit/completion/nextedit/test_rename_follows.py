"""A name changed by hand in Python: its uses follow, and nothing else."""

import pytest
from fimble.completion.nextedit.rules.rename_follows import rename_follows

from tests.unit.completion.nextedit.typing import after, replaced, situation


def _follows(text: str, *texts: str) -> str | None:
    return after(rename_follows, situation(text, *texts)).get("doc.py")


def _renamed(text: str, old: str, new: str, *numbers: int) -> str | None:
    """What follows after some occurrences of `old` became `new`; «» mark those that belong to it.

    The marks are taken out first.
    """
    plain = text.replace("«", "").replace("»", "")
    return _follows(*replaced(plain, old, new, *numbers))


def _all(text: str, old: str, new: str) -> str:
    return text.replace(f"«{old}»", new).replace("«", "").replace("»", "")


EVERYWHERE = {
    "a variable of a function": "def f():\n    «old» = 1\n    return «old» + «old»\n",
    "a parameter and its keyword": "def f(«old»):\n    return «old»\n\n\nf(«old»=1)\n",
    "a function": "def «old»():\n    return 1\n\n\ndef g():\n    return «old»()\n",
    "a class": "class «old»:\n    pass\n\n\nx: «old» = «old»()\n",
    "an import": "from m import «old»\n\nprint(«old».x)\n",
    "a module": "import «old»\n\nprint(«old».old)\n",
    "an attribute of the same name stays": "«old» = x.old\nprint(«old», y.old)\n",
    "a string and a comment stay": "«old» = 'old'  # old\nprint(«old»)\n",
    "a shadow stays": "«old» = 1\n\n\ndef f(old):\n    return old\n\n\nprint(«old»)\n",
    "a lambda's own stays": "«old» = 1\ng = lambda old: old\nprint(«old»)\n",
    "a comprehension's own stays": "«old» = [1]\nx = [old for old in «old»]\n",
    "a comprehension sees it": "«old» = 1\nx = [«old» for y in z]\n",
    "global": "«old» = 1\n\n\ndef f():\n    global «old»\n    «old» += 1\n",
    "nonlocal": (
        "def f():\n    «old» = 1\n\n    def g():\n        nonlocal «old»\n        «old» = 2\n"
        "    print(«old»)\n    g()\n    return «old»\n"
    ),
    "a formatted string": "«old» = 1\nprint(f'{«old»} old {«old»!r:>{«old»}}')\n",
    "del": "def f():\n    «old» = 1\n    del «old»\n",
    "except": "try:\n    pass\nexcept E as «old»:\n    print(«old»)\n",
    "with": "with f() as «old»:\n    print(«old».read())\n",
    "for": "for «old» in xs:\n    print(«old»)\n",
    "a walrus": "if («old» := f()):\n    print(«old»)\n",
    "match": "match x:\n    case [«old», *rest]:\n        print(«old»)\n",
    "a loop that goes on from it": (
        "def f(xs):\n    «old» = 0\n    for x in xs:\n        «old» += x\n    return «old»\n"
    ),
    "a default that a branch changes": (
        "def f(c):\n    «old» = None\n    if c:\n        «old» = c\n    return «old»\n"
    ),
    "the keyword of another function stays": (
        "def f(«old»):\n    return «old»\n\n\ng(old=1)\nf(«old»=2)\n"
    ),
    "a class's own stays": "«old» = 1\n\n\nclass C:\n    old = 2\n    x = old\n\n\n«old»()\n",
    "a global that a function sets": (
        "«old» = 1\n\n\ndef f():\n    global «old»\n    «old» = 2\n    return «old»\n"
    ),
    "its decorator": "def «old»(f):\n    return f\n\n\n@«old»\ndef g():\n    pass\n",
    "a name that was half done": "def f():\n    «old» = 1\n    g(«old»)\n    return «old»\n",
}


@pytest.mark.parametrize("text", EVERYWHERE.values(), ids=EVERYWHERE)
def test_the_uses_of_a_definition_follow(text: str) -> None:
    number = text.replace("»", "«").split("«").index("old") - 1
    assert number == 0 or text.startswith(("class", "def", "from", "import", "try"))
    assert _renamed(text, "old", "fresh", 0) == _all(text, "old", "fresh")


SILENT = {
    "one use alone may be another thing": ("old = 1\nprint(old)\nprint(old)\n", 1),
    "the new name is a variable": ("fresh = 2\nold = 1\nprint(old)\n", 0),
    "the new name is used inside": ("def f(fresh):\n    old = 1\n    return old\n", 0),
    "the old one is set before every use": ("old = 1\nold = 2\nprint(old)\n", 0),
    "one of two branches": (
        "def f(c):\n    if c:\n        old = 1\n    old = 2\n    return old\n",
        0,
    ),
    "a package": ("import old.path\nprint(old.path.x)\n", 0),
    "nothing uses it": ("old = 1\n", 0),
    "a private name": ("class C:\n    def f(self, __old):\n        return __old\n", 0),
    "a string": ("x = 'old'\nprint('old')\n", 0),
    "a comment": ("# old\nold = 1\nprint(old)\n", 0),
    "a keyword of an unknown function": ("f(old=1)\ng(old=2)\n", 0),
    "an attribute": ("x.old = 1\nprint(x.old)\n", 0),
}


@pytest.mark.parametrize(("text", "number"), SILENT.values(), ids=SILENT)
def test_what_may_mean_something_still_is_left_alone(text: str, number: int) -> None:
    assert _renamed(text, "old", "fresh", number) is None


def test_two_uses_alike_are_a_rename() -> None:
    text = "def f(old):\n    print(old)\n    print(old)\n    return old\n"
    assert _renamed(text, "old", "fresh", 1, 2) == text.replace("old", "fresh")


def test_uses_that_were_changed_by_hand_are_not_proposed_again() -> None:
    text = "old = 1\nprint(old)\nprint(old)\n"
    texts = replaced(text, "old", "fresh", 0, 2)
    assert _follows(*texts) == text.replace("old", "fresh")
    assert _follows(*texts, text.replace("old", "fresh")) is None


def test_a_use_that_was_made_something_else_is_left_alone() -> None:
    assert (
        _follows(
            "old = 1\nprint(old)\nprint(old)\n",
            "fresh = 1\nprint(old)\nprint(old)\n",
            "fresh = 1\nprint(other(3))\nprint(old)\n",
        )
        == "fresh = 1\nprint(other(3))\nprint(fresh)\n"
    )


def test_edits_elsewhere_do_not_end_it() -> None:
    assert (
        _follows(
            "old = 1\nprint(old)\n", "fresh = 1\nprint(old)\n", "import x\nfresh = 1\nprint(old)\n"
        )
        == "import x\nfresh = 1\nprint(fresh)\n"
    )


def test_a_rename_that_was_taken_back_is_none() -> None:
    text = "old = 1\nprint(old)\n"
    fresh = text.replace("old", "fresh", 1)
    assert _follows(text, fresh, text) is None
    assert _follows(text, fresh, "x = 1\n" + fresh, "x = 1\n" + text) is None


def test_a_copied_function_that_gets_its_name_is_no_rename() -> None:
    one = "def old():\n    return 1\n\n\n"
    assert (
        _follows(
            one + "old()\n", one + one + "old()\n", one + one[:4] + "fresh" + one[7:] + "old()\n"
        )
        is None
    )


def test_names_changed_in_one_line_are_renamed_together() -> None:
    text = "def f(a, b):\n    return a - b\n"
    assert _follows(text, "def f(x, y):\n    return a - b\n") == "def f(x, y):\n    return x - y\n"


def test_names_changed_one_after_the_other_are_renamed_together() -> None:
    text = "old = 1\nsome = 2\nprint(old, some)\n"
    one = text.replace("old", "fresh", 1)
    two = one.replace("some", "other", 1)
    assert _follows(text, one, two) == "fresh = 1\nother = 2\nprint(fresh, other)\n"


@pytest.mark.parametrize("new", ["c", "co", "cou"])
def test_a_name_that_is_being_deleted_is_no_name(new: str) -> None:
    text = "counter = 1\nprint(counter)\n"
    assert _follows(text, text.replace("counter", new, 1)) is None


def test_a_text_that_did_not_parse_before_is_left_alone() -> None:
    assert _renamed("old = (\nprint(old)\n", "old", "fresh", 0) is None
