"""The signatures of a Python file, and the calls that have to follow one."""

from __future__ import annotations

import ast
import re

from fimble.core.refactor.calls import Argument, Call, Declared, Kind, Parameter
from fimble.core.refactor.python import scopes
from fimble.core.refactor.python.callers import callers
from fimble.core.text.python import Function, Source

_NAMED = re.compile(r"def\s+(\w+)")


def declared(source: Source, function: Function) -> Declared | None:
    """A function's name and parameters, None where they cannot be placed."""
    found = _NAMED.search(source.text, source.offset(function.lineno, function.col_offset))
    if found is None or found[1] != function.name:
        return None
    depth, begin = 0, -1
    for token in source.code_tokens:
        if token.start < found.end():
            continue
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
        if token.text == "(" and depth == 1 and begin < 0:
            begin = token.end
        if token.text == ")" and depth == 0:
            written = Call(source.text, begin, token.start, _written(source, function.args))
            parameters = _parameters(source, function.args)
            return Declared(function.name, found.start(1), parameters, written)
    return None


def at(source: Source, start: int, end: int) -> Declared | None:
    """The function whose parameters hold `start..end`."""
    function = source.function(start, end)
    found = declared(source, function) if function is not None else None
    return (
        found
        if found is not None and (found.written.open <= start <= end <= found.written.close)
        else None
    )


def named(source: Source, start: int) -> Declared | None:
    """The function whose name begins at an offset."""
    function = source.function(start, start)
    found = declared(source, function) if function is not None else None
    return found if found is not None and found.start == start else None


def calls(source: Source, function: Declared) -> tuple[tuple[Call, int], ...] | str:
    """The calls of a function that can be read, each with how many parameters it fills by itself.

    Returns:
        The reason where it is not sure what calls the function.
    """
    node = source.function(function.start, function.start)
    if node is None:
        return "there is no function"
    found = callers(scopes.of_source(source), node)
    if isinstance(found, str):
        return found
    read = ((call_of(source, c.call), c.shift) for c in found if c.sure)
    return tuple((call, shift) for call, shift in read if call is not None)


def called_at(source: Source, start: int, end: int) -> tuple[Declared, Call, int] | None:
    """The function that the call calls in whose arguments `start..end` stands.

    Returns:
        The function, the call, and how many parameters it fills by itself; None if it is not sure.
    """
    node = next((n for n in source.around(start, end) if isinstance(n, ast.Call)), None)
    name = getattr(node.func, "id", getattr(node.func, "attr", "")) if node is not None else ""
    functions = [n for n in source.nodes if isinstance(n, Function) and n.name == name]
    function = declared(source, functions[0]) if len(functions) == 1 else None
    found = calls(source, function) if function is not None else ""
    if function is None or isinstance(found, str):
        return None
    within = ((c, shift) for c, shift in found if c.open <= start <= end <= c.close)
    call, shift = max(within, key=lambda pair: pair[0].open, default=(None, 0))
    return None if call is None else (function, call, shift)


def call_of(source: Source, node: ast.Call) -> Call | None:
    """A call's arguments, None where some are spread or cannot be placed."""
    spread = any(k.arg is None for k in node.keywords)
    if spread or any(isinstance(a, ast.Starred) or source.shares_brackets(a) for a in node.args):
        return None
    found = list[Argument]()
    for argument in node.args:
        start, end = source.whole(argument)
        found.append(Argument(start, end, "", start))
    for keyword in node.keywords:
        value, end = source.whole(keyword.value)
        found.append(Argument(source.span(keyword)[0], end, keyword.arg or "", value))
    begin = source.text.find("(", source.whole(node.func)[1]) + 1
    return Call(source.text, begin, source.end(node) - 1, tuple(sorted(found, key=_start)))


def _start(argument: Argument) -> int:
    return argument.start


def _parameters(source: Source, args: ast.arguments) -> tuple[Parameter, ...]:
    places = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(places) - len(args.defaults)) + [*args.defaults]
    found = list[Parameter]()
    for number, (arg, default) in enumerate(zip(places, defaults, strict=True)):
        kind = Kind.PLACE if number < len(args.posonlyargs) else Kind.EITHER
        found.append(Parameter(arg.arg, kind, _default(source, default)))
    if args.vararg is not None:
        found.append(Parameter(args.vararg.arg, Kind.REST))
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        found.append(Parameter(arg.arg, Kind.NAME, _default(source, default)))
    if args.kwarg is not None:
        found.append(Parameter(args.kwarg.arg, Kind.NAMES))
    return tuple(found)


def _default(source: Source, default: ast.expr | None) -> str | None:
    return None if default is None else source.of(default)


def _written(source: Source, args: ast.arguments) -> tuple[Argument, ...]:
    """Where the parameters stand, each with its star, annotation and default."""
    places, stars = [*args.posonlyargs, *args.args], [args.vararg, args.kwarg]
    defaults = [*[None] * (len(places) - len(args.defaults)), *args.defaults, *args.kw_defaults]
    found = list[Argument]()
    for arg, default in zip((*places, *args.kwonlyargs), defaults, strict=True):
        start, end = source.span(arg)
        found.append(Argument(start, source.whole(default)[1] if default else end, "", start))
    for arg in stars:
        if arg is not None:
            start = source.text.rindex("*" if arg is args.vararg else "**", 0, source.span(arg)[0])
            found.append(Argument(start, source.end(arg), "", start))
    return tuple(sorted(found, key=_start))
