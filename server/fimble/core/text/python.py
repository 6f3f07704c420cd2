"""Python source with its tree, positions in code points."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from tokenize import ENDMARKER

from fimble.core.text import snapshot as texts
from fimble.core.text import tokens as tokenizing
from fimble.core.text.tokens import LAYOUT, LINE_ENDS, Token

_BREAK = re.compile(r"\r\n|\n|\r")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef
_SHARED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
"""Nodes that a tree has once, wherever they stand."""

_CLOSED = re.compile(r"(?:[ \t\f\r\n\\]|#[^\r\n]*)*\)")


class Source:
    """A text that parses.

    Attributes:
        text: The text.
        tree: Its tree.
    """

    def __init__(self, text: str, tree: ast.Module) -> None:
        self.text = text
        self.tree = tree
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a line (from 1) and a column in UTF-8 bytes, as `ast` counts."""
        start = self._starts[line - 1]
        head = self.text[start : start + column]
        if head.isascii():
            return start + column
        return start + len(self.text[start:].encode()[:column].decode("utf-8", "replace"))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Where a node that has a place begins and ends; a definition with its decorators."""
        first: ast.AST = node
        if isinstance(node, Definition) and node.decorator_list:
            first = node.decorator_list[0]
        start = self.offset(getattr(first, "lineno", 1), getattr(first, "col_offset", 0))
        if first is not node:
            start = self.text.rindex("@", 0, start)
        return start, self.end(node)

    def end(self, node: ast.AST) -> int:
        """Where a node ends."""
        return self.offset(getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 0))

    def whole(self, node: ast.AST) -> tuple[int, int]:
        """Where a node begins and ends, with the parentheses around it and the comments in them.

        Parentheses that belong to what is around it, as those of a call, are not its own.
        """
        start, end = self.span(node)
        if not isinstance(node, ast.expr) or not _CLOSED.match(self.text, end):
            return start, end
        first, last = self._place[0].get(start, -1), self._place[1].get(end, -1)
        floor = self._floor(node)
        while first > 0 and 0 <= last < len(self.code_tokens) - 1:
            before, behind = self.code_tokens[first - 1], self.code_tokens[last + 1]
            if (before.text, behind.text) != ("(", ")") or before.start < floor:
                break
            start, end, first, last = before.start, behind.end, first - 1, last + 1
        return start, end

    def of(self, node: ast.AST) -> str:
        """A node's text, that of an expression with its own parentheses."""
        start, end = self.whole(node)
        return self.text[start:end]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes in the order of `ast.walk`, each once."""
        return (self.tree, *self.parents)

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node around each node."""
        found, todo = dict[ast.AST, ast.AST](), deque[ast.AST]([self.tree])
        while todo:
            node = todo.popleft()
            children = [n for n in ast.iter_child_nodes(node) if not isinstance(n, _SHARED)]
            found.update(dict.fromkeys(children, node))
            todo += children
        return found

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What is around a node, innermost first; the module last."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def owner(self, node: ast.AST) -> Definition | None:
        """The function or class around a node, None at the top."""
        return next((n for n in self.above(node) if isinstance(n, Definition)), None)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens; none if the text cannot be cut into tokens."""
        return tokenizing.tokens(self.text, self._starts)

    @cached_property
    def code_tokens(self) -> tuple[Token, ...]:
        """The tokens without comments and the line breaks inside of brackets."""
        return tuple(t for t in self.tokens if t.kind not in LAYOUT)

    @cached_property
    def _place(self) -> tuple[dict[int, int], dict[int, int]]:
        """The number of the code token that begins, and of the one that ends, at an offset."""
        ends = LINE_ENDS | {ENDMARKER}
        known = [(n, t) for n, t in enumerate(self.code_tokens) if t.kind not in ends]
        return {t.start: n for n, t in known}, {t.end: n for n, t in known}

    def _floor(self, node: ast.expr) -> int:
        """Where parentheses may begin that are a node's own and not those of a call or a class."""
        parent = self.parents.get(node)
        if isinstance(parent, ast.keyword):
            parent = self.parents.get(parent)
        if isinstance(parent, ast.pattern):
            return len(self.text)
        if isinstance(parent, ast.Call) and node is not parent.func:
            begin = self.whole(parent.func)[1]
        elif isinstance(parent, ast.ClassDef) and node not in parent.decorator_list:
            begin = self.offset(parent.lineno, parent.col_offset)
        else:
            return 0
        opening = (t for t in self.code_tokens if t.start >= begin and t.text == "(")
        return next((t.end for t in opening), 0)

    def shares_brackets(self, node: ast.AST) -> bool:
        """Whether a generator expression's parentheses are those of the call around it."""
        return isinstance(node, ast.GeneratorExp) and self._floor(node) > self.span(node)[0]

    def before(self, node: ast.AST) -> Token | None:
        """The code token before a node; None at the beginning of the text."""
        number = self._place[0].get(self.span(node)[0], 0)
        return self.code_tokens[number - 1] if number else None

    def behind(self, node: ast.AST) -> Token | None:
        """The code token behind a node; None at the end of the text."""
        number = self._place[1].get(self.whole(node)[1], -2) + 1
        return self.code_tokens[number] if 0 <= number < len(self.code_tokens) else None

    def leads(self, statement: ast.stmt) -> bool:
        """Whether a statement is the first of its line, so that another can stand above it."""
        start = self.span(statement)[0]
        first = self.line_start(start)
        if self.text[first:start].strip():
            return False
        if not self.text[:first].rstrip("\r\n").endswith("\\"):
            return True
        token = self.before(statement)
        return token is None or token.kind in LINE_ENDS

    def stands_alone(self, statement: ast.stmt) -> bool:
        """Whether no other statement shares a line with it."""
        behind = self.behind(statement)
        return self.leads(statement) and (behind is None or behind.text != ";")

    def around(self, start: int, end: int) -> list[ast.AST]:
        """The nodes around `text[start:end]`, innermost first; the module last."""
        return list(reversed(list(self._descend(self.tree, start, end))))

    def _descend(self, node: ast.AST, start: int, end: int) -> Iterator[ast.AST]:
        yield node
        for child in ast.iter_child_nodes(node):
            if not hasattr(child, "lineno"):
                inner = list(self._descend(child, start, end))[1:]
                if inner:
                    yield from inner
                    return
                continue
            first, last = self.span(child)
            if first <= start and end <= last:
                yield from self._descend(child, start, end)
                return

    def statement(self, start: int, end: int) -> ast.stmt | None:
        """The innermost statement around `text[start:end]`."""
        return next((n for n in self.around(start, end) if isinstance(n, ast.stmt)), None)

    def function(self, start: int, end: int) -> Function | None:
        """The innermost function around `text[start:end]`."""
        return next((n for n in self.around(start, end) if isinstance(n, Function)), None)

    def indentation(self, node: ast.AST) -> str:
        """The white space before the first line of a node."""
        return texts.indentation(self.text[self.line_start(self.span(node)[0]) :])

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins, whatever its lines end with."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def line_starts(self, start: int, end: int) -> list[int]:
        """The beginnings of lines within `start..end`."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return self._starts[first:last]

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """`start..end` widened to whole lines, the last line break included."""
        number = bisect_right(self._starts, max(end - 1, start))
        stop = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.line_start(start), stop


_TRIES = 3


def compiles(text: str) -> bool:
    """Whether Python takes a text: `ast.parse` lets through what its compiler refuses."""
    try:
        tree(text, _compiled)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _compiled(text: str) -> ast.Module:
    parsed = ast.parse(text)
    compile(text, "<text>", "exec", dont_inherit=True)
    return parsed


def tree(text: str, build: Callable[[str], ast.Module] = ast.parse) -> ast.Module:
    """The tree of a text, without the compiler's warnings.

    Python 3.11 counts the depth of all threads' trees together, and may say `SystemError` where two
    are built at once (CPython issue 106905): then it is built again.

    Args:
        text: The text.
        build: Builds the tree.

    Raises:
        SyntaxError: It does not parse.
        ValueError: It has null bytes.
        RecursionError: It is nested too deeply.
        MemoryError: The same.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(_TRIES - 1):
            with suppress(SystemError):
                return build(text)
        return build(text)


@lru_cache(maxsize=8)
def parse(text: str) -> Source | None:
    """The source, None if it does not parse. The latest few are kept: nobody changes a tree."""
    try:
        return Source(text, tree(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=16)
def fault(text: str) -> SyntaxError | None:
    """Why a text does not parse; None where it does, and where Python cannot say."""
    try:
        tree(text)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statement lists directly in a node."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
            yield block
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body


def block_of(tree: ast.AST, statement: ast.stmt) -> list[ast.stmt]:
    """The list that holds a statement of the tree."""
    for node in ast.walk(tree):
        for block in blocks(node):
            if any(item is statement for item in block):
                return block
    return [statement]
