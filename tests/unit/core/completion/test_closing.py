"""Whether what a text opens is closed, and what becomes of a suggestion where it is not."""

from __future__ import annotations

import pytest
from fimble.completion import pipeline
from fimble.core.completion import closing, stop
from fimble.core.completion.filters import Candidate
from fimble.core.completion.filters.unclosed import unclosed
from fimble.generation.testing import ScriptedGenerator, at_cursor
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("language", "marked", "text", "missing"),
    [
        ("go", "package a\n\n█\n", "func f() {", "}"),
        ("go", "package a\n\n█\n\tg()\n}\n", "func f() {", ""),
        ("go", "package a\n\n█\n", "func f() { g() }", ""),
        ("javascript", "f();\n█\ng();\n", "describe('a', () => {", "})"),
        ("javascript", "foo(█)\n", "a, {", "}"),
        ("javascript", "foo(█\n", "a, {", "})"),
        ("javascript", "foo(█\n", "a, b", ""),
        ("javascript", "foo(█) + 1\n", "a, {", ""),
        ("javascript", "const a = (\n  █\n);\n", "<div>", "</div>"),
        ("javascript", "const a = (\n  █\n  </div>\n);\n", "<div>", ""),
        ("svelte", "<p>1</p>\n█\n", "{#if a}", "{/if}"),
        ("ruby", "x = 1\n█\n", "def f(x)", "\nend"),
        ("ruby", "x = 1\n█\n  x\nend\n", "def f(x)", ""),
        ("shellscript", "█\n", "if [ -f x ]; then", "\nfi"),
        ("python", "█\n", "def f(", "):"),
        ("python", "█\n", "print('(", ""),
        ("klingon", "█\n", "foo(", ""),
    ],
)
def test_the_parser_says_what_is_missing(
    language: str, marked: str, text: str, missing: str
) -> None:
    assert closing.missing(at_cursor(marked, language), text) == missing


@given(
    st.text(max_size=40),
    st.text(max_size=40),
    st.text(alphabet="(){}[]<>/\n'\"# abdefint", max_size=40),
    st.sampled_from(["python", "javascript", "ruby", "svelte", "sql", "klingon"]),
)
def test_any_text_at_any_cursor_has_an_answer(
    before: str, after: str, text: str, language: str
) -> None:
    before, after = before.replace("█", ""), after.replace("█", "")
    context = at_cursor(f"{before}█{after}", language)
    assert isinstance(closing.missing(context, text), str)


def opens(text: str) -> bool:
    return text.count("(") > text.count(")")


@pytest.mark.parametrize(
    ("generated", "kept"),
    [
        ("a\nb\n", "a"),
        ("f(a)\nb\n", "f(a)"),
        ("f(\n  a,\n)\nb\n", "f(\n  a,\n)"),
        ("\n  f(\r\n    a)\r\nb\r\n", "\n  f(\r\n    a)"),
        ("f(\na\nb\nc\nd\n", "f("),
    ],
)
def test_a_line_ends_where_what_it_opens_is_closed(generated: str, kept: str) -> None:
    assert generated[: stop.closed_line(opens, max_lines=4)(generated)] == kept


@pytest.mark.parametrize("generated", ["", "\n  ", "f(a)", "f(\na,\n"])
def test_a_line_that_may_go_on_is_not_ended(generated: str) -> None:
    assert stop.closed_line(opens)(generated) is None


@pytest.mark.parametrize(
    ("generated", "shown"),
    [
        ("if (a) {\n    b();\n  }", "if (a) {\n    b();\n  }"),
        ("if (a) {\n    b();\n    c(", "if (a) {"),
        ("b();\n  if (a) {", "b();\n  if (a) {"),
        ("if (a) {", "if (a) {"),
    ],
)
def test_what_did_not_come_to_its_end_is_its_first_line(generated: str, shown: str) -> None:
    context = at_cursor("function f() {\n  █\n}\n", "javascript")
    assert unclosed(Candidate(generated, context)).text == shown


@pytest.mark.parametrize(
    ("marked", "answer", "shown", "reason"),
    [
        ("f();\n█\ng();\n", "h({\n  a: 1,\n});\ni();\n", "h({\n  a: 1,\n});", None),
        ("f();\r\n█\r\ng();\r\n", "h({\n  a: 1,\n});\ni();\n", "h({\r\n  a: 1,\r\n});", None),
        ("f();\n█\n  a: 1,\n});\n", "h({\n  b: 1,\n});\n", "h({", None),
        ("f();\n█\ng();\n", "h({\n" + "  a,\n" * 12, "", "syntax"),
        ("const a = h(█)\n", "b, {\n  c,\n})\nd\n", "b, {\n  c,\n}", None),
        ("if (a█\n  b();\n}\n", ") {\n  b();\n}\n", ") {", None),
    ],
)
def test_an_opened_line_goes_on_until_it_is_closed(
    marked: str, answer: str, shown: str, reason: str | None
) -> None:
    generator = ScriptedGenerator(lambda _: answer)
    completion = pipeline.complete(generator, at_cursor(marked, "javascript"))
    assert (completion.shown, completion.reason) == (shown, reason)


def test_one_line_asked_for_is_one_line() -> None:
    generator = ScriptedGenerator(lambda _: "h({\n  a: 1,\n});\n")
    options = pipeline.Options(multiline=False)
    completion = pipeline.complete(generator, at_cursor("f();\n█\n", "javascript"), options)
    assert (completion.raw, completion.reason) == ("h({", "syntax")
