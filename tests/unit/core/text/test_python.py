import ast

import pytest
from fimble.core.text import python


class Racing:
    """`ast.parse` where another thread builds a tree, the first `times` times."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, text: str) -> ast.Module:
        self.left -= 1
        if self.left >= 0:
            raise SystemError("AST constructor recursion depth mismatch (before=126, after=176)")
        return ast.parse(text)


def test_a_tree_that_another_thread_has_disturbed_is_built_again() -> None:
    assert ast.unparse(python.tree("x = 1", Racing(2))) == "x = 1"
    with pytest.raises(SystemError):
        python.tree("x = 1", Racing(3))


def test_what_does_not_parse_is_said_at_once() -> None:
    with pytest.raises(SyntaxError):
        python.tree("x = (", Racing(1))
    assert python.parse("x = (") is None
    assert python.parse("x = '\\d'") is not None
