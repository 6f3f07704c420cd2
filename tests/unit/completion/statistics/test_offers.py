from pathlib import Path

import pytest
from fimble.completion.statistics.database import read
from fimble.completion.statistics.events import Request
from fimble.completion.statistics.offers import Offers


def answered(offers: Offers, text: str) -> str:
    identity = offers.new_id()
    offers.answered(Request(identity, 1000.0, "python", "tiny", None, len(text), 9.0), text)
    return identity


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "statistics.sqlite3"


@pytest.mark.parametrize(("units", "chars"), [(None, 3), (1, 1), (3, 2), (2, 1), (99, 3), (-1, 0)])
def test_characters_are_counted_where_the_client_counts_utf16(
    path: Path, units: int | None, chars: int
) -> None:
    offers = Offers(path)
    offers.accepted(answered(offers, "a🙂b"), units)
    offers.flush()
    (outcome,) = read(path)
    assert (outcome.shown, outcome.accepted_chars) == (True, chars)


def test_shown_and_unknown(path: Path) -> None:
    offers = Offers(path)
    offers.shown(answered(offers, "one"))
    offers.shown("strange")
    offers.accepted("strange")
    offers.flush()
    (outcome,) = read(path)
    assert (outcome.shown, outcome.accepted_chars) == (True, 0)


def test_off_means_that_no_file_is_made(path: Path) -> None:
    offers = Offers(path)
    offers.enabled = False
    identity = answered(offers, "one")
    offers.shown(identity)
    offers.accepted(identity)
    offers.flush()
    Offers(None).shown(identity)
    assert not path.parent.exists()


def test_identities_are_unique_between_servers() -> None:
    assert Offers(None).new_id() != Offers(None).new_id()
