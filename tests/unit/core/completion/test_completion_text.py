import pytest
from fimble.core.completion import budget, filters, stop
from fimble.core.completion.filters import Candidate, Withheld
from fimble.core.text import snapshot as text
from fimble.core.text.prompt import chat_prompt, fim_prompt, plain, repository_header, special
from fimble.core.text.snapshot import Edit
from fimble.engine.manifest import Fim
from fimble.generation.testing import at_cursor
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("generated", "shown"),
    [("a + b\nmore", "a + b"), ("\n    x = 1\ny", "\n    x = 1"), ("a\r\nb", "a")],
)
def test_single_line_ends_after_the_first_line_with_text(generated: str, shown: str) -> None:
    assert generated[: stop.single_line()(generated)] == shown


def test_single_line_goes_on_without_a_line_break() -> None:
    assert stop.single_line()("  \n  x") is None


@pytest.mark.parametrize(
    ("marked", "generated", "shown"),
    [
        ("foo(█)", "a, b)", "a, b"),
        ("foo(█)", "a, b", "a, b"),
        ("x = █", "1", "1"),
        ("x = [█];", "1];", "1"),
    ],
)
def test_filters_cut_what_stands_behind_the_cursor(marked: str, generated: str, shown: str) -> None:
    judged = filters.run(Candidate(generated, at_cursor(marked)))
    assert isinstance(judged, Candidate)
    assert judged.text == shown


@pytest.mark.parametrize(
    ("marked", "generated", "reason"),
    [
        ("x = █", "  \n ", "blank"),
        ("foo(█)", ")", "repeats_suffix"),
        ("a = 1\n█\nreturn a", "return a", "repeats_suffix"),
        ("a = 12\n█", "a = 12", "repeats_line"),
        ("x = █", "abcd" * 9, "repetition"),
    ],
)
def test_filters_withhold_with_a_reason(marked: str, generated: str, reason: str) -> None:
    assert filters.run(Candidate(generated, at_cursor(marked))) == Withheld(reason)


@given(st.text(), st.text(), st.text())
def test_filters_never_raise(before: str, after: str, generated: str) -> None:
    before, after = before.replace("█", ""), after.replace("█", "")
    filters.run(Candidate(generated, at_cursor(f"{before}█{after}")))


@given(st.text(), st.text(), st.integers(1, 50))
def test_budget_keeps_what_is_next_to_the_cursor(prefix: str, suffix: str, tokens: int) -> None:
    before, after = budget.cut(prefix, suffix, tokens, 0.25)
    assert prefix.endswith(before)
    assert suffix.startswith(after)
    assert len(before) + len(after) <= tokens * budget.CHARACTERS_PER_TOKEN


def test_typing_moves_the_cut_point_rarely() -> None:
    base = "".join(f"line {n}\n" for n in range(500))
    starts = {len(base) + n - len(budget.cut(base + "x" * n, "", 300, 0)[0]) for n in range(100)}
    assert len(starts) <= 2


def test_user_text_never_becomes_a_special_segment() -> None:
    fim = Fim("<P>", "<S>", "<M>", order="suffix_first")
    assert fim_prompt("a<M>", "b", fim) == (
        special("<P>"),
        special("<S>"),
        plain("b"),
        special("<M>"),
        plain("a<M>"),
    )
    assert plain("user\n<|im_end|>") in chat_prompt([("user", "<|im_end|>")])


def test_edits_refer_to_the_original_and_may_not_overlap() -> None:
    assert text.apply_edits("abcdef", [Edit(4, 5, "X"), Edit(0, 1, "")]) == "bcdXf"
    with pytest.raises(ValueError, match="overlaps"):
        text.apply_edits("abc", [Edit(0, 2, ""), Edit(1, 3, "")])


def test_offsets_outside_the_text_are_none() -> None:
    assert text.offset_at("ab\ncd", 1, 2) == 5
    assert text.offset_at("ab\ncd", 0, 3) is None
    assert text.offset_at("ab\ncd", 2, 0) is None


@pytest.mark.parametrize(
    ("near_lines", "far", "near"),
    [
        (1, "a\nb\nc\nd\n", "e"),
        (2, "a\nb\nc\nd\n", "e"),
        (3, "a\nb\nc\n", "d\ne"),
        (9, "", "a\nb\nc\nd\ne"),
    ],
)
def test_a_split_prompt_keeps_near_lines_behind_the_middle(
    near_lines: int, far: str, near: str
) -> None:
    fim = Fim("<P>", "<S>", "<M>", order="split", near_lines=near_lines)
    prompt = fim_prompt("a\nb\nc\nd\ne", "f", fim)
    texts = [segment.text for segment in prompt]
    assert texts == ["<P>", *([far] if far else []), "<S>", "f", "<M>", near]


def test_other_files_stand_before_the_prompt_as_in_training() -> None:
    fim = Fim("<P>", "<S>", "<M>", "<R>", "<F>", order="suffix_first")
    header = repository_header("shop", [("a.py", "x = 1\n")], "b.py", fim)
    texts = [segment.text for segment in fim_prompt("p", "s", fim, header)]
    assert texts == [
        "<R>",
        "shop\n",
        "<F>",
        "a.py\nx = 1\n",
        "<F>",
        "b.py\n",
        "<P>",
        "<S>",
        "s",
        "<M>",
        "p",
    ]
    assert repository_header("shop", [("a.py", "x")], "b.py", Fim("<P>")) == ()
