"""What is known of the text of other files, whatever it is looked for by."""

from __future__ import annotations

import threading
from collections import OrderedDict

from fimble.completion.retrieval import far
from fimble.completion.retrieval.snippet import Snippet, best_first
from fimble.completion.retrieval.windows import Windows
from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Snapshot

_MAX_KEPT = 400
"""Files in the index; the one that was indexed longest ago makes room."""
_NEAR = 8_000
"""Characters before the cursor that are compared with other files."""

Stamp = tuple[int, int] | None
"""When a file was changed, in nanoseconds, and its size; None: there is none."""


class Index:
    """Texts under keys, each with the stamp that its file had; one call at a time."""

    def __init__(self) -> None:
        self._windows = Windows()
        self._stamps: OrderedDict[str, Stamp] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, key: str, snapshot: Snapshot, stamp: Stamp) -> None:
        """Indexes a text, in place of what was known of its file."""
        with self._lock:
            self._windows.update(key, snapshot.path, snapshot.text)
            self._stamps[key] = stamp
            self._stamps.move_to_end(key)
            while len(self._stamps) > _MAX_KEPT:
                oldest, _ = self._stamps.popitem(last=False)
                self._windows.remove(oldest)

    def forget(self, key: str) -> None:
        """Forgets a file."""
        with self._lock:
            self._stamps.pop(key, None)
            self._windows.remove(key)

    def known(self) -> tuple[str, ...]:
        """The keys of all that is indexed."""
        with self._lock:
            return tuple(self._stamps)

    def stamp(self, key: str) -> Stamp:
        """What the file of a key was when it was indexed.

        Raises:
            KeyError: It is not known, or not any more.
        """
        with self._lock:
            return self._stamps[key]

    def search(self, key: str, context: CursorContext) -> list[Snippet]:
        """Lines like those at a place, the best first.

        Args:
            key: The file that asks: of it only what a prompt does not reach is found.
            context: The document and the cursor.
        """
        with self._lock:
            others = self._windows.similar(key, context.prefix[-_NEAR:])
        return best_first(far.similar(context) + others)
