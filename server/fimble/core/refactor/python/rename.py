"""Renames a variable: every occurrence, and nothing else."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable

from fimble.core.refactor.python.callers import Caller, callers
from fimble.core.refactor.python.free_names import DYNAMIC, is_below
from fimble.core.refactor.python.scopes import Occurrence, Scope, Scopes
from fimble.core.text.python import Definition, Function, Source
from fimble.core.text.snapshot import Edit

_CONSUMERS = frozenset({"map", "filter", "sorted", "min", "max", "sort", "reduce", "groupby"})
"""They call a function without keywords."""
_SHOWN = re.compile(r"[)\s]*=\s*(?:![rsa]\s*)?[:}]")


def rename(scopes: Scopes, start: int, new: str) -> tuple[Edit, ...] | None:
    """The edits that rename the variable at `start`.

    Returns:
        None if it cannot be renamed (`refusal` says why) or if `new` would mean something else in
        one of its scopes. Keyword arguments of the calls of a function follow its parameter.
    """
    found = variable(scopes, start)
    if isinstance(found, str) or not is_free(scopes, *found, new):
        return None
    if _refusal(scopes, *found):
        return None
    arguments = keywords(scopes, *found, new)
    if isinstance(arguments, str):
        return None
    return tuple(sorted({*own(scopes, *found, new), *arguments}, key=lambda e: e.start))


def is_free(scopes: Scopes, here: Occurrence, owner: Scope, new: str) -> bool:
    """Whether `new` can be a variable's name and means nothing yet where the variable is used."""
    if not _usable(new) or new.startswith("__"):
        return False
    places = scopes.of_variable(here.name, owner)
    taken = any(scopes.resolve(new, o.scope) is not None for o in places)
    return not taken and not any(
        o.name == new and is_below(o.scope, owner) for o in scopes.occurrences
    )


def own(scopes: Scopes, here: Occurrence, owner: Scope, new: str) -> list[Edit]:
    """The edits of a variable's own occurrences."""
    aliases = {scopes.source.span(n)[0] for n in _plain_aliases(scopes.source, here.name)}
    places = scopes.of_variable(here.name, owner)
    return [_edit(o, new, alias=o.start in aliases) for o in places]


