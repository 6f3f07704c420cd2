"""Every refactoring that is offered anywhere in some programs leaves what they log as it is.

All statement ranges are tried for "Extract function", all names for "Inline variable" and
"Rename", all expressions for "Extract variable"; node runs each result beside the program.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fimble.core.refactor import by_language
from fimble.core.refactor.by_language import Draft, Refactoring, named
from fimble.core.refactor.scripts import reading as script_reading
from fimble.core.text import languages, syntax
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.core.text.syntax import SyntaxTree

from tests.unit.core.refactor.node import Node

PROGRAMS = sorted(Path(__file__).with_name("programs").glob("*.[jt]s"))
NEW = "renamed"


def loaded(path: Path) -> tuple[SyntaxTree, Refactoring]:
    text, language_id = path.read_text(encoding="utf-8"), languages.of_path(path.name)
    parsed = syntax.parse(language_id, text)
    refactoring = by_language.of(Snapshot(path.as_uri(), path.name, language_id, 1, text))
    assert parsed is not None
    assert not isinstance(refactoring, str)
    return parsed, refactoring


def names(parsed: SyntaxTree) -> list[tuple[int, bool]]:
    """Where every name stands, and whether the file declares it; nothing if that is not sure."""
    scopes = script_reading.of_tree(parsed)
    if scopes is None:
        return []
    found = scopes.occurrences
    return [(parsed.span(o.node)[0], scopes.owner(o) is not None) for o in found]


def unknown(parsed: SyntaxTree) -> set[str]:
    """The names that a file uses and does not declare."""
    scopes = script_reading.of_tree(parsed)
    assert scopes is not None
    return {o.name for o in scopes.occurrences if scopes.owner(o) is None}


def ranges(parsed: SyntaxTree) -> Iterator[tuple[int, int]]:
    """Every run of statements of every block of a function."""
    for block in parsed.of_types(("statement_block",)):
        inside = [n for n in block.named_children if n.type != "comment"]
        for first in range(len(inside)):
            for last in range(first, len(inside)):
                yield parsed.span(inside[first])[0], parsed.span(inside[last])[1]


def expressions(parsed: SyntaxTree) -> list[tuple[int, int]]:
    found = set()
    for block in parsed.of_types(("statement_block",)):
        nodes = list(block.named_children)
        while nodes:
            node = nodes.pop()
            nodes += node.named_children
            found.add(parsed.span(node))
    return sorted(found)


def inlined(refactoring: Refactoring, start: int) -> Draft | str:
    found = refactoring.inline_variable(start)
    return found if isinstance(found, str) else found[1]


def drafts(what: str, parsed: SyntaxTree, refactoring: Refactoring) -> list[Draft | str]:
    if what == "extract function":
        return [refactoring.extract_function(*span) for span in ranges(parsed)]
    if what == "extract variable":
        return [refactoring.extract_variable(*span) for span in expressions(parsed)]
    if what == "inline variable":
        return [inlined(refactoring, at) for at, _ in names(parsed)]
    return [refactoring.rename(at, NEW) or "refused" for at, declared in names(parsed) if declared]


WHAT = {"extract function": 20, "extract variable": 25, "inline variable": 2, "rename": 50}
"""Refactorings, and how often each is offered in a program at least."""


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.name)
@pytest.mark.parametrize("what", WHAT)
def test_no_program_behaves_in_another_way(what: str, path: Path, node: Node) -> None:
    parsed, refactoring = loaded(path)
    tried = drafts(what, parsed, refactoring)
    offered = [draft for draft in tried if not isinstance(draft, str)]
    print(f"{what}: {len(offered)} of {len(tried)} offered in {path.name}")
    assert len(offered) >= WHAT[what]
    texts = sorted({apply_edits(parsed.text, named(draft, NEW)) for draft in offered})
    before, *after = node.logs([parsed.text, *texts], parsed.language_id)
    assert len(before) > 1
    for text, log in zip(texts, after, strict=True):
        new = syntax.parse(parsed.language_id, text)
        assert new is not None
        assert not new.root.has_error, text
        assert unknown(new) <= unknown(parsed), text
        assert log == before, text
