"""Extracts statements into a function: what flows in it takes, what flows out it returns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fimble.core.refactor.python import free_names
from fimble.core.refactor.python.flow import flow
from fimble.core.refactor.python.scopes import Scopes
from fimble.core.refactor.python.shifting import shifted
from fimble.core.text import python
from fimble.core.text import snapshot as texts
from fimble.core.text.python import Function, Source, block_of
from fimble.core.text.snapshot import Edit

_REFUSED = (ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal, ast.Delete)


@dataclass(frozen=True)
class Extraction:
    """Statements that can become a function.

    Attributes:
        body: The statements.
        owner: The function that holds them.
        inputs: Parameters, without `self`.
        outputs: What it returns.
        returns: Whether the statements end with the owner's `return`.
        waits: Whether they `await`.
        method: Whether they need `self`, so that a method comes of them.
    """

    body: tuple[ast.stmt, ...]
    owner: Function
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    returns: bool
    waits: bool
    method: bool


def extractable(scopes: Scopes, start: int, end: int) -> Extraction | str:
    """The statements at `start..end` as an extraction, or why they cannot be one."""
    source = scopes.source
    body = selected(source, start, end)
    if not body:
        return "Select whole statements of one block."
    owner = source.function(source.span(body[0])[0], source.end(body[-1]))
    if owner is None or any(owner is s for s in body):
        return "Only statements inside a function can be extracted."
    reason = _refusal(source, body, owner)
    if reason:
        return reason
    above = source.around(source.span(body[0])[0], source.end(body[-1]))
    if any(isinstance(n, ast.ClassDef) for n in above[: above.index(owner)] if n not in body):
        return "Statements of a class make its attributes."
    moved = flow(scopes, scopes.scope_at(owner), body)
    if moved.reason:
        return f"They cannot stand alone: {moved.reason}."
    self_name = owner.args.args[0].arg if owner.args.args else ""
    around = [n for n in source.around(*source.span(owner)) if isinstance(n, ast.stmt)]
    in_class = isinstance(_holder(around[around.index(owner) + 1 :]), ast.ClassDef)
    method = in_class and self_name == "self" in moved.inputs and not owner.decorator_list
    inputs = tuple(n for n in moved.inputs if not (method and n == "self"))
    returns = isinstance(body[-1], ast.Return)
    waits = any(_waits(n) for s in body for n in _own(s))
    outputs = () if returns else moved.outputs
    return Extraction(tuple(body), owner, inputs, outputs, returns, waits, method)


def extract_function(scopes: Scopes, extraction: Extraction, name: str) -> tuple[Edit, ...]:
    """The edits: the new function before its owner, and the call in the statements' place."""
    source, body = scopes.source, extraction.body
    start, end = source.span(body[0])[0], source.end(body[-1])
    home = _home(source, extraction)
    line_break = texts.line_break(source.text)
    indent = source.indentation(home)
    inner = indent + ("\t" if "\n\t" in source.text else "    ")
    first = source.line_start(start)
    moved = shifted(source, first, end, source.indentation(body[0]), inner)
    parameters = ", ".join((("self",) if extraction.method else ()) + extraction.inputs)
    word = "async def" if extraction.waits else "def"
    result = ", ".join(extraction.outputs)
    lines = [f"{indent}{word} {name}({parameters}):", moved]
    if result:
        lines.append(f"{inner}return {result}")
    at = source.line_start(source.span(home)[0])
    function = line_break.join(lines) + line_break * (2 if indent else 3)
    arguments = ", ".join(extraction.inputs)
    call = f"{'self.' if extraction.method else ''}{name}({arguments})"
    call = f"await {call}" if extraction.waits else call
    if extraction.returns and _is_async_generator(extraction.owner):
        call = f"{call}{line_break}{source.indentation(body[0])}return"
    elif extraction.returns or result:
        call = f"return {call}" if extraction.returns else f"{result} = {call}"
    return Edit(at, at, function), Edit(start, end, call)


