"""The smallest edits from one text to another."""

from __future__ import annotations

import difflib

from fimble.core.text.snapshot import Edit


def smallest(old: str, new: str) -> tuple[Edit, ...]:
    """Edits that turn `old` into `new`: whole lines are matched, then ends are trimmed."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    edits = [
        _trimmed(old, starts[first], starts[last], "".join(after[i:j]))
        for tag, first, last, i, j in matcher.get_opcodes()
        if tag != "equal"
    ]
    return tuple(edit for edit in edits if edit.end > edit.start or edit.new_text)


def _trimmed(old: str, start: int, end: int, new: str) -> Edit:
    while start < end and new and old[start] == new[0]:
        start, new = start + 1, new[1:]
    while end > start and new and old[end - 1] == new[-1]:
        end, new = end - 1, new[:-1]
    return Edit(start, end, new)
