from pathlib import Path
from textwrap import dedent

import pytest
from fimble.assist import Task, run
from fimble.core.actions import ActionContext, offers
from fimble.core.actions.from_comment import from_comment
from fimble.core.actions.refactor import refactor
from fimble.core.refactor.interface import kept
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.generation.testing import ScriptedGenerator

TEXT = dedent("""\
    import os


    def load(path):
        data = open(path).read()
        lines = data.split("\\n")
        result = []
        for line in lines:
            result.append(line.strip())
        return result
    """)


def snapshot(text: str, language: str = "python") -> Snapshot:
    return Snapshot("file:///nowhere/at/all/a", "a", language, 3, text)


def act(action: str, document: Snapshot, start: int, end: int, *answers: str, **arguments: object):
    said = iter(answers)
    generator = ScriptedGenerator(lambda _: next(said, ""))
    place = {"start": start, "end": end, **arguments}
    outcome = run(action, Task(generator, document, place))
    return outcome, apply_edits(document.text, outcome.edits), generator


def function() -> str:
    return TEXT[TEXT.index("def") :]


def test_hints_may_change_nothing_else() -> None:
    here = TEXT.index("data")
    wrong = function().replace("def load(path)", "def load(path: str)").replace("strip", "lower")
    right = function().replace("def load(path)", "def load(path: str) -> List[str]")
    outcome, after, _ = act(
        "rewrite", snapshot(TEXT), here, here, wrong, "", right, right, request="type_hints"
    )
    assert "def load(path: str) -> " in after
    assert after.endswith(TEXT[TEXT.index("    data") :])
    assert "List[str]" not in after or "from typing import List" in after
    assert "nothing but hints and imports was changed" in outcome.message


def test_simplifying_keeps_the_interface_and_is_shorter() -> None:
    here = TEXT.index("data")
    renamed = function().replace("load(path)", "load(file)")
    longer = function().replace("return result", "x = result\n    return x")
    right = (
        'def load(path):\n    return [line.strip() for line in open(path).read().split("\\n")]\n'
    )
    outcome, after, _ = act(
        "rewrite", snapshot(TEXT), here, here, renamed, "", longer, right, request="simplify"
    )
    assert after == TEXT[: TEXT.index("def")] + right
    assert "for you to check" in outcome.message


def test_an_answer_that_breaks_the_file_is_not_offered() -> None:
    here = TEXT.index("data")
    broken = function().replace("result = []", "result = [")
    outcome, after, _ = act(
        "edit", snapshot(TEXT), here, here, broken, *[broken] * 3, instruction="Use a set"
    )
    assert after == TEXT
    assert outcome.message == (
        "Nothing was changed: the answers would bring a new problem (syntax)."
    )


@pytest.mark.parametrize(
    "line",
    [
        "    os.system('ls ' + path)\n",
        "    api_key = 'k3hgf83hgsd8f7'\n",
        "    token = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz'\n",
    ],
)
def test_what_is_unsafe_is_not_offered(line: str) -> None:
    here = TEXT.index("data")
    answer = function().replace("    result = []\n", line + "    result = []\n")
    outcome, after, _ = act(
        "edit", snapshot(TEXT), here, here, answer, *[answer] * 3, instruction="Log it"
    )
    assert after == TEXT
    assert "unsafe" in outcome.message or "F841" in outcome.message


def test_an_edit_of_selected_lines_leaves_the_others_alone() -> None:
    start, end = TEXT.index("    result = []"), TEXT.index("    return")
    answer = "result = [line.strip() for line in lines]"
    _, after, generator = act(
        "edit", snapshot(TEXT), start, end, answer, instruction="Use a comprehension"
    )
    assert after == f"{TEXT[:start]}    {answer}\n{TEXT[end:]}"
    shown = "".join(s.text for s in generator.requests[0].prompt)
    assert "Use a comprehension" in shown
    assert "def load" not in shown


