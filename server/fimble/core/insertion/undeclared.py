"""Names that new code uses and that nothing declares. Only sure misses count.

What imports everything of somewhere, inherits from somewhere, or makes declarations by macros may
bring any name: then nothing is claimed. A name counts as declared wherever the text declares it;
only scripts, whose scopes are known, are asked whether it can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from fimble.core.insertion.standard import GO_BUILT_IN, JAVA_LANG, RUST_PRELUDE, SCRIPT_GLOBALS
from fimble.core.refactor.scripts.scopes import Scopes
from fimble.core.text import syntax
from fimble.core.text.syntax import Node, SyntaxTree

_TYPE = re.compile(r"[A-Z]\w*[a-z]\w*|[A-Z]")
"""A type by custom; `LIMIT` is a constant."""


def undeclared(language_id: str, before: str, after: str) -> tuple[str, ...]:
    """The names, in order; those that were undeclared before are not told again.

    Args:
        language_id: Java, Go, Rust, JavaScript or TypeScript; of others nothing is known here.
        before: The file.
        after: The file with the new code.
    """
    known = set(_found(language_id, before))
    return tuple(n for n in dict.fromkeys(_found(language_id, after)) if n not in known)


def _found(language_id: str, text: str) -> list[str]:
    judge = _JUDGES.get(language_id)
    parsed = syntax.parse(language_id, text) if judge is not None else None
    if judge is None or parsed is None or parsed.root.has_error:
        return []
    return judge(parsed)


def _scripts(parsed: SyntaxTree) -> list[str]:
    """Names that are bound only where the place of their use cannot see them."""
    scopes = Scopes(parsed)
    bound = {o.name for o in scopes.occurrences if o.declares} - SCRIPT_GLOBALS
    return [
        o.name
        for o in scopes.occurrences
        if o.name in bound and not o.declares and scopes.owner(o) is None
    ]


def _java(parsed: SyntaxTree) -> list[str]:
    declared, used = set(JAVA_LANG), list[str]()
    imported, bases = set[str](), set[str]()
    for node in syntax.descend(parsed.root):
        source, parent = parsed.source(node), node.parent
        if node.type == "asterisk":
            return []
        if node.type == "import_declaration":
            imported.add(re.split(r"[\s.;]+", source.rstrip("; "))[-1])
        elif node.type.endswith("_declaration") or node.type == "variable_declarator":
            declared.add(_field(parsed, node, "name"))
        elif node.type == "type_parameter":
            declared.add(parsed.source(node.named_children[-1 if len(node.children) == 1 else 0]))
        elif node.type in ("superclass", "super_interfaces", "extends_interfaces"):
            bases |= set(re.findall(r"\w+", re.sub(r"<.*>|\b(?:extends|implements)\b", "", source)))
        elif node.type == "type_identifier" and _stands_alone(node):
            used.append(source)
        elif node.type == "identifier" and parent is not None:
            owner = parent.child_by_field_name("object")
            used += [source] if owner == node and parent.type == "method_invocation" else []
    inherits = not bases <= declared
    return [
        name
        for name in used
        if name not in declared | imported
        and _TYPE.fullmatch(name)
        and (not inherits or name in bases)
    ]


def _go(parsed: SyntaxTree) -> list[str]:
    declared, used = set(GO_BUILT_IN), list[str]()
    for node in syntax.descend(parsed.root):
        source, parent = parsed.source(node), node.parent
        if node.type == "dot":
            return []
        if node.type == "type_identifier" and parent is not None:
            own = parent.child_by_field_name("name") == node
            declared |= {source} if own and parent.type != "qualified_type" else set()
            used += [] if own or parent.type == "qualified_type" else [source]
        elif node.type == "identifier" and parent is not None:
            called = parent.child_by_field_name("function") == node
            used += [source] if called else []
            declared |= set() if called else {source}
    return [name for name in used if name not in declared]


def _rust(parsed: SyntaxTree) -> list[str]:
    declared, used = set(RUST_PRELUDE), list[str]()
    for node in syntax.descend(parsed.root):
        source, parent = parsed.source(node), node.parent
        if node.type in ("use_wildcard", "macro_definition") or _is_item_macro(node):
            return []
        if node.type not in ("identifier", "type_identifier") or parent is None:
            continue
        if _declares(node, parent):
            declared.add(source)
        elif node.type == "type_identifier":
            used += [source] if _stands_alone(node) else []
        elif parent.type == "scoped_identifier":
            first = parent.child_by_field_name("path") == node and _TYPE.fullmatch(source)
            used += [source] if first else []
        elif parent.type == "call_expression" and parent.child_by_field_name("function") == node:
            used.append(source)
        elif parent.type != "enum_variant":
            declared.add(source)
    return [name for name in used if name not in declared and name != "_"]


def _declares(node: Node, parent: Node) -> bool:
    """Whether Rust declares something by this name there: items, parameters, imports."""
    inside: Node | None = parent
    while inside is not None and inside.type in _OF_USE:
        if inside.type == "use_declaration":
            return True
        inside = inside.parent
    named = parent.child_by_field_name("name") == node
    items = parent.type.endswith(("_item", "type_parameter", "associated_type", "type_binding"))
    return (named and items) or parent.type == "type_parameters"


def _is_item_macro(node: Node) -> bool:
    """Whether a macro stands where declarations do."""
    if node.type != "macro_invocation" or node.parent is None:
        return False
    around = node.parent
    if around.type == "expression_statement" and around.parent is not None:
        around = around.parent
    return around.type in ("source_file", "declaration_list")


def _stands_alone(node: Node) -> bool:
    """Whether a type is no part of a longer path."""
    return node.parent is None or not node.parent.type.startswith("scoped_")


def _field(parsed: SyntaxTree, node: Node, name: str) -> str:
    found = node.child_by_field_name(name)
    return parsed.source(found) if found is not None else ""


_OF_USE = frozenset(
    ("use_declaration", "use_list", "scoped_use_list", "use_as_clause", "scoped_identifier")
)
_JUDGES: Mapping[str, Callable[[SyntaxTree], list[str]]] = MappingProxyType(
    {
        "java": _java,
        "go": _go,
        "rust": _rust,
        "javascript": _scripts,
        "javascriptreact": _scripts,
        "typescript": _scripts,
        "typescriptreact": _scripts,
    }
)
