"""A name that exists nowhere: small models invent functions.

Only where the file itself can tell: Python, without star imports, not just begun. A name counts
as known if it is a builtin, if the document says it anywhere else, or if the suggestion binds it.
"""

from __future__ import annotations

import builtins
import re

from fimble.core.completion.filters.base import Candidate, Withheld
from fimble.core.text import syntax
from fimble.core.text.syntax import Node, SyntaxTree

_GIVEN = frozenset(
    [
        "self",
        "cls",
        "__file__",
        "__name__",
        "__path__",
        "__all__",
        "__annotations__",
        "_",
        "match",
        "type",
        "PythonFinalizationError",
        "WindowsError",
        "reveal_type",
        "reveal_locals",
        "display",
        "get_ipython",
        "In",
        "Out",
        "_dh",
        "_ih",
        "_oh",
        "_i",
        "__",
        "___",
        "spark",
        "sc",
        "sqlContext",
        "dbutils",
        "displayHTML",
    ]
)
"""Beside Python's own: what type checkers, IPython and the notebooks of Spark define."""
_BUILTINS = frozenset(dir(builtins)) | _GIVEN
_STAR = re.compile(r"^[^\S\n]*from\s+\S+\s+import\s+\*", re.MULTILINE)
_JUST_BEGUN = 400
_BINDING = frozenset(
    {
        "import_statement",
        "import_from_statement",
        "aliased_import",
        "as_pattern_target",
        "splat_pattern",
        "parameters",
        "lambda_parameters",
        "typed_parameter",
        "function_definition",
        "class_definition",
        "global_statement",
        "nonlocal_statement",
    }
)
_BINDING_LEFT = frozenset(
    {
        "assignment",
        "for_statement",
        "for_in_clause",
        "named_expression",
        "default_parameter",
        "typed_default_parameter",
    }
)
"""What binds only what stands in front: a default or a value is used."""
_SPLATS = frozenset({"list_splat_pattern", "dictionary_splat_pattern"})
_PARTS = _SPLATS | {"pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "list_splat"}
"""What stands between a name and what binds it: `(first, *rest) = pair`."""


def unresolved(candidate: Candidate) -> Candidate | Withheld:
    """Withholds a suggestion that uses a name nobody defines."""
    context = candidate.context
    document = context.snapshot.text
    if context.snapshot.language_id != "python" or len(document) < _JUST_BEGUN:
        return candidate
    if _STAR.search(document):
        return candidate
    parsed = syntax.parse("python", document)
    if parsed is None:
        return candidate
    start = context.offset
    new = syntax.edited(parsed, start, start + candidate.replaced, candidate.text)
    rest = f"{context.prefix}\n{context.suffix}"
    bound: set[str] = set()
    for node in _identifiers(new, start, start + len(candidate.text)):
        name = new.source(node)
        if _binds(node):
            bound.add(name)
        elif not (
            name in _BUILTINS
            or name in bound
            or _is_member(node)
            or _mentioned(name, rest)
            or _bound_in(new, name, candidate)
        ):
            return Withheld("unresolved_name")
    return candidate


def _identifiers(parsed: SyntaxTree, start: int, end: int) -> list[Node]:
    """Identifiers that begin within a range."""
    first, last = parsed.byte(start), parsed.byte(end)
    found: list[Node] = []
    stack = [parsed.root]
    while stack:
        node = stack.pop()
        if node.end_byte <= first or node.start_byte >= last:
            continue
        if node.type == "identifier" and node.start_byte >= first:
            found.append(node)
        stack += reversed(node.children)
    return found


def _is_member(node: Node) -> bool:
    """Whether it is looked up in something else: `x.name`, `f(name=1)`, `case A(name=x)`."""
    parent = node.parent
    if parent is None or parent.is_error:
        return True
    if parent.type == "attribute":
        return parent.child_by_field_name("attribute") == node
    if parent.type == "keyword_argument":
        return parent.child_by_field_name("name") == node
    first = parent.named_children[0] == node
    return parent.type == "keyword_pattern" if first else parent.type == "dotted_name"


def _binds(node: Node) -> bool:
    """Whether the place defines the name."""
    parent = node.parent
    while parent is not None and parent.type in _PARTS:
        node, parent = parent, parent.parent
    if parent is None or parent.type in _BINDING or (parent.is_error and node.type in _SPLATS):
        return True
    if parent.type in _BINDING_LEFT:
        left = parent.child_by_field_name("left") or parent.child_by_field_name("name")
        return left == node
    if parent.type == "as_pattern":
        return parent.named_children[0] != node
    return parent.type == "dotted_name" and _is_captured(parent)


def _is_captured(name: Node) -> bool:
    """Whether an import or a case binds it: `case name`, and not `case name.x` or `case name()`."""
    parent = name.parent
    if parent is None or parent.type in _BINDING:
        return True
    return parent.type != "class_pattern" and len(name.named_children) == 1


def _bound_in(parsed: SyntaxTree, name: str, candidate: Candidate) -> bool:
    """Whether the suggestion binds the name further on, as a comprehension does."""
    start = candidate.context.offset
    nodes = _identifiers(parsed, start, start + len(candidate.text))
    return any(parsed.source(node) == name and _binds(node) for node in nodes)


def _mentioned(name: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None
