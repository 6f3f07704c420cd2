"""Lines of an answer that stand above or below the cursor already."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from difflib import SequenceMatcher

_LONGEST = 60
_CLOSES = re.compile(r"(?:</[\w.-]+>|end|fi|done|esac|else|try|[\W_]+)[;,)]*")


def without(code: str, above: str, below: str, fits: Callable[[str], bool]) -> str:
    """The code without first lines that end what is above, and last that begin what is below.

    A line of brackets alone may be the code's own: it goes only where the file would not parse
    otherwise.

    Args:
        code: What is to be inserted.
        above: The text before it.
        below: The text behind it.
        fits: Whether a file with a code in that place parses.
    """
    lines = code.split("\n")
    before, behind = _filled(above)[-_LONGEST:], _filled(below)[:_LONGEST]
    whole = fits(code)
    for count in range(min(len(lines), len(before)), 0, -1):
        head = _filled("\n".join(lines[:count]))
        if head and head == before[-len(head) :] and _may_go(head, lines[count:], whole, fits):
            lines = lines[count:]
            whole = fits("\n".join(lines))
            break
    for count in range(min(len(lines), 2 * _LONGEST), 0, -1):
        tail = _filled("\n".join(lines[-count:]))
        if tail and tail == behind[: len(tail)] and _may_go(tail, lines[:-count], whole, fits):
            lines = lines[:-count]
            break
    return textwrap.dedent("\n".join(lines)).strip("\n")


def new_lines(text: str, code: str, shortest: int = 2) -> str:
    """The lines of a code without runs of the file's: for code that cannot be read.

    Args:
        text: The file.
        code: What may repeat it.
        shortest: How many lines are no chance.
    """
    old, lines = _filled(text), code.split("\n")
    at = [number for number, line in enumerate(lines) if line.strip()]
    matcher = SequenceMatcher(None, old, [lines[n].strip() for n in at], autojunk=False)
    known: set[int] = set()
    for _, start, size in matcher.get_matching_blocks():
        run = [lines[n].strip() for n in at[start : start + size]]
        if size >= shortest and not all(_CLOSES.fullmatch(line) for line in run):
            known |= set(at[start : start + size])
    left = "\n".join(line for n, line in enumerate(lines) if n not in known)
    return textwrap.dedent(left).strip("\n")


def behind(code: str, asked: str) -> str:
    """What stands behind the comment that asks, "" if the code does not repeat it."""
    lines = [line.strip() for line in code.split("\n")]
    if not asked or asked not in lines:
        return ""
    return textwrap.dedent("\n".join(code.split("\n")[lines.index(asked) + 1 :])).strip("\n")


def _may_go(cut: list[str], rest: list[str], whole: bool, fits: Callable[[str], bool]) -> bool:
    words = any(not _CLOSES.fullmatch(line) and re.search(r"\w{2}", line) for line in cut)
    parses = fits("\n".join(rest))
    return parses if words or not whole else False


def _filled(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
