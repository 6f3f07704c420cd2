"""An import or a variable that nothing uses, in the words of any tool: taken out."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal, with_comment, without
from fimble.core.refactor.python import evaluation
from fimble.core.refactor.python.scopes import Scopes
from fimble.core.text import syntax
from fimble.core.text.python import Source, block_of
from fimble.core.text.snapshot import Edit
from fimble.core.text.syntax import Node, SyntaxTree

_CODES = frozenset({"F401", "F841", "W0611", "W0612", "6133", "6192", "no-unused-vars"})
_SAYS = re.compile(
    r"unused|never (?:used|read)|not (?:accessed|used)|declared (?:and|but)", re.IGNORECASE
)
_HELD = frozenset(
    [
        "create_task",
        "ensure_future",
        "TemporaryDirectory",
        "NamedTemporaryFile",
        "TemporaryFile",
        "SpooledTemporaryFile",
        "open",
        "socket",
        "ref",
        "proxy",
        "finalize",
        "Popen",
        "fdopen",
        "makefile",
        "acquire",
    ]
)
"""What they give does something when nobody holds it any more."""


def unused_name(problem: Problem) -> Iterator[Proposal]:
    """Proposes the text without the import, or without the assignment but with its effects."""
    if problem.code not in _CODES and not _SAYS.search(problem.diagnostic.message):
        return
    name = problem.quoted.split(".")[-1].split(" as ")[-1].strip()
    if problem.source is not None:
        item = next((n for n in problem.nodes if isinstance(n, ast.stmt)), None)
        if isinstance(item, ast.Import | ast.ImportFrom):
            yield from _import(problem, problem.source, item, name)
        elif isinstance(item, ast.Assign):
            yield from _assignment(problem, problem.source, item, name)
    elif problem.snapshot.language_id.startswith(("javascript", "typescript")):
        parsed = syntax.parse(problem.snapshot.language_id, problem.text)
        if parsed is not None:
            yield from _script(parsed, problem.diagnostic.start, name)


def _import(
    problem: Problem, source: Source, item: ast.Import | ast.ImportFrom, name: str
) -> Iterator[Proposal]:
    named = [a for a in item.names if (a.asname or a.name).split(".")[-1] == name]
    gone = [a for a in named if a in problem.nodes] or named
    left = [a for a in item.names if a not in gone]
    spans = tuple(source.span(a) for a in gone)
    if gone and not left:
        edit = without(source, item)
        if edit is not None:
            yield Proposal(f"drop `{name}`", (edit,), loses=(with_comment(source, item),))
    elif gone:
        edits = [_unlisted(source, item.names, alias) for alias in gone]
        if len(edits) == 1:
            yield Proposal(f"drop `{name}`", tuple(edits), loses=spans)


def _unlisted(source: Source, names: list[ast.alias], alias: ast.alias) -> Edit:
    """Takes one name out of an import of several, with one comma."""
    number, (start, end) = names.index(alias), source.span(alias)
    if number:
        return Edit(source.end(names[number - 1]), end, "")
    return Edit(start, source.span(names[1])[0], "")


def _assignment(
    problem: Problem, source: Source, item: ast.Assign, name: str
) -> Iterator[Proposal]:
    if len(item.targets) != 1 or getattr(item.targets[0], "id", "") != name:
        return
    target = source.span(item.targets[0])
    if _is_pure(problem.scopes, item):
        edit = without(source, item)
        if edit is not None:
            yield Proposal(f"drop `{name}`", (edit,), loses=(with_comment(source, item),))
    elif not _is_held(source, item.value):
        keep = Edit(target[0], source.whole(item.value)[0], "")
        yield Proposal(f"drop `{name}`, keep what is done", (keep,), loses=(target,))


def _is_pure(scopes: Scopes | None, item: ast.Assign) -> bool:
    """Whether a value can be left out: nothing happens where it is made."""
    value = item.value
    if isinstance(value, ast.JoinedStr):
        return all(isinstance(part, ast.Constant) for part in value.values)
    if isinstance(value, ast.Name):
        return scopes is not None and _is_set(scopes, item, value.id)
    return isinstance(value, ast.Constant) or (
        isinstance(value, ast.Lambda) and not any(evaluation.acts(d) for d in _defaults(value))
    )


def _defaults(value: ast.Lambda) -> list[ast.expr]:
    return [d for d in (*value.args.defaults, *value.args.kw_defaults) if d is not None]


def _is_set(scopes: Scopes, item: ast.stmt, name: str) -> bool:
    """Whether a name surely has a value at a statement, so that reading it does nothing."""
    scope = scopes.of_statement(item)
    if scopes.resolve(name, scope) is not scope:
        return scopes.resolve(name, scope) is not None or hasattr(builtins, name)
    nodes = list(ast.walk(scope.node))
    deleted = (n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Del))
    if any(n.id == name for n in deleted):
        return False
    parameters = {
        n.arg for n in ast.walk(getattr(scope.node, "args", ast.Pass())) if isinstance(n, ast.arg)
    }
    block = block_of(scopes.source.tree, item)
    before = block[: block.index(item)]
    plain = (t for s in before if isinstance(s, ast.Assign) for t in s.targets)
    return name in parameters or any(getattr(t, "id", "") == name for t in plain)


def _is_held(source: Source, value: ast.expr) -> bool:
    """Whether something may happen once nothing holds the value."""
    if any(getattr(n, "name", "") == "__del__" for n in ast.walk(source.tree)):
        return True
    calls = [n.func for n in ast.walk(value) if isinstance(n, ast.Call)]
    return any(getattr(f, "attr", getattr(f, "id", "")) in _HELD for f in calls)


def _script(parsed: SyntaxTree, start: int, name: str) -> Iterator[Proposal]:
    statement = parsed.root.named_descendant_for_byte_range(parsed.byte(start), parsed.byte(start))
    while statement is not None and statement.type != "import_statement":
        statement = statement.parent
    clause = (
        next((c for c in statement.children if c.type == "import_clause"), None)
        if (statement is not None)
        else None
    )
    if statement is None or clause is None:
        return
    parts = clause.named_children
    listed = next((p for p in parts if p.type == "named_imports"), None)
    specifiers = (
        [c for c in listed.named_children if c.type == "import_specifier"] if listed else []
    )
    bound = [*(p for p in parts if p.type in ("identifier", "namespace_import")), *specifiers]
    gone = [node for node in bound if _local(parsed, node) == name]
    if len(gone) != 1:
        return
    if len(bound) == 1:
        edit = _whole(parsed, statement)
    elif gone[0] in specifiers and len(specifiers) > 1:
        edit = _cut(parsed, specifiers, gone[0])
    else:
        pieces = [p for p in parts if p.type != "comment"]
        edit = _cut(parsed, pieces, listed if gone[0] in specifiers and listed else gone[0])
    lost = parsed.span(statement if len(bound) == 1 else gone[0])
    yield Proposal(f"drop `{name}`", (edit,), loses=(lost,))


def _local(parsed: SyntaxTree, node: Node) -> str:
    """The name that a part of an import binds."""
    inner = node.child_by_field_name("alias") or node.child_by_field_name("name")
    if node.type == "namespace_import":
        inner = node.named_children[-1]
    return parsed.source(inner or node)


def _cut(parsed: SyntaxTree, nodes: list[Node], node: Node) -> Edit:
    """Takes one of several nodes out, with one comma."""
    number = nodes.index(node)
    if number:
        return Edit(parsed.span(nodes[number - 1])[1], parsed.span(node)[1], "")
    return Edit(parsed.span(node)[0], parsed.span(nodes[1])[0], "")


def _whole(parsed: SyntaxTree, statement: Node) -> Edit:
    """Takes a statement out, with its line if nothing else stands on it."""
    start, end = parsed.span(statement)
    behind = re.compile(r"[ \t]*(?:\r?\n|$)").match(parsed.text, end)
    first = parsed.text.rfind("\n", 0, start) + 1
    if behind is None or parsed.text[first:start].strip():
        return Edit(start, end, "")
    return Edit(first, behind.end(), "")
