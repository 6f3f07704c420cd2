"""The edits that put new code where the file has room for it."""

from __future__ import annotations

import textwrap

from fimble.core.insertion import header, pieces
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Edit
from fimble.core.text.syntax import Node, SyntaxTree


def top(parsed: SyntaxTree, lines: list[str], *, there: bool) -> list[Edit]:
    """Imports below those that are there; a line apart where they are the first."""
    if not lines:
        return []
    text, line_break = parsed.text, texts.line_break(parsed.text)
    at = header.place(parsed)
    lead = line_break if at and text[at - 1] not in "\r\n" else ""
    inside = parsed.region is not None
    indent = texts.indentation(text[at:]) if inside else ""
    lead += line_break if at and not there and not inside else ""
    block = lead + "".join(f"{indent}{line}{line_break}" for line in lines)
    return [Edit(at, at, block + ("" if there or at else line_break))]


def into(parsed: SyntaxTree, body: Node, members: list[tuple[int, str]]) -> Edit:
    """Members at the end of a body, as far in as its others."""
    text, line_break = parsed.text, texts.line_break(parsed.text)
    start, _ = parsed.span(body)
    inside = next(iter(pieces.of(parsed, body)), None)
    if inside is not None:
        indent = texts.indentation(text[texts.line_start(text, inside.start) :])
    else:
        indent = texts.indentation(text[texts.line_start(text, start) :]) + "    "
    code = textwrap.indent(pieces.joined(members), indent).replace("\n", line_break)
    apart = line_break * (2 if members[0][0] > 1 or "\n" in members[0][1] else 1)
    last = pieces.of(parsed, body)
    at = last[-1].end if last else start + 1
    at = texts.line_end(text, at) if not text[at : texts.line_end(text, at)].strip() else at
    return Edit(at, at, apart + code)


def behind(parsed: SyntaxTree, node: Node, members: list[tuple[int, str]]) -> Edit:
    """Pieces behind the declaration that holds the cursor."""
    text, line_break = parsed.text, texts.line_break(parsed.text)
    start, end = parsed.span(node)
    indent = texts.indentation(text[texts.line_start(text, start) :])
    code = textwrap.indent(pieces.joined(members), indent).replace("\n", line_break)
    at = texts.line_end(text, end)
    apart = line_break * min(max(members[0][0], 2), 3)
    return Edit(at, at, apart + code + ("" if text[at:] else line_break))


def append(parsed: SyntaxTree, members: list[tuple[int, str]]) -> Edit:
    """Pieces at the end of a script or style of a page, or of a file."""
    text, line_break = parsed.text, texts.line_break(parsed.text)
    known = pieces.of(parsed, parsed.root)
    at = known[-1].end if known else (parsed.region or (0, 0))[0]
    start = texts.line_start(text, known[-1].start) if known else 0
    indent = texts.indentation(text[start:]) if known else ""
    code = textwrap.indent(pieces.joined(members), indent).replace("\n", line_break)
    return Edit(at, at, line_break * min(max(members[0][0], 1), 2) + code)
