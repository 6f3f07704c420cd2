"""What refactorings of Python may not do: a marked program, and what it becomes, or why not."""

import ast

import pytest
from fimble.core.refactor import by_language
from fimble.core.refactor.by_language import Refactoring, named
from fimble.core.text import python
from fimble.core.text.snapshot import Snapshot, apply_edits

NEW = "renamed"


def opened(marked: str) -> tuple[Refactoring, str, int, int]:
    start, end = marked.index("«"), marked.index("»") - 1
    text = marked.replace("«", "").replace("»", "")
    found = by_language.of(Snapshot("file:///a.py", "a.py", "python", 1, text))
    assert not isinstance(found, str)
    return found, text, start, end


def variable(marked: str) -> str:
    refactoring, text, start, end = opened(marked)
    draft = refactoring.extract_variable(start, end)
    return draft if isinstance(draft, str) else apply_edits(text, named(draft, NEW))


def function(marked: str) -> str:
    refactoring, text, start, end = opened(marked)
    draft = refactoring.extract_function(start, end)
    return draft if isinstance(draft, str) else apply_edits(text, named(draft, NEW))


def inlined(marked: str) -> str:
    refactoring, text, start, _ = opened(marked)
    draft = refactoring.inline_variable(start)
    return draft if isinstance(draft, str) else apply_edits(text, draft[1])


def other_name(marked: str) -> str:
    refactoring, text, start, _ = opened(marked)
    found = refactoring.variable(start)
    if isinstance(found, str):
        return found
    edits = refactoring.rename(start, NEW)
    return apply_edits(text, edits) if edits else "No."


ORDER = [
    "[*xs, <xs.pop()>]",
    "f(*xs, <xs.pop()>)",
    "f(**d, x=<d.pop('k')>)",
    "{**d, 'k': <d.pop('k')>}",
    "f(x=<log(1)>, *log([2]))",
    "(xs + [0], <xs.pop()>)",
    "(xs == ys, <xs.pop()>)",
    "(not xs, <xs.pop()>)",
    "(2 in xs, <xs.pop()>)",
    "(f'{xs}', <xs.pop()>)",
    "([x for x in xs], <xs.pop()>)",
    "{'rows': [r for r in xs], 'head': <next(xs)>}",
    "(xs[0], <xs.pop()>)",
    "(-xs, <xs.pop()>)",
    "({xs}, <xs.pop()>)",
    "xs.parts[0].append(<xs.pop()>)",
    "xs.parts.append(<xs.pop()>)",
    "log(1) + <xs.pop()>",
]


@pytest.mark.parametrize("expression", ORDER)
def test_what_sees_an_effect_stays_before_it(expression: str) -> None:
    marked = expression.replace("<", "«").replace(">", "»")
    assert variable(f"def f(xs, ys, d):\n    return {marked}\n").endswith(".")
    value = expression[expression.index("<") + 1 : expression.index(">")]
    read = expression.replace(f"<{value}>", "v")
    assert inlined(f"def f(xs, ys, d):\n    «v» = {value}\n    return {read}\n").endswith(".")


@pytest.mark.parametrize(
    "statement",
    [
        "xs[<log(0)>] = log(1)",
        "d[a()] = d[<b()>] = c()",
        "xs[<a()>], ys = b()",
        "xs.y = xs[<xs.y>] = 1",
        "for xs[<log(0)>] in ys:\n        pass",
        "with a() as xs[<b()>]:\n        pass",
        "xs[<a()>] += b()",
        "xs[<a()>]: int = b()",
        "del xs[0], xs[<len(xs)>]",
    ],
)
def test_a_value_is_evaluated_before_its_target(statement: str) -> None:
    marked = statement.replace("<", "«").replace(">", "»")
    assert variable(f"def f(xs, ys, d):\n    {marked}\n").endswith(".")
    value = statement[statement.index("<") + 1 : statement.index(">")]
    read = statement.replace(f"<{value}>", "v")
    assert inlined(f"def f(xs, ys, d):\n    «v» = {value}\n    {read}\n").endswith(".")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(xs, «xs.pop()»)", "renamed = xs.pop()\n    return f(xs, renamed)"),
        ("[xs, «xs.pop()»]", "renamed = xs.pop()\n    return [xs, renamed]"),
        ("xs.append(«xs.pop()»)", "renamed = xs.pop()\n    return xs.append(renamed)"),
        ("f(«(xs + [1])», 2)", "renamed = xs + [1]\n    return f(renamed, 2)"),
        ("f((«xs + [1]»), 2)", "renamed = xs + [1]\n    return f(renamed, 2)"),
        ("f(«x for x in xs»)", "Select a whole expression."),
        ("super().f(«g()»)", "renamed = g()\n    return super().f(renamed)"),
    ],
)
def test_what_sees_nothing_is_no_reason(before: str, after: str) -> None:
    found = variable(f"def f(xs):\n    return {before}\n")
    assert found == (after if after.endswith(".") else f"def f(xs):\n    {after}\n")


