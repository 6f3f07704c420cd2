"""Which name of a Python module means which variable (the rules of its reference, 4.2.2)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from fimble.core.text.python import Function, Source

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(eq=False)
class Scope:
    """A module, class, function, lambda or comprehension.

    Attributes:
        node: Its node.
        parent: The scope around it, None for the module.
        bound: Names that it binds.
        outer: Names that it declares global or nonlocal, with that word.
    """

    node: ast.AST
    parent: Scope | None
    bound: set[str] = field(default_factory=set)
    outer: dict[str, str] = field(default_factory=dict)

    @property
    def is_class(self) -> bool:
        """Whether names in functions below do not see it."""
        return isinstance(self.node, ast.ClassDef)

    def around(self) -> Iterator[Scope]:
        """The scope and those around it, innermost first."""
        current: Scope | None = self
        while current is not None:
            yield current
            current = current.parent


@dataclass(frozen=True)
class Occurrence:
    """A name at a place.

    Attributes:
        name: The name.
        start: Where it stands; -1 where that is not known (inside some f-strings).
        scope: The scope that it is written in.
        binds: Whether it gives the variable a value, declares or deletes it.
    """

    name: str
    start: int
    scope: Scope
    binds: bool


class Scopes(ast.NodeVisitor):
    """All occurrences of names in a source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.module = Scope(source.tree, None)
        self.all = [self.module]
        self.occurrences: list[Occurrence] = []
        self._scope = self.module
        self.visit(source.tree)

    def owner(self, occurrence: Occurrence) -> Scope | None:
        """The scope whose variable it is; None for a builtin or an undefined name."""
        return self.resolve(occurrence.name, occurrence.scope)

    def resolve(self, name: str, scope: Scope) -> Scope | None:
        """The scope whose variable `name` is when it is used in `scope`."""
        if scope.outer.get(name) == "global":
            return self.module if name in self.module.bound else None
        for current in scope.around():
            hidden = current.is_class and current is not scope
            if name in current.bound and name not in current.outer and not hidden:
                return current
        return None

    def of_variable(self, name: str, owner: Scope) -> list[Occurrence]:
        """Every occurrence of a variable."""
        return [o for o in self.occurrences if o.name == name and self.owner(o) is owner]

    def visible(self, scope: Scope) -> set[str]:
        """The names of the module that can be used in `scope`."""
        seen = (s for s in scope.around() if s is scope or not s.is_class)
        return set[str]().union(*(s.bound for s in seen))

    def scope_at(self, node: ast.AST) -> Scope:
        """The scope that a function, class, lambda, comprehension or the module opens."""
        return next((scope for scope in self.all if scope.node is node), self.module)

    def of_statement(self, statement: ast.stmt) -> Scope:
        """The scope that a statement of the source stands in."""
        node = self.source.owner(statement)
        return self.module if node is None else self.scope_at(node)

    def _add(self, name: str, start: int, binds: bool = False) -> None:
        if not self.source.text.startswith(name, max(start, 0)):
            start = -1
        if binds:
            self._target(name).bound.add(name)
        self.occurrences.append(Occurrence(name, start, self._scope, binds))

    def _target(self, name: str) -> Scope:
        return self.module if self._scope.outer.get(name) == "global" else self._scope

    def _find(self, name: str, start: int, end: int) -> int:
        match = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)").search(self.source.text, start, end)
        return match.start() if match else -1

    def generic_visit(self, node: ast.AST) -> None:  # noqa: D102
        for child in ast.iter_child_nodes(node):
            if child._fields and not isinstance(child, ast.Constant):
                self.visit(child)

    def visit_Name(self, node: ast.Name) -> None:  # noqa: D102
        self._add(node.id, self.source.span(node)[0], not isinstance(node.ctx, ast.Load))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:  # noqa: D102
        if isinstance(node.target, ast.Name):
            self._add(node.target.id, self.source.span(node.target)[0])
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: D102
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:  # noqa: D102
        self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:  # noqa: D102
        self._outside(node.args)
        self._inside(node, node.args, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: D102
        self._name_of(node)
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        self._inside(node, None, node.body)

    def visit_ListComp(self, node: ast.ListComp) -> None:  # noqa: D102
        self._comprehension(node, [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:  # noqa: D102
        self._comprehension(node, [node.elt])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:  # noqa: D102
        self._comprehension(node, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:  # noqa: D102
        self._comprehension(node, [node.key, node.value])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:  # noqa: D102
        inner = self._scope
        while isinstance(self._scope.node, _COMPREHENSIONS) and self._scope.parent:
            self._scope = self._scope.parent
        self.visit(node.target)
        self._scope = inner
        self.visit(node.value)

    def visit_Global(self, node: ast.Global) -> None:  # noqa: D102
        self._declare(node, node.names, "global")

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:  # noqa: D102
        self._declare(node, node.names, "nonlocal")

    def visit_alias(self, node: ast.alias) -> None:  # noqa: D102
        start, end = self.source.span(node)
        if node.asname:
            self._add(node.asname, end - len(node.asname), True)
        elif node.name != "*":
            self._add(node.name.split(".")[0], start, True)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:  # noqa: D102
        if node.name and node.type:
            body = self.source.span(node.body[0])[0]
            self._add(node.name, self._find(node.name, self.source.end(node.type), body), True)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:  # noqa: D102
        self.generic_visit(node)
        if node.name:
            self._add(node.name, self.source.end(node) - len(node.name), True)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:  # noqa: D102
        if node.name:
            self._add(node.name, self.source.end(node) - len(node.name), True)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:  # noqa: D102
        self.generic_visit(node)
        if node.rest:
            self._add(node.rest, self._find(node.rest, *self.source.span(node)), True)

    def _function(self, node: Function) -> None:
        self._name_of(node)
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._outside(node.args)
        if node.returns:
            self.visit(node.returns)
        self._inside(node, node.args, node.body)

    def _name_of(self, node: Function | ast.ClassDef) -> None:
        line = self.source.offset(node.lineno, node.col_offset)
        word = "class" if isinstance(node, ast.ClassDef) else "def"
        start = self._find(word, line, len(self.source.text)) + len(word)
        self._add(node.name, self._find(node.name, start, len(self.source.text)), True)

    def _outside(self, args: ast.arguments) -> None:
        """Defaults and annotations belong to the scope around."""
        for default in (*args.defaults, *args.kw_defaults):
            if default is not None:
                self.visit(default)
        for arg in _arguments(args):
            if arg.annotation:
                self.visit(arg.annotation)

    def _inside(
        self, node: ast.AST, args: ast.arguments | None, body: list[ast.stmt] | list[ast.expr]
    ) -> None:
        outer, self._scope = self._scope, Scope(node, self._scope)
        self.all.append(self._scope)
        for arg in _arguments(args) if args else ():
            self._add(arg.arg, self.source.span(arg)[0], True)
        for part in body:
            self.visit(part)
        self._scope = outer

    def _comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        results: list[ast.expr],
    ) -> None:
        self.visit(node.generators[0].iter)
        outer, self._scope = self._scope, Scope(node, self._scope)
        self.all.append(self._scope)
        for number, generator in enumerate(node.generators):
            self.visit(generator.target)
            for part in (*([generator.iter] if number else []), *generator.ifs):
                self.visit(part)
        for part in results:
            self.visit(part)
        self._scope = outer

    def _declare(self, node: ast.Global | ast.Nonlocal, names: list[str], word: str) -> None:
        start, end = self.source.span(node)
        for name in names:
            self._scope.outer[name] = word
            self.occurrences.append(
                Occurrence(name, self._find(name, start + len(word), end), self._scope, False)
            )


def _arguments(args: ast.arguments) -> list[ast.arg]:
    rest = [arg for arg in (args.vararg, args.kwarg) if arg]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *rest]


@lru_cache(maxsize=4)
def of_source(source: Source) -> Scopes:
    """The names of a source; the latest few are kept."""
    return Scopes(source)
