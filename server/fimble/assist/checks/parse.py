"""`parse`: the first question of all. `ast` for Python, tree-sitter for the others."""

from __future__ import annotations

from fimble.assist.checks.base import Findings, NoAnswer
from fimble.core.text import languages, python, syntax
from fimble.core.text import snapshot as text
from fimble.core.text.diagnostics import SYNTAX, Diagnostic
from fimble.core.text.snapshot import Snapshot


class ParseChecker:
    """Finds syntax errors."""

    name = "fimble"

    def covers(self, language_id: str) -> bool:
        """Every language with a grammar."""
        return languages.grammar(language_id) is not None

    def check(self, snapshot: Snapshot, kind: str = "") -> Findings:
        """See `Checker.check`; texts too long for the parser are not judged."""
        if snapshot.language_id == "python":
            return _python(snapshot.text)
        parsed = syntax.parse(snapshot.language_id, snapshot.text)
        if parsed is None:
            return NoAnswer("the text is too long to be parsed")
        places = syntax.error_offsets(parsed)
        return tuple(Diagnostic(at, at, "Syntax error", SYNTAX, self.name) for at in places)

    def explain(self, kind: str) -> str:
        """See `Checker.explain`."""
        return ""


def _python(source: str) -> tuple[Diagnostic, ...]:
    try:
        python.tree(source)
    except SyntaxError as error:
        line, column = max((error.lineno or 1) - 1, 0), max((error.offset or 1) - 1, 0)
        start = text.offset_at(source, line, column)
        where = len(source) if start is None else start
        return (Diagnostic(where, where, error.msg, SYNTAX, ParseChecker.name),)
    except (ValueError, RecursionError, MemoryError) as error:
        return (Diagnostic(0, 0, str(error), SYNTAX, ParseChecker.name),)
    return ()