@pytest.mark.parametrize(
    "marked",
    [
        "class A(Enum):\n    x = «1 + 1»\n",
        'def f():\n    «"""Doc."""»\n    return 1\n',
        "def f(a):\n    x = a; y = «a + 1»\n",
        "def f(a):\n    if a: return «a + 1»\n",
        "def f(a):\n    print(«a + 1», locals())\n",
        "def f(a):\n    print(«a + 1»)\n    return eval('a')\n",
    ],
)
def test_a_variable_is_not_put_where_it_would_be_seen(marked: str) -> None:
    assert variable(marked).endswith(".")


@pytest.mark.parametrize(
    "marked",
    [
        "class A:\n    def f(self):\n        __n = 1\n        «print(__n)»\n",
        "class A:\n    def f(self):\n        «print([1].sort(key=lambda x: self.__n))»\n",
        "class A:\n    def f(self):\n        «print(self.__n_)»\n",
        "def f(a):\n    «b = a\n    print(eval('b'))»\n",
        "def f(a):\n    «b = a»\n    print(eval('b'))\n",
        "def f(a):\n    «print(a)»\n    return locals()\n",
        "def f(a):\n    «print(dir())»\n",
        "def f(a):\n    «print(a)\n    x = [vars()]»\n",
        'def f(a):\n    «"""Doc."""\n    print(a)»\n',
        "def f(a):\n    x = 1; «print(a)»\n",
        "def f(a):\n    if a:\n        pass\n    «elif f:\n        print(a)»\n",
        "def f(a):\n    if a: «print(a)»\n",
    ],
)
def test_statements_that_mean_something_else_elsewhere_stay(marked: str) -> None:
    assert function(marked).endswith(".")


def test_an_asynchronous_generator_still_ends_without_a_value() -> None:
    after = function(
        "async def f(a):\n    yield a\n    if a:\n        «print(a)\n        return»\n    yield 1\n"
    )
    assert python.compiles(after)
    assert "        renamed(a)\n        return\n" in after


def test_comments_at_the_ends_of_a_selection_stay() -> None:
    after = function(
        "def f(a):\n    «# first\n    print(a)\n    print(a)  # last\n    # end\n»    return 1\n"
    )
    assert after == (
        "def renamed(a):\n    print(a)\n    print(a)\n\n\n"
        "def f(a):\n    # first\n    renamed(a)  # last\n    # end\n    return 1\n"
    )


def test_strings_over_lines_keep_their_text_wherever_they_begin() -> None:
    after = function(
        "def f(a):\n    if a:\n        «print('one \\\n            two', (a,\n            1))»\n"
    )
    assert after.startswith(
        "def renamed(a):\n    print('one \\\n            two', (a,\n        1))\n"
    )


def test_an_attribute_is_no_name_for_a_method() -> None:
    refactoring, *_ = opened(
        "class A:\n    def f(self):\n        self.extracted = 5\n        «x»\n"
    )
    assert "extracted" in refactoring.taken()


