"""Programs made at random for rules about statements and expressions; one method for each kind."""

# ruff: noqa: E501 - a piece of a program stands on one line

from __future__ import annotations

from textwrap import indent

from program_pieces import Pieces


class Statements(Pieces):
    """Makes programs whose statements and expressions rules would write otherwise."""

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

    def star(self) -> str:
        call = self.one(
            "show(k=log(1), *log([2]))", "show(k=a, *[b])", "show(1, k=log(a), *[log(b)])",
            "show(k=1, *[2], *[3])", "show(k=(1, 2), *[','])", "show(k=',', *[a]  # c, d\n    )",
        )  # fmt: skip
        return self.anywhere(f"log({call})")

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
