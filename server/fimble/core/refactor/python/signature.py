"""The signatures of a Python file, and the calls that have to follow one."""

from __future__ import annotations

import ast
import re

from fimble.core.refactor.calls.values import Argument, Call, Declared, Kind, Parameter
from fimble.core.refactor.python import scopes
from fimble.core.refactor.python.callers import callers
from fimble.core.text import tokens as tokenizing
from fimble.core.text.python import Function, Source
from fimble.core.text.tokens import LAYOUT, Token

_NAMED = re.compile(r"def\s+(\w+)")


def declared(source: Source, function: Function) -> Declared | None:
    """A function's name and parameters, None where they cannot be placed."""
    found = _NAMED.search(source.text, source.offset(function.lineno, function.col_offset))
    if found is None or found[1] != function.name:
        return None
    pieces = _pieces(source, found.end(), source.span(function.body[0])[0], function.args)
    if pieces is None:
        return None
    parameters = _parameters(source, function.args)
    begin, close, spans = pieces
    spans = [span for span in spans if source.text[slice(*span)] not in ("*", "/")]
    written = Call(source.text, begin, close, tuple(Argument(a, b, "", a) for a, b in spans))
    of_file = source.parents.get(function) is source.tree
    return Declared(function.name, found.start(1), parameters, written, of_file)


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
    found = callers(scopes.of_source(source), node, by_hand=True)
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
    if spread or any(isinstance(a, ast.Starred) for a in node.args):
        return None
    pieces = _pieces(source, source.end(node.func), source.end(node), node)
    given = sorted([*node.args, *node.keywords], key=lambda n: source.span(n)[0])
    if pieces is None or len(pieces[2]) != len(given) or not _is_at(source, node):
        return None
    begin, close, spans = pieces
    found = list[Argument]()
    for argument, (start, end) in zip(given, spans, strict=True):
        bare = isinstance(argument, ast.GeneratorExp) and source.text[start] != "("
        name = argument.arg or "" if isinstance(argument, ast.keyword) else ""
        value = source.text.index("=", start) + 1 if name else start
        found.append(Argument(start, end, name, value, bare))
    return Call(source.text, begin, close, tuple(found))


def _is_at(source: Source, node: ast.expr) -> bool:
    """Whether a node is where the tree has it: in formatted strings Python may be wrong."""
    start, end = source.span(node)
    try:
        found = ast.parse(f"({source.text[start:end]})", mode="eval").body
    except (SyntaxError, ValueError):
        return False
    return ast.dump(found) == ast.dump(node)


def _pieces(
    source: Source, begin: int, end: int, node: ast.AST
) -> tuple[int, int, list[tuple[int, int]]] | None:
    """The first brackets of `begin..end`: where their inside begins and ends, and its pieces."""
    text = source.text[begin:end]
    starts = [0, *(n + 1 for n, character in enumerate(text) if character == "\n")]
    code = [t for t in tokenizing.tokens(text, starts) if t.kind not in LAYOUT]
    first = next((n for n, t in enumerate(code) if t.text == "("), None)
    if first is None:
        return None
    inner = [source.span(n) for n in ast.walk(node) if isinstance(n, ast.Lambda)]
    depth, pieces, piece = 1, list[tuple[int, int]](), list[Token]()
    for token in code[first + 1 :]:
        at = begin + token.start
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        parts = token.text == "," and depth == 1 and not any(a <= at < b for a, b in inner)
        if (depth == 0 or parts) and piece:
            pieces.append((begin + piece[0].start, begin + piece[-1].end))
            piece = []
        elif not parts:
            piece.append(token)
        if depth == 0:
            return begin + code[first].end, at, pieces
    return None


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
    return None if default is None else source.text[slice(*source.span(default))]
