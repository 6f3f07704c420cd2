"""Programs made at random for rules about names: imports, variables, parameters, classes.

One method for each kind of rule.
"""

# ruff: noqa: E501 - a piece of a program stands on one line

from __future__ import annotations

from textwrap import indent

from program_pieces import Pieces


class Names(Pieces):
    """Makes programs whose names rules would add, drop or change."""

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

    def misspelt(self) -> str:
        """A name that stands elsewhere, too: which of two that stand once is meant, no rule says."""
        name, typo = self.one(
            "customer custmer", "settings setings", "total_price totl_price"
        ).split()
        piece = self.one(
            f"{name} = a\nlog({name})\nlog({typo})", f"for {name} in 'ab':\n    log({name})\n    log({typo})",
            f"{name} = a\nlog({name}, {name})\nlog((lambda: {typo})())", f"{name} = [a]\nlog({name})\nlog([{typo} for _ in 'ab'])",
            f"def {name}(x):\n    return log(x)\nlog({name}(a))\nlog({typo}(b))", f"{name} = {{}}\n{name}['x'] = a\nlog({name})\n{typo}['y'] = log(b)\nlog(len({name}))",
            f"def take({name}):\n    log({name})\n    return {typo}\nlog(take(a))", f"if ({name} := a):\n    log({name})\nlog(f'{{{typo}}}')",
            "log(lenght(a))",
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
