"""Which names of types in a TypeScript file mean which type."""

from __future__ import annotations

from fimble.core.text.syntax import Node, SyntaxTree, parents

_DECLARED = frozenset(
    {
        "abstract_class_declaration",
        "class_declaration",
        "enum_declaration",
        "interface_declaration",
        "type_alias_declaration",
    }
)
_BLOCKS = frozenset({"program", "statement_block"})
_INNER = frozenset({"infer_type", "mapped_type_clause"})
"""They declare a name in the middle of a type."""


def home(name: Node) -> Node | None:
    """Where the type is known that a node declares; None where it declares none."""
    parent = name.parent
    if parent is None:
        return None
    if parent.type in ("import_specifier", "import_clause"):
        return [*parents(name)][-1]
    if parent.child_by_field_name("name") != name:
        return None
    if parent.type == "type_parameter":
        return next((n for n in parents(parent) if n.type != "type_parameters"), None)
    if parent.type == "class":
        return parent
    around = (n for n in parents(parent) if n.type in _BLOCKS)
    return next(around, None) if parent.type in _DECLARED else None


def uses(parsed: SyntaxTree, declaration: Node) -> list[Node] | None:
    """The names of types that mean what a node declares; None where that is not sure.

    Args:
        parsed: The file.
        declaration: The name that it declares.
    """
    name, own = parsed.source(declaration), home(declaration)
    nodes = [n for n in parsed.of_types(("type_identifier",)) if parsed.source(n) == name]
    nodes = [n for n in nodes if not _is_member(n)]
    others = [h for n in nodes if n != declaration and (h := home(n)) is not None]
    if own is None or own in others or any(_is_inner(n) for n in nodes):
        return None
    homes = {own, *others}
    return [n for n in nodes if next((p for p in parents(n) if p in homes), None) == own]


def _is_member(name: Node) -> bool:
    """Whether it is the `T` of `a.T`."""
    return name.parent is not None and name.parent.type == "nested_type_identifier"


def _is_inner(name: Node) -> bool:
    parent = name.parent
    return parent is not None and parent.type in _INNER and parent.named_children[0] == name
