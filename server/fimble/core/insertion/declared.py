"""What a piece of code declares, in any language with a grammar: kinds and names.

Two declarations with a key in common cannot stand in one scope: a function and another function of
its name; where a language overloads functions, one with parameters of the same types.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from fimble.core.text.syntax import Node

Key = tuple[str, str]
"""Kind and name."""

_FUNCTIONS = (
    "function_declaration function_definition function_item method_declaration "
    "method_definition method constructor_declaration local_function_statement "
    "generator_function_declaration singleton_method compact_constructor_declaration "
    "destructor_declaration mixin_statement function_statement create_function "
    "create_procedure create_trigger macro_definition preproc_function_def "
    "function_expression method_elem"
)
_TYPES = (
    "class_declaration class_definition class interface_declaration struct_item enum_item "
    "trait_item type_item type_alias_declaration type_definition alias_declaration "
    "enum_declaration union_item record_declaration struct_declaration "
    "abstract_class_declaration annotation_type_declaration delegate_declaration "
    "trait_declaration type_spec type_alias object_declaration"
)
_VALUES = (
    "const_spec var_spec const_item static_item property_declaration field_definition "
    "enum_constant public_field_definition property_signature preproc_def const_element "
    "enum_variant enumerator variable_declarator init_declarator property_element "
    "short_var_declaration assignment variable_assignment method_signature "
    "event_field_declaration enum_member_declaration"
)
_OTHERS = MappingProxyType(
    {
        "class_specifier": "tag",
        "struct_specifier": "tag",
        "union_specifier": "tag",
        "enum_specifier": "tag",
        "function_signature": "signature",
        "function_signature_item": "signature",
        "module": "module",
        "mod_item": "module",
        "internal_module": "module",
        "namespace_definition": "module",
        "namespace_declaration": "module",
        "create_table": "table",
        "create_view": "table",
        "create_index": "index",
        "keyframes_statement": "keyframes",
        "rule_set": "rule",
        "media_statement": "rule",
        "supports_statement": "rule",
        "at_rule": "rule",
        "pair": "pair",
        "block_mapping_pair": "pair",
        "table": "table",
        "table_array_element": "",
        "impl_item": "impl",
        "extension_declaration": "impl",
    }
)
_KINDS = MappingProxyType(
    dict.fromkeys(_FUNCTIONS.split(), "function")
    | dict.fromkeys(_TYPES.split(), "type")
    | dict.fromkeys(_VALUES.split(), "value")
    | dict(_OTHERS)
)
_WRAPPER_NODES = (
    "export_statement decorated_definition template_declaration ambient_declaration statement "
    "expression_statement internal_module_statement"
)
_WRAPPERS = frozenset(_WRAPPER_NODES.split())
_GROUP_NODES = (
    "const_declaration var_declaration type_declaration lexical_declaration "
    "variable_declaration field_declaration declaration var_spec_list property_declaration"
)
GROUPS = frozenset(_GROUP_NODES.split())
"""Declarations of several names, each by a node of its own."""
_OVERLOADED = frozenset({"java", "csharp", "cpp"})
_ASSIGNED = frozenset({"assignment", "variable_assignment", "assignment_expression"})
_NAME_NODES = (
    "object_reference",
    "keyframes_name",
    "bare_key",
    "dotted_key",
    "name",
    "variable_name",
)
_SPACE = re.compile(r"\s+")


def text_of(node: Node) -> str:
    """A node's text, all white space alike."""
    return _SPACE.sub(" ", (node.text or b"").decode("utf-8", "replace")).strip()


def inner(node: Node) -> Node:
    """The declaration itself, without what exports, decorates or makes a statement of it."""
    while node.type in _WRAPPERS:
        within = node.child_by_field_name("declaration") or node.child_by_field_name("definition")
        named = [c for c in node.named_children if "comment" not in c.type]
        if within is None and node.type == "export_statement":
            within = node.child_by_field_name("value")
        if within is None and node.type != "export_statement" and named:
            within = named[-1]
        if within is None:
            break
        node = within
    return node


def keys(language_id: str, node: Node) -> tuple[Key, ...]:
    """What a statement or member declares; nothing for one that only does something."""
    if node.type == "export_statement" and any(c.type == "default" for c in node.children):
        return (("export", "default"), *_own(language_id, inner(node)))
    if node.type == "export_statement" and node.child_by_field_name("declaration") is None:
        return tuple(("export", text_of(n)) for n in _deep(node, "export_specifier"))
    found = _own(language_id, inner(node))
    if language_id == "python" and node.type == "decorated_definition":
        found = _accessors(node, found)
    return found


def _accessors(node: Node, found: tuple[Key, ...]) -> tuple[Key, ...]:
    """Setters and overloads have the name of what they belong to."""
    marks = [text_of(c) for c in node.children if c.type == "decorator"]
    special = [m for m in marks if re.search(r"\.(?:setter|deleter|getter|register)\b|overload", m)]
    if any("overload" in mark for mark in special):
        return ()
    return tuple((kind, f"{name} {special[0]}") for kind, name in found) if special else found


