import json
from pathlib import Path

import pytest
from fimble import cli
from fimble.assist import house_style

BARE = '"""M."""\n\n\ndef f(a):\n    return a\n'


def test_check_needs_no_model_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.py"
    file.write_text(BARE, encoding="utf-8")
    assert cli.main(["docstring", "--check", str(file)]) == 1
    assert capsys.readouterr().out == f"{file}:4: function f has no documentation\n"
    assert cli.main(["docstring", "--check", "--json", str(file)]) == 1
    row = json.loads(capsys.readouterr().out)
    assert row == {"path": str(file), "line": 4, "message": "function f has no documentation"}


def test_check_is_content_with_documented_files(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text('"""M."""\n\n\ndef f(a):\n    """Do it."""\n', encoding="utf-8")
    assert cli.main(["docstring", "--check", str(file)]) == 0


@pytest.mark.parametrize(
    ("name", "content", "arguments", "message"),
    [
        ("a.txt", b"", [], "in no language that Fimble documents"),
        ("a.py", b"\xff", [], "not UTF-8"),
        ("a.py", b"def f(): ...\n", ["--name", "g"], "has no 'g'"),
        ("a.py", b"x = 1\n", ["--at", "1"], "no function or class at line 1"),
        ("a.py", b"x = 1\n", ["--at", "0"], "no function or class at line 0"),
        ("a.py", b"x = 1\n", ["--at", "99"], "no function or class at line 99"),
    ],
)
def test_bad_input_is_one_sentence(
    name: str,
    content: bytes,
    arguments: list[str],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert cli.main(["docstring", str(file), *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "style"),
    [
        ('[tool.ruff.lint.pydocstyle]\nconvention = "numpy"\n', "numpy"),
        ('[tool.pydoclint]\nstyle = "sphinx"\n', "sphinx"),
        ('[tool.pydocstyle]\nconvention = "pep257"\n', "plain"),
        ("[tool.ruff]\nline-length = 3\n", ""),
        ("[tool.ruff.lint]\npydocstyle = 3\n", ""),
        ("not toml", ""),
    ],
)
def test_the_projects_style(content: str, style: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(content, encoding="utf-8")
    assert house_style.style((tmp_path / "deep" / "a ü.py").as_uri()) == style
    assert house_style.style("untitled:a.py") == ""
