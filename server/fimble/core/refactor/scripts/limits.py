"""Statements of JavaScript or TypeScript that mean something else in a function of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from fimble.core.refactor.scripts.nodes import CLASSES, FUNCTIONS, LOOPS, around
from fimble.core.refactor.scripts.scopes import Scopes
from fimble.core.text.syntax import Node, SyntaxTree, descend, parents

_BOUND = frozenset({"this", "super", "meta_property", "private_property_identifier"})
_REFUSED = _BOUND | {"await", "yield", "import_statement", "export_statement"}
_ENDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"break_statement": LOOPS | {"switch_statement"}, "continue_statement": LOOPS}
)
"""What a jump may be meant for."""
_MODIFIERS = re.compile(r"\b(?:private|protected)\b")
_TYPES = frozenset({"interface_declaration", "type_alias_declaration", "enum_declaration"})


def refusal(scopes: Scopes, body: Sequence[Node], owner: Node, home: Node) -> str:
    """Why statements cannot be moved from their function to before `home`, "" if they can."""
    return next(_refusals(scopes, body, owner, home), "")


def own(node: Node) -> Iterator[Node]:
    """The nodes that share `this`, `return` and `await` with a node."""
    yield node
    if node.type not in FUNCTIONS:
        for child in node.children:
            yield from own(child)
        return
    if node.type == "arrow_function":
        yield from (n for n in descend(node) if n.type in _BOUND)
    else:
        yield from (n for n in descend(node) if n.type == "private_property_identifier")
    name = node.child_by_field_name("name")
    if name is not None and name.type == "computed_property_name":
        yield from own(name)


def in_try(statement: Node) -> bool:
    """Whether something in its function goes on after an exception."""
    return any(n.type == "try_statement" for n in around(statement))


def _refusals(scopes: Scopes, body: Sequence[Node], owner: Node, home: Node) -> Iterator[str]:
    parsed = scopes.parsed
    for statement in body:
        yield from _of_statement(parsed, statement, body[-1])
    local = any(n.type in CLASSES | _TYPES for n in descend(owner))
    generic = any(n.child_by_field_name("type_parameters") for n in (owner, *parents(owner)))
    if generic or (local and parsed.language_id.startswith("typescript")):
        yield "The code around has types of its own."
    inner = [n for statement in body for n in descend(statement)]
    if _is_strict(parsed, body[0]) and not _is_strict(parsed, home) and _shows_mode(scopes, inner):
        yield "The code around is strict, and that before its function is not."
    hidden = _hidden(parsed)
    if any(n.type == "property_identifier" and parsed.source(n) in hidden for n in inner):
        yield "They use what is private to a class."


def _of_statement(parsed: SyntaxTree, statement: Node, last: Node) -> Iterator[str]:
    for node in own(statement):
        if node.type in _REFUSED:
            word = parsed.source(node).split("(")[0].split()[0]
            yield f"`{word}` cannot be moved into a function."
        if node.type == "return_statement" and node != last:
            yield "A `return` in the middle of them would only leave the new function."
        if node.type in _ENDS and _leaves(node, statement):
            yield "A `break` or `continue` in them belongs to a statement around them."
    if statement.type == "expression_statement" and statement.named_children[0].type == "string":
        yield "A directive belongs to its function."


def _leaves(jump: Node, statement: Node) -> bool:
    """Whether a `break` or `continue` ends something around the statement."""
    above = [jump, *parents(jump)]
    within = above[: above.index(statement) + 1]
    plain = jump.child_by_field_name("label") is None
    return not (plain and any(n.type in _ENDS[jump.type] for n in within))


def _is_strict(parsed: SyntaxTree, node: Node) -> bool:
    for block in parents(node):
        if block.type == "class_body":
            return True
        if block.type not in ("statement_block", "program"):
            continue
        for statement in block.named_children:
            if "use strict" in parsed.source(statement)[1:11] or (
                block.type == "program"
                and statement.type in ("import_statement", "export_statement")
            ):
                return True
    return False


def _shows_mode(scopes: Scopes, nodes: Sequence[Node]) -> bool:
    """Whether nodes may do something else in strict code: set, delete, or ask who called."""
    for node in nodes:
        if node.type in ("this", "delete"):
            return True
        target = node.child_by_field_name("left") or node.child_by_field_name("argument")
        sets = node.type.endswith("assignment_expression") or node.type == "update_expression"
        if sets and target is not None and target.type != "identifier":
            return True
    begin, end = nodes[0].start_byte, max(node.end_byte for node in nodes)
    return any(o.sets and scopes.owner(o) is None for o in scopes.between(begin, end))


def _hidden(parsed: SyntaxTree) -> set[str]:
    """The members of classes that only these see."""
    found = set[str]()
    if not _MODIFIERS.search(parsed.text):
        return found
    for modifier in parsed.of_types(("accessibility_modifier",)):
        member = modifier.parent
        name = member and (
            member.child_by_field_name("name") or member.child_by_field_name("pattern")
        )
        if name is not None and parsed.source(modifier) != "public":
            found.add(parsed.source(name))
    return found
