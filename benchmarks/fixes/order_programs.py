"""Programs made at random in which the order of evaluation shows, for refactorings.

What is evaluated changes what is evaluated later: lists are emptied, iterators used up, attributes
set, variables bound again. Private names, `locals()`, generators and coroutines are among them.
"""

# ruff: noqa: E501 - a piece of a program stands on one line

from __future__ import annotations

import random
from textwrap import indent

PRELUDE = """\
import asyncio
import contextlib


class Box:
    size = 3

    def __init__(self, *parts):
        self.parts = list(parts)
        self.other = None
        self.extracted = 5

    def take(self):
        log("take", len(self.parts))
        return self.parts.pop() if self.parts else None

    def turn(self):
        self.parts = self.parts[::-1]
        self.take_it = self.other
        return self

    def __eq__(self, other):
        return log(isinstance(other, Box))

    def __hash__(self):
        return 1

    def __repr__(self):
        return f"Box{self.parts}"


def show(*args, **kwargs):
    return log(args, sorted(kwargs.items(), key=str))[0]


def bump(number=1):
    global count
    count += number
    return log(count)


@contextlib.contextmanager
def ctx(value):
    yield log(value)


count = 0


"""


class Programs:
    """Makes programs.

    Args:
        rng: Where chance comes from.
    """

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def one(self, *choices: str) -> str:
        return self.rng.choice(choices)

    def expr(self, depth: int = 2) -> str:
        if depth == 0:
            return self.one(
                "xs", "d", "box", "a", "count", "1", "'k'", "xs.pop()", "next(it, 0)", "box.take()",
                "box.parts", "box.size", "bump()", "xs[0]", "d['k']", "len(xs)", "log(a)", "box.turn()",
            )  # fmt: skip
        x, y = self.expr(depth - 1), self.expr(depth - 1)
        return self.one(
            x,
            y,
            f"[*xs, {x}]",
            f"[{x}, {y}]",
            f"({x}, *xs)",
            f"show(*xs, {x})",
            f"show({x}, {y})",
            f"show(k={x}, *[{y}])",
            f"show({x}, **d)",
            f"show(**d, j={x})",
            f"{{**d, 'j': {x}}}",
            f"{{'j': {x}, 'k': {y}}}",
            f"f'{{xs}} {{{self.one('a', 'box', 'xs.pop()', 'bump()')}}}'",
            f"({x} in xs)",
            f"({x} == {y})",
            f"({x} is {y})",
            f"(not {x})",
            f"(str({x}) + str({y}))",
            f"[n for n in it if {x}]",
            f"{{'rows': [n for n in it], 'head': {x}}}",
            f"sorted(str(n) for n in ({x}, {y}))",
            f"({x} or {y})",
            f"({x} if {y} else a)",
            f"(lambda: {x})()",
            f"(w := {x})",
            f"box.parts.append({x})",
            f"show(box.parts, {x})",
            f"(-len(str({x})))",
            f"({x}\n        , {y})",
            "box.turn().parts",
            f"xs[len([{x}]) - 1:]",
        )

    def statement(self, depth: int = 2) -> str:
        e, f = self.expr(), self.expr(1)
        if depth and self.rng.random() < 0.3:
            body = indent("\n".join(self.statement(depth - 1) for _ in range(2)), "    ")
            return self.one(
                f"if {e}:\n{body}",
                f"for a in [{e}]:\n{body}",
                f"with ctx({e}) as held:\n{body}",
                f"try:\n{body}\nexcept (TypeError, AttributeError):\n    log('caught')",
                f"n = 0\nwhile n < 2:\n    n += 1\n{body}",
                f"def inner(a=a):\n{body}\n    return a\nlog(inner())",
            )
        return self.one(
            f"v = {e}\nlog(v, {f})",
            f"v = {e}\nxs[{f} if isinstance({f}, int) else 0:0] = [v]",
            f"v = {e}\nd[str(v)] = {f}",
            f"log({e})",
            f"d[str({f})] = {e}",
            f"d[str({f})] = box.other = {e}",
            f"a, box.other = {e}, {f}",
            f"a = a = {e}",
            f"xs += [{e}]",
            f"a: object = {e}",
            f"(a, *rest) = [{e}, {f}]",
            f"for d[str({f})] in [{e}]:\n    log(1)",
            f"with ctx({e}) as d[str({f})]:\n    log(2)",
            f"del d[str({f})]" if self.rng.random() < 0.2 else "pass",
            f"v = {e}; log(v)",
            f"if a: log({e})",
            f"v = {e}\nlog(v)  # a comment",
            f"# a comment\nv = ({e})\nlog((v), v)",
            "text = '''a\n  b'''\nlog(text)",
            f"v = a\nlog([v for a in [{f}]])",
            "log(sorted(k for k in locals() if k in ('a', 'v')))"
            if self.rng.random() < 0.1
            else "pass",
        )

    def program(self) -> str:
        """A program with a `main`, which is called a few times."""
        body = "\n".join(self.statement() for _ in range(self.rng.randint(2, 4)))
        names = "xs, d, box, it = [1, 2, 3], {'k': 1}, Box(1, 2), iter([7, 8, 9])\nv = __own = 0\n"
        end = self.one("", "\nlog(__own)", "\nlog(eval('a'))" if self.rng.random() < 0.2 else "")
        whole = indent(names + body + end, "    ")
        last = "\n    return log(xs, d, a)"
        kind = self.rng.randrange(6)
        if kind == 0:
            code = "class Kind(Box):\n" + indent(f"def main(self, a):\n{whole}{last}", "    ")
            code += "\n\n\nmain = Kind(4, 5).main\n"
        elif kind == 1:
            code = f"async def run(a):\n{whole}{last}\n\n\ndef main(a):\n    return asyncio.run(run(a))\n"
        elif kind == 2:
            code = (
                f"async def many(a):\n{whole}\n    yield a\n    if a:\n        log('end')\n        return\n    yield 2\n\n\n"
                "async def run(a):\n    return [n async for n in many(a)]\n\n\n"
                "def main(a):\n    return asyncio.run(run(a))\n"
            )
        elif kind == 3:
            code = f"def many(a):\n{whole}\n    yield a\n    return\n\n\ndef main(a):\n    return list(many(a))\n"
        else:
            code = f"def main(a):\n    '''Doc.'''\n{whole}{last}\n\n\nlog(main.__doc__)\n"
        calls = "\n\nfor _a in (0, 2, 'x', None):\n    try:\n        log(main(_a))\n"
        return f"{PRELUDE}{code}{calls}    except Exception as _error:\n        log(type(_error).__name__)\n"
