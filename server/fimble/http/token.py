"""The token of the HTTP server: made once, kept in a file that only the user can read.

It stays the same from run to run, so that a client has to be configured once.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from fimble.errors import FimbleError

ENVIRONMENT = "FIMBLE_HTTP_TOKEN"
FILE_NAME = "http-token"


def load_or_create(folder: Path) -> str:
    """`$FIMBLE_HTTP_TOKEN` if set, else the token in `folder`, made if there is none.

    Two servers that start at once get the same token.

    Raises:
        FimbleError: The file cannot be read or written.
    """
    if chosen := os.environ.get(ENVIRONMENT):
        return chosen
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create(path)
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FimbleError(
            f"The token file {path} cannot be used: {error}.",
            f"Delete it, or set {ENVIRONMENT}.",
        ) from error
    if not token:
        raise FimbleError(f"The token file {path} is empty.", "Delete it.")
    return token


def _create(path: Path) -> None:
    """Writes the file aside and links it into place: whoever is first wins, nobody reads half."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink()
