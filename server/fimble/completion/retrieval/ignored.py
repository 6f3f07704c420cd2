"""Files that no prompt may quote: ignored ones, and those whose names speak of secrets.

Rules are read where they are asked for and not kept: they are those of the moment. A folder with
more rules than anybody writes, or with ones that cannot be read, is ignored as a whole.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from fimble.completion.retrieval import git_config
from fimble.core.privacy import gitignore
from fimble.core.privacy.gitignore import Rule
from fimble.core.privacy.secrets import names
from fimble.system.reading import read_regular

_log = logging.getLogger(__name__)

IGNORE_FILES = (
    ".gitignore",
    ".fimbleignore",
    ".aiignore",
    ".aiexclude",
    ".copilotignore",
    ".cursorignore",
    ".cursorindexingignore",
    ".codeiumignore",
)
"""Each kind has its own say: what one of them ignores is ignored."""
_NEVER = frozenset(
    (
        *(".git", ".hg", ".svn", "node_modules", "__pycache__", "dist", "build", "target"),
        *(".venv", "venv", ".env", ".tox", ".nox"),
    )
)
"""Folders of a workspace that hold nobody's own text."""
_MOST_BYTES = 64_000
_MOST_RULES = 2_000
"""Of one kind in one folder, with those above it."""
_DEEPEST = 64
_GONE = (errno.ENOENT, errno.ENOTDIR)


@dataclass(frozen=True)
class _Rules:
    """Of one file.

    Attributes:
        base: How many bytes of a path lie before the folder that they are of.
        rules: The last line first.
    """

    base: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Place:
    """A folder, and the rules that hold in it.

    Attributes:
        path: The folder.
        inside: Its path from the repository's top, as bytes with slashes, "" or ending in one.
        kinds: For each of `IGNORE_FILES` the rules that hold, the weakest first.
        fold: Whether ASCII letters match in either case.
        closed: Whether everything in it is ignored.
    """

    path: Path
    inside: bytes
    kinds: tuple[tuple[_Rules, ...], ...]
    fold: bool
    closed: bool = False

    def ignores(self, name: str, *, folder: bool) -> bool:
        """Whether rules ignore a file or folder in it."""
        path = self.inside + os.fsencode(name)
        return self.closed or any(_ignores(kind, path, folder=folder) for kind in self.kinds)

    def leaves_out(self, name: str, *, folder: bool = False) -> bool:
        """Whether nothing of a file or folder in it may be quoted; the rules are asked last."""
        if folder and name.lower() in _NEVER:
            return True
        if not folder and names.kind((self.path / name).as_posix()):
            return True
        return self.ignores(name, folder=folder)

    def enter(self, name: str) -> Place:
        """The folder in it of that name, with the rules that are read there."""
        inside = self.inside + os.fsencode(name) + b"/"
        below = replace(self, path=self.path / name, inside=inside)
        return below if self.closed else _with_own(below)


def entrance(root: Path) -> Place:
    """A workspace folder: with the rules of the folders above it, up to the repository's top."""
    top, git = git_config.repository(root) or (root, None)
    said = git_config.excludes(top, git)
    place = Place(top, b"", tuple(() for _ in IGNORE_FILES), said.fold)
    try:
        users = [_read(file, 0, said.fold) for file in said.files]
    except (OSError, ValueError) as error:
        _log.info("Nothing is quoted: %s", error)
        return replace(place, path=root, closed=True)
    kinds = (tuple(rules for rules in users if rules is not None), *place.kinds[1:])
    place = _with_own(replace(place, kinds=kinds))
    for name in root.relative_to(top).parts:
        below = place.enter(name)
        place = replace(below, closed=below.closed or place.ignores(name, folder=True))
    return place


class Ignored:
    """Whether files of a workspace folder may be quoted, by the rules of the moment.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._places: dict[Path, Place] = {}

    def __call__(self, path: PurePath) -> bool:
        """Whether a file may not be quoted; one outside the folder may not.

        One behind a link may be, if both its names may be.
        """
        try:
            real_root, real = Path(os.path.realpath(self._root)), Path(os.path.realpath(path))
            relative, real_relative = path.relative_to(self._root), real.relative_to(real_root)
            left_out = self._leaves_out(self._root, relative)
            elsewhere = relative != real_relative
            return left_out or (elsewhere and self._leaves_out(real_root, real_relative))
        except (OSError, ValueError):
            return True

    def _leaves_out(self, root: Path, relative: PurePath) -> bool:
        if root not in self._places:
            self._places[root] = entrance(root)
        place = self._places[root]
        if ".." in relative.parts:
            return True
        for name in relative.parts[:-1]:
            if place.leaves_out(name, folder=True):
                return True
            place = place.enter(name)
        return place.leaves_out(relative.name)


def _with_own(place: Place) -> Place:
    """With the rules that are in the folder itself."""
    try:
        kinds = list(place.kinds)
        if (git := git_config.git_directory(place.path)) is not None:
            kinds[0] += _some(_read(git / "info" / "exclude", len(place.inside), place.fold))
        for number, name in enumerate(IGNORE_FILES):
            kinds[number] += _some(_own(place.path / name, len(place.inside), place.fold))
    except (OSError, ValueError) as error:
        _log.info("Nothing in the folder is quoted: %s", error)
        return replace(place, closed=True)
    count = max(sum(len(file.rules) for file in kind) for kind in kinds)
    closed = place.closed or count > _MOST_RULES or place.inside.count(b"/") > _DEEPEST
    return replace(place, kinds=tuple(kinds), closed=closed)


def _own(file: Path, base: int, fold: bool) -> _Rules | None:
    """The rules of an ignore file.

    Raises:
        OSError: It is there and cannot be read: what it would ignore is not known.
    """
    try:
        if file.name == ".gitignore" and not stat.S_ISREG(file.lstat().st_mode):
            return None  # git follows no link there
        return _Rules(base, gitignore.parse(read_regular(file, _MOST_BYTES), fold=fold))
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise


def _read(file: Path, base: int, fold: bool) -> _Rules | None:
    """The rules of a file of git's, which may be a link."""
    try:
        content = read_regular(Path(os.path.realpath(file)), _MOST_BYTES)
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise
    return _Rules(base, gitignore.parse(content, fold=fold))


def _some(rules: _Rules | None) -> tuple[_Rules, ...]:
    return (rules,) if rules is not None and rules.rules else ()


def _ignores(kind: tuple[_Rules, ...], path: bytes, *, folder: bool) -> bool:
    for file in reversed(kind):
        said = gitignore.ignores(file.rules, path[file.base :], folder=folder)
        if said is not None:
            return said
    return False
