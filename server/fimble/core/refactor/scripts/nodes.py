"""Kinds of nodes of JavaScript and TypeScript trees, and what is in a node and around it."""

from __future__ import annotations

from collections.abc import Iterator

from fimble.core.text.syntax import Node, parents

FUNCTIONS = frozenset(
    {
        "function_declaration",
        "function_expression",
        "generator_function",
        "generator_function_declaration",
        "arrow_function",
        "method_definition",
    }
)
SIGNATURES = frozenset(
    {
        "function_signature",
        "function_type",
        "constructor_type",
        "call_signature",
        "construct_signature",
        "method_signature",
        "abstract_method_signature",
        "index_signature",
    }
)
DECLARED = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_signature",
        "class_declaration",
        "abstract_class_declaration",
    }
)
CLASSES = frozenset({"class", "class_declaration", "abstract_class_declaration"})
BLOCKS = frozenset(
    {
        "statement_block",
        "switch_body",
        "for_statement",
        "for_in_statement",
        "catch_clause",
    }
)
LEAVES = frozenset(
    {
        "comment",
        "number",
        "predefined_type",
        "private_property_identifier",
        "property_identifier",
        "regex",
        "statement_identifier",
        "string",
        "type_identifier",
    }
)
"""Nodes without variables in them; looking into all these would take a third of the time."""
PATTERNS = frozenset({"object_pattern", "array_pattern", "rest_pattern"})
DEFAULTS = frozenset({"assignment_pattern", "object_assignment_pattern"})
NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern"})
WRAPPERS = frozenset(
    {
        "parenthesized_expression",
        "non_null_expression",
        "as_expression",
        "satisfies_expression",
        "type_assertion",
    }
)
"""What may stand around the target of an assignment."""
LOOPS = frozenset({"for_statement", "for_in_statement", "while_statement", "do_statement"})


def around(node: Node) -> Iterator[Node]:
    """What is around a node in its function."""
    for parent in parents(node):
        if parent.type in FUNCTIONS:
            return
        yield parent
