"""The token of the HTTP server: made once, kept in a file that only the user can read.

It stays the same from run to run, so that a client has to be configured once. What others may have
read or chosen is refused, not mended in silence: whoever has read it keeps it.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from fimble.errors import FimbleError
from fimble.system import access
from fimble.system.private_files import make_data_folder

ENVIRONMENT = "FIMBLE_HTTP_TOKEN"
FILE_NAME = "http-token"


@dataclass(frozen=True)
class Secret:
    """A token.

    Attributes:
        text: It.
        place: Where its user finds it, in words.
    """

    text: str
    place: str


def load_or_create(folder: Path) -> Secret:
    """`$FIMBLE_HTTP_TOKEN` if set, else the token in `folder`, made if there is none.

    Two servers that start at once get the same token.

    Raises:
        FimbleError: The token is weak, others can read or write it, or its file cannot be used.
    """
    if chosen := access.chosen_token(ENVIRONMENT):
        return Secret(chosen, f"the token is ${ENVIRONMENT}")
    path = folder / FILE_NAME
    try:
        make_data_folder(folder)
        if not path.exists():
            _create(path)
        text = _read(path)
    except (OSError, UnicodeDecodeError) as error:
        raise FimbleError(
            f"The token file {path} cannot be used: {error}.",
            f"Delete it, or set {ENVIRONMENT}.",
        ) from error
    strong = access.strong(text, str(path), "Delete it, then a new one is made.")
    return Secret(strong, f"the token is in {path}")


def _read(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise FimbleError(f"The token file {path} is no file.", "Delete it.")
        if os.name == "posix" and not _private(found):
            raise FimbleError(
                f"The token file {path} is not yours alone (mode {found.st_mode & 0o777:o}).",
                "Others may know the token: delete the file, then a new one is made.",
            )
        return file.read(access.LONGEST + 2).decode("ascii").strip()


def _private(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _create(path: Path) -> None:
    """Writes the file aside and links it into place: whoever is first wins, nobody reads half."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(access.new_token() + "\n")
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink()
