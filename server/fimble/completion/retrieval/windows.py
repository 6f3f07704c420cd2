"""Windows of open and recent files that look like the lines before the cursor."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from fimble.completion.retrieval.snippet import Snippet, best_first

LINES = 16
_STRIDE = 8
_QUERY_LINES = 12
_MAX_LINES = 4_000
LIKE = 0.3
"""Windows less like the cursor's lines than this are not looked at."""
LIKE_ENOUGH = 0.4
"""Nothing is quoted below this, but where the line above the cursor stands (docs/completion.md)."""
_LEAST = 4
"""Characters of a line that says something when it is found again."""
_NEAR = 2_000
"""Characters before the cursor among which the line above it is."""
_UNKNOWN = 3.0
"""How rare a word counts that no window holds."""
_WORD = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True)
class _Window:
    text: str
    words: frozenset[str]


@dataclass(frozen=True)
class _File:
    path: str
    text: str
    windows: tuple[_Window, ...]


class Windows:
    """An index over files, changed one file at a time; not thread-safe."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self._counts: Counter[str] = Counter()
        self._windows = 0

    def update(self, uri: str, path: str, text: str) -> None:
        """Indexes a file's text."""
        known = self._files.get(uri)
        if known is None or known.text != text:
            self.remove(uri)
            file = self._files[uri] = _File(path, text, tuple(_cut(text)))
            self._windows += len(file.windows)
            self._counts.update(word for window in file.windows for word in window.words)

    def remove(self, uri: str) -> None:
        """Forgets a file."""
        file = self._files.pop(uri, None)
        if file is not None:
            self._windows -= len(file.windows)
            self._counts.subtract(word for window in file.windows for word in window.words)

    def similar(
        self, uri: str, prefix: str, count: int = 3, enough: float = LIKE_ENOUGH
    ) -> list[Snippet]:
        """The windows most like the end of `prefix`, one per file, best first; none if unlike.

        The likeness is a Jaccard index over identifiers, each weighted by its rarity, its inverse
        document frequency where a window is a document (Jaccard 1912; Spaerck Jones 1972).

        Args:
            uri: The file that asks: its own windows do not count.
            prefix: Text before the cursor.
            count: At most so many.
            enough: How alike one must be, unless the line above the cursor stands in one.
        """
        words = _words("\n".join(prefix.split("\n")[-_QUERY_LINES:]))
        asked = {word: self._rarity(word) for word in words}
        whole = math.fsum(asked.values())
        found = []
        for key, file in [(key, file) for key, file in self._files.items() if key != uri]:
            likest = max(
                ((self._likeness(asked, whole, w.words & words, w.words), w) for w in file.windows),
                key=lambda pair: pair[0],
                default=None,
            )
            if likest is not None and likest[0] >= LIKE:
                found.append(Snippet(file.path, likest[1].text, likest[0], key))
        best = best_first(found)[:count]
        above = _line_above(prefix)
        sure = any(s.score >= enough or above in _lines(s.text) for s in best)
        return best if sure else []

    def _rarity(self, word: str) -> float:
        count = self._counts[word]
        return math.log(1 + self._windows / count) if count > 0 else _UNKNOWN

    def _likeness(
        self, asked: dict[str, float], whole: float, both: frozenset[str], words: frozenset[str]
    ) -> float:
        """0 where it could not reach `LIKE`, as in most windows."""
        common = math.fsum(asked[word] for word in both)
        if common <= 0 or common < LIKE * whole:
            return 0.0
        return common / (whole + math.fsum(self._rarity(word) for word in words - both))


def _cut(text: str) -> Iterable[_Window]:
    lines = text.split("\n")[:_MAX_LINES]
    for start in range(0, max(1, len(lines) - _STRIDE), _STRIDE):
        piece = "\n".join(lines[start : start + LINES])
        words = _words(piece)
        if words:
            yield _Window(piece, words)


def _line_above(prefix: str) -> str:
    lines = _lines(prefix.rpartition("\n")[0][-_NEAR:])
    return next((line for line in reversed(lines) if len(line) >= _LEAST), "\n")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n")]


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))
