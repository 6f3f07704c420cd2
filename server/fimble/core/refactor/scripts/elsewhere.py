"""What another JavaScript or TypeScript file imports of a module by a name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import eq
from posixpath import dirname, join, normpath, splitext

from fimble.core.refactor.scripts import follow
from fimble.core.refactor.scripts import rename as renaming
from fimble.core.text.snapshot import Edit
from fimble.core.text.syntax import Node, SyntaxTree


def rename(parsed: SyntaxTree, path: str, module: str, name: str, new: str) -> tuple[Edit, ...]:
    """The edits of a file at `path` where `name` of the module at `module` became `new`."""
    edits = list[Edit]()
    for specifier in imported(parsed, path, module, name):
        own = specifier.named_children[0]
        if len(specifier.named_children) > 1:
            edits.append(renaming.edit(parsed, own, new))
            continue
        start = parsed.span(own)[0]
        found = follow.follow(parsed, start, new, partial(eq, start))
        kept = Edit(*parsed.span(own), f"{new} as {name}")
        edits += [kept] if isinstance(found, str) else found
    return tuple(edits)


def imported(parsed: SyntaxTree, path: str, module: str, name: str) -> Iterator[Node]:
    """The imports of a name of a module."""
    for specifier in parsed.of_types(("import_specifier",)):
        statement = specifier.parent
        while statement is not None and statement.type != "import_statement":
            statement = statement.parent
        source = statement.child_by_field_name("source") if statement is not None else None
        if source is None or parsed.source(specifier.named_children[0]) != name:
            continue
        if _is(parsed.source(source)[1:-1], path, module):
            yield specifier


def _is(source: str, path: str, module: str) -> bool:
    """Whether an import's source is a file of the workspace."""
    if not source.startswith("."):
        return False
    target = normpath(join(dirname(path), source))
    stem = splitext(module)[0]
    return target in (module, stem, dirname(module) if stem.endswith("index") else stem) or (
        splitext(target)[1] in (".js", ".mjs", ".jsx") and splitext(target)[0] == stem
    )
