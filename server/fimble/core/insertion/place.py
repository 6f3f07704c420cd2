"""Where code goes: its imports to the top, what a class lacks into it, the rest to the cursor."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from fimble.core.fixes import diffing, imports
from fimble.core.insertion import edits, header, known, overlap, page, pieces, remains, usage, wish
from fimble.core.insertion.answer import Answer, read
from fimble.core.insertion.known import Rest
from fimble.core.insertion.needed import needed
from fimble.core.text import embedded, python, syntax
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits
from fimble.core.text.syntax import Node, SyntaxTree

_DATA = frozenset({"json", "toml", "yaml"})
"""Languages of lines that each stand for themselves."""


@dataclass(frozen=True)
class _Spot:
    """Where the cursor is.

    Attributes:
        snapshot: The file.
        offset: The cursor.
        start: Where the line begins that is replaced; the line's end if it is not empty.
        end: Where that ends.
        line: The cursor's line.
    """

    snapshot: Snapshot
    offset: int
    start: int
    end: int
    line: str


def placed(
    snapshot: Snapshot, offset: int, code: str, instruction: str = "", *, verbatim: bool = False
) -> tuple[Edit, ...]:
    """The edits that put code at an offset: on the line if that is empty, else below it.

    Args:
        snapshot: The file.
        offset: Where the code is wanted.
        code: What is to be inserted; what the file has already is left out.
        instruction: What was asked for: example usage stays where it was.
        verbatim: Whether the code is the user's own: only what the file has is left out.
    """
    spot = _spot(snapshot, offset)
    code = textwrap.dedent(code.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    parsed = embedded.at(snapshot.language_id, snapshot.text, offset)
    language = parsed.language_id if parsed is not None else snapshot.language_id
    asked = [] if verbatim else wish.lines_at(snapshot, offset)
    others = [overlap.new_lines(snapshot.text, code), overlap.behind(code, (asked or [""])[-1])]
    if not verbatim:
        code, *others = (
            remains.without(language, each, asked, snapshot.text) for each in (code, *others)
        )
    here, rest = _new(spot, parsed, code, None if verbatim else instruction)
    for other in others:
        if not here or _fits(spot, here):
            break
        again, left = _new(spot, parsed, other, None if verbatim else instruction)
        here, rest = (again, left) if again and _fits(spot, again) else (here, rest)
    if parsed is not None and not verbatim and pieces.has_code(parsed):
        statements = needed("" if not here else language, here, snapshot.text)
        rest.imports += [n for line in statements for n in _nodes(language, line)]
    wanted = [_source(node) for node in rest.imports if not node.has_error]
    if language == "python":
        lead, here = _leading(here)
        wanted = [*wanted, *lead]
    text = apply_edits(snapshot.text, _edits(spot, parsed, here, rest))
    if language == "python":
        text = _with_python_imports(text, wanted)
    return diffing.smallest(snapshot.text, text)


def _nodes(language_id: str, text: str) -> list[Node]:
    parsed = syntax.parse(language_id, text)
    return parsed.root.named_children if parsed is not None else []


def _spot(snapshot: Snapshot, offset: int) -> _Spot:
    text = snapshot.text
    start, end = texts.line_start(text, offset), texts.line_end(text, offset)
    line = text[start:end]
    return _Spot(snapshot, offset, end if line.strip() else start, end, line)


def _source(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace").strip()


def _compared(spot: _Spot, parsed: SyntaxTree | None, code: str, instruction: str | None) -> Rest:
    """What of the code is new; all of it where there is no tree."""
    if spot.snapshot.language_id in _DATA:
        code = overlap.new_lines(spot.snapshot.text, code, shortest=1)
        return Rest([(1, code)], cut=True, code=bool(code))
    everything = Rest([(1, code)] if code else [], code=bool(code))
    if parsed is None or not code:
        return everything
    around = pieces.around(parsed, max(spot.start, spot.offset))
    answer = read(parsed, around, code)
    if answer is None:
        return everything
    top = answer.pieces
    if instruction is not None and not around:
        top = _without_usage(parsed, answer, instruction)
    top, elsewhere = page.merged(parsed, top)
    rest = known.compared(parsed, around, top, is_new=not pieces.has_code(parsed))
    rest.elsewhere = elsewhere
    rest.cut = rest.cut or len(top) < len(answer.pieces) or answer.cut
    return rest


def _without_usage(parsed: SyntaxTree, answer: Answer, instruction: str) -> list[pieces.Piece]:
    language = parsed.language_id
    main = not pieces.has_code(parsed)
    if language == "go":
        clause = next((n for n in parsed.root.named_children if n.type == "package_clause"), None)
        main = clause is None or parsed.source(clause).split()[-1:] == ["main"]
    return usage.without(language, answer.pieces, instruction, is_main=main)


def _new(
    spot: _Spot, parsed: SyntaxTree | None, code: str, instruction: str | None
) -> tuple[str, Rest]:
    """What of the code goes to the cursor, and the rest of it."""
    rest = _compared(spot, parsed, code, instruction)
    here = (pieces.joined(rest.here) if rest.cut else code) if rest.code else ""
    if here:
        text, fits = spot.snapshot.text, partial(_fits, spot)
        here = overlap.without(here, text[: spot.start], text[spot.end :], fits)
    return here, rest


def _fits(spot: _Spot, code: str) -> bool:
    """Whether the file parses with a code at the cursor, if it does without."""
    text, language = spot.snapshot.text, spot.snapshot.language_id
    after = apply_edits(text, [_at_cursor(spot, code)])
    if language == "python" and python.parse(text) is not None:
        return python.parse(after) is not None
    return (syntax.errors(language, after) or 0) <= (syntax.errors(language, text) or 0)


def _at_cursor(spot: _Spot, code: str) -> Edit:
    """The edit that puts code on the cursor's line, or below it."""
    text, line_break = spot.snapshot.text, texts.line_break(spot.snapshot.text)
    indent = texts.indentation(spot.line)
    body = textwrap.indent(code, indent).replace("\n", line_break)
    if not text[spot.end :]:
        body += line_break
    if spot.line.strip():
        above, below = _apart(spot, code)
        body = line_break * above + body + line_break * below
    return Edit(spot.start, spot.end, body)


