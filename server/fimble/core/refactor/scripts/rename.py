"""Renames a variable of JavaScript or TypeScript: every occurrence, and nothing else."""

from __future__ import annotations

import re

from fimble.core.refactor.scripts.nodes import FUNCTIONS
from fimble.core.refactor.scripts.scopes import Occurrence, Scope, Scopes
from fimble.core.text.snapshot import Edit
from fimble.core.text.syntax import Node, SyntaxTree, parents

RESERVED = frozenset(
    """
    arguments async await break case catch class const continue debugger default delete do else
    enum eval export extends false finally for function get if implements import in instanceof
    interface let new null of package private protected public return set static super switch this
    throw true try type typeof undefined var void while with yield
    """.split()  # noqa: SIM905 - a list of words is read as one
)
"""Words that cannot be the name of every variable."""
KNOWN = RESERVED | frozenset(
    """
    alert atob blur btoa caches close closed confirm console crypto document event exports fetch
    find focus frames global history length location module moveTo name navigator open opener
    origin parent performance print process prompt queueMicrotask require screen scroll self status
    stop structuredClone toolbar top window
    """.split()  # noqa: SIM905
)
"""These, and globals that a function at the top of a script would take the place of."""
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_ASKED = re.compile(r"""\.\s*name\b|\[\s*["'`]name\b""")
_SHORTHAND = frozenset({"shorthand_property_identifier", "shorthand_property_identifier_pattern"})
_ELEMENTS = frozenset({"jsx_opening_element", "jsx_closing_element", "jsx_self_closing_element"})
_EXPORTED = frozenset({"export_specifier", "export_statement"})


def renamable(scopes: Scopes, offset: int) -> tuple[Occurrence, Scope] | str:
    """The variable at an offset, or why another name for it could mean something else."""
    here = scopes.at(offset)
    if here is None:
        return "There is no variable of this file at the cursor."
    occurrence, owner = here
    name, kind = occurrence.name, owner.bound[occurrence.name]
    if kind in ("import", "class", "enum") or name[:1].isupper():
        return f"`{name}` is known elsewhere, or by its capital letter."
    if owner is scopes.program and not _is_module(scopes):
        return f"Other scripts of the page may use `{name}`."
    places = scopes.of_variable(name, owner)
    named = kind == "function" or any(_holds_function(o.node) for o in places)
    if named and _ASKED.search(scopes.parsed.text):
        return "Functions of this file are asked for their names."
    if any(_is_public(o) for o in places):
        return f"`{name}` is used outside of this file, or as a property or element."
    return here


def rename(scopes: Scopes, offset: int, new: str) -> tuple[Edit, ...]:
    """The edits that rename the variable at an offset; none if `new` is of no use."""
    here = renamable(scopes, offset)
    taken = re.search(rf"(?<![\w$]){re.escape(new)}(?![\w$])", scopes.parsed.text)
    if isinstance(here, str) or taken or not is_name(new):
        return ()
    occurrence, owner = here
    places = scopes.of_variable(occurrence.name, owner)
    return tuple(edit(scopes.parsed, place.node, new) for place in places)


def is_name(new: str) -> bool:
    """Whether a word can be the name of every variable."""
    return _NAME.fullmatch(new) is not None and new not in RESERVED


def edit(parsed: SyntaxTree, name: Node, new: str) -> Edit:
    """Another name at a place; a property that has the variable's name keeps its own."""
    key = f"{parsed.source(name)}: " if name.type in _SHORTHAND else ""
    return Edit(*parsed.span(name), key + new)


def is_element(name: Node) -> bool:
    """Whether a name is that of an element of JSX."""
    parent = name.parent
    return parent is not None and parent.type in _ELEMENTS


def is_property(occurrence: Occurrence) -> bool:
    """Whether a parameter is a property of the class too, or the name is of what is not here."""
    parent = occurrence.node.parent
    if parent is None or any(n.type == "ambient_declaration" for n in parents(parent)):
        return True
    modifiers = ("accessibility_modifier", "override_modifier", "readonly")
    return parent.type == "required_parameter" and any(c.type in modifiers for c in parent.children)


def _is_module(scopes: Scopes) -> bool:
    """Whether what the file declares at its top is its own."""
    modular = ("import_statement", "export_statement")
    return any(n.type in modular for n in scopes.parsed.root.named_children) or any(
        scopes.of_variable(name, None) for name in ("require", "module")
    )


def _holds_function(name: Node) -> bool:
    """Whether a function is called after the variable that it is assigned to."""
    holder = name.parent
    if holder is None:
        return False
    value = holder.child_by_field_name("value") or holder.child_by_field_name("right")
    return value is not None and (value.type in FUNCTIONS or value.type == "class")


def _is_public(occurrence: Occurrence) -> bool:
    """Whether a name is read by others: exported, an element of JSX, a property of the class."""
    parent = occurrence.node.parent
    if parent is None:
        return True
    if parent.type.startswith("jsx_") and parent.type != "jsx_expression":
        return True
    if is_property(occurrence):
        return True
    return (occurrence.declares and any(n.type in _EXPORTED for n in _statement(parent))) or (
        parent.type == "export_specifier"
    )


def _statement(node: Node) -> list[Node]:
    """A node and what is around it in its declaration."""
    found = [node]
    while found[-1].parent is not None and found[-1].type not in (
        "statement_block",
        "formal_parameters",
        *_EXPORTED,
    ):
        found.append(found[-1].parent)
    return found
