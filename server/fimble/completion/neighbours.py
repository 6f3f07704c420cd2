"""Text of other files for the prompts: open ones, and recent ones of the workspace.

One thread searches and indexes open documents, another one reads the workspace: the event loop
never waits for a file or a search, and a search never for the workspace. Whether a file may be
quoted is asked twice: when it is indexed, and, by the rules and the files of that moment, before a
piece of it is quoted.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from fimble.completion.retrieval import far, walk
from fimble.completion.retrieval.ignored import IGNORE_FILES, Ignored
from fimble.completion.retrieval.index import Index, Stamp
from fimble.completion.retrieval.snippet import Snippet, pack
from fimble.core.completion.context import CursorContext
from fimble.core.privacy.secrets import names, text
from fimble.core.text import languages
from fimble.core.text.snapshot import Snapshot
from fimble.system.place import local_path
from fimble.system.reading import read_regular

_log = logging.getLogger(__name__)
_MAX_FILES, _MAX_BYTES = 200, 100_000
_MAX_SEEN = 20_000
"""Files of a workspace among which the latest are looked for."""
_MAX_CHANGES = 200
"""Changed files that are read one by one; where more change at once, the folders are scanned."""
_STEP = 8
"""Lines that the cursor moves before other text is chosen: the KV cache lives on the same one."""
_PLACES = 16
"""Whose choice is kept, so that what was read ahead is what is asked for."""
_PATIENCE_S = 2.0
"""How long a disk that does not answer, or a text that is slow to parse, holds up a suggestion."""
_Place = tuple[str, int, int]
"""A document, the cursor's line in steps, the budget."""


