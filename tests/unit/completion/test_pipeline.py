"""From a cursor to a suggestion, with a model that says what the test wants."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fimble.completion import pipeline
from fimble.core.text.snapshot import Edit, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation.answer import FinishReason, GenerationResult
from fimble.generation.request import GenerationRequest
from fimble.generation.testing import ScriptedGenerator, at_cursor
from hypothesis import given
from hypothesis import strategies as st


class Ended(ScriptedGenerator):
    """Runs into a limit."""

    def __init__(self, reason: FinishReason, answer: str) -> None:
        super().__init__(lambda _: answer, tokens=True)
        self._reason = reason

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        return replace(super().generate(request, cancel), finish_reason=self._reason)


LANGUAGES = st.sampled_from(["python", "typescript", "html", "sql", "klingon"])


def says(*answers: str) -> ScriptedGenerator:
    left = iter(answers)
    return ScriptedGenerator(lambda prompt: next(left))


def asked(generator: ScriptedGenerator) -> list[str]:
    return [
        "".join(s.text for s in request.prompt if s.kind == "text")
        for request in generator.requests
    ]


@pytest.mark.parametrize(
    ("language", "marked", "answer", "shown"),
    [
        ("python", "x = █\n", " 1 + 2", "1 + 2"),
        ("python", "def f():\n    █\n    x = 1\n", " y = 2\n", "y = 2"),
        ("python", "x = foo(a)█\ny\n", "z = 1\n", "\nz = 1"),
        ("python", "x = foo(a)█\r\ny\r\n", "z = 1\r\n", "\r\nz = 1"),
        ("python", "def f():\r\n    █\r\n", " a = 1\n    b = 2\nc", "a = 1\r\n    b = 2"),
        ("go", "func f() {\n\t█\n}\n", "\tg()\n\th()\n}\n", "g()\n\th()"),
        ("python", "# Sum of the█\n", " numbers.\nx", " numbers."),
        ("python", "print('a█')\n", " b", " b"),
        ("javascript", "foo(a, █)\n", " b)", "b"),
        ("python", "🙂 = [é, █]\n", " 1]", "1"),
        ("klingon", "say █", " what\nmore", "what"),
    ],
)
def test_the_cursor_decides_what_is_asked_and_shown(
    language: str, marked: str, answer: str, shown: str
) -> None:
    completion = pipeline.complete(says(answer), at_cursor(marked, language))
    assert (completion.shown, completion.reason) == (shown, None)


@pytest.mark.parametrize("rest", ["", "\n", "\nb = 2\n"])
def test_a_line_that_the_model_finds_finished_goes_on_below(rest: str) -> None:
    generator = says(rest, "b = 2")
    completion = pipeline.complete(generator, at_cursor("a = count█\nc = 3\n"))
    assert completion.shown == "\nb = 2"
    assert [prompt.endswith("a = count\n") for prompt in asked(generator)] == [False, True]


def test_a_piece_of_a_word_is_what_the_answer_begins_with() -> None:
    generator = says("urn total")
    completion = pipeline.complete(generator, at_cursor("def f(total):\n    ret█\n"))
    assert completion.shown == "urn total"
    assert generator.requests[0].beginning == " ret"
    assert asked(generator)[0].endswith("def f(total):\n   ")


@pytest.mark.parametrize(
    ("typed", "closed", "answer", "shown", "replaced"),
    [
        ("x = foo(█\ny\n", "x = foo(█)\ny\n", "a, b)", "a, b", 0),
        ("x = foo([█\ny\n", "x = foo([█])\ny\n", "a]", "a", 0),
        ("print('█\ny\n", "print('█')\ny\n", "hello", "hello", 0),
    ],
)
def test_a_bracket_that_the_editor_closes_changes_no_prompt(
    typed: str, closed: str, answer: str, shown: str, replaced: int
) -> None:
    generator = says(answer, answer)
    pipeline.complete(generator, at_cursor(typed))
    completion = pipeline.complete(generator, at_cursor(closed))
    assert asked(generator)[0] == asked(generator)[1]
    assert (completion.shown, completion.replaced) == (shown, replaced)


def test_what_follows_a_closer_on_its_line_is_in_the_prompt() -> None:
    generator = says("a")
    pipeline.complete(generator, at_cursor("x = foo(█) + 1\n"))
    assert ") + 1" in asked(generator)[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [("", True), ("\n", True), ("import os\n", False)],
)
def test_the_path_is_said_of_a_blank_file(text: str, said: bool) -> None:
    generator = says("import sys")
    options = pipeline.Options(repository="shop")
    pipeline.complete(generator, at_cursor(f"{text}█"), options)
    assert asked(generator)[0].startswith("shop\ntest\n") == said


def test_a_suggestion_that_is_withheld_says_why() -> None:
    completion = pipeline.complete(says("  "), at_cursor("x = █\n"))
    assert (completion.shown, completion.reason) == ("", "blank")


def test_candidates_differ_after_the_filters() -> None:
    generator = says(" foo(1)", " foo(1)\n", " foo(2)", "  ")
    found = pipeline.candidates(generator, at_cursor("x = █\n"), 4)
    assert [completion.shown for completion in found] == ["foo(1)", "foo(2)"]


@pytest.mark.parametrize(
    ("marked", "first", "second", "shown", "reason", "avoided"),
    [
        ("█\nb = 1\n", "b = 1", "a = 1", "a = 1", None, "b"),
        ("█\nb = 1\n", "b = 1", "b = 1", "", "repeats_suffix", "b"),
        ("a = 1\n█\n", "a = 1", "b = 1", "b = 1", None, "a"),
        ("x = fu█\ny\n", ")", "n", "n", None, " fu)"),
    ],
)
def test_what_must_not_be_shown_is_asked_for_otherwise_once(
    marked: str, first: str, second: str, shown: str, reason: str | None, avoided: str
) -> None:
    left = iter([first, second])
    generator = ScriptedGenerator(lambda _: next(left), tokens=True)
    completion = pipeline.complete(generator, at_cursor(marked))
    assert (completion.shown, completion.reason) == (shown, reason)
    assert [request.avoid for request in generator.requests] == ["", avoided]


def test_the_second_choice_leaves_the_first_where_it_was_least_sure() -> None:
    class Unsure(ScriptedGenerator):
        def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
            result = super().generate(request, cancel)
            return replace(result, logprobs=(-0.1, -0.2, -2.0, -0.1, -0.3))

    left = iter(["foo(a)", "b)"])
    generator = Unsure(lambda _: next(left), tokens=True)
    completion = pipeline.complete(generator, at_cursor("█\nfoo(a)\n"))
    assert (generator.requests[1].beginning, generator.requests[1].avoid) == ("foo(", "foo(a")
    assert completion.shown == "foo(b)"


def test_a_second_choice_that_is_cancelled_is_no_answer() -> None:
    cancel = CancelToken()

    class Cancelled(ScriptedGenerator):
        def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
            result = super().generate(request, cancel)
            if request.avoid:
                result = replace(result, finish_reason="cancelled")
            return result

    generator = Cancelled(lambda _: "b = 1", tokens=True)
    options = pipeline.Options(deadline_s=2.0)
    completion = pipeline.complete(generator, at_cursor("█\nb = 1\n"), options, cancel)
    assert (completion.reason, completion.finish_reason) == ("cancelled", "cancelled")
    assert completion.timings.new_tokens == 10
    assert generator.requests[1].deadline_s == 2.0


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("a = 1\n    b = 2\n    # You can add", "a = 1\n    b = 2"),
        ("a = 1\n    b = 2\n", "a = 1\n    b = 2"),
        ("first_word_of_a_long", "first_word_of_a_long"),
    ],
)
@pytest.mark.parametrize("ended", ["length", "deadline"])
def test_what_ended_too_soon_is_shown_in_whole_lines(
    answer: str, shown: str, ended: FinishReason
) -> None:
    context = at_cursor("def f(first_word_of_a_long):\n    █\n")
    assert pipeline.complete(Ended(ended, answer), context).shown == shown


def test_what_ended_too_soon_has_no_second_choice() -> None:
    generator = Ended("length", "foo(a")
    assert pipeline.complete(generator, at_cursor("x = 1\n█\ny = 2\n")).reason == "syntax"
    assert len(generator.requests) == 1


def test_what_nobody_wants_any_more_ends_at_once() -> None:
    options = pipeline.Options(watch=lambda text: text.startswith("b"))
    completion = pipeline.complete(says(" abc"), at_cursor("x = █\n"), options)
    assert completion.raw == ""


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60), LANGUAGES)
def test_any_cursor_and_any_answer_change_nothing_else(
    before: str, after: str, answer: str, language: str
) -> None:
    before, after = before.replace("█", ""), after.replace("█", "")
    context = at_cursor(f"{before}█{after}", language)
    completion = pipeline.complete(ScriptedGenerator(lambda _: answer), context)
    start, end = completion.insert_range
    assert start == len(before)
    assert end - start <= len(context.line_suffix)
    edit = Edit(start, end, completion.shown)
    text = apply_edits(context.snapshot.text, [edit])
    assert text.startswith(before)
    assert text.endswith(after[end - start :])
