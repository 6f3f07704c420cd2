"""A function became asynchronous: its calls in the file wait for it.

Where the calling function is asynchronous the call is awaited; in Python, whose coroutines do
nothing until they are, the calling function becomes asynchronous with it. Calls whose result is
handed on (an argument, `.then`) may mean the promise itself and stay.
"""

from __future__ import annotations

from collections.abc import Iterator

from fimble.completion.nextedit.changed import hunks
from fimble.completion.nextedit.lines import Lines
from fimble.completion.nextedit.proposal import Proposal, Situation, Step
from fimble.core.text import syntax
from fimble.core.text.snapshot import Edit, apply_edits
from fimble.core.text.syntax import Node, SyntaxTree

_FAR = 15
"""Lines from a function's head to a call that are shown as one change."""
_LANGUAGES = ("python", "javascript", "typescript")
_FUNCTIONS = (
    "function_definition",
    "function_declaration",
    "method_definition",
    "arrow_function",
    "function_expression",
    "lambda",
)
_CALLS = ("call", "call_expression")
_WAITED = frozenset({"await", "await_expression"})
_HANDED_ON = frozenset(
    {"argument_list", "arguments", "keyword_argument", "member_expression", "return_statement"}
    | {"arrow_function", "lambda", "spread_element", "generator_expression", "yield"}
)
"""Where a call stands whose promise may be what is meant."""
_OWN = frozenset({"self", "this", "cls"})


def await_follows(situation: Situation) -> Proposal | str:
    """Awaits every call of the function that the latest change made asynchronous."""
    snapshot = situation.snapshot
    if not snapshot.language_id.startswith(_LANGUAGES) or not any(
        hunk.latest and "async" in "".join(hunk.new) for hunk in hunks(situation.history)
    ):
        return ""
    parsed = syntax.parse(snapshot.language_id, snapshot.text)
    function = _made_async(situation, parsed) if parsed is not None else None
    if parsed is None or function is None:
        return ""
    name = _name(parsed, function)
    functions = parsed.of_types(_FUNCTIONS)
    if not name or sum(_name(parsed, other) == name for other in functions) != 1:
        return "debris: more than one function has the name"
    steps = [s for calls in _calls(parsed, name) for s in _step(snapshot.uri, parsed, calls)]
    return Proposal("debris", f"`{name}` is asynchronous now.", tuple(steps)) if steps else ""


def _made_async(situation: Situation, parsed: SyntaxTree) -> Node | None:
    """The function that is asynchronous in the latest change's lines and was not before."""
    document, before = Lines(situation.snapshot), situation.history.before
    for hunk in hunks(situation.history):
        start, end = document.span(hunk.first, max(len(hunk.new), 1))
        for node in parsed.of_types(_FUNCTIONS) if hunk.latest else ():
            head = parsed.offset(node.start_byte)
            name = _name(parsed, node)
            was = f"async def {name}(" in before or f"async {name}(" in before
            if start <= head <= end and name and _is_async(node) and not was:
                return node if f"{name}(" in "\n".join(hunk.old) else None
    return None


def _is_async(node: Node) -> bool:
    return any(child.type == "async" for child in node.children)


def _name(parsed: SyntaxTree, node: Node) -> str:
    name = node.child_by_field_name("name")
    return parsed.source(name) if name is not None else ""


def _calls(parsed: SyntaxTree, name: str) -> Iterator[list[Node]]:
    """The calls of the function that nothing waits for, by the function that they stand in."""
    found: dict[int, list[Node]] = {}
    for call in parsed.of_types(_CALLS):
        called = call.child_by_field_name("function")
        parts = parsed.source(called).split(".") if called is not None else []
        if parts[-1:] != [name] or not (len(parts) == 1 or (len(parts) == 2 and parts[0] in _OWN)):
            continue
        parent = call.parent
        if parent is None or parent.type in _WAITED | _HANDED_ON:
            continue
        around = next((n for n in syntax.parents(call) if n.type in _FUNCTIONS), None)
        if around is not None:
            found.setdefault(around.start_byte, []).append(call)
    yield from found.values()


def _step(uri: str, parsed: SyntaxTree, calls: list[Node]) -> Iterator[Step]:
    """The calls in one function, awaited: one by one, or with the function's head at once."""
    around = next(n for n in syntax.parents(calls[0]) if n.type in _FUNCTIONS)
    edits = [edit for call in calls for edit in _awaited(parsed, call)]
    if _is_async(around):
        yield from (Step(uri, edit) for edit in edits)
        return
    head, end = parsed.offset(around.start_byte), max(edit.end for edit in edits)
    special = _name(parsed, around).startswith("__") or _is_generated(around)
    if parsed.language_id != "python" or around.type == "lambda" or special:
        return
    if parsed.text.count("\n", head, end) <= _FAR:
        after = apply_edits(parsed.text, [Edit(head, head, "async "), *edits])
        grown = len(after) - len(parsed.text)
        yield Step(uri, Edit(head, end, after[head : end + grown]))


def _awaited(parsed: SyntaxTree, call: Node) -> list[Edit]:
    """The edits that await a call, in parentheses where something of its result is asked for."""
    start, end = parsed.span(call)
    if call.parent is not None and call.parent.type in ("attribute", "subscript"):
        return [Edit(start, start, "(await "), Edit(end, end, ")")]
    return [Edit(start, start, "await ")]


def _is_generated(function: Node) -> bool:
    """Whether a decorator says what the function is: a property, a test, a handler."""
    return function.parent is not None and function.parent.type == "decorated_definition"