def test_javascript_keeps_its_exports() -> None:
    text = "export function a(x, y) {\n  return x.then((z) => z + y);\n}\n"
    lost = "function a(x) {\n  return x;\n}\n"
    kept = "export function a(x, y) {\n  return x.then((z) => z);\n}\n"
    document = snapshot(text, "javascript")
    here = text.index("return")
    assert act("rewrite", document, here, here, lost, request="error_handling")[1] == text
    outcome, after, _ = act("rewrite", document, here, here, kept, request="error_handling")
    assert after == kept
    assert outcome.level == "parses"


PROMISES = """\
export const load = (id) => {
  return fetch('/a/' + id)
    .then((answer) => answer.json())
    .then((rows) => show(rows));
};
"""
AWAITS = """\
export const load = async (id) => {
  const answer = await fetch('/a/' + id);
  const rows = await answer.json();
  return show(rows);
};
"""


@pytest.mark.parametrize(
    ("answer", "taken"),
    [
        (AWAITS, True),
        (AWAITS.replace("load", "loadAll"), False),
        (AWAITS.replace("(id)", "(id, show)"), False),
        (AWAITS.replace("export ", ""), False),
        (AWAITS.replace("show(rows)", "rows"), False),
        (AWAITS.replace("'/a/'", "'/b/'"), False),
        (PROMISES.replace("then((rows) => show(rows))", "then(rows => show(rows))"), False),
    ],
)
def test_promises_become_awaits_with_the_same_names(answer: str, taken: bool) -> None:
    document = snapshot(PROMISES, "javascript")
    outcome, after, _ = act("rewrite", document, 0, len(PROMISES), *[answer] * 3, request="async")
    assert after == (answer if taken else PROMISES)
    assert ("callers may have to await" in outcome.message) is taken


@pytest.mark.parametrize(
    ("language", "before", "after", "same"),
    [
        ("typescript", "export const a = 1;", "export const b = 1;", False),
        ("typescript", "export { a, b };", "export { a, c };", False),
        ("typescript", "export default a;", "export default b;", True),
        ("typescript", "const f = (a: A) => a;", "const f = (a: B) => a;", False),
        ("typescript", "const f = (a,\n  b) => a;", "const f = (a, b) => b;", True),
        ("javascript", "const f = a => a;", "const f = b => b;", False),
        ("javascript", "const f = a => a;", "const f = async a => await a;", True),
        ("javascript", "class A { m(x) {} }", "class A { m(y) {} }", False),
        ("java", "class A { int m(int x) { return x; } }", "class A { int m(int x) { return 1; } }", True),
        ("java", "class A { int m(int x) { return x; } }", "class A { int n(int x) { return 1; } }", False),
    ],
)  # fmt: skip
def test_the_interface_is_names_parameters_and_exports(
    language: str, before: str, after: str, same: bool
) -> None:
    assert kept(language, before, after) is same


def test_there_must_be_something_to_change() -> None:
    document = snapshot(TEXT)
    assert "no code here" in act("edit", document, 10, 10, instruction="x")[0].message
    assert "needs an instruction" in act("edit", document, 0, 9, instruction=" ")[0].message
    long = snapshot("x = 1\n" * 500)
    assert "more than 120 lines" in act("edit", long, 0, 2900, instruction="x")[0].message
    wide = snapshot(f"x = '{'a' * 9000}'\n")
    assert "more than 4000 characters" in act("edit", wide, 0, 1, instruction="x")[0].message
    assert "no rewrite" in act("rewrite", document, 0, 9, request="magic")[0].message


def test_a_function_is_extracted_with_the_models_name() -> None:
    start, end = TEXT.index("    result"), TEXT.index("    return")
    outcome, after, generator = act("extract_function", snapshot(TEXT), start, end, "stripLines(")
    assert "def strip_lines(lines):" in after
    assert "    result = strip_lines(lines)\n    return result\n" in after
    assert outcome.message == "Done: `strip_lines`."
    assert "\ndef " in "".join(s.text for s in generator.requests[0].prompt)


def test_without_a_usable_name_there_is_a_plain_one() -> None:
    start, end = TEXT.index("    result"), TEXT.index("    return")
    _, after, _ = act("extract_function", snapshot(TEXT), start, end, "load", "class", "1", "os")
    assert "def extracted(lines):" in after