def selected(source: Source, start: int, end: int) -> list[ast.stmt]:
    """The statements of one block that a selection covers, none if it cuts one.

    Comments at its ends stay where they are.
    """
    start, end = _without_comments(source, start, end)
    first = next((s for s in source.around(start, start) if isinstance(s, ast.stmt)), None)
    while first is not None and source.span(first)[0] < start:
        return []
    while first is not None:
        block = block_of(source.tree, first)
        picked = [s for s in block if source.span(s)[0] >= start and source.end(s) <= end]
        if picked and source.end(picked[-1]) == end:
            return picked
        outer = [n for n in source.around(*source.span(first)) if isinstance(n, ast.stmt)]
        wider = next((n for n in outer if n is not first and source.span(n)[0] == start), None)
        first = wider
    return []


def _without_comments(source: Source, start: int, end: int) -> tuple[int, int]:
    """A selection without the white space and the comments at its ends."""
    if "#" not in source.text[start:end]:
        return texts.trimmed(source.text, start, end)
    tokens = [t for t in source.code_tokens if t.text.strip()]
    if any(t.start < cut < t.end for t in tokens for cut in (start, end)):
        return start, end
    inside = [t for t in tokens if start <= t.start and t.end <= end]
    return (inside[0].start, inside[-1].end) if inside else (start, start)


def _refusal(source: Source, body: Sequence[ast.stmt], owner: Function) -> str:
    for statement in body:
        for node in _own(statement):
            if isinstance(node, _REFUSED):
                return f"`{type(node).__name__.lower()}` cannot be moved into a function."
            if isinstance(node, ast.Return) and node is not body[-1]:
                return "A `return` in the middle of them would only leave the new function."
        if any(isinstance(n, ast.Break | ast.Continue) for n in _outside_loops(statement)):
            return "A `break` or `continue` in them belongs to a loop around them."
    if source.of(body[0]).startswith("elif"):
        return "An `elif` is a part of the statement before it."
    if not source.leads(body[0]):
        return "Other code stands before them on their line."
    if body[0] is owner.body[0] and ast.get_docstring(owner, clean=False) is not None:
        return "The function's own documentation is among them."
    return _other_names(source, body, owner)


def _other_names(source: Source, body: Sequence[ast.stmt], owner: Function) -> str:
    """Why a name would mean something else in another function."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    for node in nodes:
        if isinstance(node, ast.Name) and node.id in ("super", "__class__"):
            return f"`{node.id}` means something else in another function."
    if free_names.sees_names(owner):
        return "Code in this function reads variables by their names."
    start, end = source.span(body[0])[0], source.end(body[-1])
    in_class = any(isinstance(n, ast.ClassDef) for n in source.around(start, end))
    if in_class and re.search(r"\b__(?!\w*__\b)\w", source.text[start:end]):
        return "Private names mean something else outside their class."
    return ""


def _is_async_generator(owner: Function) -> bool:
    """Whether a function can have no `return` with a value."""
    inside = (n for s in owner.body for n in _own(s))
    return isinstance(owner, ast.AsyncFunctionDef) and any(isinstance(n, ast.Yield) for n in inside)


def _waits(node: ast.AST) -> bool:
    """Whether only a coroutine can do this."""
    if isinstance(node, ast.comprehension):
        return bool(node.is_async)
    return isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run when the statement runs: not those of functions defined in it."""
    yield node
    if isinstance(node, Function | ast.Lambda):
        return
    for child in ast.iter_child_nodes(node):
        yield from _own(child)


def _outside_loops(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    if isinstance(node, Function | ast.ClassDef):
        return
    if isinstance(node, ast.For | ast.AsyncFor | ast.While):
        for last in node.orelse:
            yield from _outside_loops(last)
        return
    for child in ast.iter_child_nodes(node):
        yield from _outside_loops(child)


def _home(source: Source, extraction: Extraction) -> ast.stmt:
    """The statement before which the function is put: the owner, or the class around it."""
    home: ast.stmt = extraction.owner
    around = [n for n in source.around(*source.span(home)) if isinstance(n, ast.stmt)]
    outside = around[around.index(home) + 1 :]
    while not extraction.method and isinstance(holder := _holder(outside), ast.ClassDef):
        home = holder
        outside = outside[outside.index(holder) + 1 :]
    return home


def _holder(outside: Sequence[ast.stmt]) -> ast.stmt | None:
    """The first class or function among the statements around a function."""
    return next((n for n in outside if isinstance(n, python.Definition)), None)
