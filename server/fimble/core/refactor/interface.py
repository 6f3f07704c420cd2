"""What other code can see of a piece of code: names, parameters, exports."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from fimble.core.text import python, syntax
from fimble.core.text.python import Function
from fimble.core.text.syntax import Node, SyntaxTree


def interface(language_id: str, text: str) -> Counter[str] | None:
    """The definitions of a text with their parameters, and its exports; None without a tree."""
    if language_id == "python":
        source = python.parse(text)
        return None if source is None else _python(source.tree)
    parsed = syntax.parse(language_id, text)
    return None if parsed is None else Counter(_seen(parsed))


def kept(language_id: str, before: str, after: str) -> bool:
    """Whether everything that could be seen before can be seen after."""
    old, new = interface(language_id, before), interface(language_id, after)
    return old is not None and new is not None and not old - new


def same_without_hints(before: str, after: str) -> bool:
    """Whether two Python texts differ in annotations and imports only."""
    if python.parse(before) is None or python.parse(after) is None:
        return False
    old, new = (_Bare().visit(ast.parse(text)) for text in (before, after))
    return ast.dump(old) == ast.dump(new)


class _Bare(ast.NodeTransformer):
    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None or not isinstance(node.target, ast.Name):
            return node
        return ast.Assign([node.target], node.value)

    def visit_Import(self, node: ast.Import) -> None:
        del node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        del node


def _seen(parsed: SyntaxTree) -> Iterator[str]:
    stack = [parsed.root]
    while stack:
        node = stack.pop()
        stack += node.children
        name, value = (node.child_by_field_name(f) for f in ("name", "value"))
        called = value if node.type == "variable_declarator" and value is not None else node
        parameters = called.child_by_field_name("parameters") or (
            called.child_by_field_name("parameter") if called is value else None
        )
        if name is not None and parameters is not None:
            yield f"{parsed.source(name)}{_one_line(parsed, parameters)}"
        elif node.type.endswith(("class_declaration", "type_declaration")):
            yield f"{node.type} {parsed.source(name) if name is not None else ''}"
        elif "export" in node.type:
            yield f"{node.type} {_exported(parsed, node)}"


def _exported(parsed: SyntaxTree, node: Node) -> str:
    """What an export names; that it exports something, where it names nothing."""
    declared = node.child_by_field_name("declaration")
    if declared is None:
        return _one_line(parsed, node) if node.type == "export_specifier" else ""
    names = [declared, *declared.named_children]
    found = (n.child_by_field_name("name") for n in names)
    return " ".join(parsed.source(n) for n in found if n is not None)


def _one_line(parsed: SyntaxTree, node: Node) -> str:
    return " ".join(parsed.source(node).split())


def _python(tree: ast.Module) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, Function):
            args = node.args
            names = [a.arg for a in (*args.posonlyargs, *args.args)]
            rest = sorted(a.arg for a in args.kwonlyargs)
            stars = [a.arg for a in (args.vararg, args.kwarg) if a]
            counts = len(args.defaults), type(node).__name__
            found[f"{node.name}({names}, {rest}, {stars}, {counts})"] += 1
        elif isinstance(node, ast.ClassDef):
            found[f"class {node.name}"] += 1
    return found
