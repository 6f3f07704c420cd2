"""What programs made at random are built of: expressions, statements, and places for them.

They log what they do by `log`, and hold what rules of quick fixes stumble over: names that are
taken, statements that share a line, one-line blocks, `try`, nested functions, classes, generators,
coroutines, strings over lines.
"""

# ruff: noqa: E501 - a piece of a program stands on one line

from __future__ import annotations

import random
from textwrap import indent

TAKEN = ("msg", "error", "message", "new_row", "a_limit", "expected_a", "contextlib", "id_", "sum_")
"""Names that rules would like to use."""


class Pieces:
    """Makes pieces of programs.

    Args:
        rng: Where chance comes from.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.bare = 0.0

    def one(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def expr(self, depth: int = 2) -> str:
        """An expression of `a` and `b`, some with effects."""
        if depth == 0:
            return self.one("a", "b", "1", "'x'", "log(a)", "log('y')", "None", "[a]")
        left, right = self.expr(depth - 1), self.expr(depth - 1)
        return self.one(
            left,
            f"({left} or {right})",
            f"({left} and {right})",
            f"({left} if {right} else {left})",
            f"[{left}, {right}]",
            f"(lambda: {left})()",
            f"log({left})",
            f"({left}, {right})",
            f"f'{{{self.one('a', 'log(b)', 'b')}}}'",
            f"[c for c in [{left}]]",
            f"(w := {left})",
            f"({left}\n        == {right})",
        )

    def noise(self) -> str:
        """A statement that has nothing to do with the rule."""
        name = self.rng.choice(TAKEN)
        return self.one(
            "log(a)",
            "log(b)",
            f"{name} = 'kept'",
            f"{name} = log(b)",
            "for a in [a]:\n    log(a)",
            "if b:\n    log('b')",
            f"def helper({name}=1):\n    return {name}\nlog(helper())",
            f"late = lambda: {name}\ntry:\n    log(late())\nexcept NameError:\n    log('none')",
            'text = """one\n  two"""\nlog(text)',
            "log('one \\\n        two')",
            "with ctx(a) as held:\n    log(held)",
            "pass",
        )

    def read(self) -> str:
        """Reads a name that rules like to use, if it is set."""
        name = self.rng.choice(TAKEN)
        return f"try:\n    log({name})\nexcept NameError:\n    log('unset')"

    def around(self, piece: str) -> str:
        """A statement or block with something around it."""
        inner = indent(piece, "    ")
        single = "\n" not in piece
        choices = [
            piece,
            piece,
            f"if a:\n{inner}\nelse:\n    log('no')",
            f"try:\n{inner}\nfinally:\n    log('done')",
            f"try:\n{inner}\nexcept (ValueError, AssertionError) as caught:\n    log(str(caught))",
            f"for turn in (1, 2):\n{inner}\n    log(turn)",
            f"with ctx(b):\n{inner}",
            f"while True:\n{inner}\n    break",
            f"import sys\nif sys.platform != 'nowhere':\n{inner}",
        ]
        if single and not piece.startswith(("if ", "for ", "with ", "try", "def ", "class ", "@")):
            choices += [
                f"log('before'); {piece}",
                f"{piece}; log('after')",
                f"log(1); {piece}; log(2)",
                f"if b: {piece}",
                f"if b: log(3); {piece}",
                f"{piece}  # why",
                f"{piece};",
            ]
        return piece if self.rng.random() < self.bare else self.rng.choice(choices)

    def body(self, piece: str) -> str:
        """Some statements, the piece among them."""
        before = [self.noise() for _ in range(self.rng.randrange(3))]
        after = [self.noise() for _ in range(self.rng.randrange(2))]
        return "\n".join([*before, self.around(piece), *after, self.read()])

    def function(self, piece: str) -> str:
        """A function, method, coroutine or generator `main(a, b)` with the piece in it."""
        body = indent(self.body(piece), "    ")
        result = "    return log((a, b))"
        kind = self.rng.randrange(6)
        if kind == 0:
            inner = indent(f"def inner(b):\n{body}\n    return b\nlog(inner(b))", "    ")
            return f"def main(a, b):\n    '''Doc.'''\n{inner}\n{result}\n"
        if kind == 1:
            method = indent(f"def run(self, a, b):\n{body}\n{result}", "    ")
            return f"class Kind:\n    size = 1\n\n{method}\n\n\nmain = Kind().run\n"
        if kind == 2:
            return f"async def run(a, b):\n{body}\n{result}\n\n\ndef main(a, b):\n    return drive(run(a, b))\n"
        if kind == 3:
            return f"def run(a, b):\n{body}\n    yield a\n\n\ndef main(a, b):\n    return list(run(a, b))\n"
        return f"def main(a, b):\n{body}\n{result}\n"

    def module(self, piece: str) -> str:
        """The piece at the top of the module."""
        return f"a, b = 1, 'b'\n{self.body(piece)}\n\n\ndef main(a, b):\n    return a, b\n"

    def anywhere(self, piece: str) -> str:
        return self.module(piece) if self.rng.random() < 0.2 else self.function(piece)
