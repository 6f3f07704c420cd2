"""What fixers take and give."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from fimble.core.refactor.python import scopes
from fimble.core.refactor.python.scopes import Scopes
from fimble.core.text import python
from fimble.core.text import snapshot as texts
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.python import Source, block_of
from fimble.core.text.snapshot import Edit, Snapshot

Span = tuple[int, int]
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
        loses: The spans of the text whose words may go; None if that is not known. Every other
            word, string, number and comment has to be there afterwards.
        changes: Whether the program does something else afterwards, because that is the point:
            the title says what. Such a fix is chosen one by one.
    """

    title: str
    edits: tuple[Edit, ...]
    names: tuple[str, ...] = ()
    unsure: bool = False
    written: bool = False
    elsewhere: bool = False
    loses: tuple[Span, ...] | None = ()
    changes: bool = False


@dataclass(frozen=True)
class Members:
    """What a module of the standard library has.

    Attributes:
        names: What it defines.
        modules: Its submodules, which have to be imported by their own name.
        complete: Whether it has nothing else; some make names while they run.
    """

    names: frozenset[str]
    modules: frozenset[str]
    complete: bool


@dataclass(frozen=True)
class Problem:
    """A diagnostic in its document.

    Attributes:
        snapshot: The document.
        diagnostic: The finding.
        project: Names that the project defines or imports, and the modules they come from.
        library: Modules of the standard library that may be meant, by name.
    """

    snapshot: Snapshot
    diagnostic: Diagnostic
    project: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    library: Mapping[str, Members] = field(default_factory=lambda: MappingProxyType({}))

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
    """Puts lines of code, without their indentation, before a statement that leads its line."""
    start = source.line_start(source.span(statement)[0])
    indent, end = source.indentation(statement), texts.line_break(source.text)
    return Edit(start, start, "".join(f"{indent}{line}{end}" for line in code.split("\n")))


def deeper(source: Source, indent: str) -> str:
    """An indentation one level deeper, with tabs where the file has them."""
    return indent + ("\t" if "\n\t" in source.text else "    ")


def replace(source: Source, node: ast.AST, code: str) -> Edit:
    """Puts code in the place of a node and of the parentheses around it."""
    return Edit(*source.whole(node), code)


def without(source: Source, statement: ast.stmt) -> Edit | None:
    """Takes a statement out, and nothing else on its lines but a comment behind it.

    Returns:
        None if the next statement would become a docstring. Where a block would be empty `pass`
        stands in the statement's place.
    """
    block = block_of(source.tree, statement)
    start, end = source.span(statement)
    number = block.index(statement)
    following = block[number + 1] if number + 1 < len(block) else None
    if number == 0 and following is not None and is_docstring(following):
        return None
    if len(block) == 1 and statement not in source.tree.body:
        return Edit(start, end, "pass")
    before, behind = source.before(statement), source.behind(statement)
    if behind is not None and behind.text == ";":
        if following is not None and source.before(following) == behind:
            return Edit(start, source.span(following)[0], "")
        end = behind.end
    if before is not None and before.text == ";":
        return Edit(before.start, end, "")
    if before is not None and before.text == ":":
        return Edit(start, end, "pass")
    return Edit(*source.lines(start, end), "")


def with_comment(source: Source, statement: ast.stmt) -> Span:
    """Where a statement begins, and ends with the comment behind it."""
    start, end = source.span(statement)
    behind = next((t for t in source.tokens if t.start >= end), None)
    return (start, behind.end) if behind and behind.kind == tokenize.COMMENT else (start, end)


def is_docstring(statement: ast.stmt) -> bool:
    """Whether a statement is a string and nothing else."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
