"""Texts on which a regular expression that goes back and forth would never come to an end.

Each takes a thousandth of the limit where the time grows with the text, and minutes where it grows
with its square.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from fimble.assist import project
from fimble.completion.retrieval.windows import Windows
from fimble.core.completion import magics, opened
from fimble.core.completion.context import CursorContext
from fimble.core.completion.filters.base import Candidate
from fimble.core.completion.filters.unresolved import unresolved
from fimble.core.docstrings import detect, existing, languages
from fimble.core.refactor.python.rename import snake
from fimble.core.text.snapshot import Snapshot

LIMIT_S = 5.0
BLANK = " \n" * 60_000


def open_at_the_end(language: str, text: str) -> None:
    opened.read(language, opened.at(language, text, len(text)), "x = 1)\n")


def style(docstring: str) -> None:
    text = f'def area(width):\n    """{docstring}"""\n    return width\n'
    snapshot = Snapshot("file:///m.py", "m.py", "python", 1, text)
    detect.style(snapshot, languages.items(snapshot))


def complete(document: str) -> None:
    snapshot = Snapshot("file:///m.py", "m.py", "python", 1, document)
    unresolved(Candidate("area(1)", CursorContext(snapshot, len(document))))


def cells(document: str) -> None:
    snapshot = Snapshot("file:///n.ipynb", "n.ipynb", "python", 1, document)
    magics.plain(CursorContext(snapshot, len(document)))


CASES: dict[str, Callable[[], object]] = {
    "a docstring of blank lines": lambda: style(BLANK),
    "a docstring of titles": lambda: style("Returns:\n" * 20_000),
    "a document of blank lines": lambda: complete(BLANK + "x = "),
    "a document of imports": lambda: complete("from a import (\n" * 10_000 + "x = "),
    "blank lines of another file": lambda: Windows().similar("file:///o.py", BLANK),
    "imports of another file": lambda: list(
        project._imported_from("thing", "from a import (\n" * 30_000 + "thing")
    ),
    "a field of blanks": lambda: existing.entries("python", ":param" + " " * 100_000),
    "a section of blanks": lambda: existing.entries("python", "Args:\n    a" + " " * 100_000),
    "a section of types without an end": lambda: existing.entries(
        "python", '"""' + "Args:\n" + "    a (\n" * 20_000 + '"""'
    ),
    "a docstring of sections": lambda: existing.entries(
        "python", '"""' + "Args:\n" * 20_000 + "Args:\n  x: y\n" * 5_000 + '"""'
    ),
    "a docstring of quotes": lambda: existing.entries(
        "python", '"""Args:\n' + "    ``a *b" * 20_000 + "\n" + "    a, " * 20_000 + '"""'
    ),
    "blank rows of documentation": lambda: existing.entries("python", f'"""{BLANK}"""'),
    "a field of colons": lambda: existing.entries(
        "python", '"""\n:param a' + ":b" * 50_000 + '"""'
    ),
    "a type of PHP": lambda: existing.entries("php", "/** @param " + "a'<b> " * 20_000 + "*/"),
    "braces of JSDoc": lambda: existing.entries(
        "javascript", "/**\n" + " * @param {\n" * 10_000 + " * {\n" * 10_000 + "*/"
    ),
    "elements": lambda: existing.entries("csharp", '/// <param name="a">' * 10_000),
    "tags of Ruby": lambda: existing.entries("ruby", "# @param [\n" * 20_000),
    "brackets in a line": lambda: open_at_the_end("python", "x = " + "[" * 100_000),
    "brackets in lines": lambda: open_at_the_end("javascript", "{(\n" * 50_000),
    "brackets that close": lambda: open_at_the_end("rust", "(\n" * 20_000 + "]\n" * 20_000),
    "brackets in a string": lambda: open_at_the_end("python", '"""' + "(" * 30_000 + "]" * 30_000),
    "open elements": lambda: open_at_the_end("html", "<a>\n" * 40_000),
    "open holes": lambda: open_at_the_end("javascript", "`${" * 30_000),
    "nested comments": lambda: open_at_the_end("rust", "/*" * 40_000),
    "a word of megabytes": lambda: open_at_the_end("python", "a" * 10_000_000),
    "blanks of megabytes": lambda: open_at_the_end("python", " " * 10_000_000),
    "magics of a notebook": lambda: cells("%timeit f(1)\nx = [1, 2]\n" * 20_000),
    "magics behind open brackets": lambda: cells("(\n" * 5_000 + "%timeit f\n" * 20_000),
    "a magic that goes on": lambda: cells("!a \\\n" * 40_000),
    "a name of capitals": lambda: snake("A" * 100_000),
}


@pytest.mark.parametrize("case", CASES)
def test_a_long_text_takes_no_longer_than_it_is_long(case: str) -> None:
    started = time.process_time()
    CASES[case]()
    assert time.process_time() - started < LIMIT_S
