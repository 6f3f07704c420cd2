"""The files of the workspace that import others.

Which words the imports of each file hold is learned on a thread of its own; the files that may
import a document are read when they are asked for, by the rules of that moment.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from fimble.completion.retrieval import walk
from fimble.completion.retrieval.ignored import IGNORE_FILES, Ignored
from fimble.core.text import languages
from fimble.core.text.snapshot import Snapshot
from fimble.system.place import local_path
from fimble.system.reading import text_of

_log = logging.getLogger(__name__)
_LARGEST = 100_000
"""Bytes of a file that is read."""
_MOST_FILES = 2_000
"""Of a folder, as the walk comes to them."""
_MOST_CHANGES = 200
"""Changed files that are read one by one."""
_MOST_IMPORTERS = 40
_FAMILIES = (
    frozenset({"python"}),
    frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"}),
)
"""Languages whose files import each other."""
_STATEMENT = re.compile(
    r"^[ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]*(?:\([^()]*\)|[^\n]*)"
    r"|^[ \t]*import[ \t][^\n]*"
    r"|\bfrom[ \t]*[\"'][^\"'\n]*[\"']"
    r"|\b(?:require|import)[ \t]*\([ \t]*[\"'][^\"'\n]*[\"']",
    re.MULTILINE,
)
_WORD = re.compile(r"[\w-]+")


class Importers:
    """See the module. `of` is called on one thread, all else on the event loop."""

    def __init__(self) -> None:
        self._closed = threading.Event()
        self._scanner = ThreadPoolExecutor(1, thread_name_prefix="imports")
        self._roots: tuple[Path, ...] = ()
        self._words: dict[Path, frozenset[str]] = {}

    def set_folders(self, roots: Sequence[Path]) -> None:
        """The workspace's folders from now on; with none, nothing is known any more."""
        if tuple(roots) != self._roots:
            self._roots = tuple(roots)
            self._submit(self._scan)

    def changed(self, uris: Iterable[str]) -> None:
        """Files or folders were made, changed, renamed or deleted."""
        paths = [path for path in map(local_path, uris) if path is not None]
        if self._roots and paths:
            self._submit(lambda: self._changed(paths))

    def of(self, snapshot: Snapshot) -> tuple[Snapshot, ...]:
        """Files that may import a document, as they are on the disk, at most so many."""
        path = local_path(snapshot.uri)
        family = _family(snapshot.language_id)
        if path is None or not family:
            return ()
        stem = path.parent.name if path.stem in ("__init__", "index") else path.stem
        named = frozenset(_WORD.findall(stem))
        allowed = _allowed(self._roots)
        naming = (file for file, words in sorted(self._words.items()) if named <= words)
        wanted = (f for f in naming if languages.of_path(f.name) in family and f != path)
        found = (self._read(file) for file in wanted if allowed(file))
        return tuple(islice((file for file in found if file is not None), _MOST_IMPORTERS))

    def close(self) -> None:
        """Ends the thread after what it does at the moment."""
        self._closed.set()
        self._scanner.shutdown(wait=False, cancel_futures=True)

    def _read(self, path: Path) -> Snapshot | None:
        text = text_of(path, _LARGEST)
        root = next((root for root in self._roots if path.is_relative_to(root)), None)
        if text is None or root is None:
            return None
        name = path.relative_to(root).as_posix()
        return Snapshot(path.as_uri(), name, languages.of_path(path.name), None, text)

    def _scan(self) -> None:
        known = {}
        for root in self._roots:
            for found in islice(self._files(root), _MOST_FILES):
                known[found] = self._words.get(found) or _imported(found)
        self._words = known

    def _files(self, root: Path) -> Iterator[Path]:
        found = walk.files(root, lambda name: bool(_of_family(name)), self._closed.is_set)
        return (file.path for file in found if file.size <= _LARGEST)

    def _changed(self, paths: Sequence[Path]) -> None:
        gone = {path for path in paths if not _of_family(path.name) or not path.is_file()}
        scans = any(path.name in IGNORE_FILES or path.is_dir() for path in paths)
        if scans or len(paths) > _MOST_CHANGES:
            self._words = {}
            self._scan()
            return
        allowed = _allowed(self._roots)
        new = {path: _imported(path) for path in paths if path not in gone and allowed(path)}
        kept = {path: words for path, words in self._words.items() if path not in gone}
        self._words = {**kept, **new}

    def _submit(self, job: Callable[[], None]) -> None:
        def guarded() -> None:
            try:
                job()
            except (OSError, ValueError) as error:
                _log.info("Imports are not known: %s", error)

        if not self._closed.is_set():
            self._scanner.submit(guarded)


def _family(language_id: str) -> frozenset[str]:
    return next((family for family in _FAMILIES if language_id in family), frozenset())


def _of_family(name: str) -> frozenset[str]:
    return _family(languages.of_path(name))


def _imported(path: Path) -> frozenset[str]:
    """The words in the imports of a file."""
    text = text_of(path, _LARGEST) or ""
    return frozenset(
        word for found in _STATEMENT.finditer(text) for word in _WORD.findall(found[0])
    )


def _allowed(roots: Sequence[Path]) -> Callable[[Path], bool]:
    """Whether a file is in a folder of the workspace, and its rules do not leave it out."""
    rules = [Ignored(root) for root in roots]
    return lambda path: any(not ignored(path) for ignored in rules)
