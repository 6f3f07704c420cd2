"""A suggestion that is still right after more typing is not computed again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

from fimble.core.completion import opened
from fimble.core.completion.context import CursorContext

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Suggested(Generic[_Value]):
    """What was suggested at a place.

    Attributes:
        prefix: Text before the cursor then.
        suffix: Text after it.
        text: What was suggested.
        value: What it came from.
    """

    prefix: str
    suffix: str
    text: str
    value: _Value

    def rest(self, context: CursorContext) -> str | None:
        """What is left of the text once its beginning is typed; None if other text was.

        Closers that the editor has added behind the cursor are to be replaced: the rest brings
        them along.
        """
        typed = typed_since(self.prefix, self.suffix, context)
        if typed is None or not self.text.startswith(typed):
            return None
        rest = self.text[len(typed) :]
        closed = "".join(one.opened.end for one in context.read(rest).closed)
        return rest if closed.startswith(self.added(context)) else None

    def added(self, context: CursorContext) -> str:
        """What stands behind the cursor now and did not then."""
        return context.suffix[: len(context.suffix) - len(self.suffix)]


def typed_since(prefix: str, suffix: str, context: CursorContext) -> str | None:
    """What was typed since the cursor stood between `prefix` and `suffix`; None: more changed.

    Closers that an editor adds to typed brackets and quotes are no change.
    """
    if not (context.prefix.startswith(prefix) and context.suffix.endswith(suffix)):
        return None
    typed = context.prefix[len(prefix) :]
    added = context.suffix[: len(context.suffix) - len(suffix)]
    begun = tuple(one for one in context.opened if one.offset >= len(prefix))
    return typed if opened.closing(begun).startswith(added) else None


class ReuseCache(Generic[_Value]):
    """The latest suggestions of each document, least recently used ones dropped.

    Deleting what was typed along a suggestion brings it back: it is found by the prefix it was
    made for, as long as that is the beginning of the present one.
    """

    def __init__(self, documents: int = 16, per_document: int = 8) -> None:
        self._kept: OrderedDict[str, list[Suggested[_Value]]] = OrderedDict()
        self._documents, self._per_document = documents, per_document

    def put(self, uri: str, suggested: Suggested[_Value]) -> None:
        """Keeps a suggestion."""
        kept = self._kept.setdefault(uri, [])
        kept.append(suggested)
        del kept[: -self._per_document]
        self._kept.move_to_end(uri)
        while len(self._kept) > self._documents:
            self._kept.popitem(last=False)

    def find(self, context: CursorContext) -> tuple[Suggested[_Value], str] | None:
        """The latest suggestion that goes on at the cursor, and what is left of it."""
        for suggested in reversed(self._kept.get(context.snapshot.uri, [])):
            rest = suggested.rest(context)
            if rest is not None and (rest.strip() or not suggested.text):
                return suggested, rest
        return None

    def forget(self, uri: str) -> None:
        """Drops a document's suggestions."""
        self._kept.pop(uri, None)
