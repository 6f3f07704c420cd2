"""`fimble docstring --check`: every file is read by itself, and none hides what others lack."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fimble.cli import editing
from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.core.text.snapshot import Snapshot

CLEAN, FOUND, UNREAD = 0, 1, 2
"""Exit statuses: nothing to report; something; a file could not be checked."""

EPILOG = (
    "Exit status of --check: 0 if there is nothing to report, 1 if there is, 2 if a file could not "
    "be checked (the others are reported all the same). Without --check: 0 if everything was "
    "documented, 1 if something could not be, 2 if a file or an argument is wrong."
)
_CPP = re.compile(
    r"^[^\S\n]*(?:template\s*<|namespace\b|class\s+\w|using\s+\w|(?:public|private|protected)\s*:)",
    re.MULTILINE,
)
_PRIVATE = re.compile(r"_(?!_)")
"""Begins the name of a module that is its package's own, as pydocstyle sees it."""

_COOKIE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:[ \t\f]*#[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)"
)
"""Of Python (PEP 263) and Ruby."""


def run(paths: list[Path], *, machine: bool) -> int:
    """Prints what the documentation of files lacks, and which of them could not be checked."""
    status = CLEAN
    for path in paths:
        try:
            found = list(_problems(read(path)))
        except UsageError as error:
            print(f"fimble: {error}", file=sys.stderr)
            status = UNREAD
            continue
        for problem in found:
            _show(problem, machine=machine)
        status = max(status, FOUND if found else CLEAN)
    return status


def _show(problem: dict[str, Any], *, machine: bool) -> None:
    if machine:
        print(json.dumps(problem, ensure_ascii=False))
    else:
        print(f"{problem['path']}:{problem['line']}: {problem['message']}")


def read(path: Path) -> Snapshot:
    """The file as a snapshot, in the encoding that it declares, with the path that the user named.

    Raises:
        UsageError: It cannot be read, is in no language that is documented, or too long.
    """
    from fimble.core.docstrings.languages import LANGUAGES
    from fimble.core.text import languages, syntax
    from fimble.core.text.snapshot import Snapshot

    text = _text(path)
    language = languages.of_path(path.name) or languages.of_script(text)
    if path.suffix.lower() == ".h" and (_CPP.search(text) or syntax.errors("c", text)):
        language = "cpp"
    if language not in LANGUAGES:
        raise UsageError(f"{path} is in no language that Fimble documents.")
    if len(text) > syntax.MAX_CHARACTERS:
        longest = f"{syntax.MAX_CHARACTERS:,}"
        raise UsageError(f"{path} cannot be checked: it has more than {longest} characters.")
    return Snapshot(path.resolve().as_uri(), str(path), language, None, text)


def _text(path: Path) -> str:
    """The file's text; what its first two lines say about its encoding is believed.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    cookie = _COOKIE.match(data)
    if cookie is None:
        return editing.read(path).text
    name = cookie[1].decode("ascii", "replace")
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode(name)
    except LookupError as error:
        raise UsageError(f"{path} has an unknown encoding: {name}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not {name}: {error.reason} at byte {error.start}.") from error


def _problems(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    from fimble.core.docstrings import check, languages

    name = Path(snapshot.path).name
    items = languages.items(snapshot)
    private = _PRIVATE.match(name) is not None and snapshot.language_id == "python"
    for problem in check.problems(snapshot.language_id, items, private=private):
        line = snapshot.text.count("\n", 0, problem.item.start) + 1
        yield {"path": snapshot.path, "line": line, "message": problem.message}
