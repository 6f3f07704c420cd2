"""The types of what goes into and comes out of an extracted TypeScript function.

There is no type checker here. A type is what is written down, or plain from a literal; where
branches, throws or assertions of the code around may have made it narrower, it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fimble.core.refactor.scripts import limits as script_limits
from fimble.core.refactor.scripts.flow import Use
from fimble.core.refactor.scripts.scopes import Scopes
from fimble.core.text.syntax import Node, SyntaxTree, descend, parents

_SIMPLE = re.compile(r"(?:number|string|boolean|bigint|symbol|any)(?:\[\])*")
"""Types of which no branch makes another one that matters."""
_WHOLE = re.compile(r"(?:readonly )?[\w.]+(?:\[\])+|(?:Map|Set|Record|Array)<[\w.\[\], ]+>")
"""Types that the first value of a variable makes no narrower: surely no unions."""
_LITERALS = {
    "number": "number",
    "string": "string",
    "template_string": "string",
    "true": "boolean",
    "false": "boolean",
}
_BY_CONTEXT = frozenset(
    {"object", "array", "new_expression", "arrow_function", "function_expression", *_LITERALS}
)
"""Expressions whose type depends on what is expected where they stand."""
TESTS = frozenset({"&&", "||", "??", "===", "!==", "==", "!=", "in", "instanceof", "!", "typeof"})
"""Operators that tell the checker about types, as conditions do."""
_BRANCHES = frozenset({"if_statement", "while_statement", "do_statement", "for_statement"})
_LOCAL = frozenset({"this_type", "this", "type_query"})
_CONSTANT = re.compile(r"[A-Z]\w*\.\w+")
_PROMISE = re.compile(r": *Promise<(.+)>", re.DOTALL)
_ASSERTS = re.compile(r"assert|invariant|ensure|check|require|fail|exit", re.IGNORECASE)


def parameter(scopes: Scopes, use: Use, begin: int) -> str:
    """The type of a parameter with its colon, "" if it is not sure.

    Args:
        scopes: Of the file.
        use: The variable.
        begin: Where the statements begin, in bytes.
    """
    holder = use.declared.node.parent
    if holder is None or holder.type not in ("required_parameter", "variable_declarator"):
        return ""
    written, value = holder.child_by_field_name("type"), holder.child_by_field_name("value")
    if written is None:
        return _of_literal(holder, value)
    text, declarator = scopes.parsed.source(written), holder.type == "variable_declarator"
    plain = text.removeprefix(":").strip()
    if declarator and value is None and use.way == "changed":
        return ""
    if _SIMPLE.fullmatch(plain):
        return text
    owner = scopes.owner(use.declared)
    before = [o for o in scopes.of_variable(use.name, owner) if o.start < begin] if owner else []
    if any((o.sets and not o.declares) or _may_narrow(scopes.parsed, o.node) for o in before):
        return ""
    sure = use.way == "in" and _is_global(written) and "\n" not in text
    return text if sure and (not declarator or _WHOLE.fullmatch(plain)) else ""


def is_narrowed(scopes: Scopes, body: Sequence[Node], owner: Node, visible: set[Node]) -> bool:
    """Whether the statements know more about a variable that they still see than a function can.

    Args:
        scopes: Of the file.
        body: The statements.
        owner: The function around them.
        visible: Nodes whose scopes the extracted function will see.
    """
    begin = body[0].start_byte
    inside = {(o.name, scopes.owner(o)) for o in scopes.between(begin, body[-1].end_byte)}
    return any(
        variable is not None and variable.node in visible and _may_narrow(scopes.parsed, o.node)
        for o in scopes.between(owner.start_byte, begin)
        if (o.name, variable := scopes.owner(o)) in inside
    )


def given(parsed: SyntaxTree, use: Use) -> str:
    """Why the type of what comes out may become another one, "" if it cannot."""
    holder = use.declared.node.parent
    unsure = f"The type of `{use.name}` may become another one."
    if holder is None or holder.type != "variable_declarator":
        return unsure if use.again else ""
    written, value = holder.child_by_field_name("type"), holder.child_by_field_name("value")
    if use.again:
        simple = written is None or _SIMPLE.fullmatch(parsed.source(written)[1:].strip())
        return "" if simple and value is not None and value.type in _LITERALS else unsure
    if written is not None:
        return ""
    if value is None or parsed.source(value) in ("[]", "null"):
        return unsure
    return unsure if not _is_let(holder) and _widens(parsed, value) else ""


def returned(parsed: SyntaxTree, owner: Node, last: Node) -> str | None:
    """The return type of a function that may end with the `return` of another, None if not sure."""
    if last.type != "return_statement":
        return ""
    value = next((n for n in last.named_children if n.type != "comment"), None)
    if value is None:
        return ""
    depends, holder = _depends(value), owner.child_by_field_name("return_type")
    words = {child.type for child in owner.children}
    if holder is None:
        declared = owner.type in ("function_declaration", "method_definition")
        return "" if not depends or (declared and value.type == "object") else None
    if holder.type != "type_annotation" or "*" in words or not _is_global(holder):
        return None if depends else ""
    text = parsed.source(holder)
    if "async" not in words:
        return text
    inner = _PROMISE.fullmatch(text)
    if not depends:
        return ""
    return f": {inner[1]}" if inner is not None and value.type in _BY_CONTEXT else None


def narrows(parsed: SyntaxTree, body: Sequence[Node], owner: Node) -> bool:
    """Whether the code behind statements may know more about types for having passed them."""
    if body[-1].type == "return_statement":
        return False
    rest = parsed.text[parsed.offset(body[-1].end_byte) : parsed.offset(owner.end_byte)]
    for node in (n for statement in body for n in script_limits.own(statement)):
        called = node.child_by_field_name("function") if node.type == "call_expression" else None
        asserts = called is not None and _ASSERTS.search(parsed.source(called))
        if node.type == "throw_statement" or asserts:
            return True
        left = node.child_by_field_name("left") if node.type == "assignment_expression" else None
        if left is not None and left.type != "identifier" and parsed.source(left) in rest:
            return True
    return False


def _of_literal(holder: Node, value: Node | None) -> str:
    """The type that a variable has of its first value; that of a `const` is the value itself."""
    if value is None or value.type not in _LITERALS:
        return ""
    substituted = any(n.type == "template_substitution" for n in value.children)
    constant = holder.type == "variable_declarator" and not _is_let(holder)
    return "" if constant and not substituted else f": {_LITERALS[value.type]}"


def _is_let(declarator: Node | None) -> bool:
    statement = declarator.parent if declarator is not None else None
    return statement is not None and statement.children[0].type != "const"


def _is_global(written: Node) -> bool:
    """Whether a type means the same outside of the function."""
    return not any(n.type in _LOCAL for n in descend(written))


def _may_narrow(parsed: SyntaxTree, node: Node) -> bool:
    """Whether what follows may know more about a variable for its use here."""
    below = node
    for parent in parents(node):
        operator = parent.child_by_field_name("operator")
        tests = operator is not None and operator.type in TESTS
        if tests or parent.type == "ternary_expression":
            return True
        if parent.type in _BRANCHES:
            return below == parent.child_by_field_name("condition")
        if parent.type == "switch_statement":
            return below == parent.child_by_field_name("value")
        called = parent.child_by_field_name("function")
        if called is not None:
            if below == called:
                return False
            if _ASSERTS.search(parsed.source(called)):
                return True
        elif parent.type.endswith(("_statement", "_block", "_declaration")):
            return False
        below = parent
    return False


def _widens(parsed: SyntaxTree, value: Node) -> bool:
    """Whether a constant of this value has a type that a function does not give back."""
    if value.type in ("ternary_expression", "parenthesized_expression", "binary_expression"):
        return any(_widens(parsed, child) for child in value.named_children)
    constant = value.type == "member_expression" and _CONSTANT.fullmatch(parsed.source(value))
    return value.type in _LITERALS or value.type == "unary_expression" or bool(constant)


def _depends(value: Node) -> bool:
    """Whether a value has its type of what is expected where it stands."""
    if value.type in ("ternary_expression", "parenthesized_expression", "binary_expression"):
        return any(_depends(child) for child in value.named_children)
    return value.type in _BY_CONTEXT
