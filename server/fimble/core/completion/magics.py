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


def is_notebook(context: CursorContext) -> bool:
    """Whether the document is the cells of a notebook in Python."""
    snapshot = context.snapshot
    return snapshot.language_id == "python" and snapshot.path.endswith(_NOTEBOOK)


def plain(context: CursorContext) -> CursorContext:
    """The cursor in a document of the same length whose magics are statements of Python."""
    if not is_notebook(context):
        return context
    text = context.snapshot.text
    for match in _MAGIC.finditer(text):
        if _may_begin(text, match.start()):
            text = text[: match.start()] + _statement(match) + text[match.end() :]
    return replace(context, snapshot=replace(context.snapshot, text=text))


def first_line(context: CursorContext, text: str) -> str:
    """The magic that a text begins with at the cursor, one line; "" where it begins with none."""
    if not is_notebook(context) or context.line_suffix.strip():
        return ""
    end = text.find("\n", len(text) - len(text.lstrip()))
    kept = text if end < 0 else text[:end]
    line = (context.line_prefix + kept).rpartition("\n")[2]
    document, start = context.prefix + kept, context.offset + len(kept) - len(line)
    if not _MAGIC.fullmatch(line) or not _may_begin(document, start):
        return ""
    return kept


def _may_begin(text: str, start: int) -> bool:
    """Whether a statement may begin on the line at `start`."""
    above = text[:start].removesuffix("\n").removesuffix("\r")
    return not above.endswith("\\") and not opened.at("python", text, start)


def _statement(match: re.Match[str]) -> str:
    """A magic as a statement and a comment, or as an assignment of one, of the same length."""
    place = match.end("kept") - match.start()
    said = f"{match[0][:place]}0#{match[0][place + 2 :]}"
    return re.sub(r"(?<=\n)[^\n]", "#", said)
