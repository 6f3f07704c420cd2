"""Whether what a text opens is closed: by itself, or by what stands below it.

The parser is asked, not the eye: with its closers behind the text, a bracket that stays open
costs a syntax error less; where the file closes it already, they cost one more.
"""

from __future__ import annotations

import re

from fimble.core import embedded, stop, syntax
from fimble.core.brackets import CLOSERS, QUOTES, balance, open_quote
from fimble.core.context import CursorContext

_WORDS = {"ruby": ("\nend",), "lua": ("\nend",), "shellscript": ("\nfi", "\ndone", "\nesac", "\n}")}
"""Languages that close blocks with words."""
_WORD_OPENERS = re.compile(
    r"\b(?:begin|case|class|def|do|else|for|function|if|module|repeat|then|unless|until|while)\b"
)
_ELEMENTS = frozenset({"javascript", "javascriptreact", "typescriptreact", "svelte", "vue"})
"""Languages whose grammars tell an element that is not closed."""
_TAG = re.compile(r"<(/?[A-Za-z][\w.:-]*)|\{([#/](?:if|each|await|key|snippet))\b")


def is_open(context: CursorContext, text: str) -> bool:
    """Whether `text` is not at the end of what its first line opens and nothing below closes.

    To be asked of the first line, and of more only where that is open.
    """
    if stop.single_line()(text) is None:
        return bool(missing(context, text))
    opened = balance(text, open_quote(context.line_prefix)).opened
    return opened[:1] in CLOSERS or bool(missing(context, text))


def missing(context: CursorContext, text: str) -> str:
    """What would close what `text` opens at the cursor; "" if nothing is missing.

    Where other text stands behind the cursor, or the language has no grammar, nothing is.
    """
    if context.line_suffix.strip() not in ("", context.closers):
        return ""
    parsed = embedded.parse(context)
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
    own = balance(text, open_quote(context.line_prefix)).opened
    if own[:1] in QUOTES:
        return []
    outer = balance(context.line_prefix).opened.removeprefix(context.closers).lstrip("\"'`")
    end = ":" if language == "python" else ";"
    found = [own[: count + 1] for count in range(len(own))]
    if own:
        found += dict.fromkeys((own + outer, own + end, own + outer + end))
    if _WORD_OPENERS.search(text):
        found += _WORDS.get(language, ())
    if language in _ELEMENTS:
        found += _elements(text)
    return found


def _elements(text: str) -> list[str]:
    """What closes the elements and template blocks that a text leaves open, innermost first."""
    stack: list[str] = []
    for match in _TAG.finditer(text):
        name = match[1] or match[2]
        if name.startswith("/"):
            if name[1:] in [opened.lstrip("#") for opened in stack]:
                while stack.pop().lstrip("#") != name[1:]:
                    pass
        else:
            stack.append(name)
    names = reversed(stack)
    return ["".join(f"{{/{n[1:]}}}" if n[0] == "#" else f"</{n}>" for n in names)] if stack else []
