"""A line added between siblings goes beside their counterparts, where those stand side by side."""

import pytest
from fimble.completion.nextedit.rules.field_follows import field_follows

from tests.unit.completion.nextedit.typing import after, situation

ROW = """class Row:
    def __init__(
        self,
        name: str,
        title: str,
    ) -> None:
        self.name = name
        self.title = title

    def copy(self) -> "Row":
        return Row(
            name=self.name,
            title=self.title,
        )

    def data(self) -> dict:
        return {
            "name": self.name,
            "title": self.title
        }
"""
ENDED = ROW.replace("        title: str,\n", "        title: str,\n        icon: str,\n")


def follows(before: str, now: str, language: str = "python") -> str:
    """The text once everything is taken; unchanged where nothing is proposed."""
    asked = situation(before, now, language=language)
    return next(iter(after(field_follows, asked).values()), now)


def test_the_last_sibling_has_its_counterparts_at_the_ends_of_their_lists() -> None:
    assert follows(ROW, ENDED) == (
        ENDED.replace("= title\n", "= title\n        self.icon = icon\n")
        .replace("=self.title,\n", "=self.title,\n            icon=self.icon,\n")
        .replace('": self.title\n', '": self.title,\n            "icon": self.icon\n')
    )


def test_a_sibling_between_two_goes_between_their_counterparts() -> None:
    between = ROW.replace("        title: str,\n", "        icon: str,\n        title: str,\n")
    assert follows(ROW, between) == (
        between.replace("= name\n", "= name\n        self.icon = icon\n")
        .replace("=self.name,\n", "=self.name,\n            icon=self.icon,\n")
        .replace('": self.name,\n', '": self.name,\n            "icon": self.icon,\n')
    )


def test_a_name_keeps_the_spelling_of_each_list() -> None:
    text = """type Row struct {
\tFirstName string
\tLastName  string
}

var keys = []string{
\t"first_name",
\t"last_name",
}
"""
    now = text.replace("\tLastName  string\n", "\tLastName  string\n\tHomeTown string\n")
    assert follows(text, now, "go") == now.replace(
        '\t"last_name",\n', '\t"last_name",\n\t"home_town",\n'
    )


QUIET = {
    "the list has it already": (
        "a = [\n    one,\n    two,\n]\nb = [\n    one,\n    two,\n    new,\n]\n",
        "a = [\n    one,\n    two,\n    new,\n]\nb = [\n    one,\n    two,\n    new,\n]\n",
    ),
    "the list goes on": (
        "a = [\n    one,\n    two,\n]\nb = [\n    one,\n    two,\n    six,\n]\n",
        "a = [\n    one,\n    two,\n    new,\n]\nb = [\n    one,\n    two,\n    six,\n]\n",
    ),
    "the siblings stand apart": (
        "a = [\n    one,\n    two,\n]\nb = [\n    one,\n    six,\n    two,\n]\n",
        "a = [\n    one,\n    new,\n    two,\n]\nb = [\n    one,\n    six,\n    two,\n]\n",
    ),
    "one sibling is none": (
        "a = [\n    one,\n]\nf(one)\n",
        "a = [\n    one,\n    new,\n]\nf(one)\n",
    ),
    "a statement is no sibling": (
        "open(a)\nread(a)\n\n\nopen(b)\nread(b)\n",
        "open(a)\nread(a)\nclose(a)\n\n\nopen(b)\nread(b)\n",
    ),
    "two lines were added": (
        "a = [\n    one,\n    two,\n]\nb = [\n    one,\n    two,\n]\n",
        "a = [\n    one,\n    two,\n    new,\n    more,\n]\nb = [\n    one,\n    two,\n]\n",
    ),
}


@pytest.mark.parametrize("case", QUIET)
def test_where_lists_are_not_alike_nothing_is_proposed(case: str) -> None:
    before, now = QUIET[case]
    assert follows(before, now) == now
