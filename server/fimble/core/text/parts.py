"""A change word by word: what of it was changed, and where a place of the text before is now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from fimble.core.text.history import Change, History, of_words

_TOKEN = re.compile(r"[\w$]+|\s+|.", re.DOTALL)
_WORD = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
_MOST = 400
"""Tokens of a change that is looked into."""


def parts(text: str, change: Change) -> tuple[Change, ...]:
    """The words of a change that are other ones now, each in the text before the change."""
    whole = of_words(text, change)
    old, new = (_TOKEN.findall(part) for part in (whole.old, whole.new))
    if max(len(old), len(new)) > _MOST:
        return (whole,)
    if len(old) == len(new):
        pairs = [(n, n + 1, n, n + 1) for n in range(len(old)) if old[n] != new[n]]
        if all(_WORD.fullmatch(old[n]) and _WORD.fullmatch(new[n]) for n, *_ in pairs):
            return tuple(_part(whole.start, old, new, *pair) for pair in pairs)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple(_part(whole.start, old, new, *c[1:]) for c in codes if c[0] != "equal")


def _part(start: int, old: list[str], new: list[str], a: int, b: int, c: int, d: int) -> Change:
    return Change(start + sum(map(len, old[:a])), "".join(old[a:b]), "".join(new[c:d]))


def is_renaming(part: Change) -> bool:
    """Whether a part puts one word in the place of another."""
    return bool(_WORD.fullmatch(part.old) and _WORD.fullmatch(part.new))


@dataclass(frozen=True)
class Way:
    """How a text became another.

    Attributes:
        steps: The parts of each change, the oldest first.
    """

    steps: tuple[tuple[Change, ...], ...]

    def now(self, start: int, end: int) -> tuple[int, int] | None:
        """Where `start..end` of the first text is in the last, None if it was changed."""
        for step in self.steps:
            by = 0
            for part in step:
                if part.start < end and start < part.end:
                    return None
                if part.start < end and part.end <= start:
                    by += len(part.new) - len(part.old)
            start, end = start + by, end + by
        return start, end

    def renamed(self, start: int, old: str, new: str) -> bool:
        """Whether the word `old` at `start` of the first text became `new`, and stayed that."""
        for number, step in enumerate(self.steps):
            if any((p.start, p.old, p.new) == (start, old, new) for p in step):
                at = start + sum(len(p.new) - len(p.old) for p in step if p.start < start)
                return Way(self.steps[number + 1 :]).now(at, at + len(new)) is not None
            place = Way((step,)).now(start, start + len(old))
            if place is None:
                return False
            start = place[0]
        return False


def way(history: History, texts: Sequence[str], first: int) -> Way:
    """How the text before a change of a history became the present one.

    Args:
        history: The history.
        texts: Its texts.
        first: The number of the change.
    """
    pairs = zip(texts[first:], history.changes[first:], strict=False)
    return Way(tuple(parts(text, change) for text, change in pairs))
