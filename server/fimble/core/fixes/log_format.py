"""An f-string in a logging call: its values are passed along, formatted only if shown."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal, replace
from fimble.core.python import Source


def log_format(problem: Problem) -> Iterator[Proposal]:
    """Proposes a `%s` string and its values, for f-strings without formats."""
    source = problem.source
    call = next((n for n in problem.nodes if isinstance(n, ast.Call)), None)
    if problem.code not in ("G004", "W1203") or source is None or call is None or not call.args:
        return
    message = call.args[0]
    if not isinstance(message, ast.JoinedStr) or len(call.args) > 1:
        return
    parts = _parts(source, message)
    if parts is None:
        return
    text, values = parts
    code = ", ".join([json.dumps(text, ensure_ascii=False), *values])
    yield Proposal("let the logger format it", (replace(source, message, code),))


def _parts(source: Source, message: ast.JoinedStr) -> tuple[str, list[str]] | None:
    """The format string and its values; None if a value has a format of its own."""
    text, values = "", list[str]()
    for part in message.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("%", "%%")
        elif isinstance(part, ast.FormattedValue) and part.format_spec is None:
            text += {-1: "%s", 115: "%s", 114: "%r", 97: "%a"}[part.conversion]
            values.append(ast.unparse(part.value))
        else:
            return None
    return text, values
