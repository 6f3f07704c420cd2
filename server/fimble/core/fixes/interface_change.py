"""What other files would notice of a change: names and parameters that are not what they were."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from fimble.core.refactor.python import scopes
from fimble.core.text import python
from fimble.core.text.python import Definition, Function, Source, blocks

_CONSTRUCTORS = ("__init__", "__new__")


@dataclass(frozen=True)
class Signature:
    """The parameters of a function that callers see; of a class those of its constructor.

    Attributes:
        positional: Those that take a place, in order.
        keyword: Those that take a keyword only.
    """

    positional: tuple[str, ...] = ()
    keyword: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """A function, class, variable or import that is not what it was.

    Attributes:
        name: Its name before.
        words: Parameters that are gone, if it is still there.
        places: Whether arguments without a keyword may arrive elsewhere, or it is gone itself.
        exact: Whether only those use it that take it from its module: a variable, an import, what
            begins with an underscore. Others are used wherever the word stands.
    """

    name: str
    words: frozenset[str]
    places: bool
    exact: bool = False

    def breaks(self, text: str, module: str = "") -> bool:
        """Whether another file uses what has changed; in doubt it does.

        Args:
            text: The other file.
            module: The last part of the name of the module that has changed.
        """
        if not re.search(rf"\b{self.name}\b", text):
            return False
        if self.exact:
            return _takes(text, module, self.name) if module else False
        if self.places:
            return True
        given = any(re.search(rf"\b{word}\s*=(?!=)", text) for word in self.words)
        return bool(self.words) and (given or _hands_on(text, self.name))


def changes(before: Source, after: Source) -> Iterator[Change]:
    """Every change of what other files can see."""
    new = _interface(after)
    for name, signatures in _interface(before).items():
        now, exact = new.get(name, []), name.startswith("_")
        if len(now) < len(signatures):
            yield Change(name, frozenset(), places=True, exact=exact)
        for was, now_is in zip(signatures, now, strict=False):
            if was != now_is:
                yield _change(name, was, now_is, exact=exact)
    kept = scopes.of_source(after).module.bound
    for name in sorted(scopes.of_source(before).module.bound - kept - _interface(before).keys()):
        yield Change(name, frozenset(), places=True, exact=True)


def named_after(name: str, text: str) -> set[str]:
    """Other names by which a file may call a class: of a subclass, another name for it."""
    word = rf"\b{re.escape(name)}\b"
    patterns = (
        rf"\bclass\s+(\w+)\s*\([^)]*{word}",
        rf"^\s*(\w+)\s*(?::[^=\n]*)?=\s*(?:\w+\.)*{word}\s*$",
        rf"{word}\s+as\s+(\w+)",
    )
    return {found for pattern in patterns for found in re.findall(pattern, text, re.MULTILINE)}


def _change(name: str, was: Signature, now: Signature, *, exact: bool) -> Change:
    lost = {*was.positional, *was.keyword} - {*now.positional, *now.keyword}
    places = zip_longest(was.positional, now.positional[: len(was.positional)])
    moved = any(word != there and (word not in lost or there is None) for word, there in places)
    return Change(name, frozenset(lost), moved, exact)


def _interface(source: Source) -> dict[str, list[Signature]]:
    """The functions, methods and classes that other files may use, by name."""
    found: dict[str, list[Signature]] = {}
    classes: dict[str, list[Signature]] = {}
    for node in _seen(source.tree):
        if isinstance(node, ast.ClassDef):
            bases = [b.id for b in node.bases if isinstance(b, ast.Name)]
            inherited = [s for base in bases for s in classes.get(base, [])]
            made = (s for s in node.body if isinstance(s, Function) and s.name in _CONSTRUCTORS)
            own = [_signature(s) for s in made]
            classes[node.name] = own or inherited
            found.setdefault(node.name, []).extend(own or inherited or [Signature()])
        elif not node.name.startswith("__"):
            found.setdefault(node.name, []).append(_signature(node))
    return found


def _seen(node: ast.AST) -> Iterator[Definition]:
    """The definitions of a module and of its classes, not those inside functions."""
    for block in blocks(node):
        for statement in block:
            if isinstance(statement, Definition):
                yield statement
            if not isinstance(statement, Function):
                yield from _seen(statement)


def _signature(node: Function) -> Signature:
    args = node.args
    positional = tuple(a.arg for a in (*args.posonlyargs, *args.args))
    return Signature(positional, frozenset(a.arg for a in args.kwonlyargs))


def _takes(text: str, module: str, name: str) -> bool:
    """Whether a file takes a name from a module, by whatever way leads there."""
    source = python.parse(text)
    if source is None:
        return re.search(rf"\b{module}\b", text) is not None
    known = {module}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            last = (node.module or "").rpartition(".")[2]
            here = last == module or (node.level and not node.module)
            if here and names & {name, "*"}:
                return True
        if isinstance(node, ast.Import | ast.ImportFrom):
            known |= {
                alias.asname
                for alias in node.names
                if alias.asname and alias.name.rpartition(".")[2] == module
            }
    words = "|".join(map(re.escape, sorted(known)))
    return re.search(rf"\b(?:{words})\s*\.\s*{name}\b", text) is not None


def _hands_on(text: str, name: str) -> bool:
    """Whether a file passes a function to others, or passes it keywords that cannot be seen."""
    source = python.parse(text)
    if source is None or re.search(rf"\b{name}\([^()]*\*\*", text):
        return True
    used = [
        node
        for node in ast.walk(source.tree)
        if name in (getattr(node, "id", ""), getattr(node, "attr", ""))
    ]
    return not all(_is_plain_use(source, node) for node in used)


def _is_plain_use(source: Source, node: ast.AST) -> bool:
    """Whether a name is called, descended from, looked into, or says of what type something is."""
    parent = source.parents.get(node)
    if isinstance(parent, ast.Call):
        return parent.func is node or getattr(parent.func, "id", "") in ("isinstance", "issubclass")
    if isinstance(parent, ast.ClassDef):
        return node not in parent.decorator_list
    hints = (getattr(parent, "annotation", None), getattr(parent, "returns", None))
    return node in hints or isinstance(
        parent, ast.Attribute | ast.Raise | ast.ExceptHandler | ast.Subscript
    )
