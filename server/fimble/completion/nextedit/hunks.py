"""Places on one line, or on lines that follow each other, are taken at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fimble.completion.nextedit.proposal import Step
from fimble.core.text.snapshot import Edit


def grouped(text: str, steps: Iterable[Step]) -> Iterator[Step]:
    """The steps of one document in the order of its text, neighbours made one.

    Args:
        text: The document's text.
        steps: Its steps; those that overlap stay apart.
    """
    last: Step | None = None
    for step in sorted(steps, key=lambda s: (s.edit.start, s.edit.end)):
        if last is None:
            last = step
        elif _apart(text, last.edit, step.edit):
            yield last
            last = step
        else:
            last = _joined(text, last, step)
    if last is not None:
        yield last


def _apart(text: str, first: Edit, second: Edit) -> bool:
    """Whether a line that neither changes stands between two edits, or they overlap."""
    if second.start < first.end:
        return True
    between = text[first.end : second.start]
    ends = first.end == 0 or text[first.end - 1] == "\n"  # a whole line, with its break
    return between.count("\n") > (0 if ends and first.end > first.start else 1)


def _joined(text: str, first: Step, second: Step) -> Step:
    """Both steps as one, with the text between them."""
    lead = first.edit.new_text + text[first.edit.end : second.edit.start]
    holes = tuple((start + len(lead), end + len(lead)) for start, end in second.holes)
    edit = Edit(first.edit.start, second.edit.end, lead + second.edit.new_text)
    return Step(first.uri, edit, (*first.holes, *holes))
