"""Extracts statements of JavaScript or TypeScript into a function.

What they use of the code around comes in as parameters, what they declare goes out. Everything
that would need more than that (`this`, `await`, a `return` in the middle) is refused.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from fimble.core.refactor.scripts import limits as script_limits
from fimble.core.refactor.scripts import types as script_types
from fimble.core.refactor.scripts.flow import Use, uses
from fimble.core.refactor.scripts.nodes import FUNCTIONS
from fimble.core.refactor.scripts.scopes import Scopes
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Edit
from fimble.core.text.syntax import Node, SyntaxTree, descend, parents

_MANY = "More than one thing would have to be given back."


@dataclass(frozen=True)
class Extraction:
    """Statements that can become a function.

    Attributes:
        body: The statements.
        home: What the function is put before.
        parameters: What it takes: names, in TypeScript with their types.
        call: What stands before the call: `return`, or what is set or declared.
        result: What the function returns at its end, "" if nothing.
        type: Its return type with the colon, "" if none has to be written.
    """

    body: tuple[Node, ...]
    home: Node
    parameters: tuple[tuple[str, str], ...]
    call: str
    result: str
    type: str


def extractable(scopes: Scopes, start: int, end: int) -> Extraction | str:
    """The statements at `start..end` as an extraction, or why they cannot be one."""
    parsed = scopes.parsed
    body = _selected(parsed, start, end)
    if not body:
        return "Select whole statements of one block."
    owner = next((n for n in parents(body[0]) if n.type in FUNCTIONS), None)
    home = owner and _home(owner)
    if owner is None or home is None:
        return "Only statements inside a function can be extracted."
    for node in (body[0], home):
        at = parsed.span(node)[0]
        if parsed.text[texts.line_start(parsed.text, at) : at].strip():
            return "Other code stands before them, or before their function, on its line."
    reason = script_limits.refusal(scopes, body, owner, home)
    if reason:
        return reason
    shared = tuple(uses(scopes, body, set(parents(home))))
    reason = next((use.reason for use in shared if use.reason), "")
    return reason or _extraction(scopes, body, home, shared)


def extract_function(scopes: Scopes, found: Extraction, name: str) -> tuple[Edit, ...]:
    """The edits: the new function before its home, and the call in the statements' place."""
    text, parsed = scopes.parsed.text, scopes.parsed
    start, end = parsed.span(found.body[0])[0], parsed.span(found.body[-1])[1]
    at = texts.line_start(text, parsed.span(found.home)[0])
    indent, inner = texts.indentation(text[at:]), texts.indentation(text[at:]) + _unit(text)
    code = text[texts.line_start(text, start) : end].replace("\r\n", "\n")
    parameters = ", ".join(each + written for each, written in found.parameters)
    lines = [f"{indent}function {name}({parameters}){found.type} {{"]
    lines.append(_indented(found.body, code, inner))
    lines += [f"{inner}return {found.result};"] if found.result else []
    lines += [f"{indent}}}", "", ""]
    arguments = ", ".join(each for each, _ in found.parameters)
    return (
        Edit(at, at, "\n".join(lines).replace("\n", texts.line_break(text))),
        Edit(start, end, f"{found.call}{name}({arguments});"),
    )


def _selected(parsed: SyntaxTree, start: int, end: int) -> list[Node]:
    """The statements of one block that a selection covers, none if it cuts one."""
    start, end = texts.trimmed(parsed.text, start, end)
    end = _with_semicolon(parsed, end)
    first, last = parsed.byte(start), parsed.byte(end)
    node = parsed.root.descendant_for_byte_range(first, last)
    around = (node, *parents(node)) if node is not None else ()
    node = next((n for n in around if n.type == "statement_block"), None)
    inside = node.named_children if node is not None else []
    picked = [n for n in inside if n.start_byte >= first and n.end_byte <= last]
    whole = picked and (picked[0].start_byte, picked[-1].end_byte) == (first, last)
    return [n for n in picked if n.type != "comment"] if whole else []


def _with_semicolon(parsed: SyntaxTree, end: int) -> int:
    """The end of a selection, behind the semicolon that was left out of it."""
    match = re.compile(r"[ \t]*;").match(parsed.text, end)
    return match.end() if match and parsed.at(match.end() - 1).type == ";" else end


def _home(owner: Node) -> Node | None:
    """The statement of a block that holds a function, or what belongs before it."""
    home = next((n for n in (owner, *parents(owner)) if _is_statement(n)), None)
    while home is not None and (above := home.prev_named_sibling) is not None:
        comment = above.type == "comment" and above.end_point[0] >= home.start_point[0] - 1
        declared = above.child_by_field_name("declaration") or above
        if not comment and declared.type != "function_signature":
            break
        home = above
    return home


def _is_statement(node: Node) -> bool:
    return node.parent is not None and node.parent.type in ("program", "statement_block")


def _extraction(
    scopes: Scopes, body: list[Node], home: Node, shared: tuple[Use, ...]
) -> Extraction | str:
    """What goes in and out, and the types of that."""
    returns = body[-1].type == "return_statement"
    out = [use for use in shared if use.way == "out"]
    changed = [use for use in shared if use.way == "changed"]
    if changed and script_limits.in_try(body[0]):
        return f"An exception in them would leave `{changed[0].name}` in another state."
    given = [*out, *changed]
    if (returns and out) or (not returns and changed and len(given) > 1):
        return _MANY
    names = ", ".join(use.name for use in given)
    result = "" if returns else names if len(given) < 2 else f"{{ {names} }}"
    word = "let " if any(use.again for use in out) else "const " if out else ""
    call = "return " if returns else f"{word}{result} = " if result else ""
    parameters = [(use.name, "") for use in shared if use.way != "out"]
    plain = Extraction(tuple(body), home, tuple(parameters), call, result, "")
    typescript = scopes.parsed.language_id.startswith("typescript")
    return _typed(scopes, plain, shared) if typescript else plain


def _typed(scopes: Scopes, found: Extraction, shared: tuple[Use, ...]) -> Extraction | str:
    """The extraction with the types that TypeScript needs."""
    parameters, begin = [], found.body[0].start_byte
    for use in shared:
        if use.way == "out":
            reason = script_types.given(scopes.parsed, use)
            if reason:
                return reason
            continue
        written = script_types.parameter(scopes, use, begin)
        if not written:
            return f"The type of `{use.name}` is not written down, or not sure here."
        parameters.append((use.name, written))
    owner = next(n for n in parents(found.body[0]) if n.type in FUNCTIONS)
    if script_types.is_narrowed(scopes, found.body, owner, set(parents(found.home))):
        return "They know more about types than a function can."
    if script_types.narrows(scopes.parsed, found.body, owner):
        return "What follows may know more about types for having passed them."
    result = script_types.returned(scopes.parsed, owner, found.body[-1])
    if result is None:
        return "The type of what they return is not sure."
    return Extraction(found.body, found.home, tuple(parameters), found.call, found.result, result)


def _unit(text: str) -> str:
    """What one more level is indented by in the file."""
    if re.search(r"^\t", text, re.MULTILINE):
        return "\t"
    found = re.search(r"\{\r?\n( {1,8})\S", text)
    return found[1] if found else "  "


def _indented(body: tuple[Node, ...], code: str, indent: str) -> str:
    """The statements, one level in; if a string among them has several lines, as they are."""
    strings = any(
        n.type in ("template_string", "string") and n.start_point[0] != n.end_point[0]
        for statement in body
        for n in descend(statement)
    )
    return code if strings else re.sub(r"(?m)^(?=.)", indent, textwrap.dedent(code))
