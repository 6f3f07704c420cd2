import builtins
from textwrap import dedent

import pytest
from fimble.core.refactor.python.rename import rename
from fimble.core.refactor.python.scopes import Scopes
from fimble.core.text import python
from fimble.core.text.snapshot import apply_edits


def renamed(marked: str, new: str = "new") -> str | None:
    start = marked.index("█")
    text = marked.replace("█", "")
    source = python.parse(text)
    assert source is not None
    edits = rename(Scopes(source), start, new)
    return None if edits is None else apply_edits(text, edits)


@pytest.mark.parametrize(
    ("marked", "after"),
    [
        ("█a = 1\nprint(a, b.a, 'a')\n", "new = 1\nprint(new, b.a, 'a')\n"),
        ("a = 1\ndef f():\n    █a = 2\n    return a\n", "a = 1\ndef f():\n    new = 2\n    return new\n"),
        ("a = 1\ndef f():\n    return █a\n", "new = 1\ndef f():\n    return new\n"),
        ("█a = 1\ndef f(a):\n    return a\n", "new = 1\ndef f(a):\n    return a\n"),
        ("a = 1\ndef f():\n    global a\n    █a = 2\n", "new = 1\ndef f():\n    global new\n    new = 2\n"),
        ("def f():\n    █a = 1\n    def g():\n        nonlocal a\n        a = 2\n",
         "def f():\n    new = 1\n    def g():\n        nonlocal new\n        new = 2\n"),
        ("█a = 1\nclass C:\n    a = 2\n    def m(self):\n        return a\n",
         "new = 1\nclass C:\n    a = 2\n    def m(self):\n        return new\n"),
        ("█a = [1]\nb = [a for a in a]\n", "new = [1]\nb = [a for a in new]\n"),
        ("import █a\na.b()\n", "import a as new\nnew.b()\n"),
        ("from m import a as █b\nb()\n", "from m import a as new\nnew()\n"),
        ("def f(█a, *, b=1):\n    return a\nf(1)\nf(a=2)\n", "def f(new, *, b=1):\n    return new\nf(1)\nf(new=2)\n"),
        ("try:\n    f()\nexcept E as █e:\n    print(e)\n", "try:\n    f()\nexcept E as new:\n    print(new)\n"),
        ("match x:\n    case [█a, *b]:\n        print(a)\n", "match x:\n    case [new, *b]:\n        print(new)\n"),
        ("█é = 1\nprint('ü', é)\n", "new = 1\nprint('ü', new)\n"),
        ("if (█a := f()):\n    print(a)\n", "if (new := f()):\n    print(new)\n"),
        ("@d\ndef █f():\n    return f\n", "@d\ndef new():\n    return new\n"),
    ],
)  # fmt: skip
def test_rename(marked: str, after: str) -> None:
    assert renamed(marked) == after


@pytest.mark.parametrize(
    "marked",
    [
        "█a = 1\nnew = 2\n",
        "█a = 1\ndef f(new):\n    return a\n",
        "def f():\n    █a = 1\n    return locals()\n",
        "__all__ = ['a']\n█a = 1\n",
        "class C:\n    █a = 1\n",
        "print(█undefined)\n",
    ],
)
def test_what_would_change_the_meaning_is_refused(marked: str) -> None:
    assert renamed(marked) is None


def test_names_that_are_no_names_are_refused() -> None:
    for name in ("class", "1a", "", "print"):
        assert name in dir(builtins) or not name.isidentifier() or name == "class"
        assert renamed("█a = 1\n", name) is None


def test_visible_names_are_those_of_the_scopes_around() -> None:
    source = python.parse(
        dedent("""\
        a = 1
        class C:
            b = 2
            def m(self, c):
                d = lambda e: None
        """)
    )
    assert source is not None
    scopes = Scopes(source)
    lambda_scope = next(o.scope for o in scopes.occurrences if o.name == "e")
    assert scopes.visible(lambda_scope) == {"a", "C", "self", "c", "d", "e"}
