"""The little of git's configuration that says what is ignored, read without running git."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fimble.system.reading import read_regular

_MOST_BYTES = 256_000
_MOST_FILES = 32
"""That one configuration includes."""
_SECTION = re.compile(r"\[\s*([\w.-]+)(?:\s+\"[^\"\n]*\")?\s*\]")
_VARIABLE = re.compile(r"([A-Za-z][\w-]*)\s*(?:=\s*(.*))?")
_TRUE = frozenset(("true", "yes", "on", "1", ""))
_SYSTEM = (
    Path("/etc/gitconfig"),
    Path("/usr/local/etc/gitconfig"),
    Path("/opt/homebrew/etc/gitconfig"),
    Path("C:/ProgramData/Git/config"),
    Path("C:/Program Files/Git/etc/gitconfig"),
)


@dataclass(frozen=True)
class Excludes:
    """What the configuration says of ignored files.

    Attributes:
        files: The files of `core.excludesFile`, or the default one. git takes the last that is
            named; here all of them count, for which one is the last may hang on conditions
            (`includeIf`) that are not looked at: rather too much is ignored than too little.
        fold: `core.ignoreCase`.
    """

    files: tuple[Path, ...]
    fold: bool


def repository(folder: Path) -> tuple[Path, Path] | None:
    """The top of the repository around a folder, and its git directory; None: there is none."""
    for top in (folder, *folder.parents):
        git = git_directory(top)
        if git is not None:
            return top, git
    return None


def git_directory(top: Path) -> Path | None:
    """Where the repository of this very folder keeps what its worktrees share; None: it is none."""
    git = top / ".git"
    if git.is_dir():
        return git
    try:
        said = _read(git)  # of a worktree or a submodule
    except (OSError, ValueError):
        return None
    if not said.startswith("gitdir:"):
        return None
    git = top / said.removeprefix("gitdir:").strip()
    try:
        return git / _read(git / "commondir").strip()
    except (OSError, ValueError):
        return git


def excludes(top: Path, git: Path | None) -> Excludes:
    """What the configuration of the user, the system and the repository says.

    Args:
        top: The folder that relative names begin at.
        git: The repository's git directory, if there is one.
    """
    config = Path(os.environ.get("XDG_CONFIG_HOME") or _home() / ".config") / "git"
    users = os.environ.get("GIT_CONFIG_GLOBAL")
    sources = [*_SYSTEM, *([Path(users)] if users else [config / "config", _home() / ".gitconfig"])]
    if git is not None:
        sources += [git / "config", git / "config.worktree"]
    said = [pair for source in sources for pair in _variables(source, set())]
    files = [top / _expanded(value) for name, value in said if name == "core.excludesfile"]
    folds = [value.lower() in _TRUE for name, value in said if name == "core.ignorecase"]
    fold = folds[-1] if folds else sys.platform in ("darwin", "win32")
    return Excludes(tuple(files) or (config / "ignore",), fold)


def _variables(file: Path, read: set[Path]) -> Iterator[tuple[str, str]]:
    """Names, in small letters, and values; those of included files in their places.

    Args:
        file: One that was `read` is not read again: files can include each other, and many.
        read: This file and those that it includes are added.
    """
    if file in read or len(read) >= _MOST_FILES:
        return
    read.add(file)
    try:
        lines = re.sub(r"\\\r?\n", "", _read(file)).splitlines()
    except (OSError, ValueError):
        return
    section = ""
    for line in lines:
        found = _SECTION.match(line.strip().removeprefix("\N{BYTE ORDER MARK}"))
        section = found[1].lower() if found else section
        rest = line.strip()[found.end() :].strip() if found else line.strip()
        variable = _VARIABLE.fullmatch(rest)
        if variable is None:
            continue
        name, value = variable[1].lower(), _unquoted(variable[2] or "")
        if name == "path" and section in ("include", "includeif"):
            yield from _variables(file.parent / _expanded(value), read)
        yield f"{section}.{name}", value


def _unquoted(value: str) -> str:
    """A value without its quotes, escapes and comment."""
    text, quoted, position = "", False, 0
    while position < len(value):
        character = value[position]
        if character == "\\" and position + 1 < len(value):
            position += 1
            text += {"n": "\n", "t": "\t", "b": "\b"}.get(value[position], value[position])
        elif character == '"':
            quoted = not quoted
        elif character in "#;" and not quoted:
            break
        else:
            text += character
        position += 1
    return text.strip()


def _expanded(value: str) -> Path:
    path = Path(value)
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _home() -> Path:
    return Path(os.path.expanduser("~"))  # noqa: PTH111 - it raises nothing


def _read(file: Path) -> str:
    resolved = Path(os.path.realpath(file))  # a dotfile is often a link
    return read_regular(resolved, _MOST_BYTES).decode("utf-8", "replace")
