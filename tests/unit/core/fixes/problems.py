"""A finding at a place of a text, for the tests beside this file."""

from fimble.core.fixes import Problem
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Snapshot

TEXT = """\
class Store:
    def load(self, path):
        try:
            data = read(path, "utf-8")
        except Exception:
            return None
        return data
"""


def problem(text: str, marked: str, language: str = "python") -> Problem:
    start = text.index(marked)
    found = Diagnostic(start, start + len(marked), "It is wrong", "X1", "tool")
    return Problem(Snapshot("file:///a", "a", language, 1, text), found)
