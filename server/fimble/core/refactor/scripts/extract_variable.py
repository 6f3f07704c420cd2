"""Gives an expression of JavaScript or TypeScript a name, where that changes nothing.

What is not listed here as evaluated always, once and first is refused: the rest of a chain behind
`?.`, the right side of `&&`, functions, patterns, JSX. A getter counts as a plain read, and what
is called as the same after its arguments, unless it may not be set yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from types import MappingProxyType

from fimble.core.refactor.scripts.limits import own
from fimble.core.refactor.scripts.unset import may_be_unset
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Edit
from fimble.core.text.syntax import Node, SyntaxTree, parents

LANGUAGES = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})
_NAMED = frozenset(
    {
        "call_expression",
        "member_expression",
        "subscript_expression",
        "binary_expression",
        "unary_expression",
        "ternary_expression",
        "template_string",
        "new_expression",
        "await_expression",
        "parenthesized_expression",
        "string",
        "number",
        "regex",
    }
)
_THROUGH = MappingProxyType(
    {
        "arguments": "",
        "array": "",
        "object": "",
        "parenthesized_expression": "",
        "template_string": "",
        "template_substitution": "",
        "unary_expression": "argument",
        "await_expression": "",
        "binary_expression": "left right",
        "ternary_expression": "condition",
        "call_expression": "arguments function",
        "new_expression": "arguments",
        "member_expression": "object",
        "subscript_expression": "object index",
        "pair": "value",
        "assignment_expression": "right",
        "variable_declarator": "value",
    }
)
"""Nodes around an expression, and by which of their fields it is always evaluated; "" for any."""
_STATEMENTS = frozenset(
    {"expression_statement", "return_statement", "lexical_declaration", "variable_declaration"}
)
_BLOCKS = frozenset({"statement_block", "program"})
_EFFECTS = frozenset({"call_expression", "new_expression", "await_expression", "yield_expression"})
_SETS = frozenset(
    {
        "assignment_expression",
        "augmented_assignment_expression",
        "update_expression",
        "yield_expression",
    }
)
_LINKS = frozenset(
    {"member_expression", "subscript_expression", "call_expression", "non_null_expression"}
)
_OPTIONAL = frozenset({"optional_chain", "?."})
"""What skips the rest of a chain; the grammars differ."""
_READS = frozenset({"identifier", "shorthand_property_identifier"})
_SHARED = _READS | {"member_expression", "subscript_expression"}

_TESTS = frozenset({"&&", "||", "??", "===", "!==", "==", "!=", "in", "instanceof", "!", "typeof"})
"""Operators that tell TypeScript about types, as conditions do."""
_GUARD = re.compile(r"(?:^|\.)is(?:[A-Z_]|$)")


def extractable(parsed: SyntaxTree, start: int, end: int) -> Node | str:
    """The expression at `start..end`, or why it cannot be given a name."""
    first, last = map(parsed.byte, texts.trimmed(parsed.text, start, end))
    node = parsed.root.named_descendant_for_byte_range(first, last)
    if node is None or (node.start_byte, node.end_byte) != (first, last):
        return "Select a whole expression."
    if node.type not in _NAMED or node.has_error or parsed.root.has_error:
        return "This expression cannot stand alone."
    inside = list(_descend(node))
    if any(n.type in _SETS or n.type == "super" for n in inside):
        return "It sets a variable itself."
    return _refusal(parsed, node, inside) or node


def extract_variable(parsed: SyntaxTree, node: Node, name: str) -> tuple[Edit, ...]:
    """The edits: the constant before the statement, and its name in the expression's place."""
    statement = statement_of(node)
    at = texts.line_start(parsed.text, parsed.offset(statement.start_byte))
    indent, end = texts.indentation(parsed.text[at:]), texts.line_break(parsed.text)
    line = f"{indent}const {name} = {parsed.source(node)};{end}"
    return Edit(at, at, line), Edit(*parsed.span(node), name)


def statement_of(node: Node) -> Node:
    """The statement around an expression that can be extracted."""
    return _path(node)[-1]


def _path(node: Node) -> list[Node]:
    """The nodes around it, innermost first, up to the first that is no expression."""
    around = list(parents(node))
    inner = list(takewhile(lambda n: n.type in _THROUGH, around))
    return around[: len(inner) + 1]


def _refusal(parsed: SyntaxTree, node: Node, inside: list[Node]) -> str:
    path = _path(node)
    statement, below = path[-1], node
    for parent in path[:-1]:
        if not _always(parent, below):
            return "It is not always evaluated, or not once."
        below = parent
    condition = statement.type == "if_statement" and below == _field(statement, "condition")
    if statement.type not in _STATEMENTS and not condition:
        return "In this place it is evaluated at a moment of its own."
    if statement.parent is None or statement.parent.type not in _BLOCKS or below is node:
        return "A line before the statement would be evaluated at another time."
    if statement.type.endswith("declaration") and statement.named_children[0] != below:
        return "Something with an effect may be evaluated before it."
    if any(_is_misread(n) for n in _descend(statement)):
        return "It is not sure what belongs together here."
    begin = parsed.offset(statement.start_byte)
    if parsed.text[texts.line_start(parsed.text, begin) : begin].strip():
        return "Other code stands before the statement on its line."
    outer = [node, *takewhile(lambda n: n.type == "parenthesized_expression", path)][-1]
    own = outer.parent or statement
    if own.type == "call_expression" and outer == _field(own, "function"):
        return "A method has to be called on its object."
    if outer is node and own.type in _LINKS and _is_optional(node):
        return "The rest of the chain may be skipped with it."
    if own.type == "call_expression" and outer.type == "template_string":
        return "It is a part of a tagged template."
    if own.type == "unary_expression" and parsed.source(own).startswith(("delete", "typeof")):
        return "It is no value here."
    if parsed.language_id.startswith("typescript") and _decides(parsed, node, path):
        return "What is known of types here would be lost."
    return _order(node, inside, path) or _unset(parsed, node, path)


