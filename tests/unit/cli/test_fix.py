"""`fimble fix`, `edit` and `generate` on files, the model scripted."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fimble.cli import edit as edits
from fimble.cli import editing
from fimble.cli import main as cli
from fimble.errors import UsageError
from fimble.generation.testing import ScriptedGenerator

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
    assert run("fix", path, "--no-model", "--checker", "no-such") == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--at", 1), "Nothing to fix: no finding on line 1 in {path}. There are findings of F821."),
        (("--code", "f821"), "Nothing to fix: no finding of f821 in {path}. There are findings of F821."),
    ],
)  # fmt: skip
def test_what_else_could_be_fixed_is_said(
    path: Path, arguments: tuple[object, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("fix", path, "--no-model", *arguments) == 0
    assert capsys.readouterr().err == f"{message.format(path=path)}\n"


@pytest.mark.parametrize("text", ["", "x = 1", "x = '" + "a" * 3_000_000 + "'\n", "\ufeffx = 1\n"])
def test_nothing_is_wrong_with_a_file_without_findings(
    path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path.write_text(text)
    assert run("fix", path, "--no-model") == 0
    assert capsys.readouterr() == ("", f"Nothing to fix: no finding in {path}.\n")
    assert run("fix", path, "--no-model", "--json") == 0
    assert json.loads(capsys.readouterr().out)["fixes"] == []


@pytest.mark.parametrize("line", [0, -1, 6, 99])
def test_a_line_that_is_not_there_is_said(
    path: Path, line: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("fix", path, "--no-model", "--at", line) == (0 if line == 6 else 2)
    assert (f"has no line {line}" in capsys.readouterr().err) is (line != 6)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x = '\xff'\n", "is not UTF-8: invalid start byte at byte 5."),
        (None, "cannot be read: No such file or directory."),
    ],
)
def test_a_file_that_cannot_be_read_is_said_before_a_model_is_loaded(
    path: Path, data: bytes | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    model = ("--model", path / "no-model-here")
    for command in (
        ("fix", path),
        ("edit", path, "--range", "1:1", "--instruction", "x"),
        ("generate", f"{path}:1:1", "--instruction", "x"),
    ):
        assert run(*command, *model) == 2
        assert message in capsys.readouterr().err


def test_the_model_is_loaded_only_if_it_is_needed(path: Path) -> None:
    model = ("--model", path / "no-model-here")
    assert run("fix", path, "--write", *model) == 0
    assert path.read_text() == FIXED
    assert run("edit", path, "--range", "1:1", "--instruction", "x", *model) == 1


def test_a_language_without_a_checker_is_said(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = path.with_suffix(".txt")
    notes.write_text("hello\n")
    assert run("fix", notes, "--no-model") == 2
    assert f"No checker knows the language of {notes}." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\ufeffprint(json.loads)\n", "\ufeffimport json\n\nprint(json.loads)\n"),
        (
            "import os\r\nprint(os, json.loads)\r\n",
            "import json\r\nimport os\r\nprint(os, json.loads)\r\n",
        ),
        ("def f():\n\tprint(json.loads)\n", "import json\n\n\ndef f():\n\tprint(json.loads)\n"),
        ("print(json.loads)", "import json\n\nprint(json.loads)"),
    ],
)
def test_marks_tabs_and_line_breaks_stay_as_they_are(path: Path, before: str, after: str) -> None:
    path.write_bytes(before.encode())
    assert run("fix", path, "--no-model", "--code", "F821", "--write") == 0
    assert path.read_bytes() == after.encode()


@pytest.mark.parametrize("text", ["print(json.loads)", "x = '\x0c'\n\u2028\nprint(json.loads)\n"])
def test_patch_takes_the_diff(path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(text)
    assert run("fix", path, "--no-model", "--code", "F821") == 0
    diff = capsys.readouterr().out
    assert subprocess.run(["patch", path], input=diff, text=True, check=False).returncode == 0
    patched = path.read_text()
    path.write_text(text)
    assert run("fix", path, "--no-model", "--code", "F821", "--write") == 0
    assert path.read_text() == patched


def test_every_finding_of_a_line_is_fixed_although_the_line_moves(path: Path) -> None:
    path.write_text("import os\n\n\ndef f():\n    return json.loads, re.sub, os\n\n\nprint(abc)\n")
    assert run("fix", path, "--no-model", "--all", "--at", 5, "--write") == 0
    after = path.read_text()
    assert "import json\nimport os\nimport re\n" in after
    assert "import abc" not in after


def test_a_file_that_changed_meanwhile_is_left_alone(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match="was changed meanwhile"):
        editing.write(path, "another text", "x = 1\n")
    assert path.read_text() == TEXT


def test_a_file_that_cannot_be_written_is_said(path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        editing.write(path / "below", "", "x = 1\n")


def test_a_command_that_takes_the_file_away_is_said(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = f"{sys.executable} -c \"import os; os.remove('{path}'); os.mkdir('{path}')\""
    assert run("fix", path, "--no-model", "--verify-with", away) == 2
    assert "could not be run" in capsys.readouterr().err


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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Where? "),
        (("a.py",), "'a.py' is not a place."),
        (("{path}:0:1",), "has no line 0, column 1."),
        (("{path}:1:99",), "has no line 1, column 99."),
        (("{path}:2:1",), "There is no instruction, and no comment at the cursor."),
        (("{path}:2:1", "--template", "no-such"), "There is no template 'no-such'."),
        (("{path}:2:1", "--template", "dataclass"), "needs name"),
        (("{path}:2:1", "--template", "dataclass", "--set", "name"), "'name' is not NAME=VALUE."),
        (("{path}:2:1", "--template", "form", "--set", "name=x"), "is for html files."),
    ],
)
def test_what_generate_cannot_do_is_said(
    path: Path, arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = (argument.format(path=path) for argument in arguments)
    assert run("generate", *given, "--model", path / "no-model-here") in (1, 2)
    said = " ".join(capsys.readouterr().err.split())
    assert message.strip() in said


def test_a_template_stands_apart_from_what_is_around_it(path: Path) -> None:
    assert (
        run("generate", f"{path}:1:1", "--template", "dataclass", "--set", "name=order", "--write")
        == 0
    )
    text = path.read_text()
    assert text.startswith("import os\nfrom dataclasses import dataclass\n\n\n@dataclass")
    assert text.endswith("    name: str\n\n\ndef f():\n    return json.dumps(os.sep)\n")
