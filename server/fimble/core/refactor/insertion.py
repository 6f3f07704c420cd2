"""Where code from words goes: its imports to the top, the rest to the cursor."""

from __future__ import annotations

import ast
import re
import textwrap

from fimble.core import python
from fimble.core import text as texts
from fimble.core.fixes import imports
from fimble.core.text import Edit, Snapshot, apply_edits

_SCRIPTS = frozenset({"javascript", "typescript", "javascriptreact", "typescriptreact"})
_REQUIRE = r"const (?:\w+|\{[^}\n]*\}) = require\([^\n]*\);?"
_IMPORT = re.compile(rf"^(?:import\s[^\n;]*;?|{_REQUIRE})\n", re.MULTILINE)


def placed(snapshot: Snapshot, offset: int, code: str) -> tuple[Edit, ...]:
    """The edits that put code at an offset: on the line if that is empty, else below it."""
    text, line_break = snapshot.text, texts.line_break(snapshot.text)
    code = textwrap.dedent(code.replace("\r\n", "\n")).strip("\n")
    top, code = _split(snapshot.language_id, code)
    start, end = texts.line_start(text, offset), texts.line_end(text, offset)
    line = text[start:end]
    indent = texts.indentation(line)
    body = textwrap.indent(code, indent).replace("\n", line_break)
    edit = Edit(end, end, line_break + body) if line.strip() else Edit(start, end, body)
    return (*_imports(snapshot, top), edit)


def _split(language_id: str, code: str) -> tuple[list[str], str]:
    """The import statements that code begins with, and the rest."""
    if language_id == "python":
        source = python.parse(code)
        lead = []
        for statement in source.tree.body if source else ():
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                break
            lead.append(statement)
        if source is None or not lead:
            return [], code
        end = source.lines(*source.span(lead[-1]))[1]
        return [source.of(statement) for statement in lead], code[end:].strip("\n")
    if language_id in _SCRIPTS:
        found = [match[0].strip() for match in _IMPORT.finditer(f"{code}\n")]
        return found, _IMPORT.sub("", f"{code}\n").strip("\n")
    return [], code


def _imports(snapshot: Snapshot, lines: list[str]) -> tuple[Edit, ...]:
    text = snapshot.text
    if snapshot.language_id == "python":
        return _python_imports(text, lines)
    new = [line for line in lines if line not in text]
    if not new:
        return ()
    last = None
    for match in _IMPORT.finditer(text):
        last = match.end()
    line_break = texts.line_break(text)
    block = "".join(f"{line}{line_break}" for line in new)
    return (Edit(last, last, block),) if last else (Edit(0, 0, block + line_break),)


def _python_imports(text: str, lines: list[str]) -> tuple[Edit, ...]:
    """One edit at the top for all of them, each in its place."""
    after = text
    for line in lines:
        statement = ast.parse(line).body[0]
        for alias in statement.names if isinstance(statement, ast.Import | ast.ImportFrom) else ():
            source = python.parse(after)
            if source is None:
                return ()
            if isinstance(statement, ast.ImportFrom):
                edits = imports.add(source, statement.module or "", alias.name, alias.asname or "")
            else:
                edits = imports.add(source, alias.name, alias=alias.asname or "")
            after = apply_edits(after, edits)
    if after == text:
        return ()
    same = 0
    while same < len(text) and text[-1 - same] == after[-1 - same]:
        same += 1
    cut = text.find("\n", len(text) - same) + 1
    tail = len(text) - cut
    return (Edit(0, cut, after[: len(after) - tail]),)
