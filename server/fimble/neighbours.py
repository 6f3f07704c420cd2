"""Text of other files for the prompts: open ones, and recent ones of the workspace.

One thread indexes and searches, so that the event loop never waits for a file or a search.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from fimble.core import languages
from fimble.core.context import CursorContext
from fimble.core.text import Snapshot
from fimble.retrieval.definitions import Definitions
from fimble.retrieval.edits import RecentEdits
from fimble.retrieval.ignored import Ignored, holds_secrets
from fimble.retrieval.snippet import Snippet, pack
from fimble.retrieval.windows import Windows

_log = logging.getLogger(__name__)
_MAX_FILES, _MAX_BYTES = 200, 100_000
_STEP = 8
"""Lines that the cursor moves before other text is chosen: the KV cache lives on the same one."""
_PLACES = 16
"""Whose choice is kept, so that what was read ahead is what is asked for."""
_Place = tuple[str, int, int]
"""A document, the cursor's line in steps, the budget."""


class Neighbours:
    """Indexes of the files around the one that is edited."""

    def __init__(self) -> None:
        self._windows, self._definitions, self._edits = Windows(), Definitions(), RecentEdits()
        self._ignored: tuple[Ignored, ...] = ()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="neighbours")
        self._last: Snapshot | None = None
        self._chosen: OrderedDict[_Place, tuple[Snippet, ...]] = OrderedDict()

    def scan(self, root: Path) -> None:
        """Indexes the workspace's files that were changed last."""
        self._submit(lambda: self._scan(root))

    def update(self, snapshot: Snapshot) -> None:
        """Indexes an open document, unless it must not be quoted."""
        self._submit(lambda: self._index(snapshot))

    def remove(self, uri: str) -> None:
        """The document was closed: its text is of use until it is forgotten as the oldest."""
        self._submit(lambda: self._edits.remove(uri))

    async def around(self, context: CursorContext, tokens: int) -> tuple[Snippet, ...]:
        """What helps at the cursor; the same for some lines around it.

        Args:
            context: The document and the cursor.
            tokens: The budget, about; 0 asks for nothing.
        """
        snapshot, last = context.snapshot, self._last
        self._last = snapshot
        if last is not None and last.uri != snapshot.uri:
            self.update(last)
        if not tokens:
            return ()
        place = (snapshot.uri, context.prefix.count("\n") // _STEP, tokens)
        if place not in self._chosen:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._thread, self._find, context, tokens)
            self._chosen.setdefault(place, found)
        self._chosen.move_to_end(place)
        while len(self._chosen) > _PLACES:
            self._chosen.popitem(last=False)
        return self._chosen[place]

    def close(self) -> None:
        """Ends the thread after what it does at the moment."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _find(self, context: CursorContext, tokens: int) -> tuple[Snippet, ...]:
        uri, prefix = context.snapshot.uri, context.prefix[-8_000:]
        ranked = (
            self._definitions.used(uri, prefix),
            self._windows.similar(uri, prefix),
            self._edits.others(uri),
        )
        return pack(ranked, tokens, context.snapshot.text)

    def _scan(self, root: Path) -> None:
        ignored = Ignored(root)
        self._ignored = (*self._ignored, ignored)
        files = sorted(_code(root, ignored), key=lambda path: -path.stat().st_mtime)
        for path in files[:_MAX_FILES]:
            text = path.read_bytes().decode("utf-8", "replace")
            name = path.relative_to(root).as_posix()
            self._index(Snapshot(path.as_uri(), name, languages.of_path(name), None, text))

    def _index(self, snapshot: Snapshot) -> None:
        path = Path(unquote(urlsplit(snapshot.uri).path))
        if holds_secrets(PurePosixPath(snapshot.uri).name):
            return
        if self._ignored and all(ignored(path) for ignored in self._ignored):
            return
        self._windows.update(snapshot.uri, snapshot.path, snapshot.text)
        self._definitions.update(snapshot.uri, snapshot.path, snapshot.language_id, snapshot.text)
        self._edits.update(snapshot.uri, snapshot.path, snapshot.text)

    def _submit(self, job: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                job()
            except OSError as error:
                _log.info("Not indexed: %s", error)

        try:
            self._thread.submit(guarded)
        except RuntimeError:
            _log.debug("The index is closed")


def _code(root: Path, ignored: Ignored) -> Iterator[Path]:
    """Files of known languages that may be quoted and are not too large."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = [name for name in folders if not ignored(here / name / "x")]
        for name in names:
            path = here / name
            known = languages.of_path(name) and not ignored(path)
            if known and path.stat().st_size <= _MAX_BYTES:
                yield path
