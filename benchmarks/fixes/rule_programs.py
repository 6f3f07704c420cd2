"""Programs made at random, each with something that a rule of quick fixes is about.

`program(code, rng)` is a text in which ruff finds `code`. It logs what it does by `log`, and holds
what rules stumble over: names that are taken, statements that share a line, one-line blocks, `try`,
nested functions, classes, generators, coroutines, strings over lines, other line ends.
"""

# ruff: noqa: E501 - a piece of a program stands on one line

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from textwrap import indent
from types import MappingProxyType

TAKEN = ("msg", "error", "message", "new_row", "a_limit", "expected_a", "contextlib", "id_", "sum_")
"""Names that rules would like to use."""


class Programs:
    """Makes programs for one rule.

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

    # One method for each kind of rule.

    def unused_import(self) -> str:
        piece = self.one(
            "import os",
            "import os, json",
            "import os.path as where",
            "from json import dumps",
            "from json import (\n    dumps,\n    loads,\n)\nlog(loads('1'))",
            "from json import dumps, loads\nlog(dumps(1))",
            "from json import dumps as d, loads\nlog(loads('1'))",
            "try:\n    import surely_not_there\n    have = True\nexcept ImportError:\n    have = False\nlog(have)",
            "with quiet(ImportError):\n    import surely_not_there\n    log('there')",
            "import xml\nimport xml.dom\nlog(hasattr(xml, 'dom'))",
        )
        return self.anywhere(piece)

    def unused_variable(self) -> str:
        value = self.one("1", "'x'", "a", "None", "lambda: log(1)", self.expr(), self.expr())
        if value.startswith("(w :="):
            value = "log(4)"
        return self.function(f"unused = {value}")

    def test(self) -> str:
        left, right = self.expr(1), self.expr(1)
        return self.one(
            f"{left} == {right}",
            f"{left} in ({right}, 1)",
            f"{left} is not {right}",
            f"{left} != ({right} or a)",
            f"not ({left} and {right})",
            f"not {left}",
            f"{left} or {right}",
            f"({left}) == ({right} if b else a)",
            "a",
            f"({left}\n        or {right})",
            "(yes := a)",
            "a < b < 3 if isinstance(a, int) and isinstance(b, int) else True",
        )

    def assertion(self) -> str:
        message = self.one("", "", ", 'no'", ", f'{log(a)}'", ", (a, b)", ", msg_of(a)")
        return self.anywhere(f"assert {self.test()}{message}")

    def raised(self) -> str:
        text = self.one("'a long message of many words'", "f'it is {a} of many words'")
        text = self.one(text, text, "f'it is {log(a)} of many {b}'", f"(\n    {text}\n)")
        call = self.one(
            f"ValueError({text})",
            f"ValueError({text}, log(b))",
            f"kinds[0]({text})",
            f"make(1)({text})",
        )
        raising = f"raise {call}"
        return self.anywhere(
            self.one(
                raising,
                f"if a:\n    {raising}",
                f"try:\n    {raising}\nexcept ValueError as error:\n    log(str(error))",
                f"try:\n    {raising}\nexcept ValueError:\n    log('caught')\n    {self.one('pass', 'log(a)')}",
            )
        )

    def raised_in_handler(self) -> str:
        caught = self.one("KeyError", "(KeyError, IndexError)", "(KeyError)", "LookupError as exc")
        raising = self.one("raise ValueError(b)", "raise ValueError", "raise kinds[0]('x')")
        piece = self.one(
            f"try:\n    {{}}[a]\nexcept {caught}:\n    {raising}",
            f"try:\n    {{}}[a]\nexcept {caught}:\n    if a:\n        {raising}\n    error = 'set'",
            f"try:\n    {{}}[a]\nexcept {caught}: {raising}",
            f"error = None\ntry:\n    {{}}[b]\nexcept {caught}:\n    if b:\n        {raising}\nlog(error)",
            f"try:\n    {{}}[a]\nexcept {caught}:\n    def again():\n        {raising}\n    log(again)",
        )
        return self.anywhere(piece)

    def local_import(self) -> str:
        self.bare = 0.7
        item = self.one(
            "import json", "from json import dumps", "import os.path", "import json as j",
            "import surely_not_there", "import winreg", "from collections import abc",
        )  # fmt: skip
        name = item.split()[-1].split(".")[0]
        use = f"log(bool({name}))"
        piece = self.one(
            f"{item}\n{use}",
            f"{item}\n{use}",
            f"if a == 'never':\n    {item}\n    {use}",
            f"try:\n    {item}\n    {use}\nexcept ImportError:\n    log('none')",
            f"{item}; {use}",
            f"{item}\n{use}\n{name} = 1\nlog({name})",
        )
        top = self.one(
            "", "", f"{name} = 'top'\n", f"def {name}():\n    return 'mine'\n", "import json\n"
        )
        return f"{top}\n\n{self.function(piece)}"

    def logged(self) -> str:
        text = self.one(
            "f'{a}'", "f'{a!r} of {b}'", "f'100% done'", "f'{a} is 100%'", "f'{a}' f'{b} %s'",
            "f'{log(a)} {b}'", "f'{a=}'", "f'%d'", "f'{{}} {a}'",
        )  # fmt: skip
        return self.anywhere(f"logger.{self.one('info', 'warning')}({text})")

    def nested_if(self) -> str:
        body = self.one(
            "log('in')",
            'log("""one\n  two""")',
            "log('one \\\n            two')",
            "log('a'); log('b')",
            "for c in [1]:\n    log(c)\n    # a comment",
            "if b:\n    log('deep')\nelse:\n    log('else')",
        )
        first, second = self.test(), self.test()
        inner = f"if {second}:\n{indent(body, '    ')}"
        return self.anywhere(f"if {first}:\n{indent(inner, '    ')}")

    def nested_with(self) -> str:
        body = self.one("log('in')", 'log("""one\n  two""")', "log('one \\\n            two')")
        first = self.one("ctx(a)", "ctx(a) as x", "ctx(a) as (x)", "ctx(a) as held.it", "(ctx(a))")
        second = self.one("ctx(b)", "ctx(log(b)) as y", "ctx(x_of(a)) as [y]", "ctx(1), ctx(2)")
        inner = f"with {second}:\n{indent(body, '    ')}"
        return self.anywhere(f"with {first}:\n{indent(inner, '    ')}")

    def suppressed(self) -> str:
        types = self.one("KeyError", "(KeyError, ValueError)", "kinds[0]", "Local", "(KeyError)")
        body = self.one("{}[a]", "{}[a]\n    log('not')", "log(a); {}[b]", "kinds[9]")
        tail = self.one("pass", "pass  # fine", "# fine\n    pass", "...")
        return self.anywhere(f"try:\n    {body}\nexcept {types}:\n    {tail}")

    def loop_variable(self) -> str:
        value = self.one("log(row)", "[row]", "row", "(row, a)")
        after = self.one(
            "log(row)", "log([row for _ in 'ab'])", "log((lambda: row)())", "log(f'{row=}')",
            "if a:\n    continue\nlog(row)", "log(sorted(locals()))", "keep.append(lambda: row)", "row += ''",
        )  # fmt: skip
        before = self.one("log(row)", "pass", "early = lambda: row", "if b:\n    continue")
        end = self.one("pass", "log(row)", "for f in keep:\n    log(f())")
        body = indent(f"{before}\nrow = {value}\n{after}", "    ")
        other = self.one("", "", "\nelse:\n    log('else')", "\nelse:\n    log(row)")
        loop = f"keep = []\nfor row in ['x', 'y']:\n{body}{other}\n{end}"
        piece = self.one(
            loop, loop, f"row = 0\nfor again in (1, 2):\n    log(row)\n{indent(loop, '    ')}"
        )
        return self.anywhere(piece)

    def magic(self) -> str:
        use = self.one(
            "len(str(a)) > 17", "len(str(a)) == 17", "17 < len(str(b))", "len(f'{a}') != 99"
        )
        piece = self.one(
            f"log({use})", f"if {use}:\n    log('more')", f"log(log(a), {use})", f"log(f'{{{use}}}')",
            f"if a:\n    pass\nelif {use}:\n    log('elif')", f"log([c for c in 'ab' if {use}])",
            f"log((lambda: {use})())", f"n = 0\nwhile {use} and n < 1:\n    n += 1",
            f"class Color(Enum):\n    red = 1\n    big = {use}\nlog(list(Color))",
        )  # fmt: skip
        return self.anywhere(piece)

    def shadow(self) -> str:
        piece = self.one(
            "sum = a\nlog(sum)", "id = a\nlog(f'{id}')", "id = a\nlog(f'{id=}')",
            "for id in 'ab':\n    log(id)", "list = [a]\nlog((lambda: list)())",
            "id = 1\nlog(sorted(k for k in locals() if k == 'id'))",
        )  # fmt: skip
        return self.anywhere(piece)

    def parameter(self, name: str, other: str, annotation: str = "") -> str:
        """A callable with a parameter of a name, and calls of all kinds."""
        hint = f": {annotation}" if annotation else ""
        value = "True" if annotation else "5"
        word = self.one(f"{name}={value}", value, value)
        shape = self.rng.randrange(9)
        body = f"    return log(({name}, {other}))"
        if shape == 0:
            text = f"class A:\n    def __init__(self, {other}, {name}{hint}):\n        self.it = log({name})\n"
            calls = [
                f"A(1, {word}).it",
                f"type(A(1, {word}))(2, {word}).it",
                f"[k(1, {word}) for k in (A,)][0].it",
            ]
            text += self.one("", f"\n\nclass B(A):\n    pass\n\n\nlog(B(1, {word}).it)\n")
        elif shape == 1:
            text = (
                f"class A:\n    def run(self, {other}, {name}{hint}):\n        return log(({name}, {other}))\n\n"
                f"    def again(self):\n        return self.run(1, {word})\n"
            )
            calls = [
                f"A().run(1, {word})",
                "A().again()",
                f"A.run(A(), 1, {word})",
                f"[o.run(1, {word}) for o in [A()]]",
            ]
            text += self.one(
                "",
                f"\n\nclass C:\n    def run(self, {other}, {name}):\n        return {name}\n\n\nlog(C().run(1, {word}))\n",
            )
        elif shape == 2:
            text = f"class A:\n    def __call__(self, {other}, {name}{hint}):\n        return log({name})\n"
            calls = [f"A()(1, {word})"]
        elif shape == 3:
            text = f"class A:\n    @classmethod\n    def make(cls, {other}, {name}{hint}):\n        return log(({name}, {other}))\n"
            calls = [f"A.make(1, {word})", f"A().make(1, {word})"]
        elif shape == 4:
            text = f"import json\n\n\ndef dumps({other}, {name}{hint}):\n    return log(json.dumps({name}))\n"
            calls = [f"dumps(1, {word})", "json.dumps(obj=1)"]
        elif shape == 5:
            text = f"def deco(f):\n    return lambda *xs, **ks: f(*xs, **ks)\n\n\n@deco\ndef f({other}, {name}{hint}):\n{body}\n"
            calls = [f"f(1, {word})"]
        elif shape == 6:
            text = f"def f({other}, {name}{hint}, **rest):\n{body}\n"
            calls = [f"f(1, {word})", f"f(1, {word}, id_=2)", f"f(**{{'{other}': 1, '{name}': 2}})"]
        else:
            text = f"def f({other}, {name}{hint}):\n{body}\n"
            calls = [f"f(1, {word})", f"g(1, {word})", "list(map(f, [1], [2]))"]
            text += self.one("", "\n\ng = f\n")
            calls = calls if "g = f" in text else [calls[0], calls[2]]
        chosen = self.rng.sample(calls, self.rng.randint(1, len(calls)))
        return (
            text
            + "\n\n"
            + "".join(f"log({call})\n" for call in chosen)
            + "\n\ndef main(a, b):\n    return a\n"
        )

    def lambda_parameter(self) -> str:
        piece = self.one(
            "log(list(map(lambda x: 1, [a])))", "f = lambda x: 1\nlog(f(x=1))", "log((lambda x: 1)(a))",
            "log(sorted([1], key=lambda x: 1))", "log(by_word(lambda word: 1))", "log((lambda *x: 1)(a))",
        )  # fmt: skip
        return self.anywhere(piece)

    def unused_argument(self) -> str:
        body = self.one(
            "log(1)",
            "return log(a)",
            "log(sorted(locals()))",
            "yield a",
            "class K:\n    pass\nlog(K)",
        )
        doc = self.one("", '"""Doc."""\n')
        head = self.one(
            "def main(a, b):", "def main(a, b=1):", "def main(a, *b):", "def main(a, b, **rest):"
        )
        if body.startswith(("log", "return log")) and self.rng.random() < 0.7:
            body = f"{self.one('log(0)', 'pass', 'for c in [1]:', 'if 1:')}\n{body}"
            body = body.replace(":\n", ":\n    ", 1)
        text = f"{head}\n{indent(doc + body + self.one('', chr(10) + 'log(2)'), '    ')}\n"
        return text if self.rng.random() < 0.8 else f"{head} return log(a)\n"

    def naming(self, name: str) -> str:
        piece = self.one(
            f"{name} = a\nlog({name})", f"{name} = a\nlog(f'{{{name}=}}')", f"{name} = a\nlog([{name} for c in 'a'])",
            f"{name} = a\ndef inner():\n    nonlocal_free = {name}\n    return nonlocal_free\nlog(inner())",
        )  # fmt: skip
        return self.function(piece)

    def named_function(self) -> str:
        use = self.one(
            "log(someName(1))",
            "g = someName\nlog(g(1))",
            "log(someName.__name__)",
            "log(globals()['someName'](1))",
        )
        name = self.one("someName", "getIt", "isOk", "loadAll", "HTTPName")
        inside = self.one(
            "log(x)", "someName(0) if x == 'never' else log(x)", "log(bool(lambda: someName)) and x"
        )
        alone = f"def main(a, b):\n    def someName(x):\n        return {inside}\n    return log(someName(a))\n"
        held = f"def someName(x):\n    return {inside}\n\n\n"
        main = self.one("", f"{use}\n\n\n") + "def main(a, b):\n    return a\n"
        nested = self.function(f"def someName(x):\n    return {inside}\nlog(someName(b))")
        return self.one(alone, held + main, nested).replace("someName", name)

    def error_class(self) -> str:
        use = self.one(
            "raise Broken(a)", "raise Broken", "log(Broken.__name__)", "log(str(Broken('x')))"
        )
        handled = f"try:\n    {use}\nexcept Broken:\n    log('broken')"
        own = self.one(
            "pass",
            "def again(self):\n        return Broken(1)",
            "made = property(lambda self: Broken)",
        )
        local = f"class Broken(Exception):\n    {own}\n{handled}"
        return self.one(
            f"class Broken(Exception):\n    {own}\n\n\n{self.function('pass')}",
            self.function(local),
        )

    def star(self) -> str:
        call = self.one(
            "show(k=log(1), *log([2]))", "show(k=a, *[b])", "show(1, k=log(a), *[log(b)])",
            "show(k=1, *[2], *[3])", "show(k=(1, 2), *[','])", "show(k=',', *[a]  # c, d\n    )",
        )  # fmt: skip
        return self.anywhere(f"log({call})")

    def class_default(self) -> str:
        value = self.one("[]", "{}", "[1, 2]", "{'a': 1}", "set()", "{1}")
        hint = self.one("", ": list", ": object", ": 'list[int]'")
        line = self.one("xs{} = {}", "xs{} = {}", "xs{} = {}; ys = 1", "ys = 1; xs{} = {}")
        base = self.one("", "(Base)", "(Exception)", "(Fields)", "(Enum)", "(Base, Exception)")
        use = self.one("A().f()", "A.xs", "sorted(k for k in vars(A) if k[0] != '_')", "A('x')")
        body = f"{line.format(hint, value)}\n\ndef f(self, *rest):\n    return self.xs"
        made = f"class A{base}:\n{indent(body, '    ')}"
        last = f"try:\n    log(str({use}))\nexcept TypeError:\n    log('no')"
        return self.one(
            f"{made}\n\n\n{last}\n\n\ndef main(a, b):\n    return str(A.xs)\n",
            self.function(f"{made}\n{last}"),
        )

    def plain_class(self) -> str:
        names = self.rng.sample(["x", "y", "size", "item", "of_kind"], self.rng.randint(2, 4))
        head, body, given = list[str](), list[str](), self.rng.randrange(3)
        for number, name in enumerate(names):
            hint = self.one("", ": int", ": 'str'", ": list[int] | None")
            default = self.one("1", "None", "'a'", "(1, 2)", "[]") if number >= given else ""
            space = " " if hint else ""
            head.append(f"{name}{hint}{f'{space}={space}{default}' if default else ''}")
            body.append(f"self.{name}{self.one('', ': object')} = {name}")
        first = self.one("self, ", "self, ", "self, ", "self, *rest, ", "self, /, ")
        if "*" in first or self.rng.random() < 0.1:
            body.append("log('made')" if self.rng.random() < 0.5 else "self.rest = ()")
        made = f"def __init__({first}{', '.join(head)}):\n{indent(chr(10).join(body), '    ')}"
        values = ", ".join(map(str, range(len(names))))
        values = ", ".join(f"{n}={v}" for v, n in enumerate(names)) if "*" in first else values
        main = f"p = P({values})\n    return log(sorted(vars(p).items()))"
        return f"class P:\n{indent(made, '    ')}\n\n\ndef main(a, b):\n    {main}\n"

    def empty(self) -> str:
        use = self.one("str(a) == ''", "str(a) != ''", "'' == str(b)", "(str(a) == '')")
        piece = self.one(
            f"log({use})",
            f"if {use}:\n    log('e')",
            f"log(1 + ({use}))",
            f"log({use} or b)",
            f"x = {use}\nlog(x)",
        )
        return self.anywhere(piece)

    def zone(self) -> str:
        top = self.one(
            "import datetime\n", "from datetime import datetime\n", "from datetime import date\n"
        )
        call = {
            "import datetime\n": self.one(
                "datetime.datetime.now()", "datetime.date.today()", "datetime.datetime.utcnow()"
            ),
            "from datetime import datetime\n": self.one(
                "datetime.now()", "datetime.utcnow()", "datetime.today()"
            ),
            "from datetime import date\n": "date.today()",
        }[top]
        return f"{top}\n\n{self.function(f'log({call}.year > 2000)')}"

    def blocking(self) -> str:
        use = self.one(
            "time.sleep(0)",
            "log(time.sleep(0))",
            "[time.sleep(0) for _ in 'a']",
            "list(time.sleep(0) for _ in 'a')",
        )
        body = indent(self.body(use), "    ")
        return f"import time\n\n\nasync def run(a, b):\n{body}\n\n\ndef main(a, b):\n    return drive(run(a, b))\n"

    def long_function(self) -> str:
        parts = []
        for number in range(14):
            test = self.one("a", "b", "n > 1", "xs")
            parts.append(
                self.one(
                    f"if {test}:\n    n += {number}\nelif b:\n    xs.append(n)\nelse:\n    log(n)",
                    "for c in xs[:2]:\n    if c:\n        n += 1\n    log(c)",
                    "try:\n    n = log(n) + 1\nexcept TypeError:\n    n = 0",
                    f"if {test}:\n    log({number})\nif b:\n    n = {number}",
                )
            )
        body = indent("n, xs = 0, [1]\n" + "\n".join(parts), "    ")
        return f"def main(a, b):\n{body}\n    return log((n, xs))\n"

    def raised_in_try(self) -> str:
        test = self.one("a", "log(b)", "not a")
        body = self.one(
            f"if {test}:\n    raise ValueError(a)\nlog('after')",
            f"n = log(1)\nif {test}:\n    raise ValueError(n)",
            f"log(0)\nif {test}:\n    log('in')\n    raise ValueError",
        )
        return self.function(
            f"try:\n{indent(body, '    ')}\nexcept ValueError as caught:\n    log(str(caught))"
        )

    def misspelt(self) -> str:
        piece = self.one(
            "customer = a\nlog(custmer)", "for customer in 'ab':\n    log(custmer)", "log(lenght(a))",
            "customer = a\nlog((lambda: custmer)())",
        )  # fmt: skip
        return self.anywhere(piece)

    def missing(self) -> str:
        use = self.one(
            "datetime.now().year", "datetime.timedelta(1).days", "copy.copy(a)", "copy(a)", "random()", "time()",
            "array([1])", "email", "email.send(a)", "replace('s', 's', 'b')", "json.dumps(1)", "os.path.join('a')",
            "urllib.parse.quote('a')", "Path('a').name", "partial(log, a)()", "deepcopy(a)", "math.pi", "math.tau.real",
            "chain([1], [2]).__next__()", "Counter('aa')['a']", "defaultdict(list)['a']", "date.today().year",
            "code", "string", "string.digits", "calendar", "dt.now()", "product", "reduce(log, [1])", "sleep(0)",
            "xml.dom.__name__", "collections.abc.Set.__name__", "field", "glob('x')", "glob.glob('x')", "Decimal('1')",
        )  # fmt: skip
        return self.function(f"log({use})")


RULES: MappingProxyType[str, Callable[[Programs], str]] = MappingProxyType(
    {
        "F401": Programs.unused_import,
        "F841": Programs.unused_variable,
        "S101": Programs.assertion,
        "EM101": Programs.raised,
        "EM102": Programs.raised,
        "TRY003": Programs.raised,
        "B904": Programs.raised_in_handler,
        "PLC0415": Programs.local_import,
        "G004": Programs.logged,
        "SIM102": Programs.nested_if,
        "SIM117": Programs.nested_with,
        "SIM105": Programs.suppressed,
        "PLW2901": Programs.loop_variable,
        "PLR2004": Programs.magic,
        "A001": Programs.shadow,
        "A002": lambda make: make.parameter("id", "x"),
        "N803": lambda make: make.parameter("maxRetries", "x"),
        "FBT001": lambda make: make.parameter("flag", "x", "bool"),
        "ARG005": Programs.lambda_parameter,
        "ARG001": Programs.unused_argument,
        "N806": lambda make: make.naming("someValue"),
        "N802": Programs.named_function,
        "N818": Programs.error_class,
        "B026": Programs.star,
        "RUF012": Programs.class_default,
        "B903": Programs.plain_class,
        "PLC1901": Programs.empty,
        "DTZ005": Programs.zone,
        "DTZ011": Programs.zone,
        "DTZ003": Programs.zone,
        "ASYNC251": Programs.blocking,
        "C901": Programs.long_function,
        "PLR0912": Programs.long_function,
        "TRY301": Programs.raised_in_try,
        "F821": Programs.missing,
        "F821 misspelt": Programs.misspelt,
    }
)
"""Rules, and what makes a program for each."""

PRELUDE = """\
import asyncio
import contextlib as _contextlib
import logging
from enum import Enum

