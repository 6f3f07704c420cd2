"""What other code can see of a piece of code: names, parameters, exports."""

from __future__ import annotations

import ast
from collections import Counter

from fimble.core import python, syntax
from fimble.core.python import Function


def interface(language_id: str, text: str) -> Counter[str] | None:
    """The definitions of a text with their parameters, and its exports; None without a tree."""
    if language_id == "python":
        source = python.parse(text)
        return None if source is None else _python(source.tree)
    parsed = syntax.parse(language_id, text)
    if parsed is None:
        return None
    found: Counter[str] = Counter()
    stack = [parsed.root]
    while stack:
        node = stack.pop()
        name, parameters = (node.child_by_field_name(f) for f in ("name", "parameters"))
        if name is not None and parameters is not None:
            found[f"{parsed.source(name)}{parsed.source(parameters)}"] += 1
        elif "export" in node.type or node.type.endswith(("class_declaration", "type_declaration")):
            found[f"{node.type} {parsed.source(name) if name else ''}"] += 1
        stack += node.children
    return found


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