def _apart(spot: _Spot, code: str) -> tuple[int, int]:
    """Line breaks above and below code that goes under a line: definitions of Python stand apart.

    A comment that asks for them stays on top of them.
    """
    rest = spot.snapshot.text[spot.end :]
    outer = spot.line[:1] not in " \t#@" and code.startswith(("def ", "async def ", "class ", "@"))
    if spot.snapshot.language_id != "python" or not outer:
        return 1, 0
    return 3, 2 if rest.strip() and not re.match(r"\r?\n\r?\n\r?\n", rest) else 0


def _edits(spot: _Spot, parsed: SyntaxTree | None, here: str, rest: Rest) -> list[Edit]:
    found: list[Edit] = []
    if parsed is not None and parsed.language_id != "python":
        there = [n for n in parsed.root.named_children if header.is_import(parsed.language_id, n)]
        lines = header.missing(parsed.language_id, there, rest.imports)
        found += edits.top(parsed, lines, there=bool(there))
    if parsed is not None:
        found += [edits.into(parsed, *target) for target in rest.members.values()]
        found += [edits.behind(parsed, *target) for target in rest.beside.values()]
    found += rest.elsewhere
    found += [_at_cursor(spot, here)] if here else []
    return found


def _leading(code: str) -> tuple[list[str], str]:
    """The imports that Python code begins with, and the rest."""
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


def _with_python_imports(text: str, lines: Sequence[str]) -> str:
    """The text with each import in its place."""
    for line in lines:
        found = python.parse(line)
        statement = found.tree.body[0] if found is not None and found.tree.body else None
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
