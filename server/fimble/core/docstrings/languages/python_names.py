"""What names of a Python file stand for, by its imports."""

from __future__ import annotations

import builtins
import re
from collections.abc import Mapping
from functools import lru_cache

from fimble.core.docstrings.languages import tree as trees
from fimble.core.text.syntax import Node, SyntaxTree

_TYPING = ("typing", "typing_extensions")
_STREAM = re.compile(r"io\.\w*(?:IO|IOBase|Wrapper|Reader|Writer|Random|RWPair)|(?:Text|Binary)?IO")
"""The library's streams, and their types, as `resolved` spells them."""
_OF_STREAMS = re.compile(
    r"closed?|detach|fileno|flush|isatty|seek(able)?|tell|truncate|writable|write(lines)?"
    r"|read(1|able|all|into1?|lines?)?"
)
"""What those document."""


@lru_cache(maxsize=8)
def imported(tree: SyntaxTree) -> Mapping[str, str]:
    """The full name of every name that an import of the file binds."""
    found: dict[str, str] = {}
    for node in tree.of_types(("import_statement", "import_from_statement")):
        module = trees.field(tree, node, "module_name")
        for child in node.children_by_field_name("name"):
            aliased = child.type == "aliased_import"
            name = trees.field(tree, child, "name") if aliased else tree.source(child)
            alias = trees.field(tree, child, "alias") if aliased else name.split(".")[0]
            full = f"{module}.{name}" if module else name if aliased else name.split(".")[0]
            found[alias] = full
    return found


def resolved(tree: SyntaxTree, name: str) -> str:
    """A dotted name as its imports spell it; `overload` and `override` without their module."""
    first, dot, rest = name.partition(".")
    full = imported(tree).get(first, first) + dot + rest
    module, _, last = full.rpartition(".")
    return last if module in _TYPING else full


def decorators(tree: SyntaxTree, node: Node) -> set[str]:
    """The resolved names of what a definition is decorated with, arguments left out."""
    outer = node.parent
    if outer is None or outer.type != "decorated_definition":
        return set()
    found = (tree.source(c)[1:].strip() for c in outer.children if c.type == "decorator")
    return {resolved(tree, re.split(r"[(\s#]", words)[0].strip()) for words in found}


def inherited(tree: SyntaxTree, owner: Node, name: str) -> bool:
    """Whether a class that `owner` derives from has a documented member `name`.

    Classes of this file, built-in ones and the library's streams are looked at.
    """
    classes = {trees.field(tree, c, "name"): c for c in tree.of_types(("class_definition",))}
    waiting, known = [owner], {trees.field(tree, owner, "name")}
    while waiting:
        for base in trees.children(waiting.pop(), "superclasses"):
            words = re.split(r"[\[(]", tree.source(base))[0]
            other = classes.get(words)
            if other is None and _in_library(resolved(tree, words), name):
                return True
            if other is None or words in known:
                continue
            known.add(words)
            waiting.append(other)
            if _documents(tree, other, name):
                return True
    return False


def _in_library(base: str, name: str) -> bool:
    if _STREAM.fullmatch(base):
        return _OF_STREAMS.fullmatch(name) is not None
    return hasattr(getattr(builtins, base, None), name)


def _documents(tree: SyntaxTree, owner: Node, name: str) -> bool:
    for child in trees.children(owner, "body"):
        inner = child.child_by_field_name("definition") or child
        if inner.type == "function_definition" and trees.field(tree, inner, "name") == name:
            first = next(iter(trees.children(inner, "body")), None)
            return first is not None and tree.source(first).lstrip("rRuU(").startswith(("'", '"'))
    return False
