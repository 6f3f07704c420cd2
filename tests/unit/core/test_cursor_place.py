import pytest
from fimble.core import healing, next_line
from fimble.testing import at_cursor


@pytest.mark.parametrize(
    "marked",
    ["x = foo(a)█", "a;█\n}", "def f():█\n", "if (a) {█", "foo(█\n)", "<p>a</p>█", "# Sum up.█"],
)
def test_after_a_finished_line_the_next_is_asked_for(marked: str) -> None:
    assert next_line.lead(at_cursor(marked)) == "\n"


def test_the_line_break_is_the_documents() -> None:
    assert next_line.lead(at_cursor("a;\r\nb;█")) == "\r\n"


@pytest.mark.parametrize(
    "marked",
    [
        "x = █",
        "return x█",
        "color: █",
        "a = '█",
        'Row("a"█',
        "foo(█)",
        "    █",
        "█",
        "# Sum of the█",
    ],
)
def test_an_unfinished_line_is_continued(marked: str) -> None:
    assert next_line.lead(at_cursor(marked)) == ""


@pytest.mark.parametrize("prefix", ["return ", "a\n    ", "a\n\t\t", "a", "", " "])
def test_healing_gives_back_what_it_took(prefix: str) -> None:
    head, taken = healing.split(prefix)
    assert head + taken == prefix
    assert healing.join(f"{taken}word", taken) == "word"
    assert healing.join("word", taken) == "word"
