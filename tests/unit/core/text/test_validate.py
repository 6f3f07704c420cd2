import pytest
from fimble.core.text import validate
from fimble.core.text.snapshot import Edit, Snapshot
from hypothesis import given
from hypothesis import strategies as st

PYTHON = "def f(x):\n    if x:\n        return 1\n    return 2\n"


def refusal(language: str, before: str, *edits: Edit) -> str:
    return validate.refusal(Snapshot("file:///a", "a", language, 1, before), edits)


@pytest.mark.parametrize(
    ("language", "before", "at", "new"),
    [
        ("python", PYTHON, 10, '    """Doc."""\n'),
        ("python", PYTHON, 10, "    # why\n"),
        ("python", PYTHON + "\ndef broken(:\n", 10, '    """Doc."""\n'),
        ("javascript", "f = (a) => a;\n", 0, "/** Doc. */\n"),
        ("go", "package a\n\nfunc f() {}\n", 11, "// f does.\n"),
        ("rust", "fn f() {}\n", 0, "/// Doc.\n"),
        ("ruby", "def f\nend\n", 0, "# Doc.\n"),
        ("php", "<?php\nfunction f() {}\n", 6, "/** Doc. */\n"),
    ],
)
def test_documentation_is_let_through(language: str, before: str, at: int, new: str) -> None:
    assert refusal(language, before, Edit(at, at, new)) == ""


@pytest.mark.parametrize(
    ("language", "before", "edit"),
    [
        ("python", PYTHON, Edit(10, 10, "    y = 1\n")),
        ("python", PYTHON, Edit(18, 32, "")),
        ("python", PYTHON, Edit(33, 37, "        ")),
        ("python", PYTHON, Edit(10, 10, '    x = """no doc"""\n')),
        ("python", "def f():\n    pass\n", Edit(9, 9, '    "Doc."; g()\n')),
        ("python", "s = 'a  b'\n", Edit(6, 7, "")),
        ("python", "def broken(:\n" + PYTHON, Edit(45, 50, "        ")),
        ("javascript", "f = (a) => a;\n", Edit(5, 6, "b")),
        ("javascript", "f = `a`;\n", Edit(5, 5, "/** x */")),
        ("go", "package a\n\nfunc f() {}\n", Edit(11, 11, "var x = 1\n")),
        ("c", "int x;\n", Edit(0, 0, "// a \\\n")),
    ],
)
def test_code_is_not(language: str, before: str, edit: Edit) -> None:
    assert refusal(language, before, edit) in (
        "The edit would change code.",
        "The documentation would not parse.",
    )


def test_an_existing_docstring_may_be_replaced_but_not_a_string_behind_it() -> None:
    before = 'def f():\n    """Old."""\n    "no doc"\n    return 1\n'
    start = before.index('"""Old')
    assert refusal("python", before, Edit(start, start + 10, "'''New.'''")) == ""
    assert refusal("python", before, Edit(start, start + 10, "0")) != ""
    other = before.index('"no doc"')
    assert refusal("python", before, Edit(other, other + 8, '"other"')) != ""


@pytest.mark.parametrize("string", ["f'x'", "b'x'", "rb'x'"])
def test_where_python_does_not_parse_only_text_is_a_docstring(string: str) -> None:
    before = f"def f():\n    {string}\n    pass\n\n\ndef broken(:\n"
    start = before.index(string)
    assert refusal("python", before, Edit(start, start, '"""New."""\n    ')) == ""
    assert refusal("python", before, Edit(start, start + len(string), "'y'")) != ""
    texts = before.replace(string, "'x' 'y'")
    assert refusal("python", texts, Edit(start, start + 7, "'z'")) == ""


def test_what_cannot_be_proved_is_refused() -> None:
    assert "no grammar" in refusal("cobol", "x", Edit(0, 0, "y"))
    assert "overlaps" in refusal("python", "abc", Edit(0, 2, ""), Edit(1, 3, ""))
    assert refusal("python", "abc", Edit(0, 9, "")) != ""


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@given(st.integers(0, len(PYTHON)), st.sampled_from(["x", "pass\n", "\n    ", "return 3\n", "1"]))
def test_insertions_that_change_the_tree_never_pass(at: int, new: str) -> None:
    import ast

    after = PYTHON[:at] + new + PYTHON[at:]
    try:
        same = ast.dump(ast.parse(after)) == ast.dump(ast.parse(PYTHON))
    except SyntaxError:
        same = False
    assert (refusal("python", PYTHON, Edit(at, at, new)) == "") == same