def test_a_variable_is_extracted_and_renamed() -> None:
    start = TEXT.index("data.split")
    document = snapshot(TEXT)
    _, after, _ = act(
        "extract_variable", document, start, start + len('data.split("\\n")'), "parts"
    )
    assert '    parts = data.split("\\n")\n    lines = parts\n' in after
    _, after, _ = act("rename", document, TEXT.index("data"), TEXT.index("data"), "content` fits")
    assert '    content = open(path).read()\n    lines = content.split("\\n")\n' in after


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("def total(xs):\n    return sum(xs)\n\n\nprint(total([1]))\n", "from c0 import total\n"),
        ("LIMIT = 3\nprint(LIMIT)\n", "import c0\n\nprint(c0.LIMIT)\n"),
        ("class A:\n    def run(self, LIMIT): ...\n", "from c0 import A\n\nA().run(LIMIT=1)\n"),
    ],
)
def test_a_name_that_another_file_uses_is_not_renamed(
    text: str, other: str, tmp_path: Path
) -> None:
    document = Snapshot((tmp_path / "c0.py").as_uri(), "c0.py", "python", 1, text)
    start = text.rindex("total") if "total" in text else text.rindex("LIMIT")
    _, after, _ = act("rename", document, start, start, "whole` fits")
    assert "whole" in after
    (tmp_path / "other.py").write_text(other)
    outcome, after, _ = act("rename", document, start, start, "whole` fits")
    assert after == text
    assert "other.py may use" in outcome.message


def test_why_a_parameter_keeps_its_name_is_said() -> None:
    text = "def f(a):\n    return a\n\n\ng = f\n"
    outcome, after, _ = act("rename", snapshot(text), text.index("a)"), text.index("a)"), "b`")
    assert after == text
    assert "handed on" in outcome.message


def test_what_cannot_be_extracted_is_said() -> None:
    start = TEXT.index("data =")
    outcome, after, _ = act("extract_variable", snapshot(TEXT), start, start + 4)
    assert after == TEXT
    assert outcome.message == "Select a whole expression."
    assert (
        "Python, JavaScript and TypeScript only"
        in act("extract_variable", snapshot("a", "go"), 0, 1)[0].message
    )
    assert "does not parse" in act("extract_function", snapshot("def ("), 0, 1)[0].message


def test_an_explanation_is_a_document_and_no_edit() -> None:
    here = TEXT.index("data")
    outcome, _, _ = act("explain", snapshot(TEXT), here, here, "It reads a file.")
    assert outcome.edits == ()
    assert outcome.markdown.startswith("# a, line 4\n\n```python\ndef load")
    assert "It reads a file." in outcome.markdown
    assert "may be wrong" in outcome.markdown


def titles(start: int, end: int, language: str = "python", text: str = TEXT) -> list[str]:
    context = ActionContext(snapshot(text, language), start, end)
    return [o.title for o in offers(context, (refactor,))]


def test_offers_depend_on_the_place() -> None:
    start, end = TEXT.index("    result"), TEXT.index("    return")
    assert titles(start, end)[:2] == ["Extract function", "Simplify"]
    expression = TEXT.index("data.split")
    assert "Extract variable" in titles(expression, expression + 4)
    assert "Rename to something meaningful" in titles(expression, expression)
    assert titles(0, 0) == []
    script = "a.then((b) => b);\n"
    assert "Convert to async/await" in titles(0, 17, "javascript", script)
    assert "Add type hints" not in titles(0, 17, "javascript", script)


LONG = "class A:\n    def f(self):\n        pass\n\n\nclass B:\n    def f(self, rows):\n" + (
    "        for row in rows:\n            if row:\n                print(row)\n" * 12
)


