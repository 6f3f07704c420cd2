import pytest
from fimble.core.completion.filters import Candidate, Withheld
from fimble.core.completion.filters.parse_gate import parse_gate
from fimble.core.text import languages, syntax
from fimble.generation.testing import at_cursor
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("language", "marked", "text"),
    [
        ("python", "def f(x):\n    return █\n", "x + 1"),
        ("python", "def f(x):\n    █\n", "if x:"),
        ("python", "foo(█)\n", "a, b"),
        ("javascript", "function f() {\n  █\n  }\n}\n", "if (a) {"),
        ("javascript", "function f() {\n  █\n  });\n}\n", "call(function () {"),
        ("go", "package a\n\nfunc f() {\n\tif █\n\t\tg()\n\t}\n}\n", "err != nil {"),
        ("html", "<p>█</p>", "text"),
        ("klingon", "█", "((("),
    ],
)
def test_what_adds_no_error_passes(language: str, marked: str, text: str) -> None:
    candidate = Candidate(text, at_cursor(marked, language))
    assert parse_gate(candidate) == candidate


@pytest.mark.parametrize(
    ("language", "marked", "text"),
    [
        ("python", "x = 1\n█\ny = 2\n", "def ) return"),
        ("javascript", "f();\n█\ng();\n", "let = = 3;"),
        ("javascript", "f();\n█\ng();\n", 'const a = "never closed'),
        ("javascript", "function f() {\n  █\n}\n", "if (a) {"),
        ("sql", "SELECT 1;\n█\n", "SELECT 'of two"),
    ],
)
def test_what_breaks_the_file_is_withheld(language: str, marked: str, text: str) -> None:
    assert parse_gate(Candidate(text, at_cursor(marked, language))) == Withheld("syntax")


DIALECT = "SELECT 1;\nDROP SERVER a CASCADE;\n" * 8


@pytest.mark.parametrize("text", ["DROP SERVER b CASCADE;", "CREATE FOREIGN TABLE t (a int);"])
def test_a_dialect_that_the_grammar_does_not_know_passes(text: str) -> None:
    candidate = Candidate(text, at_cursor(f"{DIALECT}█\nSELECT 1;\n", "sql"))
    assert parse_gate(candidate) == candidate


def test_a_dialects_brackets_are_judged() -> None:
    candidate = Candidate("SELECT count(", at_cursor(f"{DIALECT}█\nSELECT 1;\n", "sql"))
    assert parse_gate(candidate) == Withheld("syntax")


def test_the_leading_lines_that_parse_are_kept() -> None:
    context = at_cursor("def f():\n    █\n")
    judged = parse_gate(Candidate("a = 1\n    b = (((]", context))
    assert judged == Candidate("a = 1", context)


@given(st.text(max_size=200), st.sampled_from(["python", "html", "sql", "svelte", "go"]))
def test_any_text_can_be_counted(text: str, language: str) -> None:
    assert syntax.errors(language, text) is not None


def test_every_known_language_has_its_grammar() -> None:
    for suffix in ("py", "tsx", "jsx", "sh", "cs", "vue", "svelte", "rs", "sql", "php", "rb"):
        language = languages.of_path(f"a.{suffix}")
        assert syntax.errors(language, "") == 0, language
