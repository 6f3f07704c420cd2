"""A document as LSP describes it, written from its specification and from nothing of ours.

It is a list of UTF-16 code units, as in the editors that LSP was made for, and slow.
"""

from __future__ import annotations

LF, CR = 0x0A, 0x0D


def code_units(text: str) -> list[int]:
    data = text.encode("utf-16-le", "surrogatepass")
    return [data[i] | data[i + 1] << 8 for i in range(0, len(data), 2)]


def text_of(units: list[int]) -> str:
    data = b"".join(bytes((unit & 255, unit >> 8)) for unit in units)
    return data.decode("utf-16-le", "surrogatepass")


class Document:
    """Edited by ranges; positions are counted in `encoding`."""

    def __init__(self, text: str, encoding: str) -> None:
        self.units = code_units(text)
        self.encoding = encoding

    @property
    def text(self) -> str:
        return text_of(self.units)

    def lines(self) -> list[tuple[int, int]]:
        """Where each line begins and where its content ends, in code units."""
        found, start, place = [], 0, 0
        while place < len(self.units):
            unit = self.units[place]
            pair = unit == CR and self.units[place + 1 : place + 2] == [LF]
            if unit in (LF, CR):
                found.append((start, place))
                start = place + 2 if pair else place + 1
                place = start
            else:
                place += 1
        return [*found, (start, len(self.units))]

    def characters(self, line: int) -> list[tuple[int, int]]:
        """Of a line: each character's first code unit, and its size in the encoding's units."""
        start, end = self.lines()[line]
        found, place = [], start
        while place < end:
            one = self.units[place : place + 2]
            pair = (
                len(one) == 2 and one[0] >> 10 == 0x36 and one[1] >> 10 == 0x37 and place + 1 < end
            )
            taken = one if pair else one[:1]
            size = {"utf-16": len(taken), "utf-32": 1, "utf-8": _bytes(taken)}[self.encoding]
            found.append((place, size))
            place += len(taken)
        return found

    def place(self, line: int, character: int) -> int:
        lines = self.lines()
        if line >= len(lines):
            return len(self.units)
        passed = 0
        for first, size in self.characters(line):
            if passed + size > character:
                return first
            passed += size
        return lines[line][1]

    def replace(self, start: tuple[int, int], end: tuple[int, int], new: str) -> None:
        first, last = sorted((self.place(*start), self.place(*end)))
        self.units[first:last] = code_units(new)


def _bytes(units: list[int]) -> int:
    return len(text_of(units).encode("utf-8", "surrogatepass"))
