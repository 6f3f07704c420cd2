from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from fimble.cli import log
from fimble.cli import main as cli
from fimble.engine import manifest as manifests

from ..models.fakes import write_package


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIMBLE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def parsers(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    """`parser` and all below it."""
    found = [parser]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                found += parsers(child)
    return found


@pytest.mark.parametrize("parser", parsers(cli.parser()), ids=lambda parser: parser.prog)
def test_every_command_and_option_is_described(parser: argparse.ArgumentParser) -> None:
    assert parser.description
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            described = {choice.dest for choice in action._choices_actions if choice.help}
            assert described == set(action.choices)
        else:
            assert action.help, action


def test_help_needs_no_heavy_module() -> None:
    code = "import sys, fimble.cli.main as c; c.parser().format_help(); print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"httpx", "rich", "numpy", "onnxruntime", "torch", "pygls"} & set(loaded)


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["nonsense"],
        ["model"],
        ["model", "install", "x", "--path", "y"],
        ["--log-level", "loud"],
        ["serve", "--stdio", "--threads", "0"],
        ["complete", "a.py:1:1", "--threads", "-1"],
        ["fix", "a.py", "--threads", "many"],
        ["serve", "--stdio", "--unload-after=-1"],
        ["serve", "--stdio", "--unload-after", "nan"],
        ["serve", "--stdio", "--unload-after", "soon"],
        ["serve", "--stdio", "--battery", "full"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_status_2(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(argv)
    assert caught.value.code == 2


def test_name_without_path_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["model", "install", "--name", "mine"])
    assert caught.value.code == 2


def test_an_error_is_a_sentence_and_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["model", "info"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "fimble: The model qwen2.5-coder-0.5b is not installed.",
        "        Run `fimble model install qwen2.5-coder-0.5b`.",
    ]


def test_a_package_goes_in_and_out_again(
    cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_package(tmp_path / "mine")
    assert cli.main(["model", "install", "--path", str(tmp_path / "mine")]) == 0
    assert str(cache / "models" / "mine") in capsys.readouterr().out

    assert cli.main(["model", "info", "mine", "--json", "--check"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["path"] == str(cache / "models" / "mine")
    assert facts["licence"] == "Apache-2.0"

    assert cli.main(["model", "list", "--json"]) == 0
    rows = {row["name"]: row["state"] for row in json.loads(capsys.readouterr().out)}
    assert rows == {
        "qwen2.5-coder-0.5b": "-",
        "qwen2.5-coder-1.5b": "-",
        "smollm2-135m": "-",
        "mine": "installed",
    }

    assert cli.main(["model", "remove", "mine"]) == 0
    assert not (cache / "models" / "mine").exists()


def test_info_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_package(tmp_path / "mine")
    assert cli.main(["model", "info", str(tmp_path / "mine")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "family:      qwen2" in lines
    assert "quality:     not measured" in lines


def test_list_tells_of_a_model_that_cannot_be_used(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = cache / "models" / "smollm2-135m"
    write_package(folder)
    (folder / manifests.FILE_NAME).write_text('{"format_version": 99}')
    assert cli.main(["model", "list"]) == 0
    captured = capsys.readouterr()
    assert "broken" in captured.out
    assert "newer format" in captured.err


def test_a_corrupt_package_fails_its_check(tmp_path: Path) -> None:
    write_package(tmp_path / "mine")
    (tmp_path / "mine" / "model.onnx").write_bytes(b"half")
    assert cli.main(["model", "info", str(tmp_path / "mine")]) == 0
    assert cli.main(["model", "info", str(tmp_path / "mine"), "--check"]) == 1


def test_the_log_goes_to_the_stream_at_its_level(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure("info")
    logging.getLogger("fimble.models").info("seen")
    logging.getLogger("fimble.models").debug("unseen")
    log.configure("warning")
    captured = capsys.readouterr()
    assert "seen" in captured.err
    assert "unseen" not in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("place", ["0.0.0.0:8012", "example.org:8012", "127.0.0.1", "127.0.0.1:x"])
def test_http_is_refused_where_others_could_reach_it(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["serve", "--http", place]) == 2
    assert "127.0.0.1" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["starlette", "uvicorn", "h11"])
def test_http_without_its_extra_says_what_to_install(missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from fimble.cli import main; sys.exit(main.main(['serve', '--http', '127.0.0.1:0']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"fimble: `fimble serve --http` needs {missing}, which is not installed.",
        '        Install it: pip install "fimble[http]".',
    ]
