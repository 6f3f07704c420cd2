"""How lines were changed, to be done again on lines like them.

A template is made of one change; others that it explains say which of its words may differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from fimble.core.text.snapshot import indentation

_TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`\n]*`)"""
    r"|(?P<word>[\w$]+)|(?P<sign>[^\w\s])"
)


@dataclass(frozen=True)
class Token:
    """A word, a string of one line, or a sign.

    Attributes:
        kind: "word", "string", or the sign itself.
        text: The text.
        start: Where it begins.
        end: Where it ends.
    """

    kind: str
    text: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of some lines."""
    return tuple(
        Token(m[0] if m.lastgroup == "sign" else str(m.lastgroup), m[0], *m.span())
        for m in _TOKEN.finditer(text)
    )


def shape(text: str) -> tuple[str, ...]:
    """The kinds of the tokens of some lines, with the line breaks."""
    return tuple(kind for line in text.split("\n") for kind in (*_kinds(line), "\n"))


@lru_cache(maxsize=4096)
def _kinds(line: str) -> tuple[str, ...]:
    return tuple(token.kind for token in tokens(line))


@dataclass(frozen=True)
class Template:
    """A change of lines.

    Attributes:
        old: The lines as they were, without the last line break.
        new: The lines as they are.
    """

    old: str
    new: str

    @cached_property
    def shape(self) -> tuple[str, ...]:
        """What lines that it fits look like."""
        return shape(self.old)

    @cached_property
    def _changes(self) -> list[tuple[int, int, int, int]]:
        """Which tokens stand in place of which."""
        old, new = ([token.text for token in tokens(text)] for text in (self.old, self.new))
        codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        return [(a, b, c, d) for tag, a, b, c, d in codes if tag != "equal"]

    @cached_property
    def _changed(self) -> set[int]:
        return {n for first, end, _, _ in self._changes for n in range(first, end)}

    def differences(self, lines: str) -> dict[int, tuple[str, str]] | None:
        """The tokens that differ in other lines, by number; None where the change would not fit.

        That is where a token differs that was changed, or one differs in two ways.
        """
        if shape(lines) != self.shape:
            return None
        pairs = zip(tokens(self.old), tokens(lines), strict=True)
        found = {n: (a.text, b.text) for n, (a, b) in enumerate(pairs) if a.text != b.text}
        one_way = len({pair[0] for pair in found.values()}) == len(set(found.values()))
        return None if not one_way or found.keys() & self._changed else found

    def applied(self, lines: str) -> str:
        """Other lines, which it fits, after the change."""
        own, there, made = tokens(self.old), tokens(lines), tokens(self.new)
        names = dict((self.differences(lines) or {}).values())
        pieces, at = list[str](), 0
        for first, end, new_first, new_end in self._changes:
            before = made[new_first - 1].end if new_first else 0
            behind = made[new_end].start if new_end < len(made) else len(self.new)
            start = there[first - 1].end if first else 0
            pieces += (lines[at:start], self._put(self.new[before:behind], lines, names))
            at = there[end].start if end < len(own) else len(lines)
        return "".join([*pieces, lines[at:]])

    def _put(self, text: str, lines: str, names: dict[str, str]) -> str:
        """New text at another place: its names, and the indentation of its lines."""
        text = _TOKEN.sub(lambda match: names.get(match[0], match[0]), text)
        own, there = indentation(self.old), indentation(lines)
        return text.replace("\n" + own, "\n" + there)
