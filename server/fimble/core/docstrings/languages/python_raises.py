"""The exceptions that a Python function may raise, and does not handle itself."""

from __future__ import annotations

import builtins
import re
from functools import partial

from fimble.core.docstrings.facts import Raised
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.python_names import imported
from fimble.core.text.syntax import Node, SyntaxTree

_CLOSED = ("function_definition", "class_definition", "lambda")
_LOWER = frozenset(("error", "gaierror", "herror", "timeout"))
"""Exceptions of the standard library whose names begin with a small letter."""


def raises(tree: SyntaxTree, body: Node, functions: dict[str, Node]) -> tuple[Raised, ...]:
    """What the body raises, and what functions of this file that it calls raise."""
    found = _own_raises(tree, body)
    for node in trees.within(body, _CLOSED):
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is None or any(trees.tried(node, body)):
            continue
        called = functions.get(re.sub(r"\A(self|cls)\.", "", tree.source(function)))
        inner = called.child_by_field_name("body") if called is not None else None
        for name in _own_raises(tree, inner) if inner is not None else ():
            found.setdefault(name, Raised(name))
    return tuple(found.values())


def _own_raises(tree: SyntaxTree, body: Node) -> dict[str, Raised]:
    found: dict[str, Raised] = {}
    for node in trees.within(body, _CLOSED):
        if node.type == "raise_statement" and not _caught(tree, node, body):
            for name in filter(partial(_is_class, tree), _raised(tree, node)):
                found.setdefault(name, Raised(name, trees.condition(tree, node)))
    return found


def _raised(tree: SyntaxTree, node: Node) -> list[str]:
    """The names that one `raise` may raise; a bare one raises what its handler caught."""
    values = [c for c in node.named_children if c != node.child_by_field_name("cause")]
    handler = _handler(node)
    if values:
        value = values[0]
        function = value.child_by_field_name("function") if value.type == "call" else value
        name = tree.source(function) if function is not None else ""
        if value.type == "call" or handler is None or name != _alias(tree, handler):
            return [name] if re.fullmatch(r"[\w.]+", name) else []
    if handler is None:
        return []
    caught = next((c for c in handler.named_children if c.type != "block"), None)
    if caught is not None and caught.type == "as_pattern":
        caught = caught.named_children[0]
    if caught is None:
        return []
    parts = caught.named_children if caught.type == "tuple" else [caught]
    names = (tree.source(part) for part in parts)
    return [name for name in names if re.fullmatch(r"[\w.]+", name)]


def _handler(node: Node) -> Node | None:
    parent = node.parent
    while parent is not None and parent.type != "except_clause" and parent.type not in _CLOSED:
        parent = parent.parent
    return parent if parent is not None and parent.type == "except_clause" else None


def _alias(tree: SyntaxTree, handler: Node) -> str:
    pattern = trees.first(handler, "as_pattern")
    return trees.field(tree, pattern, "alias")


def _caught(tree: SyntaxTree, node: Node, body: Node) -> bool:
    """Whether handlers around a `raise` take all that it raises, and keep it."""
    raised = _raised(tree, node)
    for statement in trees.tried(node, body) if raised else ():
        clauses = [c for c in statement.children if c.type == "except_clause"]
        if all(_taken(tree, name, clauses) for name in raised):
            return True
    return False


def _taken(tree: SyntaxTree, name: str, clauses: list[Node]) -> bool:
    """Whether the first handler that fits an exception keeps it."""
    for clause in clauses:
        words = re.findall(r"[\w.]+", re.sub(r"\bas\s+\w+\s*\Z", "", _head(tree, clause)))
        if not words or any(_covers(word, name) for word in words):
            return not any(n.type == "raise_statement" for n in trees.within(clause, _CLOSED))
    return False


def _head(tree: SyntaxTree, clause: Node) -> str:
    """What a handler handles, as written."""
    return tree.source(clause).split(":")[0].removeprefix("except").lstrip("*").strip()


def _covers(handled: str, raised: str) -> bool:
    """Whether a handler of one exception takes another, as far as the names tell."""
    if handled == raised or handled in ("Exception", "BaseException"):
        return True
    base, derived = getattr(builtins, handled, None), getattr(builtins, raised, None)
    return (
        isinstance(base, type)
        and isinstance(derived, type)
        and issubclass(derived, base)
        and issubclass(base, BaseException)
    )


def _is_class(tree: SyntaxTree, name: str) -> bool:
    """Whether a name is that of a class: not of a function that makes an exception."""
    last = name.rpartition(".")[2]
    if last.lstrip("_")[:1].isupper() or hasattr(builtins, name):
        return True
    if re.search(rf"^[^\S\n]*class\s+{re.escape(last)}\b", tree.text, re.MULTILINE):
        return True
    first = name.split(".")[0]
    return last in _LOWER and first in imported(tree)
