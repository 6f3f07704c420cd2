"""Documentation from end to end with scripted words: places, styles, proofs, awkward input."""

import ast
import itertools
import textwrap

import pytest
from fimble import assist
from fimble.assist import Outcome, Task, words
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation.testing import ScriptedGenerator


def run(
    text: str, action: str = "docstring.document", language: str = "python", **arguments: object
) -> tuple[Outcome, ScriptedGenerator]:
    count = iter(["0", "1", "2", *"abcdefgh"])
    generator = ScriptedGenerator(lambda prompt: f" Take value number {next(count)}.\n")
    snapshot = Snapshot("file:///a", "a", language, 1, text)
    return assist.run(action, Task(generator, snapshot, arguments)), generator


def documented(text: str, language: str = "python", **arguments: object) -> str:
    """The text after the item at `█` is documented."""
    start = text.index("█")
    plain = text.replace("█", "", 1)
    outcome, _ = run(plain, language=language, start=start, **arguments)
    assert outcome.edits, outcome.message
    assert outcome.level == "code unchanged"
    return apply_edits(plain, outcome.edits)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def █f(): pass\n", 'def f():\n    """Take value number 0."""\n    pass\n'),
        ("def █f():pass", 'def f():\n    """Take value number 0."""\n    pass'),
        ("@deco\n@other(1)\ndef f():\n    retur█n 1\n",
         '@deco\n@other(1)\ndef f():\n    """Take value number 0.\n\n    Returns:\n        Take value number 1.\n    """\n    return 1\n'),
        ("def f():\n    def █g():\n        pass\n",
         'def f():\n    def g():\n        """Take value number 0."""\n        pass\n'),
        ("class A:\n    @property\n    def █x(self):\n        return 1\n",
         'class A:\n    @property\n    def x(self):\n        """Take value number 0."""\n        return 1\n'),
        ("class █A:\n    x = 1\n",
         'class A:\n    """Take value number 0.\n\n    Attributes:\n        x: Take value number 1.\n    """\n\n    x = 1\n'),
        ("def █f():\n\n\n    pass\n", 'def f():\n    """Take value number 0."""\n    pass\n'),
        ("def █f():  # why\n    # inner\n    pass\n",
         'def f():  # why\n    """Take value number 0."""\n    # inner\n    pass\n'),
        ("class A:\n\tdef █f(self):\n\t\tpass\n",
         'class A:\n\tdef f(self):\n\t\t"""Take value number 0."""\n\t\tpass\n'),
        ("if x:\n\tdef █f(): pass\n", 'if x:\n\tdef f():\n\t\t"""Take value number 0."""\n\t\tpass\n'),
        ("def █größe(ü):\r\n    pass\r\n",
         'def größe(ü):\r\n    """Take value number 0.\r\n\r\n    Args:\r\n        ü: Take value number 1.\r\n    """\r\n    pass\r\n'),
        ("def broken(:\n\n\ndef █f():\n    pass\n",
         'def broken(:\n\n\ndef f():\n    """Take value number 0."""\n    pass\n'),
        ("def █f(\n    a,\n    b,\n):\n    pass\n",
         'def f(\n    a,\n    b,\n):\n    """Take value number 0.\n\n    Args:\n        a: Take value number 1.\n        b: Take value number 2.\n    """\n    pass\n'),
    ],
)  # fmt: skip
def test_python_places(text: str, expected: str) -> None:
    assert documented(text) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("javascript", "export const █f = () => {};\n", "/**\n * Take value number 0.\n */\nexport const f = () => {};\n"),
        ("javascript", "x = 1; function █f() {}\n", "x = 1; \n/**\n * Take value number 0.\n */\nfunction f() {}\n"),
        ("typescript", "class A {\n\t@dec()\n\t█f(): void {}\n}\n",
         "class A {\n\t/**\n\t * Take value number 0.\n\t */\n\t@dec()\n\tf(): void {}\n}\n"),
        ("go", "package a\n\n// Not for f.\n\nfunc █f() {}\n",
         "package a\n\n// Not for f.\n\n// f take value number 0.\nfunc f() {}\n"),
        ("rust", "#[inline]\nfn █f() {}\n", "/// Take value number 0.\n#[inline]\nfn f() {}\n"),
        ("ruby", "class A\r\n  def █f; end\r\nend\r\n", "class A\r\n  # Take value number 0.\r\n  def f; end\r\nend\r\n"),
        ("php", "<?php\n#[X]\nfunction █f() {}\n", "<?php\n/**\n * Take value number 0.\n */\n#[X]\nfunction f() {}\n"),
    ],
)  # fmt: skip
def test_other_places(language: str, text: str, expected: str) -> None:
    assert documented(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("python", "@overload\ndef f(a: int): ...\ndef █f(a): pass\n",
         '@overload\ndef f(a: int): ...\ndef f(a):\n    """Take value number 0.\n\n    Args:\n        a: Take value number 1.\n    """\n    pass\n'),
        ("python", "class A: x = █lambda y: y\n",
         'class A:\n    """Take value number 0.\n\n    Attributes:\n        x: Take value number 1.\n    """\n    x = lambda y: y\n'),
        ("python", "def █f(): a; b  # why\r\n", 'def f():\r\n    """Take value number 0."""\r\n    a; b  # why\r\n'),
        ("python", "\ufeffdef █f():\n    f'x'\n", '\ufeffdef f():\n    """Take value number 0."""\n    f\'x\'\n'),
        ("python", "def █f[T]():\n    f'{x:>{y}}'\n", 'def f[T]():\n    """Take value number 0."""\n    f\'{x:>{y}}\'\n'),
        ("javascript", "function █f() {}\nfunction broken( {\n",
         "/**\n * Take value number 0.\n */\nfunction f() {}\nfunction broken( {\n"),
        ("java", "class A { void █f() {} }", "class A { \n/**\n * Take value number 0.\n */\nvoid f() {} }"),
        ("go", "package a\r\n\r\nfunc █Größe() {}\r\n", "package a\r\n\r\n// Größe take value number 0.\r\nfunc Größe() {}\r\n"),
    ],
)  # fmt: skip
def test_awkward_places(language: str, text: str, expected: str) -> None:
    assert documented(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "message"),
    [
        ("python", "def █f(a):\n    x = (1,\n    return a\n", "syntax error"),
        ("python", "def █f(a):\n    'x' 'y'\n    return a\n", "documented already"),
        ("javascript", "function broken( {\n\nfunction █f(a) {}\n", "no function or class"),
    ],
)
def test_what_cannot_be_documented_says_why(language: str, text: str, message: str) -> None:
    outcome, _ = run(text.replace("█", ""), language=language, start=text.index("█"))
    assert outcome.edits == ()
    assert message in outcome.message


def test_overloads_setters_and_lambdas_are_not_documented() -> None:
    overloads = "@overload\ndef f(a: int) -> int: ...\ndef f(a): return a\n"
    assert "its implementation" in run(overloads, start=12)[0].message
    assert "no function or class" in run("f = lambda x: x\n", start=5)[0].message
    assert run("", start=0)[0].edits == ()


def test_the_module_is_documented_below_its_shebang() -> None:
    outcome, _ = run("#!/usr/bin/env python\n# licence\n\nimport os\n", module=True)
    after = apply_edits("#!/usr/bin/env python\n# licence\n\nimport os\n", outcome.edits)
    assert after == '#!/usr/bin/env python\n# licence\n"""Take value number 0."""\n\nimport os\n'
    assert apply_edits("", run("", module=True)[0].edits) == '"""Take value number 0."""\n'


@pytest.mark.parametrize("style", ["google", "numpy", "sphinx", "plain"])
def test_a_wanted_style_is_taken(style: str) -> None:
    marks = {"google": "Args:", "numpy": "----------", "sphinx": ":param a:", "plain": '0."""'}
    assert marks[style] in documented("def █f(a): pass\n", style=style)


