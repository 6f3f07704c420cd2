"""Completion tasks from a folder of the user's own code: a line, or its rest, taken out."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from fimble.completion.neighbours import Neighbours
from fimble.completion.retrieval import walk
from fimble.completion.retrieval.snippet import Snippet
from fimble.core.completion.context import CursorContext
from fimble.core.text import languages
from fimble.errors import UsageError

_LEAST, _MOST = 300, 200_000
_MAX_FILES = 5_000
_TOKEN = re.compile(r"\w+|[^\w\s]")


def build(root: Path, count: int) -> list[dict[str, Any]]:
    """At most `count` tasks, the same for the same files, from as many files as there are.

    Ignored files and those that hold secrets are left out. Lines are not chosen by how easy
    they are, but blank ones, closers and comments are not asked for.

    Raises:
        UsageError: The folder is none, or holds no code.
    """
    root = root.resolve()
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder.")
    files = sorted(_files(root), key=lambda path: _hash(path.relative_to(root).as_posix()))
    tasks: list[dict[str, Any]] = []
    rounds = 0
    while files and len(tasks) < count and rounds < 8:
        for path in files:
            task = _task(path, root, rounds, kind=("rest_of_line", "whole_line")[len(tasks) % 2])
            if task is not None:
                tasks.append(task)
            if len(tasks) == count:
                break
        rounds += 1
    if not tasks:
        raise UsageError(f"{root} holds no code that tasks could be made of.")
    return tasks


class Others:
    """What prompts quote of a folder's files, as in the server.

    Args:
        root: The folder.
        tokens: The budget, about; 0 for nothing.
    """

    def __init__(self, root: Path, tokens: int) -> None:
        self._neighbours, self._tokens = Neighbours(), tokens
        scan = self._neighbours.scan(root.resolve()) if tokens else None
        if scan is not None:
            scan.result()

    def around(self, context: CursorContext) -> tuple[Snippet, ...]:
        """Lines of the other files that look like those at the cursor."""
        return asyncio.run(self._neighbours.around(context, self._tokens))

    def close(self) -> None:
        """Ends its threads."""
        self._neighbours.close()


def _files(root: Path) -> Iterator[Path]:
    found = walk.files(root, lambda name: bool(languages.grammar(languages.of_path(name))))
    sized = (file.path for file in found if _LEAST <= file.size <= _MOST)
    return islice(sized, _MAX_FILES)


def _task(path: Path, root: Path, number: int, kind: str) -> dict[str, Any] | None:
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    name, language_id = path.relative_to(root).as_posix(), languages.of_path(path.name)
    lines = text.splitlines(keepends=True)
    candidates = [index for index, line in enumerate(lines) if _worth(line, language_id)]
    if not candidates:
        return None
    index = candidates[_hash(f"{name}:{number}") % len(candidates)]
    line = lines[index].rstrip("\r\n")
    column = len(line) - len(line.lstrip())
    if kind == "rest_of_line":
        starts = [match.start() for match in _TOKEN.finditer(line)][1:]
        column = starts[_hash(f"{name}:{number}:column") % len(starts)]
    return {
        "id": hashlib.sha256(f"{name}:{index}:{column}".encode()).hexdigest()[:12],
        "kind": kind,
        "lang": language_id,
        "path": name,
        "uri": path.as_uri(),
        "prefix": "".join(lines[:index]) + line[:column],
        "suffix": lines[index][len(line) :] + "".join(lines[index + 1 :]),
        "gold": line[column:],
    }


def _worth(line: str, language_id: str) -> bool:
    mark = languages.comment(language_id)
    text = line.strip()
    if not 6 <= len(text) <= 160 or (mark and text.startswith(mark)):
        return False
    return len(_TOKEN.findall(text)) >= 3 and any(character.isalnum() for character in text)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
