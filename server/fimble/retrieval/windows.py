"""Windows of open and recent files that look like the lines before the cursor."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from fimble.retrieval.snippet import Snippet

LINES = 16
_STRIDE = 8
_QUERY_LINES = 12
_MAX_LINES = 4_000
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
    """An index over files, changed one file at a time.

    A file's entry is made anew when its text changes and replaced in one step, so that a query
    on another thread sees the old one or the new one.
    """

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}

    def update(self, uri: str, path: str, text: str) -> None:
        """Indexes a file's text."""
        known = self._files.get(uri)
        if known is None or known.text != text:
            self._files[uri] = _File(path, text, tuple(_cut(text)))

    def remove(self, uri: str) -> None:
        """Forgets a file."""
        self._files.pop(uri, None)

    def similar(self, uri: str, prefix: str, count: int = 3) -> list[Snippet]:
        """The windows most like the end of `prefix`, one per file, best first.

        The likeness is a Jaccard index over identifiers, each weighted by its rarity
        (Jaccard 1912; Spaerck Jones 1972).

        Args:
            uri: The file that asks: its own windows do not count.
            prefix: Text before the cursor.
            count: At most so many.
        """
        files = [file for key, file in tuple(self._files.items()) if key != uri]
        asked = _words("\n".join(prefix.split("\n")[-_QUERY_LINES:]))
        if not asked or not files:
            return []
        weight = _rarity(files)
        best = []
        for file in files:
            scored = ((_likeness(asked, window.words, weight), window) for window in file.windows)
            score, window = max(scored, key=lambda pair: pair[0], default=(0.0, None))
            if window is not None and score > 0.05:
                best.append(Snippet(file.path, window.text, score, "similar"))
        return sorted(best, key=lambda snippet: -snippet.score)[:count]


def _cut(text: str) -> Iterable[_Window]:
    lines = text.split("\n")[:_MAX_LINES]
    for start in range(0, max(1, len(lines) - _STRIDE), _STRIDE):
        piece = "\n".join(lines[start : start + LINES])
        words = _words(piece)
        if words:
            yield _Window(piece, words)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def _rarity(files: list[_File]) -> dict[str, float]:
    """Inverse document frequency of every word, a window being a document."""
    windows = [window for file in files for window in file.windows]
    counts = Counter(word for window in windows for word in window.words)
    return {word: math.log(1 + len(windows) / count) for word, count in counts.items()}


def _likeness(asked: frozenset[str], words: frozenset[str], weight: dict[str, float]) -> float:
    common = sum(weight.get(word, 1.0) for word in asked & words)
    return common / sum(weight.get(word, 3.0) for word in asked | words) if common else 0.0