def test_the_files_own_style_is_taken() -> None:
    before = 'def g(a):\n    """Do.\n\n    :param a: It.\n    """\n\n\ndef █f(b): pass\n'
    assert ":param b: Take value" in documented(before)


def test_everything_is_documented_with_one_edit_each() -> None:
    text = "class A:\n    def f(self): pass\n\n    def _g(self): pass\n\n\ndef h(x): return x\n"
    outcome, _ = run(text, "docstring.all")
    assert len(outcome.edits) == 4
    after = apply_edits(text, outcome.edits)
    names = [n for n in ast.walk(ast.parse(after)) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    assert {n.name for n in names if ast.get_docstring(n)} == {"A", "f", "h"}
    assert run(after, "docstring.all")[0].message == "Everything public in this file is documented."


def test_a_function_of_two_thousand_lines() -> None:
    body = "".join(f"    x{n} = {n}\n" for n in range(2000))
    outcome, generator = run(f"def f(a):\n{body}    return a\n", start=4)
    assert len(outcome.edits) == 1
    shown = "".join(s.text for s in generator.requests[0].prompt)
    assert len(shown) < 5000
    assert "return a" in shown


def test_unfit_words_are_asked_for_once_more_and_then_replaced() -> None:
    generator = ScriptedGenerator(lambda prompt: " the the the")
    snapshot = Snapshot("file:///a", "a", "python", 1, "def get_file(path): return path\n")
    outcome = assist.run("docstring.document", Task(generator, snapshot, {"start": 4}))
    assert [r.temperature > 0 for r in generator.requests] == [False, True] * 3
    assert outcome.edits[0].new_text.split("\n")[1:7] == [
        '    """Get file.', "", "    Args:", "        path: The path.", "", "    Returns:",
    ]  # fmt: skip


def test_each_slot_continues_the_prompt_of_the_one_before() -> None:
    _, generator = run("def f(a, b):\n    return a\n", start=4)
    prompts = ["".join(s.text for s in r.prompt) for r in generator.requests]
    assert len(prompts) == 4
    for shorter, longer in itertools.pairwise(prompts):
        assert longer.startswith(shorter)


def test_cancelled_work_edits_nothing() -> None:
    cancel = CancelToken()
    generator = ScriptedGenerator(str)
    cancel.cancel()
    snapshot = Snapshot("file:///a", "a", "python", 1, "def f(): pass\n")
    outcome = assist.run("docstring.document", Task(generator, snapshot, {"start": 4}, cancel))
    assert outcome == Outcome(message="The request was cancelled.")


def test_progress_shows_the_words_as_they_come() -> None:
    shown: list[str] = []
    generator = ScriptedGenerator(lambda prompt: " Take a very long value and keep it.\n")
    snapshot = Snapshot("file:///a", "a", "python", 1, "def f(): pass\n")

    def report(message: str, percentage: int | None = None) -> None:
        shown.append(message)

    assist.run("docstring.document", Task(generator, snapshot, {"start": 4}, progress=report))
    assert shown == [
        "f",
        "f: Take a",
        "f: Take a very long value",
        "f: Take a very long value and keep it",
    ]


def test_progress_shows_the_first_word_at_once_and_then_now_and_again() -> None:
    shown: list[str] = []
    rule = words.one_sentence(shown.append)
    for length in range(len(text := " Take a very long value.") + 1):
        assert rule(text[:length]) is None
    assert shown == ["Take a", "Take a very long v"]


def test_comments_are_lines_of_their_own() -> None:
    text = textwrap.dedent(
        """\
        def f(xs):
            total = 0

            for x in xs:
                if x:
                    total += x
            # mine
            return total
        """
    )
    outcome, _ = run(text, "comments.add", start=text.index("total"), end=len(text))
    after = apply_edits(text, outcome.edits)
    assert after.count("    # Take value number") == 2
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(text))