def _is_misread(node: Node) -> bool:
    """Whether the grammar took an operator for a part of a chain, as it does behind `!`."""
    first = node.named_children[0].type if node.type in _LINKS and node.named_children else ""
    return first in ("binary_expression", "unary_expression", "ternary_expression")


def _is_optional(node: Node | None) -> bool:
    """Whether a chain that ends with a node may end before."""
    while node is not None and node.type in _LINKS:
        if any(n.type in _OPTIONAL for n in node.children):
            return True
        node = node.named_children[0]
    return False


def _always(parent: Node, child: Node) -> bool:
    """Whether the child is evaluated whenever the parent is."""
    fields = _THROUGH[parent.type].split()
    if any(n.type in _OPTIONAL for n in parent.children):
        return False
    if parent.type == "arguments":
        return parent.parent is not None and parent.parent.type in _EFFECTS
    if parent.type == "template_string":
        return parent.parent is not None and parent.parent.type != "call_expression"
    operator = parent.child_by_field_name("operator")
    if operator is not None and operator.type in ("&&", "||", "??"):
        fields = ["left"]
    if parent.type == "assignment_expression":
        target = parent.child_by_field_name("left")
        if target is None or target.type != "identifier":
            return False
    return not fields or any(child == _field(parent, name) for name in fields)


def _decides(parsed: SyntaxTree, node: Node, path: list[Node]) -> bool:
    """Whether TypeScript takes a type from an expression only where it stands."""
    if path[0].type == "binary_expression" and node.type == "string":
        return True
    names = {parsed.source(n) for n in _descend(node) if n.type == "identifier"}
    target = next((_field(p, "left") for p in path if p.type == "assignment_expression"), None)
    if target is not None and parsed.source(target) in names:
        return True
    function = next((p for p in parents(node) if p.type == "statement_block"), parsed.root)
    rest = parsed.text[parsed.offset(node.end_byte) : parsed.offset(function.end_byte)]
    again = any(re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$])", rest) for name in names)
    return again and _tells(parsed, node, path)


def _tells(parsed: SyntaxTree, node: Node, path: list[Node]) -> bool:
    """Whether an expression is, or is compared in, a condition."""
    called = _field(node, "function")
    tells = False
    if called is not None and not _GUARD.search(parsed.source(called)):
        return False
    for parent in path:
        if parent.type in ("ternary_expression", "if_statement"):
            return True
        guarded = _field(parent, "function")
        guards = guarded is not None and _GUARD.search(parsed.source(guarded))
        tells = tells or bool(guards) or _operator(parent) in _TESTS
        known = parent.type in ("parenthesized_expression", "arguments")
        if not (known or guards or _operator(parent) in _TESTS):
            break
    return tells


def _operator(node: Node) -> str:
    operator = _field(node, "operator")
    return operator.type if operator is not None else ""


def _order(node: Node, inside: list[Node], path: list[Node]) -> str:
    """Why something else would be evaluated before it, "" if nothing would that matters."""
    calls = [p for p in path if p.type == "call_expression"]
    called = [n for call in calls for n in _descend(_field(call, "function"))]
    around = path[-2] if path[-1].type in ("if_statement", *_STATEMENTS) else path[-1]
    before = [n for n in _descend(around) if n.end_byte <= node.start_byte and n not in path]
    if around.type == "variable_declarator":
        before = [n for n in before if n.parent != around]
    if any(n.type in _EFFECTS | _SETS | {"class"} for n in before):
        return "Something with an effect is evaluated before it."
    if any(n.type in _OPTIONAL for b in before for n in b.children):
        return "It is not always evaluated, or not once."
    if any(n.type in _EFFECTS for n in inside):
        target = next((p for p in path if p.type == "assignment_expression"), None)
        left = _field(target, "left") if target is not None else None
        if any(n.type in _SHARED and n not in called and n != left for n in before):
            return "What is read before it may be changed by it."
    return ""


def _unset(parsed: SyntaxTree, node: Node, path: list[Node]) -> str:
    """Why what is read before it may throw, "" if that cannot."""
    value = _field(path[-2], "value") or path[-2]
    targets = [_field(p, "left") for p in path if p.type == "assignment_expression"]
    reads = [n for n in own(value) if n.type in _READS and n not in targets]
    names = {parsed.source(n) for n in reads if n.end_byte <= node.start_byte}
    unset = names and may_be_unset(parsed, names, value)
    return "What is read before it may not be set yet." if unset else ""


def _field(node: Node, name: str) -> Node | None:
    return node.child_by_field_name(name)


def _descend(node: Node | None) -> Iterator[Node]:
    """A node and what is evaluated with it: not the bodies of functions."""
    if node is None:
        return
    yield node
    if node.type in ("arrow_function", "function_expression", "class", "generator_function"):
        return
    for child in node.named_children:
        yield from _descend(child)
