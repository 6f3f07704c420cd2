"""The classes of a Python file: how they descend, and whose object a name holds."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from fimble.core.refactor.python.scopes import Occurrence, Scope, Scopes
from fimble.core.text.python import Function

_PLAIN = frozenset({"object", "ABC", "Generic", "NamedTuple"})
"""Bases that call no method which they do not know."""


class Classes:
    """What is known of the classes of a file.

    Args:
        scopes: The names of the file.
    """

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes
        self._source = scopes.source
        self.all = [n for n in scopes.source.nodes if isinstance(n, ast.ClassDef)]
        self._places = {o.start: o for o in scopes.occurrences}

    def bases(self, class_of: ast.ClassDef) -> list[ast.ClassDef | None]:
        """The base classes, None for one that the file does not define."""
        return [self.of_name(base) for base in class_of.bases]

    def has_known_bases(self, class_of: ast.ClassDef) -> bool:
        """Whether every class above is of this file, or does nothing with what it does not know."""
        return all(
            not c.keywords
            and not c.decorator_list
            and all(self.of_name(base) is not None or _is_plain(base) for base in c.bases)
            for c in (class_of, *self.above(class_of))
        )

    def above(self, class_of: ast.ClassDef) -> set[ast.ClassDef]:
        """The classes that a class descends from, of this file."""
        found, todo = set[ast.ClassDef](), [class_of]
        while todo:
            new = {base for base in self.bases(todo.pop()) if base is not None} - found
            found |= new
            todo += new
        return found

    def below(self, class_of: ast.ClassDef) -> list[ast.ClassDef]:
        """The classes of this file that descend from a class."""
        return [c for c in self.all if c is not class_of and class_of in self.above(c)]

    def method(self, class_of: ast.ClassDef, name: str) -> Function | None:
        """A class's own method of a name."""
        found = (n for n in ast.walk(class_of) if isinstance(n, Function) and n.name == name)
        return next((n for n in found if self._source.owner(n) is class_of), None)

    def of_name(self, node: ast.expr) -> ast.ClassDef | None:
        """The class of this file that a name means; None if it is set more than once."""
        if isinstance(node, ast.Subscript):
            return self.of_name(node.value)
        sets = self._sets(node)
        if len(sets) != 1:
            return None
        return next((c for c in self.all if self._is_named_at(c, sets[0])), None)

    def _is_named_at(self, class_of: ast.ClassDef, place: Occurrence) -> bool:
        home = self._scopes.of_statement(class_of)
        return class_of.name == place.name and self._scopes.owner(place) is home

    def class_of(self, node: ast.expr) -> ast.ClassDef | None:
        """The class of this file whose object, or which itself, an expression is."""
        if isinstance(node, ast.Call):
            return self.of_name(node.func)
        if not isinstance(node, ast.Name):
            return None
        found = self.of_name(node) or self.of_self(node)
        sets = self._sets(node)
        if found is not None or len(sets) != 1:
            return found
        return self._given(sets[0])

    def _given(self, place: Occurrence) -> ast.ClassDef | None:
        """The class whose object a variable gets by the only assignment, or its annotation."""
        around = self._source.around(place.start, place.start + len(place.name))
        node = next((n for n in around if isinstance(n, ast.arg | ast.stmt)), None)
        if isinstance(node, ast.arg):
            return self.of_name(node.annotation) if node.annotation else None
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            plain = len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
            return self.of_name(node.value.func) if plain else None
        return None

    def of_self(self, node: ast.Name) -> ast.ClassDef | None:
        """The class of the method whose first parameter a name is."""
        sets = self._sets(node)
        function = sets[0].scope.node if len(sets) == 1 else None
        if not isinstance(function, Function):
            return None
        first = next(iter((*function.args.posonlyargs, *function.args.args)), None)
        static = any(getattr(d, "id", "") == "staticmethod" for d in function.decorator_list)
        owner = self._source.owner(function)
        own = first is not None and self._source.span(first)[0] == sets[0].start
        return owner if own and not static and isinstance(owner, ast.ClassDef) else None

    def imported(self, node: ast.Name) -> str:
        """The module that a name comes from, "" if it is not imported."""
        return next((module for module, _ in self._imports(node)), "")

    def is_module(self, node: ast.Name) -> bool:
        """Whether a name is that of an imported module."""
        return any(whole for _, whole in self._imports(node))

    def scope_of(self, node: ast.Name) -> Scope:
        """The scope that a name is written in."""
        place = self._places.get(self._source.span(node)[0])
        return place.scope if place is not None else self._scopes.module

    def _imports(self, node: ast.Name) -> Iterator[tuple[str, bool]]:
        for place in self._sets(node):
            statement = self._source.statement(place.start, place.start + len(place.name))
            if isinstance(statement, ast.Import):
                yield statement.names[0].name, True
            elif isinstance(statement, ast.ImportFrom):
                yield "." * statement.level + (statement.module or ""), False

    def _sets(self, node: ast.expr) -> list[Occurrence]:
        """Where the variable of a name gets a value."""
        if not isinstance(node, ast.Name):
            return []
        owner = self._scopes.resolve(node.id, self.scope_of(node))
        places = self._scopes.of_variable(node.id, owner) if owner is not None else []
        return [o for o in places if o.binds]

    def around(self, node: ast.AST) -> ast.ClassDef | None:
        """The class in whose method a node stands."""
        function = self._source.owner(node)
        owner = self._source.owner(function) if isinstance(function, Function) else None
        return owner if isinstance(owner, ast.ClassDef) else None


def _is_plain(base: ast.expr) -> bool:
    inner = base.value if isinstance(base, ast.Subscript) else base
    name = inner.id if isinstance(inner, ast.Name) else getattr(inner, "attr", "")
    builtin = getattr(builtins, name, None)
    error = isinstance(builtin, type) and issubclass(builtin, BaseException)
    return name in _PLAIN or error