class Neighbours:
    """An index of the files around the one that is edited."""

    def __init__(self) -> None:
        self._index = Index()
        self._closed = threading.Event()
        self._folders: tuple[Path, ...] = ()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="neighbours")
        self._scanner = ThreadPoolExecutor(1, thread_name_prefix="scan")
        self._last: Snapshot | None = None
        self._chosen: OrderedDict[_Place, tuple[Snippet, ...]] = OrderedDict()

    def set_folders(self, roots: Sequence[Path]) -> None:
        """The workspace's folders from now on: new ones are scanned, others forgotten."""
        before, self._folders = self._folders, tuple(dict.fromkeys(roots))
        if set(before) - set(self._folders):
            self._submit(self._scanner, self._forget_outside)
        for root in self._folders:
            if root not in before:
                self.scan(root)

    def scan(self, root: Path) -> Future[None] | None:
        """Indexes the files of a workspace folder that were changed last.

        Returns:
            When it is done; None after `close`.
        """
        self._folders = tuple(dict.fromkeys((*self._folders, root)))
        return self._submit(self._scanner, lambda: self._learn(root))

    def update(self, snapshot: Snapshot) -> None:
        """Indexes an open document, unless it must not be quoted."""
        self._submit(self._thread, lambda: self._put(snapshot))
        path = local_path(snapshot.uri)
        if path is not None and path.name in IGNORE_FILES:
            self.changed([snapshot.uri])

    def remove(self, uri: str) -> None:
        """The document was closed: its file is of use, what was not saved is not."""
        if self._last is not None and _key(self._last.uri) == _key(uri):
            self._last = None
        self._submit(self._thread, lambda: self._let_go(_key(uri)))

    def changed(self, uris: Iterable[str]) -> None:
        """Files or folders were made, changed, renamed or deleted."""
        keys = list(dict.fromkeys(_key(uri) for uri in uris))
        self._submit(self._scanner, lambda: self._changed(keys))

    async def around(self, context: CursorContext, tokens: int) -> tuple[Snippet, ...]:
        """What helps at the cursor; the same for some lines around it, while it is there.

        Args:
            context: The document and the cursor.
            tokens: The budget, about; 0 asks for nothing.
        """
        snapshot, last = context.snapshot, self._last
        self._last = snapshot
        if not tokens or self._closed.is_set():
            return ()
        if last is not None and last.uri != snapshot.uri:
            self.update(last)
        place = (snapshot.uri, context.prefix.count("\n") // _STEP, tokens)
        loop = asyncio.get_running_loop()
        chosen = loop.run_in_executor(self._thread, self._choose, place, context)
        try:
            return await asyncio.wait_for(chosen, _PATIENCE_S)
        except TimeoutError:
            _log.warning("Other files are not read in time: nothing of them is quoted")
            return ()

    def close(self) -> None:
        """Ends the threads after what they do at the moment."""
        self._closed.set()
        for thread in (self._thread, self._scanner):
            thread.shutdown(wait=False, cancel_futures=True)

    def _choose(self, place: _Place, context: CursorContext) -> tuple[Snippet, ...]:
        rules = self._rules()
        chosen = self._chosen.get(place)
        if chosen is None or not all(self._may_stay(s, context, rules) for s in chosen):
            chosen = self._chosen[place] = self._find(context, place[2], rules)
        self._chosen.move_to_end(place)
        while len(self._chosen) > _PLACES:
            self._chosen.popitem(last=False)
        return chosen

    def _find(
        self, context: CursorContext, tokens: int, rules: Sequence[Ignored]
    ) -> tuple[Snippet, ...]:
        key = _key(context.snapshot.uri)
        for _ in range(3):
            ranked = self._index.search(key, context)
            files = {snippet.file for snippet in ranked if snippet.file}
            stale = [file for file in files if not self._holds_good(file, rules)]
            if not stale:
                return pack(ranked, tokens, "".join(far.near(context)))
        return ()  # the files change faster than they are read

    def _may_stay(self, snippet: Snippet, context: CursorContext, rules: Sequence[Ignored]) -> bool:
        if not snippet.file:
            return snippet.text in context.snapshot.text
        return self._holds_good(snippet.file, rules)

    def _holds_good(self, key: str, rules: Sequence[Ignored]) -> bool:
        """Whether what is known of a file is what may be quoted of it; if not, it is mended."""
        try:
            known = self._index.stamp(key)
        except KeyError:
            return False
        if known != _stamp(key):
            self._read_again(key)
            return False
        if not _allowed(key, rules):
            self._index.forget(key)
            return False
        return True

    def _let_go(self, key: str) -> None:
        self._read_again(key)
        self._choose_anew(lambda chosen: any(snippet.file == key for snippet in chosen))

    def _choose_anew(self, stale: Callable[[tuple[Snippet, ...]], bool]) -> None:
        for place in [place for place, chosen in self._chosen.items() if stale(chosen)]:
            del self._chosen[place]

    def _rules(self) -> list[Ignored]:
        return [Ignored(root) for root in self._folders]

    def _learn(self, root: Path) -> None:
        """Scans; where nothing was found to quote, something may be there now."""
        self._scan(root)
        self._submit(self._thread, lambda: self._choose_anew(lambda chosen: not chosen))

    def _scan(self, root: Path) -> None:
        found = walk.files(root, lambda name: bool(languages.of_path(name)), self._closed.is_set)
        small = islice((file for file in found if file.size <= _MAX_BYTES), _MAX_SEEN)
        latest = heapq.nlargest(_MAX_FILES, small, key=lambda file: file.changed)
        for file in reversed(latest):
            if self._closed.is_set() or root not in self._folders:
                return
            self._read_again(str(file.path))

    def _changed(self, keys: list[str]) -> None:
        paths = [Path(key) for key in keys]
        scans = any(path.name in IGNORE_FILES or path.is_dir() for path in paths)
        if scans or len(keys) > _MAX_CHANGES:
            for root in self._folders:
                self._scan(root)
        for known in self._index.known():
            if known not in keys and any(Path(known).is_relative_to(path) for path in paths):
                self._read_again(known)
        for key in keys[:_MAX_CHANGES]:
            if not self._closed.is_set() and languages.of_path(key):
                self._read_again(key)
        self._submit(self._thread, lambda: self._choose_anew(lambda chosen: not chosen))

    def _forget_outside(self) -> None:
        for key in self._index.known():
            if not any(Path(key).is_relative_to(root) for root in self._folders):
                self._index.forget(key)

    def _read_again(self, key: str) -> None:
        """Indexes a file as it is on the disk, or forgets it."""
        path = Path(key)
        try:
            content = read_regular(path, _MAX_BYTES).decode("utf-8", "replace")
        except (OSError, ValueError) as error:
            _log.debug("Not indexed: %s", error)
            self._index.forget(key)
            return
        self._index.forget(key)
        root = next((root for root in self._folders if path.is_relative_to(root)), path.parent)
        name = path.relative_to(root).as_posix()
        self._put(Snapshot(path.as_uri(), name, languages.of_path(name), None, content))

    def _put(self, snapshot: Snapshot) -> None:
        """Indexes a text, or forgets the file if it may not be quoted."""
        key = _key(snapshot.uri)
        stamp = _stamp(key)
        if len(snapshot.text) > _MAX_BYTES or not _allowed(key, self._rules()):
            self._index.forget(key)
        elif text.holds(snapshot.text, snapshot.language_id):
            _log.info("Not quoted, for it holds a secret: %s", snapshot.path)
            self._index.forget(key)
        else:
            self._index.put(key, snapshot, stamp)

    def _submit(self, thread: ThreadPoolExecutor, job: Callable[[], None]) -> Future[None] | None:
        def guarded() -> None:
            try:
                job()
            except (OSError, ValueError) as error:
                _log.info("Not indexed: %s", error)

        try:
            return thread.submit(guarded)
        except RuntimeError:
            _log.debug("The index is closed")
            return None


def _key(uri: str) -> str:
    """A file's path, however its URI is spelled: clients and servers escape differently."""
    return str(local_path(uri) or uri)


def _stamp(key: str) -> Stamp:
    try:
        status = Path(key).stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size


def _allowed(key: str, rules: Sequence[Ignored]) -> bool:
    """Whether a file may be quoted; one that no folder holds if there is none, by its own rules."""
    path = Path(key)
    if names.kind(path.as_posix()):
        return False
    if rules or not path.is_absolute():
        return not rules or any(not ignored(path) for ignored in rules)
    return not Ignored(path.parent)(path)
