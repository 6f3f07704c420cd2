"""Which calls of a Python file call a function, and which may.

A method is called by whatever object has its name; a constructor by its class, by `cls`, by its
subclasses. What is handed on as a value may be called anywhere. Where that cannot be told apart
the reason is said, and whoever asks leaves the function as it is.
"""

from __future__ import annotations

import ast
import builtins
import sys
from dataclasses import dataclass
from enum import Enum

from fimble.core.refactor.python.classes import Classes
from fimble.core.refactor.python.scopes import Scope, Scopes
from fimble.core.text.python import Function, Source

_HARMLESS = frozenset(
    [
        "staticmethod",
        "classmethod",
        "override",
        "final",
        "abstractmethod",
        "cache",
        "lru_cache",
        "contextmanager",
        "asynccontextmanager",
    ]
)
"""Decorators that call a function with the arguments that they are given."""
_LOOKED_AT = frozenset({"__name__", "__doc__", "__module__", "cache_clear", "cache_info"})
"""Attributes of a function that do not call it."""
_CONSTRUCTORS = ("__init__", "__new__")
_CHECKS = frozenset({"isinstance", "issubclass"})


class Target(Enum):
    """What a call calls, seen from one function."""

    OURS = "ours"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Caller:
    """A call of a function, or one that may be.

    Attributes:
        call: The call.
        shift: How many parameters have their arguments already: 1 for `self`.
        sure: Whether it does call the function.
    """

    call: ast.Call
    shift: int
    sure: bool


def callers(
    scopes: Scopes, function: Function, *, by_hand: bool = False
) -> tuple[Caller, ...] | str:
    """Every call in the file that calls a function or may do so, or why they cannot be told.

    Args:
        scopes: The names of the file.
        function: The function.
        by_hand: Whether the function has been changed already, so that it does not matter who else
            may call it: only what these calls call.
    """
    source = scopes.source
    names = {
        getattr(d, "attr", getattr(d, "id", "")) for d in map(_called, function.decorator_list)
    }
    if not names <= _HARMLESS:
        return f"a decorator of `{function.name}` may call it"
    if function.name.startswith("test"):
        return "the parameters of a test are the names of its fixtures"
    class_of = source.parents.get(function)
    constructor = isinstance(class_of, ast.ClassDef) and function.name in _CONSTRUCTORS
    shown = class_of.name if constructor and isinstance(class_of, ast.ClassDef) else function.name
    strings = (n for n in source.nodes if isinstance(n, ast.Constant))
    if not by_hand and any(n.value == shown for n in strings):
        return f"a string names `{shown}`"
    if isinstance(class_of, ast.ClassDef):
        return _Methods(scopes, class_of, function).callers(by_hand=by_hand)
    if scopes.of_statement(function).is_class:
        return f"it is not clear what calls `{function.name}`"
    return _plain(scopes, function)


