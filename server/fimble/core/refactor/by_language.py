"""The refactorings of a document, by its language: the structure is sure, the names are not.

A draft is edits with `GAP` where a new name goes; `named` puts it there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol

from fimble.core.refactor.python import (
    classes,
    extract_function,
    extract_variable,
    free_names,
    inline_variable,
    scopes,
)
from fimble.core.refactor.python import rename as renaming
from fimble.core.refactor.scripts import extract_function as script_function
from fimble.core.refactor.scripts import extract_variable as script_variable
from fimble.core.refactor.scripts import inline_variable as script_inline
from fimble.core.refactor.scripts import reading as script_reading
from fimble.core.refactor.scripts import rename as script_rename
from fimble.core.refactor.scripts import scopes as script_scopes
from fimble.core.text import python, syntax
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Edit, Snapshot

Draft = tuple[Edit, ...]
GAP = "\ufffc"
"""Where the name goes, in a draft; no source text holds it."""


@dataclass(frozen=True)
class Variable:
    """A variable that may get another name.

    Attributes:
        name: As it is called now.
        start: Where the scope begins that it belongs to.
        end: Where that ends.
    """

    name: str
    start: int
    end: int


class Refactoring(Protocol):
    """What can be done in one document. A text instead of edits says why it cannot."""

    def extract_function(self, start: int, end: int) -> Draft | str:
        """Moves the selected statements into a function."""

    def extract_variable(self, start: int, end: int) -> Draft | str:
        """Gives the selected expression a name."""

    def inline_variable(self, start: int) -> tuple[str, Draft] | str:
        """Puts the value of the variable at `start` where it is read; with its name."""

    def variable(self, start: int) -> Variable | str:
        """The variable at `start`, if it can be renamed."""

    def rename(self, start: int, new: str) -> Draft:
        """Renames the variable at `start`; no edits if `new` is of no use there."""

    def taken(self) -> AbstractSet[str]:
        """Names that mean something already."""

    def spelled(self, name: str) -> str:
        """A name as the language writes it."""


def of(snapshot: Snapshot) -> Refactoring | str:
    """The refactorings of a document, or why there are none."""
    if snapshot.language_id in script_variable.LANGUAGES:
        parsed = syntax.parse(snapshot.language_id, snapshot.text)
        return "The file is too long." if parsed is None else _Script(parsed)
    if snapshot.language_id != "python":
        return "This works in Python, JavaScript and TypeScript only, so far."
    source = python.parse(snapshot.text)
    return "The file does not parse. Fix that first." if source is None else _Python(source)


def named(draft: Draft, name: str) -> Draft:
    """The edits of a draft."""
    return tuple(Edit(e.start, e.end, e.new_text.replace(GAP, name)) for e in draft)


class _Python:
    def __init__(self, source: python.Source) -> None:
        self._source, self._scopes = source, scopes.of_source(source)

    def extract_function(self, start: int, end: int) -> Draft | str:
        found = extract_function.extractable(self._scopes, start, end)
        if isinstance(found, str):
            return found
        name = f"_{GAP}" if found.method and self._has_unknown_base(found.owner) else GAP
        return extract_function.extract_function(self._scopes, found, name)

    def _has_unknown_base(self, method: python.Function) -> bool:
        """Whether a method's class may have others by names that this file does not show."""
        owner = self._source.parents.get(method)
        known = classes.Classes(self._scopes)
        return isinstance(owner, ast.ClassDef) and not known.has_known_bases(owner)

    def extract_variable(self, start: int, end: int) -> Draft | str:
        found = extract_variable.extractable(self._source, start, end)
        if isinstance(found, str):
            return found
        return extract_variable.extract_variable(self._source, found, GAP)

    def inline_variable(self, start: int) -> tuple[str, Draft] | str:
        found = inline_variable.inlinable(self._scopes, start)
        if isinstance(found, str):
            return found
        return found.name, inline_variable.inline_variable(self._scopes, found)

    def variable(self, start: int) -> Variable | str:
        here, node = self._at(start), next(iter(self._source.around(start, start)), None)
        owner = self._scopes.owner(here) if here else None
        if here is None or owner is None or not isinstance(node, ast.Name | ast.arg):
            return "There is no variable of this file at the cursor."
        reason = renaming.refusal(self._scopes, here.start)
        if reason:
            return reason
        whole = hasattr(owner.node, "lineno")
        span = self._source.span(owner.node) if whole else (0, len(self._source.text))
        return Variable(here.name, *span)

    def rename(self, start: int, new: str) -> Draft:
        here = self._at(start)
        return (renaming.rename(self._scopes, here.start, new) or ()) if here else ()

    def _at(self, start: int) -> scopes.Occurrence | None:
        places = self._scopes.occurrences
        return next((o for o in places if o.start <= start <= o.start + len(o.name)), None)

    def taken(self) -> AbstractSet[str]:
        words = free_names.words(self._source)
        return words | {word.removeprefix("_") for word in words}

    def spelled(self, name: str) -> str:
        return renaming.snake(name)


class _Script:
    def __init__(self, parsed: syntax.SyntaxTree) -> None:
        self._parsed = parsed

    def extract_function(self, start: int, end: int) -> Draft | str:
        first, _ = texts.trimmed(self._parsed.text, start, end)
        known = script_reading.of_place(self._parsed, first)
        if known is None:
            return _UNSURE
        found = script_function.extractable(known, start, end)
        if isinstance(found, str):
            return found
        return script_function.extract_function(known, found, GAP)

    def extract_variable(self, start: int, end: int) -> Draft | str:
        found = script_variable.extractable(self._parsed, start, end)
        if isinstance(found, str):
            return found
        return script_variable.extract_variable(self._parsed, found, GAP)

    def inline_variable(self, start: int) -> tuple[str, Draft] | str:
        known = script_reading.of_place(self._parsed, start)
        if known is None:
            return _UNSURE
        found = script_inline.inlinable(known, start)
        if isinstance(found, str):
            return found
        return found.name, script_inline.inline_variable(self._parsed, found)

    def variable(self, start: int) -> Variable | str:
        known = self._around(start)
        if known is None:
            return _UNSURE
        found = script_rename.renamable(known, start)
        if isinstance(found, str):
            return found
        place, owner = found
        return Variable(place.name, *self._parsed.span(owner.node))

    def rename(self, start: int, new: str) -> Draft:
        known = self._around(start)
        return () if known is None else script_rename.rename(known, start, new)

    def taken(self) -> AbstractSet[str]:
        return {*re.findall(r"[\w$]+", self._parsed.text), *script_rename.KNOWN}

    def spelled(self, name: str) -> str:
        return re.sub(r"_(\w)", lambda match: match[1].upper(), renaming.snake(name))

    def _around(self, start: int) -> script_scopes.Scopes | None:
        """All that may have to do with the variable at an offset."""
        known = script_reading.of_place(self._parsed, start)
        here = known.at(start) if known is not None else None
        of_file = here is not None and known is not None and here[1] is known.program
        return script_reading.of_tree(self._parsed) if of_file else known


_UNSURE = "It is not sure which names of this file mean what."
