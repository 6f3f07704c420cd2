"""The signatures of a JavaScript or TypeScript file, and the calls that have to follow one."""

from __future__ import annotations

from fimble.core.refactor.calls.values import Argument, Call, Declared, Kind, Parameter
from fimble.core.refactor.scripts import reading
from fimble.core.text.syntax import Node, SyntaxTree, parents

_LONGEST = 120_000
"""Characters of a file that is read for it."""
_NAMED = frozenset({"function_declaration", "generator_function_declaration"})
_VALUES = frozenset({"arrow_function", "function_expression", "generator_function"})
_UNDEFINED = "undefined"


def at(parsed: SyntaxTree, start: int, end: int) -> Declared | None:
    """The function whose parameters hold `start..end`."""
    first, last = parsed.byte(start), parsed.byte(end)
    node = parsed.root.descendant_for_byte_range(first, last)
    around = [node, *parents(node)] if node is not None else []
    written = next((n for n in around if n.type == "formal_parameters"), None)
    if written is None or not written.start_byte < first or not last < written.end_byte:
        return None
    return _declared(parsed, written)


def named(parsed: SyntaxTree, start: int) -> Declared | None:
    """The function whose name begins at an offset."""
    name = parsed.at(start)
    holder = name.parent
    value = holder.child_by_field_name("value") if holder is not None else None
    function = value if value is not None and value.type in _VALUES else holder
    written = function.child_by_field_name("parameters") if function is not None else None
    found = _declared(parsed, written) if written is not None else None
    return found if found is not None and found.start == start else None


def calls(parsed: SyntaxTree, function: Declared) -> tuple[tuple[Call, int], ...] | str:
    """The calls of a function that can be read; the reason where it is not sure what calls it."""
    scopes = reading.of_tree(parsed, _LONGEST)
    here = scopes.at(function.start) if scopes is not None else None
    if scopes is None or here is None:
        return "it is not sure which names of this file mean what"
    found, places = list[tuple[Call, int]](), scopes.of_variable(function.name, here[1])
    if sum(o.declares or o.sets for o in places) > 1:
        return f"`{function.name}` is set more than once"
    for place in places:
        parent = place.node.parent
        if place.declares or (parent is not None and parent.type.startswith("export_")):
            continue
        if parent is None or parent.type != "call_expression":
            return f"`{function.name}` is handed on, so a call of it may be elsewhere"
        if parent.child_by_field_name("function") != place.node:
            return f"`{function.name}` is handed on, so a call of it may be elsewhere"
        call = _call(parsed, parent.child_by_field_name("arguments"))
        found += [(call, 0)] if call is not None else []
    return tuple(found)


def _declared(parsed: SyntaxTree, written: Node) -> Declared | None:
    function = written.parent
    holder = function.parent if function is not None else None
    if function is None or holder is None:
        return None
    if function.type in _VALUES and holder.type == "variable_declarator":
        name = holder.child_by_field_name("name")
    else:
        name = function.child_by_field_name("name") if function.type in _NAMED else None
    pieces = _pieces(parsed, written)
    if name is None or name.type != "identifier" or pieces is None:
        return None
    nodes = [n for n in written.named_children if n.type != "comment"]
    parameters = tuple(_parameter(parsed, n) for n in nodes)
    return Declared(parsed.source(name), parsed.span(name)[0], parameters, pieces)


def _parameter(parsed: SyntaxTree, node: Node) -> Parameter:
    pattern = node.child_by_field_name("pattern") or node.child_by_field_name("left") or node
    rest = "rest_pattern" in (node.type, pattern.type)
    given = node.type in ("optional_parameter", "assignment_pattern")
    given = given or node.child_by_field_name("value") is not None
    kind = Kind.REST if rest else Kind.PLACE
    return Parameter(parsed.source(pattern), kind, _UNDEFINED if given else None)


def _call(parsed: SyntaxTree, arguments: Node | None) -> Call | None:
    """A call's arguments, None where some are spread."""
    if arguments is None or arguments.type != "arguments":
        return None
    return _pieces(parsed, arguments)


def _pieces(parsed: SyntaxTree, node: Node) -> Call | None:
    """What is between parentheses; None where some of it is spread."""
    nodes = [n for n in node.named_children if n.type != "comment"]
    if any(n.type == "spread_element" for n in nodes):
        return None
    start, end = parsed.span(node)
    spans = [parsed.span(n) for n in nodes]
    return Call(parsed.text, start + 1, end - 1, tuple(Argument(a, b, "", a) for a, b in spans))