def snake(name: str) -> str:
    """`someName` and `HTTPName` as `some_name` and `http_name`."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z])([A-Z][a-z])", r"\1_\2", parted).lower()


def refusal(scopes: Scopes, start: int) -> str:
    """Why the variable at `start` cannot be renamed, whatever the new name is; "" if it can.

    A string may name it (`__all__`, `locals()`, an annotation in quotes), a formatted string may
    show its name, it is a function or class and the file asks some for their `__name__`, an
    occurrence cannot be placed, or it is a parameter and it cannot be seen who gives it by keyword.
    """
    found = variable(scopes, start)
    return found if isinstance(found, str) else _refusal(scopes, *found)


def variable(scopes: Scopes, start: int) -> tuple[Occurrence, Scope] | str:
    """The variable whose name begins at `start`, and the scope that it belongs to; or why none."""
    here = next((o for o in scopes.occurrences if o.start == start), None)
    owner = scopes.owner(here) if here else None
    if here is None or owner is None:
        return "There is no variable of this file at the cursor."
    return here, owner


def _refusal(scopes: Scopes, here: Occurrence, owner: Scope) -> str:
    name = here.name
    places = scopes.of_variable(name, owner)
    if dynamic(scopes, name, owner) or _is_in_quotes(scopes.source, name):
        return f"`{name}` may be read by its name."
    if _is_asked(scopes, name):
        return f"The file asks functions or classes for their names, and `{name}` may be one."
    if shows_name(scopes.source, places):
        return f"A formatted string shows the name `{name}`."
    ambiguous = unclear(scopes, here, owner)
    if ambiguous:
        return ambiguous
    arguments = keywords(scopes, here, owner, name)
    return f"`{name}` is a parameter: {arguments}." if isinstance(arguments, str) else ""


def unclear(scopes: Scopes, here: Occurrence, owner: Scope) -> str:
    """Why it cannot be told what of the text is the variable, "" if it can."""
    name = here.name
    places = scopes.of_variable(name, owner)
    if any(o.start < 0 for o in places):
        return f"It is not clear where `{name}` stands in a formatted string."
    if _is_private(name) and any(s.is_class for o in places for s in o.scope.around()):
        return f"`{name}` means something else inside of a class."
    if {o.start for o in places} & _packages(scopes.source, name):
        return f"`{name}` is the package of a module that is imported."
    return ""


def _edit(place: Occurrence, new: str, *, alias: bool) -> Edit:
    """A new name at a place; an import gets it as its alias."""
    end = place.start + len(place.name)
    return Edit(place.start, end, f"{place.name} as {new}" if alias else new)


def _plain_aliases(source: Source, name: str) -> list[ast.alias]:
    return [
        n for n in source.nodes if isinstance(n, ast.alias) and n.asname is None and n.name == name
    ]


def _packages(source: Source, name: str) -> set[int]:
    """Where a name is the `os` of `import os.path`."""
    return {
        source.span(n)[0]
        for n in source.nodes
        if isinstance(n, ast.alias) and n.asname is None and n.name.startswith(f"{name}.")
    }


def _usable(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and name not in dir(builtins)


def _is_private(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__")


def dynamic(scopes: Scopes, name: str, owner: Scope) -> bool:
    """Whether code may reach the variable by a string."""
    for node in ast.walk(owner.node):
        if isinstance(node, ast.Name) and node.id in DYNAMIC:
            return True
        if owner is scopes.module and _exports(node, name):
            return True
    return owner.is_class


def shows_name(source: Source, places: Iterable[Occurrence]) -> bool:
    """Whether one of some names stands in a `{...=}` of a formatted string, which shows it."""
    spans = [
        source.span(node.value)
        for node in source.nodes
        if isinstance(node, ast.FormattedValue)
        and _SHOWN.match(source.text, source.end(node.value))
    ]
    return any(start <= o.start < end for o in places for start, end in spans)


def _is_in_quotes(source: Source, name: str) -> bool:
    """Whether an annotation in quotes has the name."""
    for node in source.nodes:
        for hint in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            for part in ast.walk(hint) if isinstance(hint, ast.AST) else ():
                value = part.value if isinstance(part, ast.Constant) else None
                if isinstance(value, str) and re.search(rf"\b{re.escape(name)}\b", value):
                    return True
    return False


def _is_asked(scopes: Scopes, name: str) -> bool:
    """Whether functions or classes of the file show their names, and this may be one."""
    if not re.search(r"""(?:\.|["'])__(?:qual)?name__\b(?!["']? *[=!]=)""", scopes.source.text):
        return False
    nodes = scopes.source.nodes
    return any(isinstance(n, Definition) and n.name == name for n in nodes)


def _exports(node: ast.AST, name: str) -> bool:
    """Whether a node lists the name in `__all__`, or looks names up by a string."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        listed = any(isinstance(t, ast.Name) and t.id == "__all__" for t in targets)
        return listed and any(
            isinstance(n, ast.Constant) and n.value == name for n in ast.walk(node)
        )
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Name) and called.id == "globals"


def keywords(scopes: Scopes, here: Occurrence, owner: Scope, new: str) -> list[Edit] | str:
    """Keyword arguments of calls to a function whose parameter is renamed, or why not."""
    name, node = here.name, owner.node
    if not isinstance(node, Function | ast.Lambda):
        return []
    args = node.args
    if name not in {a.arg for a in (*args.args, *args.kwonlyargs)}:
        return []
    if isinstance(node, ast.Lambda):
        positional = is_called_by_position(scopes.source, node)
        return [] if positional else "a lambda may be called by keyword"
    if node.args.args[:1] and node.args.args[0].arg in ("self", "cls") and name in ("self", "cls"):
        return []
    found = callers(scopes, node)
    if isinstance(found, str):
        return found
    return _renamed(scopes.source, found, name, new, open_=args.kwarg is not None)


def _renamed(
    source: Source, found: tuple[Caller, ...], name: str, new: str, *, open_: bool
) -> list[Edit] | str:
    edits = list[Edit]()
    for caller in found:
        for argument in caller.call.keywords:
            if argument.arg is None:
                return "a call passes keywords that cannot be seen"
            if argument.arg == name and not caller.sure:
                return f"it is not clear what `{source.of(caller.call.func)}` is"
            if argument.arg == new != name and open_:
                return f"a call passes `{new}` already"
            if argument.arg == name:
                start = source.span(argument)[0]
                edits.append(Edit(start, start + len(name), new))
    return edits


def is_called_by_position(source: Source, node: ast.Lambda) -> bool:
    """Whether a lambda is called where it stands, or by what passes no keywords."""
    parent = source.parents.get(node)
    if isinstance(parent, ast.keyword) and parent.arg == "key":
        parent = source.parents.get(parent)
    if not isinstance(parent, ast.Call):
        return False
    if parent.func is node:
        return not parent.keywords
    return getattr(parent.func, "attr", getattr(parent.func, "id", "")) in _CONSUMERS
