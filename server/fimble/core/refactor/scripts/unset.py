"""Whether a `let`, `const`, `class` or parameter may be read before it is set, which throws.

Read off the nodes around a place. A function runs later than it is written, unless it stands in
a call, or something before the declaration mentions it; other files are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from fimble.core.refactor.scripts.nodes import CLASSES, DEFAULTS, FUNCTIONS, NAMES, PATTERNS
from fimble.core.text.syntax import Node, SyntaxTree, parents

_CALLS = frozenset({"call_expression", "new_expression", "await_expression", "yield_expression"})
_HEADS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "for_in_statement": ("left", "right"),
        "for_statement": ("initializer", "initializer"),
        "catch_clause": ("parameter", "parameter"),
        **dict.fromkeys(FUNCTIONS, ("parameters", "parameters")),
    }
)
"""By which field a node declares names for its body, and in which one these are not yet set."""
_INSIDE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(DEFAULTS, "left"),
        "pair_pattern": "value",
        "required_parameter": "pattern",
        "optional_parameter": "pattern",
        "variable_declarator": "name",
        "class": "name",
        "class_declaration": "name",
        "abstract_class_declaration": "name",
        "export_statement": "declaration",
    }
)
"""Where what binds names has them."""
_LISTS = PATTERNS | {"formal_parameters", "lexical_declaration"}
_OWN = CLASSES | {"variable_declarator"}
_NAMES = NAMES | {"type_identifier"}


def may_be_unset(parsed: SyntaxTree, names: Iterable[str], place: Node) -> bool:
    """Whether one of the names that a place reads may be unset when it is evaluated."""
    left, child, now = set(names), place, True
    for parent in parents(place):
        if parent.type in ("program", "statement_block"):
            unset, known = _in_block(parsed, parent.named_children, child, left, now=now)
        else:
            early, known = _around(parsed, parent, child)
            unset = early if now or parent.type == "switch_body" else set()
        if left & unset:
            return True
        left -= known
        if not left:
            return False
        now = parent.type not in FUNCTIONS and (now or parent.type in _CALLS)
        child = parent
    return False


def _around(parsed: SyntaxTree, parent: Node, child: Node) -> tuple[set[str], set[str]]:
    """The names of a node that are set after its child, and all that mean its own there."""
    if parent.type == "switch_body":
        inside = [s for case in parent.named_children for s in case.named_children]
        found = {name for s in inside for name in _bound(parsed, s)}
        return found, found
    if parent.type == "lexical_declaration":
        behind = [n for n in parent.named_children if n.start_byte > child.start_byte]
        return {name for n in behind for name in _bound(parsed, n)}, set()
    if parent.type in _OWN:
        return set() if _is_var(parent) else set(_bound(parsed, parent)), set()
    field, early = _HEADS.get(parent.type, ("", ""))
    head = parent.child_by_field_name(field) or parent.child_by_field_name("parameter")
    assigns = parent.type == "for_in_statement" and parent.child_by_field_name("kind") is None
    if not field or assigns:
        return set(), set()
    found = set(_bound(parsed, head))
    return found if child == parent.child_by_field_name(early) else set(), found


def _in_block(
    parsed: SyntaxTree, inside: list[Node], child: Node, names: set[str], *, now: bool
) -> tuple[set[str], set[str]]:
    """The same of the statements of a block, for some names."""
    functions = {name: s for s in inside if (name := _function(parsed, s))}
    bound = {s.id: set(_bound(parsed, s)) for s in inside}
    known = set(functions).union(*bound.values())
    from_start = child in functions.values()
    declared = [
        s
        for s in inside
        if names & bound[s.id] and (s.start_byte > child.start_byte or (from_start and not now))
    ]
    if declared and not now:
        callers = _callers(parsed, functions, bound[child.id] | {_function(parsed, child)} - {""})
        until = declared[-1].start_byte
        first = [s for s in inside if s.start_byte <= until and not _function(parsed, s)]
        if not any(s != child and _mentions(parsed, s, callers) for s in first):
            declared = []
    return {name for s in declared for name in bound[s.id]}, known


def _callers(parsed: SyntaxTree, functions: Mapping[str, Node], names: set[str]) -> set[str]:
    """Names, and those of the functions that may use them."""
    rest = functions.keys() - names
    more = {name for name in rest if _mentions(parsed, functions[name], names)}
    return _callers(parsed, functions, names | more) if more else names


def _function(parsed: SyntaxTree, statement: Node) -> str:
    """The name of a function that is known in its whole block, "" for other statements."""
    declared = statement.child_by_field_name("declaration") or statement
    name = declared.child_by_field_name("name")
    known = declared.type in ("function_declaration", "generator_function_declaration")
    return parsed.source(name) if known and name is not None else ""


def _mentions(parsed: SyntaxTree, statement: Node, names: set[str]) -> bool:
    words = "|".join(re.escape(name) for name in names)
    pattern = rf"(?<![\w$.])(?:{words})(?![\w$])"
    return bool(words) and re.search(pattern, parsed.source(statement)) is not None


def _is_var(declarator: Node) -> bool:
    around = declarator.parent
    return around is not None and around.type == "variable_declaration"


def _bound(parsed: SyntaxTree, node: Node | None) -> Iterator[str]:
    """The names that a declaration, a pattern or parameters bind, `var` and functions aside."""
    if node is None:
        return
    if node.type in _NAMES:
        yield parsed.source(node)
    elif node.type in _INSIDE:
        yield from _bound(parsed, node.child_by_field_name(_INSIDE[node.type]))
    elif node.type in _LISTS:
        for child in node.named_children:
            yield from _bound(parsed, child)