def _own(language_id: str, node: Node) -> tuple[Key, ...]:
    if language_id in ("css", "scss") and node.type == "declaration":
        return (("property", text_of(node.named_children[0])),) if node.named_children else ()
    if node.type in GROUPS and not node.child_by_field_name("name"):
        return tuple(key for spec in specs(node) for key in _of_spec(language_id, node, spec))
    if node.type == "field_declaration":
        return tuple(("value", text_of(name)) for name in node.children_by_field_name("name"))
    if node.type == "assignment_expression":
        left = node.child_by_field_name("left")
        name = text_of(left) if left is not None else ""
        known = re.match(r"(?:module\.)?exports\b|\w+\.prototype\.|\w+\.\w+$", name)
        return (("assigned", name),) if known else ()
    kind = _KINDS.get(node.type, "")
    name = _name(node)
    if not kind or not name:
        return ()
    if kind == "function":
        return ((kind, _signature(language_id, node, name)),)
    return ((kind, name),)


def _of_spec(language_id: str, group: Node, spec: Node) -> tuple[Key, ...]:
    """The keys of one of the names that a declaration declares."""
    if language_id in ("c", "cpp") and (called := _function(spec)) is not None:
        return (("signature", _signature(language_id, called, _name(called))),)
    if spec.type in ("type_spec", "type_alias"):
        return (("type", _name(spec)),)
    pattern = spec.child_by_field_name("name")
    if pattern is not None and pattern.type.endswith("_pattern"):
        kinds = ("shorthand_property_identifier_pattern", "identifier")
        return tuple(("value", text_of(n)) for n in _deep(pattern, *kinds))
    extern = group.type == "declaration" and text_of(group).startswith("extern")
    name = _name(spec)
    return (("signature" if extern else "value", name),) if name else ()


def specs(node: Node) -> list[Node]:
    """The parts of a declaration that each declare a name."""
    declarators = node.children_by_field_name("declarator")
    names = node.children_by_field_name("name") if node.type == "field_declaration" else []
    if declarators or names:
        return declarators or names
    kinds = tuple(k for k, kind in _KINDS.items() if kind in ("value", "type"))
    lists = ("var_spec_list", "variable_declaration")
    around = [m for c in node.named_children if c.type in lists for m in c.named_children]
    return [c for c in (*around, *node.named_children) if c.type in kinds and c.type not in lists]


def _function(node: Node) -> Node | None:
    """The declarator of a function, below those of pointers and references."""
    at: Node | None = node
    while at is not None and at.type != "function_declarator":
        at = at.child_by_field_name("declarator") or (
            at.named_children[-1] if at.type == "reference_declarator" else None
        )
    return at


def _name(node: Node) -> str:
    if node.type in ("rule_set", "media_statement", "supports_statement", "at_rule"):
        block = next((c for c in node.named_children if c.type == "block"), None)
        end = block.start_byte - node.start_byte if block is not None else None
        return _SPACE.sub(" ", (node.text or b"")[:end].decode("utf-8", "replace")).strip()
    if node.type in ("impl_item", "extension_declaration"):
        trait, of = node.child_by_field_name("trait"), node.child_by_field_name("type")
        return " for ".join(text_of(n) for n in (trait, of) if n is not None)
    for field in ("name", "left", "key", "declarator", "property"):
        found = node.child_by_field_name(field)
        if found is not None and field != "declarator":
            return text_of(found)
        if found is not None:
            return _name(found)
    named = [
        c for c in node.named_children if c.type in _NAME_NODES or c.type.endswith("identifier")
    ]
    leaf = node.type.endswith("identifier") or node.type in ("name", "variable_name")
    below = [c for c in node.named_children if c.type.endswith("declarator")]
    if leaf:
        return text_of(node)
    return text_of(named[0]) if named else _name(below[0]) if below else ""


def _signature(language_id: str, node: Node, name: str) -> str:
    """A function's name with what tells it from others of its name."""
    receiver = node.child_by_field_name("receiver")
    if receiver is not None:
        of = _deep(receiver, "type_identifier")
        return f"{text_of(of[0]) if of else ''}.{name}"
    if node.type == "singleton_method":
        return f"self.{name}"
    words = {c.type for c in node.children} & {"get", "set", "static"}
    if language_id in _OVERLOADED:
        function = _function(node) or node
        parameters = function.child_by_field_name("parameters")
        types = [
            text_of(t) if (t := p.child_by_field_name("type")) is not None else text_of(p)
            for p in (parameters.named_children if parameters is not None else ())
            if "comment" not in p.type
        ]
        return f"{name}({', '.join(types)})"
    return " ".join((*sorted(words), name))


def _deep(node: Node, *types: str) -> list[Node]:
    found, stack = [], [node]
    while stack:
        at = stack.pop()
        if at.type in types:
            found.append(at)
        stack += reversed(at.named_children)
    return found


def is_weak(node: Node) -> bool:
    """Whether it sets a name that may be set again: known only if it is the same, or a constant."""
    within = inner(node)
    if within.type not in (*_ASSIGNED, "short_var_declaration"):
        return False
    name = _name(within)
    return not (name.lstrip("_").isupper() or re.match(r"(?:module\.)?exports\b", name))
