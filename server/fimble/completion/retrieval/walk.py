"""The files of a workspace folder that prompts may quote."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fimble.completion.retrieval.ignored import Place, entrance

_log = logging.getLogger(__name__)

_MOST_ENTRIES, _MOST_IN_FOLDER = 200_000, 20_000
_MOST_SECONDS = 30.0


@dataclass(frozen=True)
class Found:
    """A file.

    Attributes:
        path: Where it is.
        size: In bytes.
        changed: When it was changed last, in seconds since 1970.
    """

    path: Path
    size: int
    changed: float


def files(
    root: Path, wanted: Callable[[str], bool], stopped: Callable[[], bool] = lambda: False
) -> Iterator[Found]:
    """Regular files below a folder, none of them ignored or named like a secret.

    No link is followed. What cannot be read is passed over. The walk ends, too, after so many
    entries, or so much time, as no workspace of a person has.

    Args:
        root: The folder.
        wanted: Which names are looked for.
        stopped: Asked at every entry whether to end.
    """
    ends = time.monotonic() + _MOST_SECONDS
    seen, waiting = 0, [(entrance(root), "")]
    while waiting:
        above, name = waiting.pop()
        place = above.enter(name) if name else above
        folders = []
        for entry in _entries(place):
            seen += 1
            if stopped() or seen > _MOST_ENTRIES or time.monotonic() > ends:
                return
            if _is_folder(entry):
                if not place.leaves_out(entry.name, folder=True):
                    folders.append(entry.name)
            elif wanted(entry.name) and (found := _found(place, entry)) is not None:
                yield found
        waiting += [(place, folder) for folder in sorted(folders, reverse=True)]


def _entries(place: Place) -> Iterator[os.DirEntry[str]]:
    if place.closed:
        return
    try:
        with os.scandir(place.path) as entries:
            yield from islice(entries, _MOST_IN_FOLDER)
    except OSError as error:
        _log.info("Not looked into: %s", error)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _found(place: Place, entry: os.DirEntry[str]) -> Found | None:
    try:
        if place.leaves_out(entry.name) or not entry.is_file(follow_symlinks=False):
            return None
        status = entry.stat(follow_symlinks=False)
    except (OSError, ValueError):
        return None
    return Found(place.path / entry.name, status.st_size, status.st_mtime)
