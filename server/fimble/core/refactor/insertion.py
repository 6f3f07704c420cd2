"""Where code from words goes: its imports to the top, the rest to the cursor."""

from __future__ import annotations

import ast
import re
import textwrap

from fimble.core import python
from fimble.core import text as texts
from fimble.core.fixes import diffing, imports
from fimble.core.text import Edit, Snapshot, apply_edits

_SCRIPTS = frozenset({"javascript", "typescript", "javascriptreact", "typescriptreact"})
_REQUIRE = r"const (?:\w+|\{[^}\n]*\}) = require\([^\n]*\);?"
_IMPORT = re.compile(rf"^(?:import\s[^\n;]*;?|{_REQUIRE})\n", re.MULTILINE)


def placed(snapshot: Snapshot, offset: int, code: str) -> tuple[Edit, ...]:
    """The edits that put code at an offset: on the line if that is empty, else below it."""
    text, line_break = snapshot.text, texts.line_break(snapshot.text)
    code = textwrap.dedent(code.replace("\r\n", "\n")).strip("\n")
    code = _without_known(snapshot, code)
    top, code = _split(snapshot.language_id, code)
    if not code:
        return ()
    start, end = texts.line_start(text, offset), texts.line_end(text, offset)
    line = text[start:end]
    indent = texts.indentation(line)
    body = textwrap.indent(code, indent).replace("\n", line_break)
    if not text[end:]:
        body += line_break
    edit = Edit(start, end, body)
    if line.strip():
        above, below = _apart(snapshot, code, line, text[end:])
        edit = Edit(end, end, line_break * above + body + line_break * below)
    with_code = apply_edits(text, [edit])
    return diffing.smallest(text, _with_imports(snapshot.language_id, with_code, top))


def _apart(snapshot: Snapshot, code: str, line: str, rest: str) -> tuple[int, int]:
    """Line breaks above and below code that goes under a line: definitions of Python stand apart.

    A comment that asks for them stays on top of them.
    """
    outer = line[:1] not in " \t#@" and code.startswith(("def ", "async def ", "class ", "@"))
    if snapshot.language_id != "python" or not outer:
        return 1, 0
    return 3, 2 if rest.strip() and not re.match(r"\r?\n\r?\n\r?\n", rest) else 0


def _without_known(snapshot: Snapshot, code: str) -> str:
    """The code without what a small model repeats: definitions that the file has already."""
    old = python.parse(snapshot.text) if snapshot.language_id == "python" else None
    new = python.parse(code) if old is not None else None
    if old is None or new is None:
        return code
    known = {s.name for s in old.tree.body if isinstance(s, python.Definition)}
    again = [s for s in new.tree.body if isinstance(s, python.Definition) and s.name in known]
    cuts = [Edit(*new.lines(*new.span(statement)), "") for statement in again]
    return apply_edits(code, cuts).strip("\n")


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


def _with_imports(language_id: str, text: str, lines: list[str]) -> str:
    if language_id == "python":
        return _python_imports(text, lines)
    new = [line for line in lines if line not in text]
    if not new:
        return text
    ends = [match.end() for match in _IMPORT.finditer(text)]
    line_break = texts.line_break(text)
    block = "".join(f"{line}{line_break}" for line in new)
    return text[: ends[-1]] + block + text[ends[-1] :] if ends else block + line_break + text


def _python_imports(text: str, lines: list[str]) -> str:
    """The text with each import in its place."""
    for line in lines:
        statement = ast.parse(line).body[0]
        for alias in statement.names if isinstance(statement, ast.Import | ast.ImportFrom) else ():
            source = python.parse(text)
            if source is None:
                return f"{line}\n{text}"
            if isinstance(statement, ast.ImportFrom):
                module = "." * statement.level + (statement.module or "")
                edits = imports.add(source, module, alias.name, alias.asname or "")
            else:
                edits = imports.add(source, alias.name, alias=alias.asname or "")
            text = apply_edits(text, edits)
    return text
