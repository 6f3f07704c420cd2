"""Whether what a text opens is closed: by itself, or by what stands below it.

The parser is asked, not the eye: with its closers behind the text, a bracket that stays open
costs a syntax error less; where the file closes it already, they cost one more.
"""

from __future__ import annotations

import re

from fimble.core.completion import opened, stop
from fimble.core.completion.context import CursorContext
from fimble.core.completion.opened import Stack
from fimble.core.text import syntax

_WORDS = {"ruby": ("\nend",), "lua": ("\nend",), "shellscript": ("\nfi", "\ndone", "\nesac", "\n}")}
"""Languages that close blocks with words."""
_WORD_OPENERS = re.compile(
    r"\b(?:begin|case|class|def|do|else|for|function|if|module|repeat|then|unless|until|while)\b"
)
_ELEMENTS = frozenset({"javascript", "javascriptreact", "typescriptreact", "svelte", "vue"})
"""Languages whose grammars tell an element that is not closed."""
_BLOCK = re.compile(r"\{([#/](?:if|each|await|key|snippet))\b")


def is_open(context: CursorContext, text: str) -> bool:
    """Whether `text` is not at the end of what its first line opens and nothing below closes.

    To be asked of the first line, and of more only where that is open.
    """
    if stop.single_line()(text) is None:
        return bool(missing(context, text))
    reading = context.read(text)
    top = reading.inside if reading.own else None
    return (top is not None and top.kind in ("bracket", "hole")) or bool(missing(context, text))


def missing(context: CursorContext, text: str) -> str:
    """What would close what `text` opens at the cursor; "" if nothing is missing.

    Where other text stands behind the cursor, or the language has no grammar, nothing is.
    """
    if context.line_suffix.strip() not in ("", context.closers):
        return ""
    parsed = context.tree()
    if parsed is None:
        return ""
    endings = _endings(context, text, parsed.language_id)
    if not endings:
        return ""
    counts = {}
    for ending in ("", *endings):
        new = syntax.edited(parsed, context.offset, context.offset, text + ending)
        counts[ending] = len(syntax.error_offsets(new))
        if counts[ending] == 0:
            break
    return min(counts, key=lambda ending: counts[ending])


def _endings(context: CursorContext, text: str, language: str) -> list[str]:
    """What could be missing; nothing where the text opens nothing itself."""
    reading = context.read(text)
    if reading.own and reading.inside and reading.inside.kind == "string":
        return []
    own = _brackets(reading.own)
    here = _brackets(context.opened_here).removeprefix(context.closers)
    end = ":" if language == "python" else ";"
    found = [own[: count + 1] for count in range(len(own))]
    if own:
        found += dict.fromkeys((own + here, own + end, own + here + end))
    if _WORD_OPENERS.search(text):
        found += _WORDS.get(language, ())
    if language in _ELEMENTS:
        found += _elements(reading.own, text)
    return found


def _brackets(stack: Stack) -> str:
    """What closes the brackets and holes among what is open."""
    return opened.closing(tuple(one for one in stack if one.kind in ("bracket", "hole")))


def _elements(own: Stack, text: str) -> list[str]:
    """What closes the elements and template blocks that a text leaves open, innermost first."""
    names = [one.end for one in own if one.kind == "element"]
    blocks: list[str] = []
    for match in _BLOCK.finditer(text):
        if match[1].startswith("/"):
            blocks = blocks[:-1]
        else:
            blocks.append(f"{{/{match[1][1:]}}}")
    found = ["".join(reversed(names)), "".join(reversed(blocks))]
    return [ending for ending in dict.fromkeys((*found, "".join(found))) if ending]