def _called(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator


def _plain(scopes: Scopes, function: Function) -> tuple[Caller, ...] | str:
    """The callers by a function's own name: all that its variable is used for."""
    home = scopes.of_statement(function)
    if len([o for o in scopes.of_variable(function.name, home) if o.binds]) > 1:
        return f"`{function.name}` is set more than once"
    if any(o.start < 0 for o in scopes.of_variable(function.name, home)):
        return f"it is not clear what calls `{function.name}`"
    found = list[Caller]()
    for node in _reads(scopes, function.name, home):
        parent = scopes.source.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            found.append(Caller(parent, 0, sure=True))
        elif not (isinstance(parent, ast.Attribute) and parent.attr in _LOOKED_AT):
            return f"`{function.name}` is handed on, so a call of it may be elsewhere"
    return tuple(found)


def _reads(scopes: Scopes, name: str, owner: Scope) -> list[ast.Name]:
    """The places that read a variable."""
    starts = {o.start for o in scopes.of_variable(name, owner) if not o.binds}
    return [
        node
        for node in scopes.source.nodes
        if isinstance(node, ast.Name) and node.id == name and scopes.source.span(node)[0] in starts
    ]


def is_annotation(source: Source, node: ast.AST) -> bool:
    """Whether a node is a part of an annotation, or of what is in brackets behind a base class."""
    parent = source.parents.get(node)
    while isinstance(parent, ast.expr):
        node, parent = parent, source.parents.get(parent)
    hints = (getattr(parent, "annotation", None), getattr(parent, "returns", None))
    return node in hints or isinstance(parent, ast.ClassDef)


class _Methods:
    """The callers of one method of a class."""

    def __init__(self, scopes: Scopes, owner: ast.ClassDef, function: Function) -> None:
        self._scopes = scopes
        self._source: Source = scopes.source
        self._owner = owner
        self._function = function
        self._known = Classes(scopes)
        self._family = {owner, *self._known.below(owner)}

    def callers(self, *, by_hand: bool) -> tuple[Caller, ...] | str:
        name, owner = self._function.name, self._owner
        if not by_hand and not self._known.has_known_bases(owner):
            return f"a base class of `{owner.name}` may call it"
        above = self._known.above(owner)
        relatives = (self._family | above) - {owner}
        if any(self._known.method(relative, name) for relative in relatives):
            return f"`{name}` overrides another one, or is overridden"
        if name == "__call__":
            return f"it cannot be seen who calls an object of `{owner.name}`"
        return self._constructed() if name in _CONSTRUCTORS else self._by_name()

    def _constructed(self) -> tuple[Caller, ...] | str:
        found = list[Caller]()
        for class_of in self._family:
            home = self._scopes.of_statement(class_of)
            for node in _reads(self._scopes, class_of.name, home):
                reason = self._use(class_of, node, found)
                if reason:
                    return reason
        for call in (n for n in self._source.nodes if isinstance(n, ast.Call)):
            if self._makes_own(call.func):
                found.append(Caller(call, 1, sure=True))
            elif self._makes_by_name(call.func):
                direct = isinstance(call.func, ast.Attribute) and self._is_class(call.func.value)
                found.append(Caller(call, 0 if direct else 1, sure=True))
        return tuple(found)

    def _makes_by_name(self, func: ast.expr) -> bool:
        """Whether a callee is `super().__init__` or the like, of the family."""
        if not isinstance(func, ast.Attribute) or func.attr != self._function.name:
            return False
        return self._receiver(func.value) is not Target.OTHER

    def _use(self, class_of: ast.ClassDef, node: ast.Name, found: list[Caller]) -> str:
        """Adds a call of a class; a reason if the class is handed on."""
        parent = self._source.parents.get(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            found.append(Caller(parent, 1, sure=True))
            return ""
        while isinstance(parent, ast.Tuple):
            parent = self._source.parents.get(parent)
        if isinstance(parent, ast.Attribute | ast.ClassDef | ast.Raise | ast.ExceptHandler):
            return ""
        if isinstance(parent, ast.Call) and getattr(parent.func, "id", "") in _CHECKS:
            return ""
        if is_annotation(self._source, node):
            return ""
        return f"`{class_of.name}` is handed on, so a call of it may be elsewhere"

    def _makes_own(self, func: ast.expr) -> bool:
        """Whether a callee is `cls`, `type(self)` or `self.__class__` of the family."""
        if isinstance(func, ast.Call) and getattr(func.func, "id", "") == "type" and func.args:
            return self._is_self(func.args[0])
        if isinstance(func, ast.Attribute) and func.attr == "__class__":
            return self._is_self(func.value)
        return isinstance(func, ast.Name) and func.id == "cls" and self._is_self(func)

    def _by_name(self) -> tuple[Caller, ...] | str:
        beside = _plain(self._scopes, self._function)  # in the class's own body it is a variable
        if isinstance(beside, str):
            return beside
        found = [*beside]
        static = self._decorated("staticmethod")
        bound = self._decorated("classmethod")
        for node in self._source.nodes:
            if not isinstance(node, ast.Attribute) or node.attr != self._function.name:
                continue
            parent = self._source.parents.get(node)
            target = self._receiver(node.value)
            if target is Target.OTHER:
                continue
            if not (isinstance(parent, ast.Call) and parent.func is node):
                return f"`{node.attr}` is handed on, so a call of it may be elsewhere"
            through = self._is_class(node.value) and not bound
            shift = 0 if static or through else 1
            found.append(Caller(parent, shift, sure=target is Target.OURS))
        return tuple(found)

    def _decorated(self, name: str) -> bool:
        return any(getattr(d, "id", "") == name for d in self._function.decorator_list)

    def _is_class(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and self._known.of_name(node) in self._family

    def _is_self(self, node: ast.expr) -> bool:
        """Whether a name is the first parameter of a method of the family."""
        return isinstance(node, ast.Name) and self._known.of_self(node) in self._family

    def _receiver(self, node: ast.expr) -> Target:
        """Whether an object has the method."""
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "super":
            around = self._known.around(node)
            return Target.OURS if around in self._family else Target.OTHER
        if isinstance(node, ast.Constant | ast.JoinedStr | ast.List | ast.Dict | ast.Set):
            return Target.OTHER
        found = self._known.class_of(node)
        if found is not None:
            return Target.OURS if found in self._family else Target.OTHER
        if isinstance(node, ast.Name):
            origin = self._known.imported(node)
            library = origin.split(".")[0] in sys.stdlib_module_names
            if origin and (library or self._known.is_module(node)):
                return Target.OTHER
            unbound = self._scopes.resolve(node.id, self._known.scope_of(node)) is None
            return Target.OTHER if unbound and node.id in dir(builtins) else Target.UNKNOWN
        if isinstance(node, ast.Attribute):
            root: ast.expr = node
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and self._known.is_module(root):
                return Target.OTHER
        return Target.UNKNOWN