def test_a_method_beside_those_of_an_unknown_class_begins_with_an_underscore() -> None:
    after = function(
        "class A(Thread):\n    def f(self):\n        «print(self.x)»\n        return 1\n"
    )
    assert "def _renamed(self):" in after
    assert "        self._renamed()\n" in after
    after = function(
        "class A(Exception):\n    def f(self):\n        «print(self.x)»\n        return 1\n"
    )
    assert "def renamed(self):" in after


@pytest.mark.parametrize(
    ("marked", "after"),
    [
        (
            "import json\n\n\ndef dumps(«obj»):\n    return json.dumps(obj=obj)\n\n\ndumps(obj=1)\n",
            "import json\n\n\ndef dumps(renamed):\n    return json.dumps(obj=renamed)\n\n\ndumps(renamed=1)\n",
        ),
        (
            "class A:\n    def __init__(self, «a»):\n        self.a = a\n\n\nclass B(A): ...\n\n\nA(a=1), B(a=2)\n",
            "class A:\n    def __init__(self, renamed):\n        self.a = renamed\n\n\nclass B(A): ...\n\n\n"
            "A(renamed=1), B(renamed=2)\n",
        ),
        (
            "class A:\n    def run(self, «a»):\n        return a\n\n    def go(self):\n        return self.run(a=1)\n\n\n"
            "class B:\n    def run(self, a):\n        return a\n\n\nA().run(a=1), B().run(a=2)\nx = B()\nx.run(a=3)\n",
            "class A:\n    def run(self, renamed):\n        return renamed\n\n    def go(self):\n"
            "        return self.run(renamed=1)\n\n\nclass B:\n    def run(self, a):\n        return a\n\n\n"
            "A().run(renamed=1), B().run(a=2)\nx = B()\nx.run(a=3)\n",
        ),
        (
            "def f(a):\n    «b» = a\n    return f'{b}=1'\n",
            "def f(a):\n    renamed = a\n    return f'{renamed}=1'\n",
        ),
        (
            "xs = sorted([1], key=lambda «x»: -x)\n",
            "xs = sorted([1], key=lambda renamed: -renamed)\n",
        ),
    ],
)
def test_keywords_follow_the_parameter_of_what_is_called(marked: str, after: str) -> None:
    assert other_name(marked) == after


@pytest.mark.parametrize(
    "marked",
    [
        "import os.path\n\nprint(«os».path)\n",
        "def f(«a»):\n    return f'{a=}'\n",
        "def f(«a»):\n    return f'{a + 1 = :>4}'\n",
        "class A:\n    def run(self, «a»): ...\n\n\ndef f(x):\n    x.run(a=1)\n",
        "class A:\n    def run(self, «a»): ...\n\n\nclass B(A):\n    def run(self, a): ...\n",
        "class A(Base):\n    def run(self, «a»): ...\n",
        "class A:\n    def __call__(self, «a»): ...\n",
        "def f(«a»): ...\n\n\ng = f\ng(a=1)\n",
        "def f(«a», **rest): ...\n\n\nf(1, renamed=2)\n",
        "def f(«a»): ...\n\n\nf(**{'a': 1})\n",
        "@fixture\ndef f(«a»): ...\n",
        "def test_it(«tmp_path»): ...\n",
        "class A:\n    def f(self):\n        «__n» = 1\n        return __n\n",
        "f = lambda «x»: x\nf(x=1)\n",
        "def f(«a»): ...\n\n\n__all__ = ['f']\n",
        "class «A»: ...\n\n\ndef f(x: 'A'): ...\n",
        "def f():\n    «a» = 1\n    return a, dir()\n",
    ],
)
def test_a_name_that_may_be_given_elsewhere_stays(marked: str) -> None:
    assert other_name(marked).endswith(".")


def test_text_is_taken_with_its_own_parentheses_and_their_comments() -> None:
    text = "f((a), (  # why\n    b))((c))\nclass K((A)): ...\nmatch a:\n    case P(0): ...\ng(x for x in ((y)))\n"
    source = python.parse(text)
    assert source is not None
    found = [source.of(n) for n in ast.walk(source.tree) if isinstance(n, ast.Name | ast.Constant)]
    assert {"(a)", "(  # why\n    b)", "(c)", "(A)", "0", "((y))"} <= set(found)
