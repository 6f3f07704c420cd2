"""What fixers take and give."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from fimble.core import python
from fimble.core import text as texts
from fimble.core.diagnostics import Diagnostic
from fimble.core.python import Source
from fimble.core.refactor import scopes
from fimble.core.refactor.scopes import Scopes
from fimble.core.text import Edit, Snapshot

_QUOTED = re.compile(r"[`'\"]([^`'\"]+)[`'\"]")


@dataclass(frozen=True)
class Proposal:
    """Edits that may be the fix. Nothing is offered before the checkers have judged it.

    Attributes:
        title: What they do.
        edits: The edits.
        names: New names in them that a model may improve.
        unsure: Whether a model has to say which of these, with one edit each, is meant.
        written: Whether a model wrote the edits; a rule's are only chosen by it.
        elsewhere: Whether the fault may lie in another statement than the finding.
    """

    title: str
    edits: tuple[Edit, ...]
    names: tuple[str, ...] = ()
    unsure: bool = False
    written: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Problem:
    """A diagnostic in its document.

    Attributes:
        snapshot: The document.
        diagnostic: The finding.
        project: Names that the project defines or imports, and the modules they come from.
    """

    snapshot: Snapshot
    diagnostic: Diagnostic
    project: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def text(self) -> str:
        """The document's text."""
        return self.snapshot.text

    @property
    def code(self) -> str:
        """The diagnostic's rule."""
        return self.diagnostic.code

    @cached_property
    def source(self) -> Source | None:
        """The tree, None if it is not Python or does not parse."""
        return python.parse(self.text) if self.snapshot.language_id == "python" else None

    @cached_property
    def scopes(self) -> Scopes | None:
        """The names of the source."""
        return scopes.of_source(self.source) if self.source else None

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The nodes around the finding, innermost first; none without a tree."""
        span = self.diagnostic.start, self.diagnostic.end
        return self.source.around(*span) if self.source else []

    @property
    def quoted(self) -> str:
        """The first name that the message quotes, "" without one."""
        match = _QUOTED.search(self.diagnostic.message)
        return match[1] if match else ""


Fixer = Callable[[Problem], Iterable[Proposal]]


def insert_before(source: Source, statement: ast.stmt, code: str) -> Edit:
    """Puts lines of code, without their indentation, before a statement."""
    start = texts.line_start(source.text, source.span(statement)[0])
    indent, end = source.indentation(statement), texts.line_break(source.text)
    return Edit(start, start, "".join(f"{indent}{line}{end}" for line in code.split("\n")))


def deeper(source: Source, indent: str) -> str:
    """An indentation one level deeper, with tabs where the file has them."""
    return indent + ("\t" if "\n\t" in source.text else "    ")


def replace(source: Source, node: ast.AST, code: str) -> Edit:
    """Puts code in the place of a node."""
    return Edit(*source.span(node), code)


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is a string and nothing else."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
