"""Tokens by what they spell: for an answer that has to begin with given text."""

from __future__ import annotations

import bisect
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


class Vocabulary:
    """The spellings of a byte-level BPE vocabulary, sorted.

    Args:
        tokens: Spelling, in the alphabet of byte-level BPE (Radford et al. 2019), to id.
            Tokens with characters outside of it are left out.
    """

    def __init__(self, tokens: Mapping[str, int]) -> None:
        byte_of = {character: byte for byte, character in alphabet().items()}
        known = set(byte_of)
        pairs = sorted(
            (bytes(map(byte_of.__getitem__, token)), index)
            for token, index in tokens.items()
            if known.issuperset(token)
        )
        self._spellings = [spelling for spelling, _ in pairs]
        self._ids = np.array([index for _, index in pairs], np.intp)
        self._by_id = {index: spelling for spelling, index in pairs}

    def spelling(self, token: int) -> bytes:
        """The bytes of a token, none for a special one."""
        return self._by_id.get(token, b"")

    def compatible(self, required: bytes) -> NDArray[np.intp]:
        """Ids of tokens that begin with `required`, or that it begins with."""
        return self.along(required, 0)

    def along(self, text: bytes, least: int) -> NDArray[np.intp]:
        """Ids of tokens that begin with `text`, or that it begins with after `least` bytes."""
        first = bisect.bisect_left(self._spellings, text)
        last = bisect.bisect_left(self._spellings, text + b"\xff")
        shorter = [self._find(text[:length]) for length in range(least + 1, len(text))]
        found = np.array([index for index in shorter if index is not None], np.intp)
        return np.concatenate([self._ids[first:last], found])

    def _find(self, spelling: bytes) -> int | None:
        place = bisect.bisect_left(self._spellings, spelling)
        known = place < len(self._spellings) and self._spellings[place] == spelling
        return int(self._ids[place]) if known else None


def alphabet() -> dict[int, str]:
    """Byte -> the printable character that stands for it in a byte-level vocabulary."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    alphabet = {byte: chr(byte) for byte in printable}
    return alphabet | {byte: chr(256 + number) for number, byte in enumerate(others)}
