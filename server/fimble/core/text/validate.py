"""The proof that documentation does not touch code.

Two texts have the same code if their trees are equal once comments and docstrings are taken
out: for Python the trees of `ast`, which know indentation and what a string means; elsewhere,
and for Python that does not parse, the trees of tree-sitter.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Iterable, Iterator
from functools import partial

from fimble.core.text import python, syntax
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits
from fimble.core.text.syntax import Node, SyntaxTree

_BLOCKS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def refusal(snapshot: Snapshot, edits: Iterable[Edit]) -> str:
    """Why these edits may not be sent, "" if they change nothing but documentation."""
    try:
        after = apply_edits(snapshot.text, edits)
    except ValueError as error:
        return f"The edits do not fit the document: {error}."
    language = snapshot.language_id
    old, new = syntax.parse(language, snapshot.text), syntax.parse(language, after)
    if old is None or new is None:
        return "The document's code cannot be compared: no grammar, or too long."
    if len(syntax.error_offsets(new)) > len(syntax.error_offsets(old)):
        return "The documentation would not parse."
    before, behind = (
        _python(text) if language == "python" else None for text in (snapshot.text, after)
    )
    if before is not None:
        same = before == behind
    else:
        same = all(a == b for a, b in _pairs(_shape(old), _shape(new)))
    return "" if same else "The edit would change code."


def _python(text: str) -> str | None:
    """The module's tree without docstrings, None if it does not parse."""
    module = _module(text, type_comments=True) or _module(text, type_comments=False)
    if module is None:
        return None
    for ignored in module.type_ignores:
        ignored.lineno = 0
    for node in ast.walk(module):
        if isinstance(node, _BLOCKS) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(module)


def _module(text: str, *, type_comments: bool) -> ast.Module | None:
    """The tree; comments that are types count as code, where they are valid."""
    try:
        return python.tree(text, partial(ast.parse, type_comments=type_comments))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _shape(parsed: SyntaxTree) -> Iterator[tuple[int, str, str]]:
    """Depth, type and text of every node, comments and docstrings left out."""
    stack = [(parsed.root, 0)]
    while stack:
        node, depth = stack.pop()
        if "comment" in node.type or _is_docstring(node):
            continue
        children = node.children
        yield depth, node.type, "" if children else parsed.source(node).strip(string.whitespace)
        stack += [(child, depth + 1) for child in reversed(children)]


def _is_docstring(node: Node) -> bool:
    """Whether a node is a statement of Python that is nothing but the first string of its block."""
    value = node
    if node.type == "expression_statement" and len(node.children) == 1:
        value = node.children[0]
    parts = value.named_children if value.type == "concatenated_string" else [value]
    return _is_first(node) and all(map(_is_plain, parts))


def _is_plain(node: Node) -> bool:
    """Whether a node is a string of text: bytes and f-strings document nothing."""
    prefix = node.children[0].text if node.type == "string" and node.children else None
    return prefix is not None and not set(prefix.lower()) & set(b"fbt")


def _is_first(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.type not in ("module", "block"):
        return False
    first = next((child for child in parent.children if child.type != "comment"), None)
    return first == node


def _pairs(
    left: Iterator[tuple[int, str, str]], right: Iterator[tuple[int, str, str]]
) -> Iterator[tuple[object, object]]:
    end = object()
    while True:
        a, b = next(left, end), next(right, end)
        yield a, b
        if a is end or b is end:
            return