def test_a_variable_is_inlined_without_a_model() -> None:
    at = TEXT.index("data")
    text = "def f(a):\n    total = sum(a)\n    return total\n"
    assert titles(19, 19, text=text)[1] == "Inline variable `total`"
    outcome, after, generator = act("inline_variable", snapshot(text), 19, 19)
    assert after == "def f(a):\n    return sum(a)\n"
    assert outcome.message == "Done: `total` is gone."
    assert generator.requests == []
    assert not any("Inline" in title for title in titles(at, at, text="data = 1\n" + TEXT))


def test_a_long_function_is_split_where_it_stands() -> None:
    at = LONG.index("for")
    assert titles(at, at, text=LONG) == ["Split long function `f`"]
    assert titles(0, 0, text=LONG) == []
    outcome, after, _ = act("split", snapshot(LONG), at, at, "printAll(")
    assert after.startswith(LONG.split("class B:")[0])
    assert "    def print_all(" in after or "def print_all(" in after
    assert outcome.edits


@pytest.mark.parametrize(
    ("language", "text", "title"),
    [
        ("python", "# TODO: sort it\n", "Write the code for this TODO"),
        ("go", "// reads a file into lines\n", "Write the code for this comment"),
        ("sql", "-- all orders of a customer\n", "Write the code for this comment"),
        ("html", "<!-- a form with two fields -->\n", "Write the code for this comment"),
        ("python", "#!/usr/bin/env python three\n", ""),
        ("python", "# noqa\n", ""),
        ("javascript", "--a; b(c, d)\n", ""),
        ("python", "x = 1  # TODO: so many more\n", ""),
    ],
)
def test_a_comment_in_words_offers_its_code(language: str, text: str, title: str) -> None:
    found = from_comment(ActionContext(snapshot(text, language), 3, 3))
    assert [offer.title for offer in found] == ([title] if title else [])
    assert [(o.action, o.arguments) for o in found] == [("generate", {"start": 3})] * bool(title)


def test_an_expression_of_a_script_gets_a_name_of_its_language() -> None:
    text = "function f(a) {\n  return [a.b.c * 2];\n}\n"
    start = text.index("a.b.c")
    assert "Extract variable" in titles(start, start + 9, "typescript", text)
    document = snapshot(text, "typescript")
    outcome, after, _ = act("extract_variable", document, start, start + 9, "double_size =")
    assert after == "function f(a) {\n  const doubleSize = a.b.c * 2;\n  return [doubleSize];\n}\n"
    assert outcome.message == "Done: `doubleSize`."
    assert act("extract_variable", document, start, start + 7)[0].message


def test_a_function_of_a_script_gets_a_name_that_its_language_can_bear() -> None:
    text = "function f(a) {\n  const b = a.b;\n  return b * 2;\n}\n"
    start = text.index("const")
    document = snapshot(text, "javascript")
    titles_here = titles(start, start + 14, "javascript", text)
    assert "Extract function" in titles_here
    outcome, after, _ = act("extract_function", document, start, start + 14, "delete(", "get_b(a")
    assert "function getB(a) {\n  const b = a.b;\n  return b;\n}\n" in after
    assert "  const b = getB(a);\n" in after
    assert outcome.message == "Done: `getB`."
    outcome, after, _ = act("extract_function", document, start, start + 14)
    assert "function extracted(a) {" in after
    refused = act("extract_function", document, start + 1, start + 14)[0]
    assert (refused.edits, refused.message) == ((), "Select whole statements of one block.")


def test_a_variable_of_a_script_is_inlined_and_renamed() -> None:
    text = "function f(a) {\n  const b = a.c;\n  return { b };\n}\n"
    start, document = text.index("b ="), snapshot(text, "typescript")
    found = titles(start, start, "typescript", text)
    assert {"Inline variable `b`", "Rename to something meaningful"} <= set(found)
    outcome, after, generator = act("inline_variable", document, start, start)
    assert after == "function f(a) {\n  return { b: a.c };\n}\n"
    assert (outcome.message, generator.requests) == ("Done: `b` is gone.", [])
    outcome, after, _ = act("rename", document, start, start, "f`", "field_c`")
    assert after == "function f(a) {\n  const fieldC = a.c;\n  return { b: fieldC };\n}\n"
    assert outcome.message == "Done: `b` is `fieldC` now."
