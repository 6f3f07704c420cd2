"""The SQLite file that holds the outcomes. Several servers may write it at once (WAL)."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import astuple, fields
from pathlib import Path
from types import TracebackType

import platformdirs

from fimble.errors import FimbleError
from fimble.statistics.events import Outcome, Request

ENVIRONMENT = "FIMBLE_DATA"
SCHEMA_VERSION = 1
KEEP_SECONDS = 400 * 86400
_BUSY_MS = 5000
_COLUMNS = tuple(field.name for field in fields(Request))
_CREATE = """
CREATE TABLE IF NOT EXISTS outcome (
    id TEXT PRIMARY KEY,
    at REAL NOT NULL,
    language TEXT NOT NULL,
    model TEXT NOT NULL,
    reason TEXT,
    offered_chars INTEGER NOT NULL,
    total_ms REAL NOT NULL,
    ttft_ms REAL,
    prompt_tokens INTEGER NOT NULL,
    reused_tokens INTEGER NOT NULL,
    new_tokens INTEGER NOT NULL,
    shown INTEGER NOT NULL DEFAULT 0,
    accepted_chars INTEGER NOT NULL DEFAULT 0
)
"""


def default_path() -> Path:
    """`statistics.sqlite3` in `$FIMBLE_DATA` if set, else in the user's data folder."""
    chosen = os.environ.get(ENVIRONMENT)
    folder = Path(chosen) if chosen else Path(platformdirs.user_data_dir("fimble", appauthor=False))
    return folder.expanduser() / "statistics.sqlite3"


def read(path: Path, since: float = 0.0) -> tuple[Outcome, ...]:
    """All requests from the Unix time `since` on, oldest first; none if there is no file.

    Raises:
        FimbleError: The file cannot be read.
    """
    if not path.exists():
        return ()
    with Database(path) as database:
        return database.outcomes(since)


class Database:
    """An open statistics file; created with its folder if it is not there.

    To be used in the thread that made it, and closed (it is a context manager).

    Raises:
        FimbleError: The file cannot be opened, or a newer Fimble has written it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._prepare()
        except (OSError, sqlite3.Error) as error:
            raise self._unusable(error) from error

    def __enter__(self) -> Database:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()

    def add(self, request: Request) -> None:
        """Remembers `request`; a second one of the same id is ignored."""
        marks = ", ".join("?" * len(_COLUMNS))
        self._write(
            f"INSERT OR IGNORE INTO outcome ({', '.join(_COLUMNS)}) VALUES ({marks})",
            astuple(request),
        )

    def shown(self, request_id: str) -> None:
        """The editor displayed the suggestion of a request; unknown ids are ignored."""
        self._write("UPDATE outcome SET shown = 1 WHERE id = ?", (request_id,))

    def accepted(self, request_id: str, chars: int) -> None:
        """The user has taken `chars` characters so far (partial acceptances count up)."""
        self._write(
            "UPDATE outcome SET shown = 1, accepted_chars = max(accepted_chars, ?) WHERE id = ?",
            (chars, request_id),
        )

    def outcomes(self, since: float = 0.0) -> tuple[Outcome, ...]:
        """All requests from the Unix time `since` on, oldest first."""
        query = f"SELECT {', '.join(_COLUMNS)}, shown, accepted_chars FROM outcome"
        try:
            rows = self._connection.execute(f"{query} WHERE at >= ? ORDER BY at", (since,))
            return tuple(Outcome(Request(*row[:-2]), bool(row[-2]), row[-1]) for row in rows)
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def clear(self) -> int:
        """Forgets everything and shrinks the file. Returns how many requests there were."""
        count = self._write("DELETE FROM outcome")
        self._write("VACUUM")
        return count

    def prune(self, now: float) -> None:
        """Forgets what is older than `KEEP_SECONDS`."""
        self._write("DELETE FROM outcome WHERE at < ?", (now - KEEP_SECONDS,))

    def _prepare(self) -> None:
        execute = self._connection.execute
        execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        (version,) = execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise FimbleError(
                f"{self._path} was written by a newer Fimble.",
                "Upgrade Fimble, or delete that file.",
            )
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = NORMAL")
        execute(_CREATE)
        execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _write(self, statement: str, values: tuple[object, ...] = ()) -> int:
        try:
            return self._connection.execute(statement, values).rowcount
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> FimbleError:
        return FimbleError(
            f"The statistics file {self._path} cannot be used: {error}.",
            f"Delete it, or set {ENVIRONMENT} to another folder.",
        )
