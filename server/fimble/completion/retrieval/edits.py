"""What the user has just changed elsewhere is often done again here."""

from __future__ import annotations

from collections import OrderedDict

from fimble.completion.retrieval.snippet import Snippet

_AROUND = 3
_KEPT = 8


class RecentEdits:
    """The lines around the latest change of each document, the latest document last."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._edits: OrderedDict[str, Snippet] = OrderedDict()

    def update(self, uri: str, path: str, text: str) -> None:
        """Compares a document with what it was."""
        before = self._texts.get(uri)
        self._texts[uri] = text
        if before is not None and before != text:
            self._edits[uri] = Snippet(path, _changed(before, text), 1.0, "edit", uri)
            self._edits.move_to_end(uri)
            while len(self._edits) > _KEPT:
                self._edits.popitem(last=False)

    def remove(self, uri: str, left: str = "") -> None:
        """Forgets a document's text, and its edit unless it stands in the text that is left."""
        self._texts.pop(uri, None)
        edit = self._edits.get(uri)
        if edit is not None and edit.text not in left:
            del self._edits[uri]

    def others(self, uri: str, count: int = 2) -> list[Snippet]:
        """The latest edits of other documents, the latest first."""
        found = [snippet for key, snippet in self._edits.items() if key != uri]
        return found[::-1][:count]


def _changed(before: str, after: str) -> str:
    """The lines that differ, and some around them."""
    old, new = before.split("\n"), after.split("\n")
    top = 0
    while top < min(len(old), len(new)) and old[top] == new[top]:
        top += 1
    bottom = 0
    while bottom < min(len(old), len(new)) - top and old[-1 - bottom] == new[-1 - bottom]:
        bottom += 1
    end = len(new) - bottom
    return "\n".join(new[max(0, top - _AROUND) : min(len(new), end + _AROUND, top + 20)])
