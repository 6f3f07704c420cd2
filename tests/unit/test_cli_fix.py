"""`fimble fix`, `edit` and `generate` on files, the model scripted."""

import json
import sys
from pathlib import Path

import pytest
from fimble import cli
from fimble.commands import edit as edits
from fimble.errors import UsageError
from fimble.testing import ScriptedGenerator

TEXT = "import os\n\n\ndef f():\n    return json.dumps(os.sep)\n"
FIXED = "import json\nimport os\n\n\ndef f():\n    return json.dumps(os.sep)\n"
CHECK = f"{sys.executable} -c \"import runpy; runpy.run_path('{{path}}')['f']()\""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text(TEXT)
    return tmp_path / "a.py"


def run(*arguments: object) -> int:
    return cli.main([str(argument) for argument in arguments])


def test_a_diff_is_printed_and_the_file_stays(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("fix", path, "--no-model") == 0
    printed = capsys.readouterr()
    assert "+import json\n" in printed.out
    assert "F821 Undefined name `json`: import json; verified by ruff" in printed.err
    assert path.read_text() == TEXT


def test_the_file_is_written_if_the_users_command_agrees(path: Path) -> None:
    assert run("fix", path, "--no-model", "--write", "--verify-with", CHECK.format(path=path)) == 0
    assert path.read_text() == FIXED


def test_a_fix_that_the_users_command_refuses_changes_nothing(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = f'{sys.executable} -c "raise SystemExit(1)"'
    assert run("fix", path, "--no-model", "--write", "--all", "--verify-with", command) == 1
    assert path.read_text() == TEXT
    assert "failed" in capsys.readouterr().err


def test_a_command_that_cannot_run_is_said_and_the_file_is_put_back(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("fix", path, "--no-model", "--write", "--verify-with", "no-such-command") == 2
    assert "could not be run" in capsys.readouterr().err
    assert path.read_text() == TEXT


def test_findings_are_chosen_by_rule_and_line(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("fix", path, "--no-model", "--json", "--code", "F821", "--at", 5) == 0
    (row,) = json.loads(capsys.readouterr().out)["fixes"]
    assert (row["code"], row["fixed"], row["by_model"]) == ("F821", True, False)
    assert run("fix", path, "--no-model", "--at", 1) == 1
    assert run("fix", path, "--no-model", "--checker", "no-such") == 2


def edit(answer: str, *arguments: object) -> int:
    args = cli.parser().parse_args(["edit", *map(str, arguments)])
    return edits.edit(ScriptedGenerator(lambda _: answer), args)


def test_lines_are_edited_as_the_model_says(path: Path) -> None:
    assert edit("return os.sep", path, "--range", "5:5", "--instruction", "No JSON", "--write") == 0
    assert path.read_text() == TEXT.replace("json.dumps(os.sep)", "os.sep")


def test_an_edit_is_kept_only_if_the_users_command_agrees(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rest = (path, "--range", "5:5", "--instruction", "x", "--write", "--verify-with")
    assert edit("return 1 // 0", *rest, CHECK.format(path=path)) == 1
    assert path.read_text() == TEXT
    assert "failed" in capsys.readouterr().err
    assert edit("return 1 // 1", *rest, CHECK.format(path=path)) == 0
    assert "1 // 1" in path.read_text()


def test_an_edit_that_does_not_parse_is_not_printed(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edit("return (", path, "--range", "5:5", "--instruction", "x", "--json") == 1
    said = json.loads(capsys.readouterr().out)
    assert said["text"] is None
    assert "would bring a new problem (syntax)" in said["message"]


@pytest.mark.parametrize("lines", ["0:1", "9:9", "3", "4:2"])
def test_lines_that_are_not_there_are_said(path: Path, lines: str) -> None:
    with pytest.raises(UsageError, match="has no lines"):
        edit("", path, "--range", lines, "--instruction", "x")
