"""Puts a constant of JavaScript or TypeScript where it is read, and takes it away.

As in Python: a plain value moves anywhere; any other only into the next statement, to a place
from which `script_variable` would take it out again.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from fimble.core.refactor.scripts import extract_variable as script_variable
from fimble.core.refactor.scripts.flow import function_of
from fimble.core.refactor.scripts.scopes import Occurrence, Scope, Scopes
from fimble.core.refactor.scripts.unset import may_be_unset
from fimble.core.text import snapshot as texts
from fimble.core.text import syntax
from fimble.core.text.snapshot import Edit, apply_edits
from fimble.core.text.syntax import Node, SyntaxTree, descend, parents

_LITERALS = frozenset({"number", "string", "true", "false", "null"})
_ATOMS = frozenset({"identifier", "call_expression", "string", "true", "false", "null"})
_KEPT = frozenset({"const", "import", "class", "enum"})
_SEPARATE = frozenset(
    {"arguments", "array", "pair", "template_substitution", "jsx_expression", "return_statement"}
)
"""What has its parts between marks of its own."""
_NEVER = frozenset(
    {"jsx_opening_element", "jsx_closing_element", "jsx_self_closing_element", "type_query"}
)
"""Where names of names stand, also as the first of `a.b`."""
_UNFIT = frozenset({"expression_statement", "export_specifier", "type_predicate", "asserts"})


@dataclass(frozen=True)
class Inlining:
    """A constant whose value can stand in its place.

    Attributes:
        name: The constant.
        statement: Its declaration.
        value: What it is.
        reads: Where it is read.
    """

    name: str
    statement: Node
    value: Node
    reads: tuple[Node, ...]


def inlinable(scopes: Scopes, offset: int) -> Inlining | str:
    """The constant at an offset, or why it cannot be inlined."""
    here = scopes.at(offset)
    if here is None:
        return "There is no variable of this file at the cursor."
    occurrence, owner = here
    if function_of(owner) is None:
        return "Only variables of functions are inlined: others may be used elsewhere."
    places = scopes.of_variable(occurrence.name, owner)
    found = _declared(occurrence.name, owner, places)
    return found if isinstance(found, str) else _refusal(scopes, found, places) or found


def inline_variable(parsed: SyntaxTree, found: Inlining) -> tuple[Edit, ...]:
    """The edits: the declaration's lines go, the value comes where the constant is read."""
    value = parsed.source(found.value)
    edits = [Edit(*_lines(parsed, found.statement), "")]
    for read in found.reads:
        key = f"{found.name}: " if read.type == "shorthand_property_identifier" else ""
        shown = f"({value})" if _in_parentheses(found, read) else value
        edits.append(Edit(*parsed.span(read), key + shown))
    return tuple(edits)


def _declared(name: str, owner: Scope, places: list[Occurrence]) -> Inlining | str:
    """The only declaration and the reads, all of them behind it."""
    first, reads = places[0], tuple(o.node for o in places[1:])
    declarator = first.node.parent
    statement = declarator.parent if declarator is not None else None
    if owner.bound[name] not in ("const", "let") or any(o.sets for o in places[1:]):
        return f"`{name}` is set more than once."
    within = statement is not None and any(n.start_byte < statement.end_byte for n in reads)
    if not first.declares or within:
        return f"`{name}` may be read where it was not set."
    value = declarator.child_by_field_name("value") if declarator is not None else None
    if declarator is None or declarator.type != "variable_declarator" or value is None:
        return f"`{name}` is not set by a plain declaration."
    if statement is None or len(statement.named_children) != 1:
        return f"`{name}` is not declared alone."
    if statement.parent is None or statement.parent.type != "statement_block":
        return f"`{name}` is not declared in a block of its own."
    if declarator.child_by_field_name("type") is not None and value.type in _LITERALS:
        return f"`{name}` has a type of its own."
    return Inlining(name, statement, value, reads) if reads else f"`{name}` is never read."


def _refusal(scopes: Scopes, found: Inlining, places: list[Occurrence]) -> str:
    parsed, (start, end) = scopes.parsed, scopes.parsed.span(found.statement)
    first, last = _lines(parsed, found.statement)
    if parsed.text[first:start].strip() or parsed.text[end:last].strip():
        return "Something else stands on the line of its declaration."
    if any(_is_unfit(parsed, n) for n in found.reads):
        return f"A value cannot stand everywhere that `{found.name}` is read."
    scope = places[0].scope
    between = (s for o in places for s in _between(o.scope, scope))
    if any(s.node.type.endswith("function_declaration") for s in between):
        return f"A function that may be called earlier reads `{found.name}`."
    plain = found.value.type in _LITERALS or _stays(scopes, found, places)
    if not plain and len(found.reads) > 1:
        return "Its value would be computed more than once."
    new = syntax.parse(parsed.language_id, apply_edits(parsed.text, inline_variable(parsed, found)))
    if new is None or not _is_only_moved(parsed, new, found):
        return "The lines around would be read in another way."
    if plain or (_comes_back(parsed, new, found) and _calls_the_same(scopes, found)):
        return ""
    return "Something else may happen before it is read."


