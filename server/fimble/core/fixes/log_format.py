"""An f-string in a logging call: its values are passed along, formatted only if shown."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal, replace


def log_format(problem: Problem) -> Iterator[Proposal]:
    """Proposes a `%s` string and its values, for f-strings without formats."""
    source = problem.source
    call = next((n for n in problem.nodes if isinstance(n, ast.Call)), None)
    if problem.code not in ("G004", "W1203") or source is None or call is None or not call.args:
        return
    message = call.args[0]
    if not isinstance(message, ast.JoinedStr) or len(call.args) > 1:
        return
    parts = _parts(message)
    if parts is None:
        return
    text, values = parts
    code = ", ".join([json.dumps(text, ensure_ascii=False), *values])
    lost = source.whole(message)
    edit = replace(source, message, code)
    yield Proposal("let the logger format it", (edit,), loses=(lost,))


def _parts(message: ast.JoinedStr) -> tuple[str, list[str]] | None:
    """The format string and its values; None if a value has a format of its own.

    Without values the logger does not format, so `%` stays as it is.
    """
    text, values = "", list[str]()
    formats = any(isinstance(part, ast.FormattedValue) for part in message.values)
    for part in message.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("%", "%%") if formats else str(part.value)
        elif isinstance(part, ast.FormattedValue) and part.format_spec is None:
            text += {-1: "%s", 115: "%s", 114: "%r", 97: "%a"}[part.conversion]
            values.append(ast.unparse(part.value))
        else:
            return None
    return text, values
