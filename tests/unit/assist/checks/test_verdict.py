from dataclasses import dataclass

import pytest
from fimble.assist.checks import BUILT_IN, Findings, NoAnswer, ParseChecker, RuffChecker, Verifier
from fimble.core.text.snapshot import Edit, Snapshot

TEXT = "def f(a):\n    assert a\n    assert a > 1\n    return g\n"


def judge(text: str, kind: str, *changes: tuple[str, str]):
    snapshot = Snapshot("file:///nowhere/at/all/a.py", "a.py", "python", 1, text)
    found = [d for checker in BUILT_IN for d in checker.check(snapshot, kind) or ()]
    target = next(d for d in found if d.code == kind)
    edits = []
    for old, new in changes:
        start = text.index(old)
        edits.append(Edit(start, start + len(old), new))
    return Verifier(snapshot, target, BUILT_IN).judge(edits)


def test_a_fix_is_verified_by_the_tool_that_raised_it() -> None:
    verdict = judge(TEXT, "S101", ("assert a\n", "if not a:\n        raise ValueError\n"))
    assert verdict.reason == ""
    assert verdict.verified_by == ("ruff",)
    assert verdict.level == "verified by ruff"


def test_refusals() -> None:
    assert judge(TEXT, "S101", ("assert a\n", "assert a\n")).reason == "unchanged"
    assert judge(TEXT, "S101", ("assert a\n", "assert a  # noqa\n")).reason == "suppressed"
    assert judge(TEXT, "S101", ("return g", "return 1")).reason == "remains"
    other = judge(TEXT, "S101", ("assert a > 1", "print(a)"))
    assert other.reason == "remains"
    new = judge(TEXT, "S101", ("assert a\n", "print(undefined)\n"))
    assert (new.reason, new.detail) == ("new", "F821")
    broken = judge(TEXT, "S101", ("assert a\n", "if a\n"))
    assert (broken.reason, broken.detail) == ("new", "syntax")


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        ("", "  # NOQA", True),
        ("", "  # flake8: noqa", True),
        ("", "  # type: ignore", True),
        ("  # noqa: D1", "  # noqa: D1, S101", True),
        ("  # noqa: D1", "  # noqa", True),
        ("  # noqa: D1", "  # type: ignore[name]", True),
        ("  # noqa", "  # noqa: D1", False),
        ("  # noqa: D1, D2", "  # noqa: D2", False),
        ("  # noqa: D1", "", False),
    ],
)
def test_no_more_rules_may_be_silenced(before: str, after: str, refused: bool) -> None:
    text = f"x = 1{before}\ny = 1\n"
    snapshot = Snapshot("file:///nowhere/a.py", "a.py", "python", 1, text)
    changed = Edit(0, len(text), f"x = 1{after}\ny = 2\n")
    verdict = Verifier(snapshot, None, ()).judge([changed])
    assert verdict.reason == ("suppressed" if refused else "")


def test_a_repaired_text_is_not_blamed_for_what_could_not_be_seen() -> None:
    verdict = judge("import os\nx = (1\n", "syntax", ("(1", "(1)"))
    assert verdict.reason == ""
    assert verdict.level == "verified by fimble and ruff"
    assert judge("x = (1\n", "syntax", ("(1", "(nothing)")).detail == "F821"


def test_without_a_target_an_edit_may_only_do_no_harm() -> None:
    snapshot = Snapshot("file:///nowhere/at/all/a.py", "a.py", "python", 1, TEXT)
    verifier = Verifier(snapshot, None, BUILT_IN)
    assert verifier.judge([Edit(0, 0, "import os\n")]).detail == "F401"
    assert verifier.judge([Edit(0, 0, "g = 1\n")]).level == "nothing new for ruff"


def test_a_checker_that_fails_neither_verifies_nor_refuses() -> None:
    @dataclass(frozen=True)
    class Broken:
        name: str = "broken"

        def covers(self, language_id: str) -> bool:
            return True

        def check(self, snapshot: Snapshot, kind: str = "") -> Findings:
            return NoAnswer("it is broken")

        def explain(self, kind: str) -> str:
            return ""

    snapshot = Snapshot("file:///nowhere/a.py", "a.py", "python", 1, TEXT)
    verifier = Verifier(snapshot, None, [Broken()])
    verdict = verifier.judge([Edit(0, 0, "x = 1\n")])
    assert verdict.reason == ""
    assert verdict.level == "not checked"
    assert verifier.silent == ("broken gave no answer: it is broken",)


def test_style_counts_only_where_it_is_asked_for() -> None:
    leap = "def f(year):\n    if year % 4 == 0:\n        return True\n    else:\n        return False\n"
    snapshot = Snapshot("file:///nowhere/a.py", "a.py", "python", 1, "x = 1\n")
    ruff = [RuffChecker(("--isolated", "--select", "SIM,F"))]
    written, undefined = Edit(6, 6, leap), Edit(6, 6, "print(y)\n")
    assert Verifier(snapshot, None, ruff).judge([written]).detail == "SIM103"
    assert Verifier(snapshot, None, ruff, style=False).judge([written]).reason == ""
    assert Verifier(snapshot, None, ruff, style=False).judge([undefined]).detail == "F821"


@pytest.mark.parametrize(
    "after", ["return 1\n", "def f():\n    x = 1\n    global x\n", "def f(a, a): ...\n"]
)
def test_what_parses_and_is_no_program_is_refused(after: str) -> None:
    snapshot = Snapshot("file:///nowhere/a.py", "a.py", "python", 1, "x = 1\n")
    edits = [Edit(0, len(snapshot.text), after)]
    assert Verifier(snapshot, None, [ParseChecker()]).judge(edits).detail == "syntax"
    broken = Snapshot("file:///nowhere/a.py", "a.py", "python", 1, "await x\n")
    edits = [Edit(0, len(broken.text), after)]
    assert Verifier(broken, None, [ParseChecker()]).judge(edits).reason == ""
