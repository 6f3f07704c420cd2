from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from fimble.cli import main as cli
from fimble.completion.statistics.events import Request
from fimble.completion.statistics.offers import Recorder
from fimble.core.completion.gate import BARS, Trait, Verdict


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
        request = Request(name, at, "python", "tiny", reason, 8, 90.0, new_tokens=4)
        recorder.request(request if reason else replace(request, chance=0.3))
    recorder.accepted("a", 8)
    recorder.retained("a", 8)
    recorder.learn(Verdict(0.3, 0.3, Trait("python", "line", "code", 8)), True)
    recorder.close(seconds=30)


def test_without_any_requests_nothing_is_created(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["stats"]) == 0
    assert capsys.readouterr().out == "No completion has been requested yet.\n"
    assert cli.main(["stats", "--clear"]) == 0
    assert cli.main(["stats", "--reset-gate"]) == 0
    assert not data.exists()


@pytest.mark.usefixtures("recorded")
def test_the_figures_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stats", "--json"]) == 0
    total = json.loads(capsys.readouterr().out)["total"]
    assert (total["requests"], total["offered"], total["accepted"]) == (2, 1, 1)
    assert total["reasons"] == {"blank": 1}
    cli.main(["stats", "--json"])
    gate = json.loads(capsys.readouterr().out)["gate"]
    levels = [(level["name"], level["shown"], level["kept"]) for level in gate["levels"]]
    assert levels == [("eager", 1, 1), ("balanced", 1, 1), ("quiet", 0, None)]
    assert gate["taste"][0][0] == "code"
    assert cli.main(["stats", "--json", "--days", "50"]) == 0
    assert len(json.loads(capsys.readouterr().out)["days"]) == 2


@pytest.mark.usefixtures("recorded")
def test_the_figures_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["stats"]) == 0
    out = capsys.readouterr().out
    assert "1 accepted (100% of those shown): 8 characters" in out.replace("\n", " ")
    assert "withheld      1  blank" in out
    assert f"balanced {BARS['balanced']:.0%} 100% 100% 1" in " ".join(out.split())
    assert "The gate has learned from 1 suggestions: code +" in out


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


@pytest.mark.usefixtures("recorded")
def test_what_was_learned_is_forgotten_with_one_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["stats", "--reset-gate"]) == 0
    assert "as for all users" in capsys.readouterr().out
    assert cli.main(["stats"]) == 0
    out = capsys.readouterr().out
    assert "The gate has learned nothing yet" in out.replace("\n", " ")
    assert "2 requests" in out


@pytest.mark.parametrize("days", ["0", "-1", "many"])
def test_days_is_a_positive_number(days: str) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["stats", "--days", days])
    assert caught.value.code == 2
