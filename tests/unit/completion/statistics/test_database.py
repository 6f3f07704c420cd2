from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from fimble.completion.statistics.database import KEEP_SECONDS, Database, read, read_taste
from fimble.completion.statistics.events import Outcome, Request
from fimble.completion.statistics.offers import Recorder
from fimble.core.completion.gate import Taste, Trait
from fimble.core.completion.gate.taste import MOST_CELLS
from fimble.errors import FimbleError

REQUEST = Request("a", 1000.0, "python", "tiny", None, 12, 80.5, 30.0, 400, 390, 6)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "statistics.sqlite3"


def test_what_goes_in_comes_out(path: Path) -> None:
    withheld = replace(REQUEST, id="b", at=1001.0, reason="blank", offered_chars=0, ttft_ms=None)
    with Database(path) as database:
        database.add(withheld)
        database.add(REQUEST)
        database.shown("a")
        database.accepted("a", 12)
    with Database(path) as database:
        assert database.outcomes() == (Outcome(REQUEST, True, 12), Outcome(withheld))
        assert database.outcomes(since=1000.5) == (Outcome(withheld),)


def test_partial_acceptance_counts_up_and_never_down(path: Path) -> None:
    with Database(path) as database:
        database.add(REQUEST)
        for chars in (4, 9, 7):
            database.accepted("a", chars)
        (outcome,) = database.outcomes()
    assert outcome == Outcome(REQUEST, True, 9)


def test_reports_on_unknown_requests_and_repeats_change_nothing(path: Path) -> None:
    with Database(path) as database:
        database.add(REQUEST)
        database.add(replace(REQUEST, language="html"))
        database.accepted("zzz", 5)
        database.shown("zzz")
        assert database.outcomes() == (Outcome(REQUEST),)


def test_clear_leaves_no_trace_in_the_file(path: Path) -> None:
    with Database(path) as database:
        database.add(replace(REQUEST, language="a-rare-language"))
        assert database.clear() == 1
        assert database.outcomes() == ()
    assert b"a-rare-language" not in path.read_bytes()


def test_old_requests_are_forgotten(path: Path) -> None:
    with Database(path) as database:
        database.add(REQUEST)
        database.prune(now=REQUEST.at + KEEP_SECONDS)
        assert len(database.outcomes()) == 1
        database.prune(now=REQUEST.at + KEEP_SECONDS + 1)
        assert database.outcomes() == ()


def test_two_servers_write_the_same_file(path: Path) -> None:
    with Database(path) as first, Database(path) as second:
        for number in range(20):
            (first if number % 2 else second).add(replace(REQUEST, id=str(number)))
        assert len(first.outcomes()) == len(second.outcomes()) == 20


def test_a_file_that_is_no_database_is_one_clear_sentence(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("not a database, but long enough to be looked at" * 50)
    with pytest.raises(FimbleError, match="is damaged") as caught:
        Database(path)
    assert "Delete it" in caught.value.hint


def test_a_newer_schema_is_left_alone(path: Path) -> None:
    Database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(FimbleError, match="newer Fimble"):
        Database(path)


def test_the_recorder_has_written_all_when_it_is_closed(path: Path) -> None:
    recorder = Recorder(path)
    for number in range(50):
        recorder.request(replace(REQUEST, id=str(number)))
    recorder.shown("7")
    recorder.accepted("8", 3)
    recorder.close(seconds=30)
    with Database(path) as database:
        outcomes = {found.request.id: found for found in database.outcomes()}
    assert len(outcomes) == 50
    assert [name for name, found in outcomes.items() if found.shown] == ["7", "8"]
    assert outcomes["8"].accepted_chars == 3


def test_the_recorder_goes_quiet_where_it_cannot_write(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    recorder = Recorder(tmp_path / "file" / "statistics.sqlite3")
    recorder.request(REQUEST)
    recorder.close(seconds=30)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "No statistics are kept" in caplog.text


OLD = """
CREATE TABLE outcome (
    id TEXT PRIMARY KEY, at REAL NOT NULL, language TEXT NOT NULL, model TEXT NOT NULL, reason TEXT,
    offered_chars INTEGER NOT NULL, total_ms REAL NOT NULL, ttft_ms REAL,
    prompt_tokens INTEGER NOT NULL, reused_tokens INTEGER NOT NULL, new_tokens INTEGER NOT NULL,
    shown INTEGER NOT NULL DEFAULT 0, accepted_chars INTEGER NOT NULL DEFAULT 0
);
INSERT INTO outcome VALUES ('a', 1000.0, 'python', 'tiny', NULL, 12, 80.5, 30.0, 400, 390, 6, 1, 5);
PRAGMA user_version = 1;
"""


def test_the_file_of_an_older_version_is_read_and_then_written(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(OLD)
    connection.close()
    assert read(path) == (Outcome(REQUEST, True, 5),)
    assert read_taste(path) == Taste()
    judged = replace(REQUEST, id="b", at=1001.0, chance=0.25, kind="rest", place="code")
    for _ in range(2):
        with Database(path) as database:
            database.add(judged)
            database.retained("b", 7)
    assert read(path) == (Outcome(REQUEST, True, 5), Outcome(judged, retained_chars=7))


def test_a_taste_that_no_fimble_wrote_is_none(path: Path) -> None:
    trait = Trait("go", "line", "code", 9)
    with Database(path) as database:
        learned = database.learn(trait, 0.5, True)
    connection = sqlite3.connect(path)
    for value in ("'text'", "9e999", "-9e999", "x'00ff'", "1e300", "''"):
        connection.execute(f"INSERT OR REPLACE INTO taste VALUES ({value}, {value}, 1)")
        connection.execute(f"INSERT OR REPLACE INTO taste VALUES ('count', 0.5, {value})")
    connection.executemany(
        "INSERT INTO taste VALUES (?, 0.1, 1)", [(f"cell {number}",) for number in range(10_000)]
    )
    connection.commit()
    connection.close()
    taste = read_taste(path)
    assert len(taste.cells) <= MOST_CELLS
    assert {name: taste.cells[name] for name in learned.cells} == learned.cells


def test_clearing_forgets_the_taste_and_resetting_nothing_else(path: Path) -> None:
    trait = Trait("go", "line", "code", 9)
    with Database(path) as database:
        database.add(REQUEST)
        assert database.learn(trait, 0.5, True).events == 1
        database.forget_taste()
        assert database.taste() == Taste()
        assert len(database.outcomes()) == 1
        assert database.learn(trait, 0.5, True).events == 1
        database.clear()
        assert database.taste() == Taste()
