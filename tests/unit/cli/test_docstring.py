import json
from pathlib import Path

import pytest
from fimble.assist.document import house_style
from fimble.cli import main as cli
from fimble.core.docstrings.languages import LANGUAGES
from fimble.core.text import languages

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
    assert house_style((tmp_path / "deep" / "a ü.py").as_uri()) == style
    assert house_style("untitled:a.py") == ""


PYTHON_SCRIPT = "#!/usr/bin/env python3\ndef f(): ...\n"
RUBY, CPP, PHP = "def f; end\n", "int f();\n", "<?php\nfunction f() {}\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Gemfile", RUBY), ("Rakefile", RUBY), ("Vagrantfile", RUBY), ("Brewfile", RUBY),
        ("a.gemspec", RUBY), ("a.rake", RUBY), ("config.ru", RUBY), ("a.jbuilder", RUBY),
        ("a.pyw", "def f(): ...\n"), ("a.wsgi", "def f(): ...\n"), ("wscript", "def f(): ...\n"),
        ("tool", PYTHON_SCRIPT), ("tool", "#!/usr/bin/python3.11 -u\ndef f(): ...\n"),
        ("tool", "#!/usr/bin/env -S python3 -u\ndef f(): ...\n"),
        ("tool", "#!/usr/bin/env ruby\n\n" + RUBY), ("tool", "#!/usr/bin/env php\n" + PHP),
        ("tool", "#!/usr/bin/env node\nexport function f() {}\n"),
        ("a.hh", CPP), ("a.cxx", CPP), ("a.hxx", CPP), ("a.ipp", CPP), ("a.ino", CPP),
        ("a.h", "namespace a { class B; int f(); }\n"), ("a.phtml", PHP), ("a.php5", PHP),
        ("a.csx", "public class A { }\n"), ("a.mts", "export function f() {}\n"),
    ],
)  # fmt: skip
def test_check_reads_every_file_that_its_own_hook_selects(
    name: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    assert cli.main(["docstring", "--check", str(file)]) == 1
    shown = capsys.readouterr()
    assert "no documentation" in shown.out
    assert shown.err == ""


def test_identify_selects_nothing_that_check_cannot_read(tmp_path: Path) -> None:
    extensions = pytest.importorskip("identify.extensions")
    hooks = (Path(__file__).parents[3] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    listed = hooks.split("types_or: [")[1].split("]")[0].split(", ")
    for known, name in ((extensions.EXTENSIONS, "a.{}"), (extensions.NAMES, "{}")):
        selected = [name.format(key) for key, tags in known.items() if tags & {*listed}]
        assert selected
        unread = [s for s in selected if languages.of_path(s) not in LANGUAGES]
        assert [s for s in unread if s != "a.mm"] == []


def test_one_bad_file_hides_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text(BARE, encoding="utf-8")
    (tmp_path / "b.py").write_bytes(b'"""\xe9"""\n')
    (tmp_path / "c.txt").write_text("", encoding="utf-8")
    (tmp_path / "d.py").write_text("# coding: klingon\n", encoding="utf-8")
    (tmp_path / "e.py").write_text("x = 1\n" * 40_000, encoding="utf-8")
    (tmp_path / "z.py").write_text(BARE, encoding="utf-8")
    names = [
        str(tmp_path / name)
        for name in ("b.py", "a.py", "c.txt", "d.py", "e.py", "gone.py", "z.py")
    ]
    assert cli.main(["docstring", "--check", *names]) == 2
    shown = capsys.readouterr()
    assert [line.split(":")[0] for line in shown.out.splitlines()] == [names[1], names[-1]]
    for said in ("not UTF-8", "in no language", "klingon", "200,000", "No such file"):
        assert said in shown.err


@pytest.mark.parametrize(
    "cookie", ["# -*- coding: latin-1 -*-", "#!/usr/bin/python\n# coding=latin-1"]
)
def test_a_file_is_read_in_the_encoding_that_it_declares(
    cookie: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(f'{cookie}\n"""\xe9"""\ndef \xe9t\xe9(): ...\n'.encode("latin-1"))
    assert cli.main(["docstring", "--check", str(file)]) == 1
    assert "function \xe9t\xe9 has no documentation" in capsys.readouterr().out


def test_help_says_what_the_exit_status_means(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["docstring", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    for said in ("0 if there is nothing to report", "1 if there is", "2 if a file could not be"):
        assert said in shown


def test_a_private_module_needs_no_documentation_but_may_not_contradict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "_inner.py"
    file.write_text(
        'def f(a):\n    """Do.\n\n    :param b: It.\n    """\n\n\ndef g(): ...\n', encoding="utf-8"
    )
    assert cli.main(["docstring", "--check", str(file)]) == 1
    said = capsys.readouterr().out
    assert "f documents b, which is no parameter" in said
    assert "no documentation" not in said
