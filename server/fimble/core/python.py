"""Python source with its tree, positions in code points."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache

from fimble.core import text as texts

_BREAK = re.compile(r"\r\n|\n|\r")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef


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

    def of(self, node: ast.AST) -> str:
        """A node's text."""
        start, end = self.span(node)
        return self.text[start:end]

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
        start = self.span(node)[0]
        return texts.indentation(self.text[texts.line_start(self.text, start) :])

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """`start..end` widened to whole lines, the last line break included."""
        stop = self.text.find("\n", max(end - 1, start))
        return texts.line_start(self.text, start), len(self.text) if stop < 0 else stop + 1


_TRIES = 3


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
