"""What a model writes that is no code: `... existing code ...`, our mark, the asking comment."""

from __future__ import annotations

import re
from collections.abc import Collection

from fimble.core.insertion import wish
from fimble.core.text import syntax
from fimble.core.text.syntax import SyntaxTree

_COMMENT = re.compile(
    r"\s*\{?\s*(?:#+|//+|--+|/\*+|<!--|\*)\s*(?P<words>.*?)\s*(?:\*/|-->)?\s*\}?\s*$"
)
_WHAT = (
    r"(?:code|file|class|class(?:es)?|functions?|methods?|module|content|imports?|implementations?|page|markup|"
    r"styles?|rules?|routes?|fields?|members?|properties|tests?|elements?|definitions?|declarations?|"
    r"statements?|script|program|logic|body)"
)
_REMAINS = re.compile(
    rf"""(?ix)
    \(?(?:\.{{3,}}|…)?\s*\(?
    (?: (?:the\s+|your\s+|all\s+|any\s+|keep\s+)*
        (?:rest|remainder|remaining|existing|previous|original|unchanged)\b(?:\s+\w+){{0,4}}?\s+{_WHAT}\b(?:\W+\w+){{0,4}}\W*
      | (?:the\s+)?(?:rest|remainder)\s+
        (?:of(?:\W+\w+){{1,4}}|unchanged|omitted|remains?\b.*|stays?\b.*|is\s+the\s+same.*|goes\s+here)
      | (?:the\s+|your\s+|other\s+|more\s+|add\s+your\s+|insert\s+your\s+|put\s+your\s+)*
        {_WHAT}\s+(?:continues?|goes|remains?|stays?|omitted|unchanged|here
          |(?:is|are)\s+(?:unchanged|the\s+same|here))\b.*
      | (?:same|unchanged)\s+as\s+(?:before|above)
      | (?:other|more)\s+{_WHAT}
      | etc\.? | unchanged | omitted(?:\s+for\s+brevity)?
    )?
    \s*\)?(?:\.{{3,}}|…)?\s*[.:]?\)?
    """
)
_LONGEST = 70


def is_remains(line: str) -> bool:
    """Whether a comment stands for code that is not written there."""
    match = _COMMENT.match(line)
    words = match["words"] if match else ""
    return bool(words) and len(words) <= _LONGEST and _REMAINS.fullmatch(words) is not None


def plain(comment: str) -> str:
    """The words of a comment, without its signs and their case."""
    return " ".join(re.findall(r"\w+", comment.lower()))


def without(language_id: str, code: str, asked: Collection[str], known: str) -> str:
    """The code without commented remains, our mark, and the comment that asks for it.

    Args:
        language_id: Of the code.
        code: What the model wrote.
        asked: The lines of the comment that asks.
        known: The text of the file: what a comment there says is no remains.
    """
    again = {plain(line) for line in asked} - {""}
    whole = plain(" ".join(asked))
    opening = "<?php\n" if language_id == "php" and "<?" not in code else ""
    code = opening + code
    parsed = syntax.parse(language_id, code)
    spans = comments(parsed) if parsed is not None else []
    lines, kept, cut, at = code.split("\n"), list[str](), False, 0
    for line in lines:
        first = at + len(line) - len(line.lstrip())
        span = next((s for s in spans if s[0] <= first < s[1]), None)
        ours = line.lstrip().startswith(wish.MARKS) or line.lstrip().startswith("{/*")
        if ours and (span is not None or parsed is None or "<!--" in line):
            block = code[slice(*span)] if span is not None else line
            repeated = plain(line) in again or (whole and plain(block) == whole)
            marked = re.search(r"\bHERE\b", line) and plain(line) == "here"
            remains = is_remains(line) and line.strip() not in known
            cut = bool(repeated or marked or remains)
        elif span is not None and whole and plain(code[slice(*span)]) == whole:
            cut = True
        else:
            cut = False
        kept += [] if cut else [line]
        at += len(line) + 1
    return "\n".join(kept)[len(opening) :]


def comments(parsed: SyntaxTree) -> list[tuple[int, int]]:
    """Where comments stand."""
    found, stack = list[tuple[int, int]](), [parsed.root]
    while stack:
        node = stack.pop()
        if "comment" in node.type:
            found.append(parsed.span(node))
        else:
            stack += node.children
    return sorted(found)
