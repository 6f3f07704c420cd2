"""Where the server waits for its one client: a Unix socket, or TCP."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from fimble.errors import UsageError
from fimble.lsp.wire.protocol import FimbleProtocol
from fimble.lsp.wire.sockets import Door

Tell = Callable[[str], None]
"""Told where the server listens."""


async def on_tcp(protocol: FimbleProtocol, host: str, port: int, token: str, tell: Tell) -> None:
    """Serves one client that has the token.

    Raises:
        UsageError: The address cannot be used.
    """
    door = Door(protocol, token)
    try:
        server = await asyncio.start_server(door.enter, host, port)
    except (OSError, OverflowError) as error:
        raise UsageError(f"{host}:{port} cannot be used: {error}.", "Choose another.") from error
    async with server:
        tell(", ".join("{}:{}".format(*s.getsockname()[:2]) for s in server.sockets))
        await server.serve_forever()


async def on_unix_socket(protocol: FimbleProtocol, path: Path, tell: Tell) -> None:
    """Serves one client; who may connect is who may open the file, which is the user alone.

    Raises:
        UsageError: The path cannot be used, or its folder is open to others.
    """
    listening = _bound(path)
    made = path.lstat().st_ino
    try:
        async with await asyncio.start_unix_server(Door(protocol, None).enter, sock=listening) as s:
            tell(str(path))
            await s.serve_forever()
    finally:
        with suppress(OSError):
            if path.lstat().st_ino == made:
                path.unlink()


def _bound(path: Path) -> socket.socket:
    """A socket at `path`, which only the user can open from its first moment on."""
    if sys.platform == "win32":
        raise UsageError("This system has no Unix sockets for Python.", "Use --stdio or --tcp.")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check(path.parent)
        _remove_stale(path)
        made = socket.socket(socket.AF_UNIX)
        before = os.umask(0o177)
        try:
            made.bind(str(path))
        finally:
            os.umask(before)
    except OSError as error:
        raise UsageError(f"{path} cannot be used: {error}.", "Choose another path.") from error
    return made


def _check(folder: Path) -> None:
    """Others must not be able to put their own socket in the place of ours."""
    found = folder.stat()
    open_to_others = found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX
    if found.st_uid not in (os.getuid(), 0) or open_to_others:
        hint = f"Use a folder of your own: chmod go-w {folder}."
        raise UsageError(f"Others can write in {folder}.", hint)


def _remove_stale(path: Path) -> None:
    """Removes the socket that a server left behind when it was killed."""
    with suppress(FileNotFoundError):
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise UsageError(f"{path} exists and is no socket.", "Choose another path.")
        with socket.socket(socket.AF_UNIX) as asked:
            try:
                asked.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
                return
        raise UsageError(f"Another server listens at {path}.", "Choose another path.")
