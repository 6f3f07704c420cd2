import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from fimble.assist.checks import BUILT_IN, NoAnswer, ParseChecker, RuffChecker, external, process
from fimble.core.text.diagnostics import SYNTAX
from fimble.core.text.snapshot import Snapshot


def snapshot(text: str, path: Path = Path("/nowhere/at/all/a.py"), language: str = "python"):
    return Snapshot(path.as_uri(), path.name, language, 1, text)


@pytest.mark.parametrize(
    ("language", "text", "place"),
    [
        ("python", "x = (1\n", "(1\n"),
        ("javascript", "é = f(1;\n", ";\n"),
        ("go", "package a\nfunc f( {}\n", None),
        ("python", "x = 1\0\n", None),
    ],
)
def test_parse_says_where(language: str, text: str, place: str | None) -> None:
    found = ParseChecker().check(snapshot(text, language=language))
    assert found
    assert {d.code for d in found} == {SYNTAX}
    assert place is None or text[found[0].start :] == place


def test_parse_finds_nothing_in_good_code_and_judges_no_unknown_language() -> None:
    assert ParseChecker().check(snapshot("def f():\n    pass\n")) == ()
    assert not ParseChecker().covers("klingon")


def test_ruff_gives_places_in_code_points_and_its_own_fix() -> None:
    text = "é = '🙂'; import os\n"
    (found,) = (d for d in RuffChecker().check(snapshot(text)) or () if d.code == "F401")
    assert text[found.start : found.end] == "os"
    assert found.fix
    assert found.fix_is_safe


def test_ruff_looks_for_the_asked_rule_but_respects_the_project(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("lint.select = ['B']\nlint.ignore = ['B006']\n")
    text = "def f(a=[], b=1 == 2):\n    assert f\n    zip(a, a)\n"
    codes = {d.code for d in RuffChecker().check(snapshot(text, tmp_path / "a.py"), "S101") or ()}
    assert codes == {"B905", "S101"}


def test_ruff_does_not_choke_on_a_strange_rule() -> None:
    assert RuffChecker().check(snapshot("x = 1\n"), "reportFoo") == ()
    assert RuffChecker().check(snapshot("x = 1\n"), "ZZZ999") == ()


def test_a_program_that_hangs_fails_or_is_missing_gives_none(tmp_path: Path) -> None:
    def run(code: str) -> process.Printed | NoAnswer:
        return process.run([sys.executable, "-c", code], "in", folder=tmp_path, limit_s=1)

    assert not run("import time; time.sleep(60)")
    assert not run("raise SystemExit(7)")
    assert run("print(input())") == process.Printed("in\n", 0, "")
    assert not process.run(["no-such-program"], "", folder=tmp_path, limit_s=1)


def test_a_program_gets_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_TOKEN", "secret")
    code = "import os; print('MY_TOKEN' in os.environ)"
    command = [sys.executable, "-c", code]
    assert process.run(command, "", folder=tmp_path, limit_s=10) == process.Printed(
        "False\n", 0, ""
    )


def test_a_program_is_told_to_fetch_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `go.mod` names packages, and the compiler to build them with."""
    monkeypatch.setenv("GOTOOLCHAIN", "auto")
    names = ("GOPROXY", "GOTOOLCHAIN", "CARGO_NET_OFFLINE", "DO_NOT_TRACK")
    code = f"import os; print([os.environ.get(name) for name in {names!r}])"
    said = process.run([sys.executable, "-c", code], "", folder=tmp_path, limit_s=10)
    assert isinstance(said, process.Printed)
    assert said.text == "['off', 'local', 'true', '1']\n"


MEASURED = """
import resource
from pathlib import Path
from fimble.assist.checks.ruff import RuffChecker
from fimble.core.text.snapshot import Snapshot
path = Path("a.py").resolve()
found = RuffChecker().check(Snapshot(path.as_uri(), "a.py", "python", 1, "x = 1\\n"))
print(found, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's")
def test_a_configuration_without_an_end_takes_no_memory_without_an_end(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("extend = '/dev/zero'\n")
    command = [sys.executable, "-P", "-c", MEASURED]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    found, _, megabytes = done.stdout.rpartition(" ")
    assert found.startswith("NoAnswer")
    assert int(megabytes) < 1100


@pytest.mark.skipif(sys.platform == "win32", reason="scripts of a shell")
@pytest.mark.parametrize("place", ["bin", ".venv/bin"])
@pytest.mark.parametrize("relative", [False, True])
def test_ruff_is_never_one_of_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, relative: bool
) -> None:
    """Where Fimble's own is missing and the PATH leads into the workspace."""
    folder, canary = tmp_path / "w" / place, tmp_path / "canary"
    folder.mkdir(parents=True)
    (tmp_path / "w" / ".git").mkdir()
    (folder / "ruff").write_text(f"#!/bin/sh\ntouch {canary}\n")
    (folder / "ruff").chmod(0o755)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", f":.:{place}" if relative else str(folder))
    monkeypatch.chdir(tmp_path / "w")
    inner = tmp_path / "w" / "package"
    inner.mkdir()
    for file in (tmp_path / "w" / "a.py", inner / "b.py"):
        assert RuffChecker().check(snapshot("x = 1\n", file)) == NoAnswer("it is not installed")
    assert RuffChecker().explain("F401") == ""
    assert not canary.exists()


def test_programs_of_a_workspace_need_trust(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "node_modules" / ".bin"
    folder.mkdir(parents=True)
    (folder / "eslint").write_text("#!/bin/sh\n")
    (folder / "eslint").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:.:relative")
    assert external.find(tmp_path, trusted=False) == ()
    assert [c.name for c in external.find(tmp_path, trusted=True)] == ["eslint"]


def found(name: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> external.ExternalChecker:
    monkeypatch.setenv("PATH", sysconfig.get_path("scripts"), prepend=":")
    return next(c for c in external.find(root, trusted=True) if c.name == name)


def test_mypy_judges_the_text_not_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.py"
    file.write_text("x: int = 1\n")
    (diagnostic,) = (
        found("mypy", tmp_path, monkeypatch).check(snapshot("x: int = ''\n", file)) or ()
    )
    assert (diagnostic.code, diagnostic.start) == ("assignment", 9)
    assert file.read_text() == "x: int = 1\n"


@pytest.mark.skipif(not shutil.which("javac"), reason="no Java")
def test_javac_names_its_lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "A.java"
    file.write_text("class A {}\n")
    text = "import java.util.*;\nclass A { List x = missing; }\n"
    checker = found("javac", tmp_path, monkeypatch)
    findings = checker.check(snapshot(text, file, "java")) or ()
    assert {d.code for d in findings} >= {"", "rawtypes"}
    assert checker.check(snapshot("class A { }\n", file, "java")) == ()


def test_a_document_that_is_no_file_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = found("mypy", tmp_path, monkeypatch)
    answer = checker.check(Snapshot("untitled:1", "", "python", 1, "x"))
    assert answer == NoAnswer("it judges saved files only")


def test_the_cheapest_checker_comes_first() -> None:
    assert [c.name for c in BUILT_IN] == ["fimble", "ruff"]
