"""What the user has done to a document: changes as before and after, grouped as a person would."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from fimble.core.text.snapshot import Edit, apply_edits

KEPT = 32
"""Changes of a document that are remembered."""
LARGEST = 20_000
"""Characters of a change: more at once is another file's text, and no edit."""
LONGEST = 200_000
"""Characters of a document whose changes are remembered; nothing parses longer ones."""

_WORD = re.compile(r"[\w$]*")
_WORD_BEFORE = re.compile(r"[\w$]*\Z")
_CLOSERS = re.compile(r"[\s)\]}>\"'`;,]*")
"""What editors put behind the cursor while an opener is typed."""


@dataclass(frozen=True)
class Change:
    """One thing that the user did: one text in place of another.

    Attributes:
        start: Where, in the text before this change.
        old: What stood there.
        new: What stands there instead.
    """

    start: int
    old: str
    new: str

    @property
    def end(self) -> int:
        """Where `old` ends, in the text before this change."""
        return self.start + len(self.old)

    @property
    def new_end(self) -> int:
        """Where `new` ends, in the text after this change."""
        return self.start + len(self.new)

    def applied(self, text: str) -> str:
        """The text after the change.

        Raises:
            ValueError: The text does not have `old` there.
        """
        if text[self.start : self.end] != self.old:
            raise ValueError(f"the text is another one at {self.start}")
        return apply_edits(text, (Edit(self.start, self.end, self.new),))

    def moved(self, start: int, end: int) -> tuple[int, int] | None:
        """Where `start..end` of the text before stands after the change; None if it was changed."""
        if end <= self.start:
            return start, end
        by = len(self.new) - len(self.old)
        return (start + by, end + by) if start >= self.end else None


@dataclass(frozen=True)
class History:
    """The changes that led from one text to another.

    Attributes:
        before: The text before the first of them.
        changes: The oldest first, each in the text that the earlier ones have left.
    """

    before: str
    changes: tuple[Change, ...] = ()

    def texts(self) -> Iterable[str]:
        """The text before each change, and at last the one that stands now."""
        text = self.before
        yield text
        for change in self.changes:
            text = change.applied(text)
            yield text

    @cached_property
    def text(self) -> str:
        """The text that stands now."""
        return [*self.texts()][-1]

    def typed(self, text: str) -> History:
        """The history when the document has become `text`.

        What goes on where the last change ends, or in the word that it is in, belongs to it; what
        takes a change back removes it; all else is another change. Takes a time that grows with the
        text, whatever was changed.
        """
        step = between(self.text, text) if len(text) <= LONGEST else None
        if step is None:
            return self if text == self.text else History(text)
        if len(step.old) + len(step.new) > LARGEST:
            return History(text)
        if not self.changes:
            return self._bounded((step,), text)
        *earlier, last = self.changes
        step = _at(self.text, step, last.new_end)
        if not _goes_on(self.text, last, step):
            return self._bounded((*self.changes, step), text)
        whole = _joined(self.text, last, step)
        return self._bounded((*earlier, whole) if whole is not None else (*earlier,), text)

    def _bounded(self, changes: tuple[Change, ...], text: str) -> History:
        """A history of at most `KEPT` changes that ends at a text."""
        before = self.before
        while len(changes) > KEPT or _size(changes) > LARGEST:
            before, changes = changes[0].applied(before), changes[1:]
        history = History(before, changes)
        vars(history)["text"] = text  # known, and not to be put together at every keystroke
        return history


def between(old: str, new: str) -> Change | None:
    """The smallest single change that makes a text of another, None if they are the same."""
    if old == new:
        return None
    start = _shared(old, new, len(old), len(new))
    rest = min(len(old), len(new)) - start
    behind = _shared_end(old, new, rest)
    return Change(start, old[start : len(old) - behind], new[start : len(new) - behind])


def of_words(text: str, change: Change) -> Change:
    """A change of parts of words as one of whole words.

    Args:
        text: The text before the change.
        change: The change.
    """
    before, behind = text[: change.start][-256:], text[change.end : change.end + 256]
    left = right = ""
    for part in (change.old, change.new):
        if _is_word((part + behind)[:1]) and _is_word(before[-1:]):
            left = _words_end(before)
        if _is_word((before + part)[-1:]) and _is_word(behind[:1]):
            right = _words_start(behind)
    start = change.start - len(left)
    return Change(start, left + change.old + right, left + change.new + right)


def _words_start(text: str) -> str:
    found = _WORD.match(text)
    return found[0] if found else ""


def _words_end(text: str) -> str:
    found = _WORD_BEFORE.search(text)
    return found[0] if found else ""


def _is_word(character: str) -> bool:
    return character.isalnum() or character in ("_", "$")


def _size(changes: tuple[Change, ...]) -> int:
    return sum(len(c.old) + len(c.new) for c in changes)


def _at(text: str, step: Change, place: int) -> Change:
    """The step at a place before it, if there it makes the same text: the second of two breaks."""
    part = step.old or step.new
    if (step.old and step.new) or not place < step.start <= place + len(part):
        return step
    run = text[place : step.start] + part
    if run[len(part) :] != text[place : step.start]:
        return step
    same = run[: len(part)]
    return Change(place, same if step.old else "", same if step.new else "")


def _goes_on(text: str, last: Change, step: Change) -> bool:
    """Whether a step, in the text after the last change, is a part of it."""
    end = last.new_end
    if step.start < last.start and step.end > end:
        return False
    rest = _CLOSERS.match(last.new, max(step.end - last.start, 0))
    inside = last.start <= step.start and step.end <= end
    if step.start <= end <= step.end or (inside and rest and rest.end() == len(last.new)):
        return True
    if step.end == last.start and not step.new:
        return True
    first, second = min(last.start, step.start), max(end, step.end)
    word = text[first:second] + step.new
    return _words_start(word) == word


def _joined(text: str, last: Change, step: Change) -> Change | None:
    """Two changes as one, None if the second takes the first back; `text` stands between them."""
    first, second = min(last.start, step.start), max(last.new_end, step.end)
    old = text[first : last.start] + last.old + text[last.new_end : second]
    new = text[first : step.start] + step.new + text[step.end : second]
    whole = between(old, new)
    return whole and Change(first + whole.start, whole.old, whole.new)


def _shared(old: str, new: str, old_end: int, new_end: int) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(old_end, new_end)
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _shared_end(old: str, new: str, most: int) -> int:
    """How many characters two texts end with alike, at most `most`."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return low