def test_updating_keeps_the_words_and_says_when_there_is_nothing_to_do() -> None:
    text = 'def f(a, b):\n    """Mine.\n\n    Args:\n        a: My a.\n    """\n'
    outcome, _ = run(text, "docstring.update", start=4)
    after = apply_edits(text, outcome.edits)
    assert after == text.replace("My a.\n", "My a.\n        b: Take value number 0.\n")
    assert "agrees with its signature" in run(after, "docstring.update", start=4)[0].message


def test_documentation_that_is_there_is_never_replaced() -> None:
    text = 'def f(a):\n    """My words.\n\n    :param b: x\n    """\n'
    outcome, _ = run(text, start=4)
    assert outcome == Outcome(message="f is documented already.")
    outcome, _ = run(text, "docstring.generate", start=4)
    after = apply_edits(text, outcome.edits)
    assert after == text.replace(":param b: x", ":param a: Take value number 0.")
    outcome, _ = run("def f(): pass\n", "docstring.generate", start=4)
    assert outcome.edits


@pytest.mark.parametrize(
    ("language", "code", "closing"),
    [("python", "def f(): pass\n", '"""'), ("javascript", "function f() {}\n", " */")],
)
def test_words_end_where_the_model_closes_the_comment(
    language: str, code: str, closing: str
) -> None:
    generator = ScriptedGenerator(lambda prompt: f"Take it away.{closing}\n    pass\n")
    snapshot = Snapshot("file:///a", "a", language, 1, code)
    outcome = assist.run("docstring.document", Task(generator, snapshot, {"start": 4}))
    assert len(generator.requests) == 1
    assert "Take it away." in outcome.edits[0].new_text


def test_a_summary_of_which_the_model_made_a_tag_is_begun_for_it() -> None:
    def script(prompt: str) -> str:
        return " takes it away.\n" if prompt.endswith("/**\n * This function") else " @name f\n"

    generator = ScriptedGenerator(script)
    snapshot = Snapshot("file:///a", "a", "javascript", 1, "function f() {}\n")
    outcome = assist.run("docstring.document", Task(generator, snapshot, {"start": 4}))
    assert outcome.edits[0].new_text == "/**\n * Takes it away.\n */\n"
