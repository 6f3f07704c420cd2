"""git's wildmatch, in time linear in the text.

git's own (wildmatch.c) tries again behind every star. Here all places of the pattern that the text
can have led to are followed at once, as the bits of one number (a nondeterministic automaton;
Thompson 1968, bit-parallel as in Baeza-Yates and Gonnet 1992): no pattern can run away. Patterns
and texts are bytes, as git has them: a `?` is one byte.
"""

from __future__ import annotations

import string
from types import MappingProxyType

_SLASH, _STAR, _QUESTION, _BACKSLASH = b"/*?\\"
_OPEN, _CLOSE, _DASH = b"[]-"
_ALL = (1 << 256) - 1
_NO_SLASH = _ALL & ~(1 << _SLASH)


def _set(characters: str) -> int:
    return sum(1 << ord(character) for character in characters)


_CLASSES = MappingProxyType(
    {
        b"alnum": _set(string.ascii_letters + string.digits),
        b"alpha": _set(string.ascii_letters),
        b"blank": _set(" \t"),
        b"cntrl": _set("".join(map(chr, [*range(32), 127]))),
        b"digit": _set(string.digits),
        b"graph": _set("".join(map(chr, range(33, 127)))),
        b"lower": _set(string.ascii_lowercase),
        b"print": _set("".join(map(chr, range(32, 127)))),
        b"punct": _set(string.punctuation),
        b"space": _set(" \t\n\v\f\r"),
        b"upper": _set(string.ascii_uppercase),
        b"xdigit": _set(string.hexdigits),
    }
)


class Glob:
    """One pattern.

    Args:
        pattern: As in a `.gitignore`, without its marks for negation and folders.
        paths: Whether a slash is matched by a slash and by `**` alone.
        fold: Whether ASCII letters match in either case, as where `core.ignorecase` is true.
    """

    __slots__ = ("_accepts", "_fold", "_go", "_least", "_skips", "_stars", "_stay")

    def __init__(self, pattern: bytes, *, paths: bool, fold: bool = False) -> None:
        self._fold = fold
        self._accepts: list[int] = []
        self._stars = self._skips = 0
        self._go: dict[int, int] = {}
        self._stay: dict[int, int] = {}
        whole = self._compile(pattern, paths=paths)
        self._least = len(self._accepts) - self._stars.bit_count() - self._skips.bit_count()
        if not whole:
            self._least = 1 << 62

    def matches(self, text: bytes) -> bool:
        """Whether the pattern describes the whole text."""
        if len(text) < self._least:
            return False
        places = self._entered(1)
        for byte in text.lower() if self._fold else text:
            if byte not in self._go:
                self._learn(byte)
            stay = places & self._stay[byte]
            places = self._entered((places & self._go[byte]) << 1) | stay | stay << 1
            if not places:
                return False
        return bool(places >> len(self._accepts) & 1)

    def _entered(self, places: int) -> int:
        """With the places behind stars: they match nothing too, and `**/` no folder at all.

        No two stars are neighbours, so that a second step is the last one.
        """
        places |= (places & self._stars) << 1 | (places & self._skips) << 2
        return places | (places & self._stars) << 1

    def _learn(self, byte: int) -> None:
        accepting = sum(1 << at for at, what in enumerate(self._accepts) if what >> byte & 1)
        self._go[byte] = accepting & ~self._stars
        self._stay[byte] = accepting & self._stars

    def _compile(self, pattern: bytes, *, paths: bool) -> bool:
        """Whether the pattern can match anything."""
        at = 0
        while at < len(pattern):
            byte = pattern[at]
            if byte == _STAR:
                at = self._star(pattern, at, paths=paths)
                continue
            accepts, at = 1 << byte, at + 1
            if byte == _BACKSLASH:
                if at == len(pattern):
                    return False
                accepts, at = 1 << pattern[at], at + 1
            elif byte == _QUESTION:
                accepts = _NO_SLASH if paths else _ALL
            elif byte == _OPEN:
                members, at = _bracket(pattern, at, fold=self._fold)
                if at < 0:
                    return False
                accepts = members & _NO_SLASH if paths else members
            elif self._fold:
                accepts = 1 << pattern[at - 1 : at].lower()[0]
            self._accepts.append(accepts)
        return True

    def _star(self, pattern: bytes, at: int, *, paths: bool) -> int:
        """Adds a run of stars; says where it ends."""
        end = at
        while pattern[end : end + 1] == b"*":
            end += 1
        here = len(self._accepts)
        alone = (at == 0 or pattern[at - 1] == _SLASH) and (
            end == len(pattern) or pattern[end] == _SLASH or pattern[end : end + 2] == b"\\/"
        )
        folders = paths and end - at > 1 and alone
        if folders and pattern[end : end + 1] == b"/":
            if here >= 2 and self._skips >> here - 2 & 1:
                return end + 1  # `**/**/` says no more than `**/`
            self._skips |= 1 << here
        self._stars |= 1 << here
        self._accepts.append(_ALL if folders or not paths else _NO_SLASH)
        return end


def _bracket(pattern: bytes, at: int, *, fold: bool) -> tuple[int, int]:
    """The bytes of a bracket expression, and where it ends; -1 if it does not."""
    negated = pattern[at : at + 1] in (b"!", b"^")
    at += negated
    members = previous = 0
    first = True
    while first or pattern[at : at + 1] != b"]":
        first = False
        found, previous, at = _member(pattern, at, previous, fold=fold)
        if at < 0:
            return 0, -1
        members |= found
    return (_ALL & ~members if negated else members), at + 1


def _member(pattern: bytes, at: int, previous: int, *, fold: bool) -> tuple[int, int, int]:
    """A character, range or class in brackets; what a range may begin with; where it ends."""
    byte, after = pattern[at : at + 1], pattern[at + 1 : at + 2]
    if byte == b"[" and after == b":":
        end = pattern.find(b"]", at + 2)
        if end < 0:
            return 0, 0, -1
        if end > at + 2 and pattern[end - 1 : end] == b":":
            name = pattern[at + 2 : end - 1]
            name = b"alpha" if fold and name in (b"upper", b"lower") else name
            return (_CLASSES[name], 0, end + 1) if name in _CLASSES else (0, 0, -1)
    ranges = byte == b"-" and previous > 0 and after not in (b"", b"]")
    at += ranges
    at += pattern[at : at + 1] == b"\\"
    if at >= len(pattern):
        return 0, 0, -1
    if not ranges:
        return 1 << pattern[at], pattern[at], at + 1
    return _range(previous, pattern[at], fold=fold), 0, at + 1


def _range(low: int, high: int, *, fold: bool) -> int:
    members = (1 << high + 1) - (1 << low) if low <= high else 0
    upper = members >> ord("A") & (1 << 26) - 1
    return members | upper << ord("a") if fold else members
