from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from fimble.cli import main as cli
from fimble.completion.statistics.events import Request
from fimble.completion.statistics.offers import Recorder


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIMBLE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def recorded(data: Path) -> None:
    """Two suggestions of today, one accepted, one withheld, and one of 40 days ago."""
    recorder = Recorder(data / "statistics.sqlite3")
    now = time.time()
    for name, at, reason in (("a", now, None), ("b", now, "blank"), ("c", now - 40 * 86400, None)):
        recorder.request(Request(name, at, "python", "tiny", reason, 8, 90.0, new_tokens=4))
    recorder.accepted("a", 8)
    recorder.close(seconds=30)


def test_without_any_requests_nothing_is_created(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["stats"]) == 0
    assert capsys.readouterr().out == "No completion has been requested yet.\n"
    assert cli.main(["stats", "--clear"]) == 0
    assert not data.exists()


@pytest.mark.usefixtures("recorded")
def test_the_figures_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stats", "--json"]) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    assert (total["requests"], total["offered"], total["accepted"]) == (2, 1, 1)
    assert total["reasons"] == {"blank": 1}
    assert cli.main(["stats", "--json", "--days", "50"]) == 0
    assert len(json.loads(capsys.readouterr().out)["days"]) == 2


@pytest.mark.usefixtures("recorded")
def test_the_figures_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stats"]) == 0
    out = capsys.readouterr().out
    assert "1 accepted (100% of those shown): 8 characters" in out.replace("\n", " ")
    assert "blank" in out.splitlines()[-1]


@pytest.mark.usefixtures("recorded")
def test_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "stats.html"
    assert cli.main(["stats", "--html", str(page)]) == 0
    assert "8 characters you did not type" in page.read_text(encoding="utf-8")
    assert cli.main(["stats", "--html", str(tmp_path / "absent" / "x.html")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.usefixtures("recorded")
def test_clear(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stats", "--clear"]) == 0
    assert capsys.readouterr().out == "3 requests are forgotten.\n"
    assert cli.main(["stats"]) == 0
    assert "No completion" in capsys.readouterr().out


@pytest.mark.parametrize("days", ["0", "-1", "many"])
def test_days_is_a_positive_number(days: str) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["stats", "--days", days])
    assert caught.value.code == 2
