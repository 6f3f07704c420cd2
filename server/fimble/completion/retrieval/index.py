"""What is known of the text of other files, whatever it is looked for by."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from fimble.completion.retrieval import far
from fimble.completion.retrieval.definitions import Definitions
from fimble.completion.retrieval.edits import RecentEdits
from fimble.completion.retrieval.imports import Imports
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
        self._windows, self._definitions, self._edits = Windows(), Definitions(), RecentEdits()
        self._imports = Imports()
        self._stamps: OrderedDict[str, Stamp] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, key: str, snapshot: Snapshot, stamp: Stamp, sources: Sequence[str]) -> None:
        """Indexes a text, in place of what was known of its file."""
        with self._lock:
            self._windows.update(key, snapshot.path, snapshot.text)
            self._imports.update(key, snapshot.path, snapshot.language_id, snapshot.text)
            self._edits.update(key, snapshot.path, snapshot.text)
            if "definitions" in sources:
                language, text = snapshot.language_id, snapshot.text
                self._definitions.update(key, snapshot.path, language, text)
            self._stamps[key] = stamp
            self._stamps.move_to_end(key)
            while len(self._stamps) > _MAX_KEPT:
                oldest, _ = self._stamps.popitem(last=False)
                self._windows.remove(oldest)
                self._imports.remove(oldest)
                self._definitions.remove(oldest)

    def forget(self, key: str, left: str = "") -> None:
        """Forgets a file; its latest edit stays if it stands in the text that is left."""
        with self._lock:
            self._stamps.pop(key, None)
            self._windows.remove(key)
            self._imports.remove(key)
            self._definitions.remove(key)
            self._edits.remove(key, left)

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

    def search(
        self, key: str, context: CursorContext, sources: Sequence[str]
    ) -> list[list[Snippet]]:
        """What helps at a place, for each source, the best first.

        Args:
            key: The file that asks: of it only what a prompt does not reach is found.
            context: The document and the cursor.
            sources: "imports", "similar", "definitions", "edits".
        """
        prefix = context.prefix[-_NEAR:]
        finders: dict[str, Callable[[], list[Snippet]]] = {
            "imports": lambda: self._imports.missing(key, context),
            "similar": lambda: best_first(
                far.similar(context) + self._windows.similar(key, prefix)
            ),
            "definitions": lambda: self._definitions.used(key, prefix),
            "edits": lambda: self._edits.others(key),
        }
        with self._lock:
            return [finders[source]() for source in sources]
