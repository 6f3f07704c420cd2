"""The imports of a file: what each binds, where it stands, and where another belongs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from fimble.core.text import syntax
from fimble.core.text.snapshot import Edit, line_break, line_start
from fimble.core.text.syntax import Node, SyntaxTree

SCRIPTS = ("javascript", "typescript")
LANGUAGES = ("python", "go", "java", *SCRIPTS)
"""Of which imports are known; a language's name begins with one of these."""

_STATEMENTS = (
    "import_statement",
    "import_from_statement",
    "import_spec",
    "import_declaration",
)
_VERSION = re.compile(r"(?:/v\d+|\.v\d+)$")


@dataclass(frozen=True)
class Import:
    """A name that an import binds.

    Attributes:
        name: The name in the file.
        module: Where it comes from, as the file spells it.
        part: What of it is meant: a name of the module, "default", or "*" for all of it.
        start: Where the name stands.
        whole: Where the statement, or the line of a list of imports, begins and ends.
        alone: Whether the statement binds nothing else.
    """

    name: str
    module: str
    part: str
    start: int
    whole: tuple[int, int]
    alone: bool = True


def of(language_id: str, text: str) -> tuple[Import, ...]:
    """The imports at the top of a file, in its order; none of a language not known here."""
    known = language_id.startswith(LANGUAGES)
    return _of(language_id, text) if known else ()


@lru_cache(maxsize=64)
def _of(language_id: str, text: str) -> tuple[Import, ...]:
    parsed = syntax.parse(language_id, text)
    if parsed is None:
        return ()
    return tuple(
        found
        for node in _nodes(parsed, parsed.root)
        for found in _READERS[language_id.removesuffix("react")](parsed, node)
    )


def _nodes(parsed: SyntaxTree, node: Node) -> Iterator[Node]:
    """The import statements of the file's top; of Go, the lines of their lists."""
    for child in node.named_children:
        lists = child.type == "import_declaration" and parsed.language_id == "go"
        if lists or child.type == "import_spec_list":
            yield from _nodes(parsed, child)
        elif child.type in _STATEMENTS:
            yield child


def _python(parsed: SyntaxTree, node: Node) -> Iterator[Import]:
    module = node.child_by_field_name("module_name")
    names = [child for child in node.named_children if child != module]
    for child in names:
        path, alias = (child.child_by_field_name(part) for part in ("name", "alias"))
        source = parsed.source(path or child)
        bound = parsed.source(alias) if alias is not None else source.split(".")[0]
        if child.type not in ("dotted_name", "aliased_import"):
            continue
        origin = parsed.source(module) if module is not None else source
        part = source if module is not None else "*"
        start = parsed.span(child)[0]
        yield Import(bound, origin, part, start, parsed.span(node), len(names) == 1)


def _go(parsed: SyntaxTree, node: Node) -> Iterator[Import]:
    name, path = (node.child_by_field_name(part) for part in ("name", "path"))
    module = parsed.source(path).strip('"`') if path is not None else ""
    last = _VERSION.sub("", module).rpartition("/")[2]
    bound = parsed.source(name) if name is not None else last.removeprefix("go-")
    if bound not in ("_", "."):
        yield Import(bound, module, "*", parsed.span(node)[0], parsed.span(node))


def _java(parsed: SyntaxTree, node: Node) -> Iterator[Import]:
    path = next((n for n in node.named_children if n.type == "scoped_identifier"), None)
    if path is not None and all(n.type != "asterisk" for n in node.named_children):
        module = parsed.source(path)
        static = "static" if any(n.type == "static" for n in node.children) else "*"
        name = module.rpartition(".")[2]
        yield Import(name, module, static, parsed.span(path)[0], parsed.span(node))


def _script(parsed: SyntaxTree, node: Node) -> Iterator[Import]:
    source = node.child_by_field_name("source")
    module = parsed.source(source).strip("'\"") if source is not None else ""
    clause = next((n for n in node.named_children if n.type == "import_clause"), None)
    bound = [*_bound(parsed, clause)] if clause is not None else []
    for name, part, start in bound:
        yield Import(name, module, part, start, parsed.span(node), len(bound) == 1)


def _bound(parsed: SyntaxTree, clause: Node) -> Iterator[tuple[str, str, int]]:
    for child in clause.named_children:
        if child.type == "identifier":
            yield parsed.source(child), "default", parsed.span(child)[0]
        elif child.type == "namespace_import":
            yield parsed.source(child.named_children[-1]), "*", parsed.span(child)[0]
        elif child.type == "named_imports":
            for one in child.named_children:
                name, alias = (one.child_by_field_name(part) for part in ("name", "alias"))
                if name is not None:
                    start = parsed.span(one)[0]
                    yield parsed.source(alias or name), parsed.source(name), start


_READERS = {
    "python": _python,
    "go": _go,
    "java": _java,
    "javascript": _script,
    "typescript": _script,
}


def added(language_id: str, text: str, line: str, module: str) -> Edit | None:
    """The edit that puts an import among those that are there, None where there are none.

    Args:
        language_id: Go, Java, JavaScript or TypeScript.
        text: The file.
        line: The import: a statement, of Go the quoted path.
        module: What it comes from; the lines of the likest modules are in the order of these.
    """
    lines = {one.whole: one for one in of(language_id, text)}
    if not lines:
        return None
    groups: list[list[Import]] = []
    for one in lines.values():
        apart = groups and text[groups[-1][-1].whole[1] : one.whole[0]].count("\n") > 1
        if not groups or apart:
            groups.append([])
        groups[-1].append(one)
    if language_id == "go" and text[line_start(text, groups[0][0].whole[0]) :].startswith("import"):
        return None
    group = max(groups, key=lambda group: max(_likeness(language_id, i, module) for i in group))
    in_order = [i.module for i in group] == sorted(i.module for i in group)
    behind = next((i for i in group if i.module > module), None) if in_order else None
    if behind is not None:
        start = behind.whole[0]
        first = line_start(text, start)
        return Edit(first, first, f"{text[first:start]}{line}{line_break(text)}")
    first = line_start(text, group[-1].whole[0])
    lead = text[first : group[-1].whole[0]]
    at = group[-1].whole[1]
    return Edit(at, at, f"{line_break(text)}{lead}{line}")


def _likeness(language_id: str, known: Import, module: str) -> tuple[bool, int]:
    """How much of the way two modules share; of Go, the library's are apart."""
    if language_id == "go":
        std = ["." not in one.split("/")[0] for one in (known.module, module)]
        if std[0] != std[1]:
            return False, 0
    ways = [re.split(r"[./]", one) for one in (known.module, module)]
    shared = 0
    for one, other in zip(*ways, strict=False):
        if one != other:
            break
        shared += 1
    return True, shared


def dropped(text: str, found: Import) -> Edit:
    """The edit that takes an import out with its line."""
    start, end = found.whole
    first = line_start(text, start)
    last = text.find("\n", end)
    return Edit(first, len(text) if last < 0 else last + 1, "")
