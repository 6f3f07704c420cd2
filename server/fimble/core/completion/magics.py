"""IPython's magics in the cells of a notebook, which Python's grammar does not know.

For what judges Python they are statements with a comment, character for character: `%cd ..` is
`0#d ..`. Only where a statement may begin: `%name` inside of brackets is the rest of an expression.
"""

from __future__ import annotations

import re
from dataclasses import replace

from fimble.core.completion import opened
from fimble.core.completion.context import CursorContext

_TARGETS = r"(?:[A-Za-z_][\w., \t\[\]]*=[ \t]*(?=[%!]))?"
_BEGIN = r"%{1,2}(?=[A-Za-z_])|!{1,2}(?=[^\s=])|\?{1,2}(?=[%A-Za-z_])"
_HELP = r"%{0,2}[A-Za-z_][\w.]*\?{1,2}(?=[ \t\r]*$)"
_REST = r"(?:[^\n]*\\\r?\n)*[^\n]*"
_MAGIC = re.compile(rf"^(?P<kept>[ \t]*{_TARGETS})(?:{_BEGIN}|{_HELP}){_REST}", re.MULTILINE)
_NOTEBOOK = ".ipynb"
_DEEPEST = 50
"""Behind more open brackets than these no magic is looked for: reading them again takes time."""


def is_notebook(context: CursorContext) -> bool:
    """Whether the document is the cells of a notebook in Python."""
    snapshot = context.snapshot
    return snapshot.language_id == "python" and snapshot.path.endswith(_NOTEBOOK)


def plain(context: CursorContext) -> CursorContext:
    """The cursor in a document of the same length whose magics are statements of Python."""
    if not is_notebook(context):
        return context
    text, pieces, place = context.snapshot.text, list[str](), 0
    known = 0
    stack: opened.Stack = ()
    for match in _MAGIC.finditer(text):
        stack, known = opened.onward("python", stack, text, known, match.start()), match.start()
        if len(stack) > _DEEPEST:
            break
        if not stack and not _goes_on(text, match.start()):
            pieces += [text[place : match.start()], _statement(match)]
            place = known = match.end()
    whole = "".join([*pieces, text[place:]])
    return replace(context, snapshot=replace(context.snapshot, text=whole))


def first_line(context: CursorContext, text: str) -> str:
    """The magic that a text begins with at the cursor, one line; "" where it begins with none."""
    if not is_notebook(context) or context.line_suffix.strip():
        return ""
    end = text.find("\n", len(text) - len(text.lstrip()))
    kept = text if end < 0 else text[:end]
    line = (context.line_prefix + kept).rpartition("\n")[2]
    document, start = context.prefix + kept, context.offset + len(kept) - len(line)
    inside = _goes_on(document, start) or opened.at("python", document, start)
    return kept if _MAGIC.fullmatch(line) and not inside else ""


def _goes_on(text: str, start: int) -> bool:
    """Whether the line at `start` goes on with the one above."""
    return text[max(0, start - 3) : start].removesuffix("\n").removesuffix("\r").endswith("\\")


def _statement(match: re.Match[str]) -> str:
    """A magic as a statement and a comment, or as an assignment of one, of the same length."""
    place = match.end("kept") - match.start()
    said = f"{match[0][:place]}0#{match[0][place + 2 :]}"
    return re.sub(r"(?<=\n)[^\n]", "#", said)
