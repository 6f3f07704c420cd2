"""The tools of the table that this machine has; what it lacks is skipped, with the reason."""

import os
from pathlib import Path

import pytest
from fimble.assist.checks import NoAnswer, external
from fimble.assist.checks.tools import TOOLS
from fimble.core.text.snapshot import Snapshot

CASES = {
    "mypy": ("a.py", "python", "x: int = «''»\n", "x: int = 1\n", "assignment"),
    "pyright": ("a.py", "python", "import b\nx: int = «b.TEXT»\n", "x = 1\n", "reportAssignmentType"),
    "ty": ("a.py", "python", "import b\nx: int = «b.TEXT»\n", "x = 1\n", "invalid-assignment"),
    "tsc": ("a.ts", "typescript", "import { n } from './b';\nconst «s»: string = n;\n", "", "2322"),
    "eslint": ("a.js", "javascript", "«debugger»;\n", "f();\n", "no-debugger"),
    "biome": ("a.js", "javascript", "«debugger»;\n", "f();\n", "lint/suspicious/noDebugger"),
    "go": ("a.go", "go", 'package a\n\nimport "fmt"\n\nfunc f() { «fmt».Printf("%d", "a") }\n', "package a\n", ""),
    "cargo": ("src/lib.rs", "rust", "fn f() -> i32 { «\"a\"» }\n", "pub fn f() {}\n", "E0308"),
    "javac": ("A.java", "java", "class A { java.util.«»List x; }\n", "class A {}\n", "rawtypes"),
}  # fmt: skip
BESIDE = {
    "b.py": "TEXT = 'a'\n",
    "b.ts": "export const n = 1;\n",
    "tsconfig.json": '{"compilerOptions": {"strict": true, "module": "preserve", "types": []}}',
    "eslint.config.js": "module.exports = [{ rules: { 'no-debugger': 2 } }];\n",
    "go.mod": "module a\n\ngo 1.19\n",
    "Cargo.toml": '[package]\nname = "a"\nversion = "0.1.0"\nedition = "2021"\n',
}


def test_every_tool_of_the_table_has_a_case() -> None:
    assert [tool.name for tool in TOOLS] == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_tool_finds_the_fault_of_the_text_not_of_the_file(name: str, tmp_path: Path) -> None:
    checker = next((c for c in external.find(None, trusted=True) if c.name == name), None)
    if checker is None:
        pytest.skip(f"{name} is not installed")
    file, language, marked, good, code = CASES[name]
    for other, text in BESIDE.items():
        (tmp_path / other).write_text(text)
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(good)
    before = sorted(tmp_path.rglob("*"))
    text = marked.replace("«", "").replace("»", "")
    found = checker.check(Snapshot(path.as_uri(), path.name, language, 1, text))
    if isinstance(found, NoAnswer):
        pytest.skip(f"{name} does not run here: {found.reason}")
    assert code in {d.code for d in found}, found
    assert checker.check(Snapshot(path.as_uri(), path.name, language, 1, good)) == ()
    assert path.read_text() == good
    assert sorted(tmp_path.rglob("*")) == before
    if name not in ("javac", "go"):
        assert marked.index("«") in {d.start for d in found}


def test_a_crate_is_copied_with_the_text_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "cargo").write_text(
        "#!/bin/sh\ngrep -n wrong lib.rs | "
        "sed 's/\\([^:]*\\):.*/src\\/lib.rs:\\1:1: error[E1]: wrong/' >&2\n"
    )
    (folder / "cargo").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")
    crate = tmp_path / "crate"
    (crate / "src").mkdir(parents=True)
    (crate / "Cargo.toml").write_text("")
    (crate / "src" / "lib.rs").write_text("fine\n")
    (checker,) = (c for c in external.find(crate, trusted=True) if c.name == "cargo")
    uri = (crate / "src" / "lib.rs").as_uri()
    (found,) = checker.check(Snapshot(uri, "lib.rs", "rust", 1, "fine\nwrong\n")) or ()
    assert (found.code, found.start, found.message) == ("E1", 5, "wrong")
    assert checker.check(Snapshot(uri, "lib.rs", "rust", 1, "fine\n")) == ()


def test_a_project_above_the_document_has_the_tool_if_it_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    binaries, inner = tmp_path / "node_modules" / ".bin", tmp_path / "src" / "inner"
    for folder in (binaries, inner, tmp_path / ".git"):
        folder.mkdir(parents=True)
    (binaries / "biome").write_text("#!/bin/sh\n")
    (binaries / "biome").chmod(0o755)
    assert [c.name for c in external.find(inner, trusted=True)] == ["biome"]
    assert external.find(inner, trusted=False) == ()
    (inner / ".git").mkdir()
    assert external.find(inner, trusted=True) == ()


SETTINGS = {
    "json": "output = json",
    "ends": "show_error_end = True",
    "links": "show_error_code_links = True",
    "codes": "show_error_codes = False\nhide_error_codes = True",
    "pretty": "pretty = True\nshow_error_context = True",
    "stubs": "install_types = True\nnon_interactive = True",
    "exclude": "exclude = .*",
    "errors": "nonsense = 1",
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_no_setting_makes_mypy_find_nothing(tmp_path: Path, settings: str) -> None:
    checker = next((c for c in external.find(None, trusted=True) if c.name == "mypy"), None)
    if checker is None:
        pytest.skip("mypy is not installed")
    (tmp_path / "mypy.ini").write_text(f"[mypy]\n{settings}\n")
    path = tmp_path / "a.py"
    path.write_text("x: int = 1\n")
    before = sorted(tmp_path.rglob("*"))
    found = checker.check(Snapshot(path.as_uri(), "a.py", "python", 1, "x: int = ''\n"))
    assert isinstance(found, NoAnswer) or [d.code for d in found] == ["assignment"]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_tool_that_fails_without_a_finding_has_given_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "eslint").write_text("#!/bin/sh\necho 'Oops: no configuration' >&2\nexit 2\n")
    (tmp_path / "eslint").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.defpath}")
    (checker,) = (c for c in external.find(None, trusted=True) if c.name == "eslint")
    path = tmp_path / "a.js"
    path.write_text("f();\n")
    answer = checker.check(Snapshot(path.as_uri(), "a.js", "javascript", 1, "f();\n"))
    assert answer == NoAnswer("Oops: no configuration")
