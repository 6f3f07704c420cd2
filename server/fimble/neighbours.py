"""Text of other files for the prompts: open ones, and recent ones of the workspace.

One thread searches and indexes open documents, another one scans the workspace: the event loop
never waits for a file or a search, and a search never for the scan.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from fimble.checks.place import local_path
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
_MAX_SEEN = 20_000
"""Files of a workspace among which the latest are looked for."""
_MAX_KEPT = 400
"""Files in the indexes; the one that was indexed longest ago makes room."""
_STEP = 8
"""Lines that the cursor moves before other text is chosen: the KV cache lives on the same one."""
_PLACES = 16
"""Whose choice is kept, so that what was read ahead is what is asked for."""
_Place = tuple[str, int, int, tuple[str, ...]]
"""A document, the cursor's line in steps, the budget, the sources."""


class Neighbours:
    """Indexes of the files around the one that is edited.

    Attributes:
        sources: What is quoted, the most useful first: "similar" windows, "definitions" of used
            names, recent "edits". What is not named is not indexed either.
    """

    def __init__(self) -> None:
        self.sources: tuple[str, ...] = ("similar",)
        self._windows, self._definitions, self._edits = Windows(), Definitions(), RecentEdits()
        self._indexed: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._ignored: tuple[Ignored, ...] = ()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="neighbours")
        self._scanner = ThreadPoolExecutor(1, thread_name_prefix="scan")
        self._last: Snapshot | None = None
        self._chosen: OrderedDict[_Place, tuple[Snippet, ...]] = OrderedDict()

    def scan(self, root: Path) -> Future[None] | None:
        """Indexes the workspace's files that were changed last.

        Returns:
            When it is done; None after `close`.
        """
        ignored = Ignored(root)
        self._ignored = (*self._ignored, ignored)
        return self._submit(self._scanner, lambda: self._scan(root, ignored))

    def update(self, snapshot: Snapshot) -> None:
        """Indexes an open document, unless it must not be quoted."""
        self._submit(self._thread, lambda: self._index(snapshot))

    def remove(self, uri: str) -> None:
        """The document was closed: its text is of use until it is forgotten as the oldest."""
        self._submit(self._thread, lambda: self._edits.remove(_key(uri)))

    async def around(self, context: CursorContext, tokens: int) -> tuple[Snippet, ...]:
        """What helps at the cursor; the same for some lines around it.

        Args:
            context: The document and the cursor.
            tokens: The budget, about; 0 asks for nothing.
        """
        snapshot, last = context.snapshot, self._last
        self._last = snapshot
        if not tokens:
            return ()
        if last is not None and last.uri != snapshot.uri:
            self.update(last)
        place = (snapshot.uri, context.prefix.count("\n") // _STEP, tokens, self.sources)
        if place not in self._chosen:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._thread, self._find, context, tokens)
            self._chosen.setdefault(place, found)
        self._chosen.move_to_end(place)
        while len(self._chosen) > _PLACES:
            self._chosen.popitem(last=False)
        return self._chosen[place]

    def close(self) -> None:
        """Ends the threads after what they do at the moment."""
        self._closed.set()
        for thread in (self._thread, self._scanner):
            thread.shutdown(wait=False, cancel_futures=True)

    def _find(self, context: CursorContext, tokens: int) -> tuple[Snippet, ...]:
        key, prefix = _key(context.snapshot.uri), context.prefix[-8_000:]
        finders: dict[str, Callable[[], list[Snippet]]] = {
            "similar": lambda: self._windows.similar(key, prefix),
            "definitions": lambda: self._definitions.used(key, prefix),
            "edits": lambda: self._edits.others(key),
        }
        with self._lock:
            ranked = [finders[source]() for source in self.sources]
        return pack(ranked, tokens, context.snapshot.text)

    def _scan(self, root: Path, ignored: Ignored) -> None:
        files = islice(_code(root, ignored), _MAX_SEEN)
        latest = heapq.nlargest(_MAX_FILES, files, key=lambda path: path.stat().st_mtime)
        for path in latest:
            if self._closed.is_set():
                return
            text = path.read_bytes().decode("utf-8", "replace")
            name = path.relative_to(root).as_posix()
            self._index(Snapshot(path.as_uri(), name, languages.of_path(name), None, text))

    def _index(self, snapshot: Snapshot) -> None:
        key = _key(snapshot.uri)
        if holds_secrets(Path(key).name) or len(snapshot.text) > _MAX_BYTES:
            return
        if self._ignored and all(ignored(Path(key)) for ignored in self._ignored):
            return
        with self._lock:
            self._windows.update(key, snapshot.path, snapshot.text)
            self._edits.update(key, snapshot.path, snapshot.text)
            if "definitions" in self.sources:
                language, text = snapshot.language_id, snapshot.text
                self._definitions.update(key, snapshot.path, language, text)
            self._indexed[key] = None
            self._indexed.move_to_end(key)
            while len(self._indexed) > _MAX_KEPT:
                oldest, _ = self._indexed.popitem(last=False)
                self._windows.remove(oldest)
                self._definitions.remove(oldest)

    def _submit(self, thread: ThreadPoolExecutor, job: Callable[[], None]) -> Future[None] | None:
        def guarded() -> None:
            try:
                job()
            except OSError as error:
                _log.info("Not indexed: %s", error)

        try:
            return thread.submit(guarded)
        except RuntimeError:
            _log.debug("The index is closed")
            return None


def _key(uri: str) -> str:
    """A file's path, however its URI is spelled: clients and servers escape differently."""
    return str(local_path(uri) or uri)


def _code(root: Path, ignored: Ignored) -> Iterator[Path]:
    """Files of known languages that may be quoted and are not too large."""
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = [name for name in folders if not ignored(here / name / "x")]
        for name in names:
            path = here / name
            quotable = languages.of_path(name) and not ignored(path) and not path.is_symlink()
            if quotable and path.is_file() and path.stat().st_size <= _MAX_BYTES:
                yield path