def _in_parentheses(found: Inlining, read: Node) -> bool:
    """Whether an operator around could take the value apart."""
    alone = read.parent is not None and read.parent.type in _SEPARATE
    return not (alone or read.type.startswith("shorthand") or found.value.type in _ATOMS)


def _is_unfit(parsed: SyntaxTree, read: Node) -> bool:
    """Whether a value would mean something else where a name stands."""
    around = next((n for n in parents(read) if n.type != "member_expression"), read)
    deletes = around.type == "unary_expression" and parsed.source(around).startswith("delete")
    plain = around == read.parent
    return deletes or around.type in _NEVER or (plain and around.type in _UNFIT)


def _between(inner: Scope, outer: Scope) -> list[Scope]:
    """The scopes from `inner` out to `outer`, without that."""
    around = list(inner.around())
    return around[: around.index(outer)] if outer in around else around


def _stays(scopes: Scopes, found: Inlining, places: list[Occurrence]) -> bool:
    """Whether the value is a name that means the same, unchanged, wherever it would come."""
    if found.value.type != "identifier":
        return False
    name = scopes.parsed.source(found.value)
    owner = scopes.resolve(name, places[0].scope)
    if owner is None or owner.bound[name] not in ("const", "parameter"):
        return False
    if may_be_unset(scopes.parsed, {name}, found.value):
        return False
    once = sum(o.sets for o in scopes.of_variable(name, owner)) == 1
    return once and all(scopes.resolve(name, o.scope) is owner for o in places)


def _is_only_moved(parsed: SyntaxTree, new: SyntaxTree, found: Inlining) -> bool:
    """Whether the new block has the nodes of the old, with the value where the reads were."""
    old = found.statement.parent
    block = old and new.root.named_descendant_for_byte_range(old.start_byte, old.start_byte + 1)
    if old is None or block is None or new.root.has_error:
        return False
    value, expected = _kinds(found.value), _kinds(old)
    expected.subtract(_kinds(found.statement))
    for read in found.reads:
        expected[read.type] -= 1
        expected.update(value)
        if _in_parentheses(found, read):
            expected.update(("(", "parenthesized_expression", ")"))
        if read.type == "shorthand_property_identifier":
            expected.update(("pair", "property_identifier", ":"))
    return +expected == _kinds(block)


def _kinds(node: Node) -> Counter[str]:
    return Counter(n.type for n in descend(node))


def _comes_back(parsed: SyntaxTree, new: SyntaxTree, found: Inlining) -> bool:
    """Whether the value, in its new place, is what `script_variable` takes out to the old one."""
    after = found.statement.next_named_sibling
    if after is None:
        return False
    edits, value = inline_variable(parsed, found), parsed.source(found.value)
    gone = edits[0].end - edits[0].start
    start = edits[1].start - gone + edits[1].new_text.index(value)
    node = script_variable.extractable(new, start, start + len(value))
    if isinstance(node, str):
        return False
    return new.span(script_variable.statement_of(node))[0] == parsed.span(after)[0] - gone


def _calls_the_same(scopes: Scopes, found: Inlining) -> bool:
    """Whether what is called with the value cannot become another function by computing it."""
    around = [n for n in parents(found.reads[0]) if n.type == "call_expression"]
    called = [n.child_by_field_name("function") for n in around]
    for node in called:
        places = scopes.between(node.start_byte, node.end_byte) if node is not None else []
        for place in places:
            owner = scopes.owner(place)
            if owner is not None and owner.bound[place.name] not in _KEPT:
                sets = sum(o.sets for o in scopes.of_variable(place.name, owner))
                if sets > 1 or (owner is scopes.program and _is_set(scopes, place.name)):
                    return False
    return True


def _is_set(scopes: Scopes, name: str) -> bool:
    """Whether the file may give one of the program's variables another value."""
    word = rf"(?<![\w$.]){re.escape(name)}(?![\w$])"
    found = re.search(rf"{word}\s*(?:[^\w\s=<>!(),;]{{0,3}}=(?![=>])|\+\+|--)", scopes.parsed.text)
    declared = scopes.program.bound[name] == "function"
    return not declared or found is not None


def _lines(parsed: SyntaxTree, node: Node) -> tuple[int, int]:
    """The whole lines that a node stands on."""
    start, end = parsed.span(node)
    stop = texts.line_end(parsed.text, end)
    stop = stop + 2 if parsed.text.startswith("\r\n", stop) else stop + 1
    return texts.line_start(parsed.text, start), min(stop, len(parsed.text))