kinds = [ValueError]
logger = logging.getLogger("program")
quiet = _contextlib.suppress
held = type("Held", (), {})()
msg_of = x_of = str


class Local(Exception):
    pass


class Base:
    pass


class Fields:
    def __init_subclass__(cls):
        log(sorted(cls.__dict__.get("__annotations__", {})))


def make(number):
    return ValueError


def kind_of(error):
    known = (AssertionError, AttributeError, ImportError, NameError, TypeError, ValueError, KeyError)
    return [n for n, kind in enumerate(known) if isinstance(error, kind)]


def kinds_of_value(values):
    return ["text" if isinstance(v, str) and "'" in v else v for v in values]


def by_word(f):
    return f(word=1)


def show(*args, **kwargs):
    return args, kwargs


def drive(coroutine):
    return asyncio.run(coroutine)


@_contextlib.contextmanager
def ctx(value):
    log("enter", value)
    yield value
    log("leave", value)


"""
CALLS = """

for _args in ((0, 1), (1, 0), ("", "b"), ("x", [])):
    try:
        log(main(*_args))
    except Exception as _error:
        log("raised", kind_of(_error), kinds_of_value(_error.args))
"""


def program(code: str, rng: random.Random) -> str:
    """A program for a rule, with one of several line ends."""
    text = PRELUDE + RULES[code](Programs(rng)) + CALLS
    ends = rng.random()
    if ends < 0.06:
        return text.replace("\n", "\r\n")
    if ends < 0.1 and "'''" not in text and '"""' not in text:
        return text.replace("\n", "\r")
    return text.replace("\n\n\n", "\n\f\n\n", 2) if ends > 0.95 else text


def programs(code: str, count: int, seed: int) -> Iterator[str]:
    """So many different programs for a rule, fewer if there are not so many."""
    rng, seen = random.Random(f"{code} {seed}"), set[str]()
    for _ in range(20 * count):
        text = program(code, rng)
        if text not in seen:
            seen.add(text)
            yield text
        if len(seen) == count:
            return
