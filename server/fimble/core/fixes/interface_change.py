"""What callers in other files would notice of a fix: names and parameters that have changed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from fimble.core.python import Definition, Source


@dataclass(frozen=True)
class Signature:
    """The parameters of a function that callers see; none of a class.

    Attributes:
        positional: Those that take a place, in order.
        keyword: Those that take a keyword only.
    """

    positional: tuple[str, ...] = ()
    keyword: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """A public function or class that is not what it was.

    Attributes:
        name: Its name before.
        words: Parameters that are gone, if it is still there.
        places: Whether arguments without a keyword may arrive elsewhere, or it is gone itself.
    """

    name: str
    words: frozenset[str]
    places: bool

    def breaks(self, text: str) -> bool:
        """Whether another file uses what has changed; it reads words, so it may see too much."""
        if not re.search(rf"\b{self.name}\b", text):
            return False
        return self.places or any(re.search(rf"\b{word}\s*=(?!=)", text) for word in self.words)


def changes(before: Source, after: Source) -> Iterator[Change]:
    """Every change of the public functions and classes of a file."""
    new = _interface(after)
    for name, signatures in _interface(before).items():
        now = new.get(name, [])
        if len(now) < len(signatures):
            yield Change(name, frozenset(), places=True)
        for was, now_is in zip(signatures, now, strict=False):
            if was != now_is:
                yield _change(name, was, now_is)


def _change(name: str, was: Signature, now: Signature) -> Change:
    lost = {*was.positional, *was.keyword} - {*now.positional, *now.keyword}
    places = zip_longest(was.positional, now.positional[: len(was.positional)])
    moved = any(word != there and (word not in lost or there is None) for word, there in places)
    return Change(name, frozenset(lost), moved)


def _interface(source: Source) -> dict[str, list[Signature]]:
    """The functions and classes that other files may use, by name."""
    found: dict[str, list[Signature]] = {}
    for node in ast.walk(source.tree):
        if isinstance(node, Definition) and not node.name.startswith("_"):
            found.setdefault(node.name, []).append(_signature(node))
    return found


def _signature(node: Definition) -> Signature:
    if isinstance(node, ast.ClassDef):
        return Signature()
    args = node.args
    positional = tuple(a.arg for a in (*args.posonlyargs, *args.args))
    return Signature(positional, frozenset(a.arg for a in args.kwonlyargs))
