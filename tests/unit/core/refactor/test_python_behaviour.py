"""Every refactoring that is offered anywhere in some Python programs leaves what they log as it is."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from fimble.core.refactor import by_language
from fimble.core.refactor.by_language import Draft, Refactoring, named
from fimble.core.refactor.python.scopes import Scopes
from fimble.core.text import python
from fimble.core.text.snapshot import Snapshot, apply_edits

PROGRAMS = sorted(Path(__file__).with_name("programs").glob("*.py"))
NEW = "renamed"
WHAT = {"extract function": 100, "extract variable": 200, "inline variable": 10, "rename": 150}
"""Refactorings, and how often each is offered in a program at least."""


def logged(text: str) -> list[str]:
    """What a program logs; an exception that leaves it comes last."""
    seen: list[str] = []

    def log(*values: object) -> object:
        seen.append(" ".join(map(repr, values)))
        return values[0]

    module = ModuleType("program")
    module.__dict__["log"] = log
    sys.modules["program"] = module
    try:
        exec(compile(text, "program", "exec"), module.__dict__)
    except Exception as error:  # noqa: BLE001 - what a program throws is compared
        seen.append(f"throws {type(error).__name__}")
    finally:
        del sys.modules["program"]
    return seen


def ranges(source: python.Source) -> Iterator[tuple[int, int]]:
    """Every run of statements of every block."""
    for block in (block for node in ast.walk(source.tree) for block in python.blocks(node)):
        for first in range(len(block)):
            for last in range(first, len(block)):
                yield source.span(block[first])[0], source.end(block[last])


def inlined(refactoring: Refactoring, start: int) -> Draft | str:
    found = refactoring.inline_variable(start)
    return found if isinstance(found, str) else found[1]


def drafts(what: str, source: python.Source, refactoring: Refactoring) -> list[Draft | str]:
    if what == "extract function":
        return [refactoring.extract_function(*span) for span in ranges(source)]
    if what == "extract variable":
        spans = {source.span(n) for n in ast.walk(source.tree) if isinstance(n, ast.expr)}
        return [refactoring.extract_variable(*span) for span in sorted(spans)]
    places = sorted({o.start for o in Scopes(source).occurrences if o.start >= 0})
    if what == "inline variable":
        return [inlined(refactoring, at) for at in places]
    return [refactoring.rename(at, NEW) or "refused" for at in places]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
@pytest.mark.parametrize("what", WHAT)
def test_no_program_behaves_in_another_way(what: str, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    source = python.parse(text)
    refactoring = by_language.of(Snapshot(path.as_uri(), path.name, "python", 1, text))
    assert source is not None
    assert not isinstance(refactoring, str)
    tried = drafts(what, source, refactoring)
    offered = [draft for draft in tried if not isinstance(draft, str)]
    print(f"{what}: {len(offered)} of {len(tried)} offered in {path.name}")
    assert len(offered) >= WHAT[what]
    before = logged(text)
    assert len(before) > 1
    for after in sorted({apply_edits(text, named(draft, NEW)) for draft in offered}):
        assert logged(after) == before, after
