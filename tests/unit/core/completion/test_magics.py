"""Cells of a notebook: a magic is no error of Python, and what is none stays one."""

from dataclasses import replace

import pytest
from fimble.completion import pipeline
from fimble.core.completion import magics
from fimble.core.completion.context import CursorContext
from fimble.core.text import python
from fimble.generation.testing import ScriptedGenerator, at_cursor
from hypothesis import given
from hypothesis import strategies as st

MANY = "%load_ext autoreload\n%autoreload 2\n!ls\n!pwd\n%cd ..\n%time x\nimport a\n"
"""More than the errors with which a file counts as of a dialect."""


def cell(marked: str, path: str = "notebook.ipynb") -> CursorContext:
    context = at_cursor(marked)
    return replace(context, snapshot=replace(context.snapshot, path=path))


def shown(context: CursorContext, answer: str) -> str:
    return pipeline.complete(ScriptedGenerator(lambda _: answer), context).shown


@pytest.mark.parametrize(
    ("marked", "answer", "wanted"),
    [
        ("import a\n█\n", "%matplotlib inline", "%matplotlib inline"),
        ("import a\n█\n", "%matplotlib inline\nimport b", "%matplotlib inline"),
        ("import a\n%█\n", "matplotlib inline", "matplotlib inline"),
        ("%█\n", "load_ext autoreload\n%autoreload 2", "load_ext autoreload"),
        ("█\n", "!pip install pandas", "!pip install pandas"),
        ("█\nx = 1\n", "!echo it's", "!echo it's"),
        ("█\n", "import a\n%time b", "import a"),
        ("█\n", "df.head?", "df.head?"),
        ("files = █\n", "!ls", "!ls"),
        ("spent = █\n", "%timeit -o f()", "%timeit -o f()"),
        ("def f(a):\n    █\n", "%time a", "%time a"),
        ("def f(a):\n    return a █\n", "% 3", "% 3"),
        ("def f(a):\n    return █\n", "%a", ""),
        ("x = (█)\n", "%time a", ""),
        ("x = (\n    █\n)\n", "%time a", ""),
        ("x = (\n    █\n)\n", "!ls", ""),
        ("x = 1 + \\\n█\n", "%time a", ""),
        ("a = 1; █\n", "%time x", ""),
        ("x = '''\n█\n'''\n", "!ls", "!ls"),
        (f"{MANY}█\n", "x = a.f(1)", "x = a.f(1)"),
        (f"{MANY}█\n", "x = a.f(1", ""),
        (f"{MANY}█\n", "return = 3", ""),
        (f"{MANY}█\n", "x = 1 2", ""),
        ("%time x\n█\n", "return = 3", ""),
        ("%%time\nx = █\n", "f(1)", "f(1)"),
        ("%%time\nx = █\n", "f(1 2)", ""),
        ("!echo \"it's (\n█\n", "f(1)", "f(1)"),
        ("!echo \"it's (\n█\n", "f(1", ""),
        ("!pip a \\\n    b (\nx = f(█)\n", "1", "1"),
        ("x = ('%d'\n    %n█)\n", ", b", ", b"),
        ("x = ('%d'\n    %n█)\n", "], b", ""),
        ("█\n", "!rm -rf /", ""),
        ("█\n", f"!export TOKEN=ghp_{'0123456789abcdefghij' * 2}", ""),
    ],
)
def test_a_cell_comes_out_right(marked: str, answer: str, wanted: str) -> None:
    assert shown(cell(marked), answer) == wanted


@pytest.mark.parametrize("answer", ["%matplotlib inline", "!ls", "df.head?"])
def test_a_magic_elsewhere_is_an_error(answer: str) -> None:
    assert shown(cell("import a\n█\n", "module.py"), answer) == ""


MAGICS = (
    "%time f(1)",
    "%%capture out",
    "!ls {a} > 'b",
    "!!ls (",
    "a = !ls [",
    "a, b[0] = %who (",
    "a.b??",
    "?a",
    "%who?",
    "!a \\\n  b ) \\\n\n",
    "    %cd ..",
)
CODE = (
    "import a\n",
    "if a:\n    pass\n",
    "x = ('%d'\n     %n)\n",
    "y = [1\n!=2]\n",
    "z = a \\\n  %b\n",
    '"""\n%time a\n!ls (\n"""\n',
    "a %= b\n",
    "a = b != c\n",
    "# why?\n",
    "f'{a!r}'\n",
)


@given(st.lists(st.sampled_from([f"{one}\n" for one in MAGICS] + list(CODE))), st.booleans())
def test_a_notebook_is_python_without_its_magics(parts: list[str], crlf: bool) -> None:
    """Of the same length and lines; what is no magic stays as it is, character for character."""
    parts = [f"if a:\n{one}" if one.startswith("    %") else one for one in parts]
    text = "".join(parts).replace("\n", "\r\n" if crlf else "\n")
    new = magics.plain(cell(text + "█")).snapshot.text
    assert len(new) == len(text)
    assert new.count("\n") == text.count("\n")
    assert python.fault(new) is None, new
    place = 0
    for part in parts:
        length = len(part) + part.count("\n") * crlf
        if part in CODE:
            assert new[place : place + length] == text[place : place + length]
        place += length
