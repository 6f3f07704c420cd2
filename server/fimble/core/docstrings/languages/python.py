"""Python: functions, classes and the module itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from fimble.core.docstrings.facts import Details, Item, Parameter, Place
from fimble.core.docstrings.languages import tree as trees
from fimble.core.docstrings.languages.directives import is_directive
from fimble.core.docstrings.languages.python_names import decorators, inherited
from fimble.core.docstrings.languages.python_raises import raises
from fimble.core.text import snapshot as texts
from fimble.core.text.syntax import Node, SyntaxTree

_CLOSED = ("function_definition", "class_definition", "lambda")
_PROPERTIES = frozenset(("property", "cached_property", "functools.cached_property"))
_GENERATOR = re.compile(r"(\w+\.)*(Async)?(Iterator|Iterable|Generator)\b")

_HANDS_ON = r"(?:super\(\)\.{0}\(|[A-Za-z_][\w.]*\.{0}\(self\b)"
"""How a method calls the one that it overrides."""


def items(tree: SyntaxTree) -> Iterator[Item]:
    """The module first, then everything in it, in order."""
    yield _module(tree)
    functions: dict[str, Node] = {}
    for node, around in trees.definitions(tree, ("function_definition", "class_definition")):
        name, body = trees.field(tree, node, "name"), node.child_by_field_name("body")
        if not name or body is None:
            continue
        inside = [trees.field(tree, outer, "name") for outer in around]
        nested = any(outer.type == "function_definition" for outer in around)
        function = node.type == "function_definition"
        method = function and bool(around) and around[-1].type == "class_definition"
        if function:
            functions[name] = node
            read = partial(_function, tree, node, functions, method=method)
        else:
            read = partial(_class, tree, node, body)
        marks = decorators(tree, node)
        yield Item(
            "function" if function else "class",
            name,
            ".".join([*inside, name]),
            *tree.span(_outer(node)),
            _place(tree, node, body),
            public=not nested and not any(part.startswith("_") for part in (*inside, name)),
            documentable="overload" not in marks
            and not any(d.endswith((".setter", ".deleter")) for d in marks),
            inherits="override" in marks
            or (method and not nested and inherited(tree, around[-1], name))
            or (method and trees.calls(tree, node, _HANDS_ON.format(re.escape(name)))),
            header_end=_colon_end(tree, node, body),
            read=read,
        )


def _module(tree: SyntaxTree) -> Item:
    children = tree.root.children
    statement = next((c for c in children if c.type != "comment"), None)
    existing = _docstring(statement)
    if existing is not None:
        place = _existing(tree, existing, "")
    else:
        end = _banner_end(tree, children)
        line_break = texts.line_break(tree.text)
        rest = tree.text[end:]
        after = line_break if rest.startswith(("\n", "\r")) or not rest else line_break * 2
        broken = end == 0 or tree.text[end - 1] == "\n"
        place = Place(end, end, "" if broken else line_break, after, "")
    return Item("module", "module", "", 0, len(tree.text), place)


def _banner_end(tree: SyntaxTree, children: list[Node]) -> int:
    """Where the comments at the top end: the shebang, the encoding, the licence."""
    row, end = -1, 0
    for child in children:
        if child.type != "comment" or child.start_point[0] > row + 1:
            break
        row = child.start_point[0]
        end = texts.line_end(tree.text, tree.span(child)[1])
        end += len(texts.line_break(tree.text)) if end < len(tree.text) else 0
    return end


def _function(tree: SyntaxTree, node: Node, functions: dict[str, Node], *, method: bool) -> Details:
    body, marks = node.child_by_field_name("body"), decorators(tree, node)
    if body is None:
        return Details()
    parameters = tuple(_parameters(tree, node))
    statements = list(trees.within(body, _CLOSED))
    annotation = _flat(trees.field(tree, node, "return_type"))
    values = [s for s in statements if s.type == "return_statement" and s.named_children]
    yields = any(s.type == "yield" for s in statements)
    stub = _stub(tree, body)
    nothing = annotation in ("None", "NoReturn", "Never", "typing.NoReturn")
    traits = {"async"} if node.children[0].type == "async" else set()
    if marks & _PROPERTIES:
        traits.add("property")
    if trees.field(tree, node, "name") == "__init__":
        traits.add("constructor")
    return Details(
        parameters=parameters[1:] if method and "staticmethod" not in marks else parameters,
        returns="" if nothing else annotation,
        returns_value=not nothing and (bool(values) or (stub and bool(annotation) and not yields)),
        yields=yields or (stub and bool(_GENERATOR.match(annotation))),
        raises=raises(tree, body, functions),
        generics=_generics(tree, node),
        traits=frozenset(traits),
    )


def _class(tree: SyntaxTree, node: Node, body: Node) -> Details:
    return Details(attributes=tuple(_attributes(tree, body)), generics=_generics(tree, node))


def _outer(node: Node) -> Node:
    parent = node.parent
    return parent if parent is not None and parent.type == "decorated_definition" else node


def _generics(tree: SyntaxTree, node: Node) -> tuple[str, ...]:
    found = trees.children(node, "type_parameters")
    return tuple(re.split(r"[:=]", tree.source(child))[0].strip() for child in found)


def _stub(tree: SyntaxTree, body: Node) -> bool:
    """Whether a body says nothing: abstract methods and protocols."""
    statements = [c for c in body.named_children if c.type != "comment"]
    rest = statements[1:] if _docstring(statements[0] if statements else None) else statements
    if not rest:
        return True
    words = tree.source(rest[0])
    return len(rest) == 1 and (words == "..." or "NotImplementedError" in words)


def _parameters(tree: SyntaxTree, function: Node) -> Iterator[Parameter]:
    for node in trees.children(function, "parameters"):
        if node.type == "typed_parameter":
            name = tree.source(node.named_children[0])
        elif node.type in ("identifier", "list_splat_pattern", "dictionary_splat_pattern"):
            name = tree.source(node)
        else:
            name = trees.field(tree, node, "name")
        if name.strip("*_/"):
            annotation = trees.field(tree, node, "type")
            yield Parameter(name, _flat(annotation), _flat(trees.field(tree, node, "value")))


def _flat(words: str) -> str:
    """An expression on one line."""
    flat = " ".join(words.split())
    return (
        re.sub(r",?\s*([\])])", r"\1", re.sub(r"([\[(])\s+", r"\1", flat))
        if "\n" in words
        else flat
    )


def _attributes(tree: SyntaxTree, body: Node) -> Iterator[Parameter]:
    """Fields of the class body, public and annotated or assigned."""
    for statement in body.named_children:
        node = statement.named_children[0] if statement.named_children else None
        if statement.type != "expression_statement" and statement.type != "assignment":
            continue
        if statement.type == "assignment":
            node = statement
        if node is None or node.type != "assignment":
            continue
        left = node.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            name = tree.source(left)
            if not name.startswith("_"):
                yield Parameter(
                    name,
                    _flat(trees.field(tree, node, "type")),
                    _flat(trees.field(tree, node, "right")),
                )


def _docstring(statement: Node | None) -> Node | None:
    """The string or strings that a statement consists of, if they can be a docstring."""
    if statement is None:
        return None
    node = statement
    if statement.type == "expression_statement" and len(statement.named_children) == 1:
        node = statement.named_children[0]
    inner = node
    while inner.type == "parenthesized_expression" and len(inner.named_children) == 1:
        inner = inner.named_children[0]
    parts = inner.named_children if inner.type == "concatenated_string" else [inner]
    return node if all(map(_is_text, parts)) else None


def _is_text(node: Node) -> bool:
    """Whether a node is a string, but neither bytes nor an f-string."""
    opening = trees.first(node, "string_start") if node.type == "string" else None
    return opening is not None and not set((opening.text or b"").lower()) & set(b"fbt")


def _colon_end(tree: SyntaxTree, node: Node, body: Node) -> int:
    colons = [c for c in node.children if c.type == ":"]
    return tree.span(colons[-1])[1] if colons else tree.span(body)[0]


def _existing(tree: SyntaxTree, node: Node, indent: str) -> Place:
    start, end = tree.span(node)
    return Place(start, end, "", "", indent, tree.text[start:end])


def _place(tree: SyntaxTree, node: Node, body: Node) -> Place:
    """Before the first statement; a body on the header's line moves to a line of its own."""
    statements = [child for child in body.named_children if child.type != "comment"]
    start = tree.span(statements[0])[0] if statements else tree.span(body)[0]
    line = texts.line_start(tree.text, start)
    indent = tree.text[line:start]
    existing = _docstring(statements[0] if statements else None)
    line_break = texts.line_break(tree.text)
    continued = tree.text[_colon_end(tree, node, body) : start].lstrip(" \t").startswith("\\")
    if not indent.strip() and not (continued and existing is None):
        if existing is not None:
            return _existing(tree, existing, indent)
        return _above(tree, node, body, start, indent)
    if existing is not None:
        return _existing(tree, existing, "")
    outer = tree.text[texts.line_start(tree.text, tree.span(node)[0]) : tree.span(node)[0]]
    margin = texts.indentation(outer)
    inner = margin + unit(tree.text)
    colon = _colon_end(tree, node, body)
    return Place(colon, start, line_break + inner, line_break + inner, inner)


def _above(tree: SyntaxTree, node: Node, body: Node, start: int, indent: str) -> Place:
    """Right below the header, in place of blank lines; comments stay between it and the code."""
    line_break = texts.line_break(tree.text)
    after = line_break * 2 if node.type == "class_definition" else line_break
    below = texts.line_end(tree.text, _colon_end(tree, node, body)) + len(line_break)
    end = texts.line_end(tree.text, below)
    while "type:" in tree.text[below:end] and is_directive("python", tree.text[below:end].strip()):
        below, end = end + len(line_break), texts.line_end(tree.text, end + len(line_break))
    if tree.text[below:start].strip():
        return Place(below, below, indent, after, indent)
    return Place(below, start, indent, after + indent, indent)


def unit(text: str) -> str:
    """One step of indentation as the file has it, four spaces if it has none."""
    for line in text.split("\n"):
        margin = texts.indentation(line)
        if margin and line.strip():
            return "\t" if margin[0] == "\t" else margin if len(margin) in (2, 4, 8) else "    "
    return "    "
