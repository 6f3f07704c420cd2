"""The SQLite file that holds the outcomes. Several servers may write it at once (WAL)."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path
from types import MappingProxyType, TracebackType

import msgspec

from fimble.completion.statistics.damage import explained
from fimble.completion.statistics.events import Outcome, Request
from fimble.core.completion.gate.taste import MOST_CELLS, Taste, Trait, restored
from fimble.errors import FimbleError
from fimble.system import private_files

SCHEMA_VERSION = 1
KEEP_SECONDS = 400 * 86400
_BUSY_MS, _BUSY_READING_MS = 5000, 1000
_COLUMNS = tuple(field.name for field in fields(Request))
_FATE = ("shown", "accepted_chars", "retained_chars")
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
_ADDED = MappingProxyType(
    {"chance": "REAL", "kind": "TEXT", "place": "TEXT", "retained_chars": "INTEGER"}
)
"""Columns that files of older versions lack, and that older versions do not mind."""
_CREATE_TASTE = """
CREATE TABLE IF NOT EXISTS taste (
    cell TEXT PRIMARY KEY,
    shift REAL NOT NULL,
    count INTEGER NOT NULL
)
"""


def default_path() -> Path:
    """`statistics.sqlite3` in the folder of what Fimble keeps."""
    return private_files.data_folder() / "statistics.sqlite3"


def read(path: Path, since: float = 0.0) -> tuple[Outcome, ...]:
    """All requests from the Unix time `since` on, oldest first; none if there is no file.

    Raises:
        FimbleError: The file cannot be read.
    """
    if not os.path.lexists(path):
        return ()
    with Database(path, write=False) as database:
        return database.outcomes(since)


def read_taste(path: Path) -> Taste:
    """What was learned of the user; nothing if there is no file.

    Raises:
        FimbleError: The file cannot be read.
    """
    if not os.path.lexists(path):
        return Taste()
    with Database(path, write=False) as database:
        return database.taste()


class Database:
    """An open statistics file; created with its folder if it is not there.

    To be used in the thread that made it, and closed (it is a context manager).

    Args:
        path: The file.
        write: Whether it is made and written; otherwise nothing of it is changed.

    Raises:
        FimbleError: The file cannot be opened, or a newer Fimble has written it.
    """

    def __init__(self, path: Path, *, write: bool = True) -> None:
        self._path = path
        with self._explained():
            if write:
                _make(path)
            if not path.is_file():
                raise FimbleError(
                    f"The statistics file {path} is no file.",
                    f"Move it away, or set {private_files.ENVIRONMENT} to another folder.",
                )
            self._connection = _connected(path, write=write)
            try:
                self._prepare(write=write)
            except BaseException:
                self._connection.close()
                raise

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

    def retained(self, request_id: str, chars: int) -> None:
        """So many characters of the suggestion stood there later."""
        self._write("UPDATE outcome SET retained_chars = ? WHERE id = ?", (chars, request_id))

    def outcomes(self, since: float = 0.0) -> tuple[Outcome, ...]:
        """All requests from the Unix time `since` on, oldest first."""
        with self._explained():
            if not self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return ()  # made, and nothing written to it yet
            there = self._columns()
            wanted = [
                f"NULL AS {name}" if name in _ADDED and name not in there else name
                for name in (*_COLUMNS, *_FATE)
            ]
            query = f"SELECT {', '.join(wanted)} FROM outcome WHERE at >= ? ORDER BY at"
            rows = self._connection.execute(query, (since,))
            return tuple(outcome for row in rows if (outcome := _outcome(row)) is not None)

    def taste(self) -> Taste:
        """What was learned of the user; what no Fimble can have written is left out."""
        with self._explained():
            if not self._connection.execute("PRAGMA table_info(taste)").fetchall():
                return Taste()
            query = "SELECT cell, shift, count FROM taste LIMIT ?"
            return restored(self._connection.execute(query, (MOST_CELLS,)))

    def learn(self, trait: Trait, chance: float, kept: bool) -> Taste:
        """Learns from one more suggestion, on top of what other servers have learned.

        Args:
            trait: What was shown.
            chance: What the gate expected of it, 0 to 1.
            kept: Whether it stood there later.
        """
        with self._explained(), self._at_once():
            taste = self.taste().learned(trait, chance, kept)
            rows = [(name, cell.shift, cell.count) for name, cell in taste.cells.items()]
            self._connection.executemany("INSERT OR REPLACE INTO taste VALUES (?, ?, ?)", rows)
        return taste

    def forget_taste(self) -> None:
        """The gate is as it came."""
        self._write("DELETE FROM taste")

    def clear(self) -> int:
        """Forgets everything and shrinks the file. Returns how many requests there were."""
        count = self._write("DELETE FROM outcome")
        self.forget_taste()
        self._write("VACUUM")
        return count

    def prune(self, now: float) -> None:
        """Forgets what is older than `KEEP_SECONDS`."""
        self._write("DELETE FROM outcome WHERE at < ?", (now - KEEP_SECONDS,))

    def _prepare(self, *, write: bool) -> None:
        execute = self._connection.execute
        execute(f"PRAGMA busy_timeout = {_BUSY_MS if write else _BUSY_READING_MS}")
        execute("PRAGMA trusted_schema = OFF")
        (version,) = execute("PRAGMA user_version").fetchone()
        if version > SCHEMA_VERSION:
            raise FimbleError(
                f"{self._path} was written by a newer Fimble.",
                "Upgrade Fimble, or delete that file.",
            )
        if not write:
            return
        execute("PRAGMA journal_mode = WAL")
        execute("PRAGMA synchronous = NORMAL")
        with self._at_once():
            execute(_CREATE)
            execute(_CREATE_TASTE)
            for name in set(_ADDED) - self._columns():
                execute(f"ALTER TABLE outcome ADD COLUMN {name} {_ADDED[name]}")
            execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _columns(self) -> set[str]:
        return {row[1] for row in self._connection.execute("PRAGMA table_info(outcome)")}

    @contextlib.contextmanager
    def _at_once(self) -> Iterator[None]:
        """All of it or nothing, and nobody else meanwhile."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # SQLite ends some by itself
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _write(self, statement: str, values: tuple[object, ...] = ()) -> int:
        with self._explained():
            return self._connection.execute(statement, values).rowcount

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what SQLite and the system say into a sentence."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise explained(self._path, error) from error


def _make(path: Path) -> None:
    """The file and its folder, for the user alone; SQLite gives its other files the same rights."""
    private_files.make_data_folder(path.parent)
    if not path.is_dir():
        private_files.make_file(path)
    for beside in (path.with_name(path.name + end) for end in ("-wal", "-shm")):
        if beside.is_file():
            private_files.make_file(beside)


def _connected(path: Path, *, write: bool) -> sqlite3.Connection:
    """To read, in a folder that cannot be written, SQLite has to be told that nobody writes."""
    if write:
        return sqlite3.connect(path, isolation_level=None)
    frozen = "" if os.access(path.parent, os.W_OK) else "&immutable=1"
    uri = f"{path.absolute().as_uri()}?mode=ro{frozen}"
    return sqlite3.connect(uri, uri=True, isolation_level=None)


def _outcome(row: tuple[object, ...]) -> Outcome | None:
    """What a row says; None if no Fimble has written it."""
    request = dict(zip(_COLUMNS, row, strict=False))
    fate = dict(zip(_FATE, row[len(_COLUMNS) :], strict=True))
    whole = {"request": request, **fate, "shown": bool(fate["shown"])}
    try:
        return msgspec.convert(whole, Outcome)
    except ValueError:
        return None
