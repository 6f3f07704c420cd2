"""What is shown is proved, in the order of the nearest place, and silence has one reason."""

import random

import pytest
from fimble.completion.nextedit.hunks import grouped
from fimble.completion.nextedit.proposal import Proposal, Rule, Silence, Situation, Step
from fimble.completion.nextedit.propose import propose
from fimble.core.text.snapshot import Edit, apply_edits

from tests.unit.completion.nextedit.typing import situation

HERE = "file:///project/doc.py"
TEXTS = (
    "total = 1\nprint(total)\n\n\nprint(total)\n",
    "total = 2\nprint(total)\n\n\nprint(total)\n",
)


def says(*edits: tuple[int, int, str], uri: str = HERE, kind: str = "test") -> Rule:
    """A rule that proposes these edits whatever it is asked."""
    steps = tuple(Step(uri, Edit(*edit)) for edit in edits)
    return lambda situation: Proposal(kind, "because", steps)


def reason(*rules: Rule, asked: Situation | None = None) -> str:
    found = propose(asked or situation(*TEXTS), rules)
    assert isinstance(found, Silence)
    return found.reason


def test_nothing_is_said_without_rules_or_edits() -> None:
    assert propose(situation("a = 1\n"), ()) == Silence("")
    assert propose(situation("a = 1\n")) == Silence("")


def test_the_first_rule_whose_proposal_is_proved_speaks() -> None:
    broken, good, late = says((0, 0, "(")), says((8, 9, "7")), says((8, 9, "9"))
    found = propose(situation(*TEXTS), (lambda s: "not now", broken, good, late))
    assert isinstance(found, Proposal)
    assert found.steps[0].edit == Edit(8, 9, "7")
    assert reason(lambda s: "", lambda s: "not now", broken) == "not now"


def test_what_is_not_wanted_leaves_the_word_to_the_next_rule() -> None:
    rules = (says((8, 9, "7"), kind="rename"), says((8, 9, "9"), kind="repeat"))
    found = propose(situation(*TEXTS), rules, wanted=lambda p: p.kind != "rename")
    assert isinstance(found, Proposal)
    assert found.kind == "repeat"


WITHHELD = {
    "breaks the file": (says((0, 0, "(")), "would not parse"),
    "breaks what only the compiler sees": (says((16, 21, "end='', total")), "would not parse"),
    "parses only if all is taken": (says((16, 16, "("), (38, 38, ")")), "would not parse"),
    "takes the edit back": (says((8, 9, "1")), "undo"),
    "takes the edit back, and its surroundings": (says((0, 9, "total = 1")), "undo"),
    "invents a name": (says((16, 21, "totals")), "nothing defines `totals`"),
    "takes a name's meaning": (says((0, 5, "sum_")), "nothing defines `total`"),
    "changes nothing": (says((0, 5, "total")), "nothing changes"),
    "overlaps": (says((0, 5, "x"), (4, 9, "y")), "overlaps"),
    "leaves the text": (says((500, 501, "x")), "leaves the text"),
    "has no steps": (says(), "no steps"),
    "is in a document that nobody knows": (says((0, 1, "x"), uri="file:///no.py"), "not known"),
}


@pytest.mark.parametrize("case", WITHHELD)
def test_what_is_not_proved_is_withheld_with_its_reason(case: str) -> None:
    rule, expected = WITHHELD[case]
    assert expected in reason(rule)
    assert reason(rule).startswith("test: ")


def test_what_the_user_has_to_fill_in_may_be_without_a_meaning() -> None:
    step = Step(HERE, Edit(16, 21, "value"), ((0, 5),))
    assert isinstance(propose(situation(*TEXTS), (lambda s: Proposal("t", "", (step,)),)), Proposal)


def test_an_earlier_edit_is_not_undone_either() -> None:
    texts = ("a = 1\nb = 1\n", "a = 2\nb = 1\n", "# c\na = 2\nb = 1\n")
    assert "undo" in reason(says((8, 9, "1")), asked=situation(*texts))
    same_again = propose(situation(*texts), (says((14, 15, "2")),))
    assert isinstance(same_again, Proposal)


def test_the_place_nearest_to_the_cursor_comes_first_and_other_documents_last() -> None:
    text = "".join(f"v{n} = {n}\n\n" for n in range(8))
    places = [text.index(f"= {n}") + 2 for n in range(8)]
    asked = situation(text, text.replace("= 3", "= 30"), others={"other.py": "w = 1\n"})
    edits = [Step(HERE, Edit(p + (n > 3), p + 1 + (n > 3), "9")) for n, p in enumerate(places)]
    there = Step("file:///project/other.py", Edit(4, 5, "9"))
    steps = (there, *(edits[n] for n in (0, 7, 5, 2)))
    found = propose(asked, (lambda s: Proposal("t", "", steps),))
    assert isinstance(found, Proposal)
    assert found.steps == (edits[2], edits[5], edits[0], edits[7], there)


def test_places_on_one_line_and_on_neighbouring_lines_are_one_step() -> None:
    text = "a b\nc\n\nd\n\n"
    words = [Step("u", Edit(text.index(w), text.index(w) + 1, w * 2), ((0, 1),)) for w in "dacb"]
    joined, alone = grouped(text, words)
    assert joined == Step("u", Edit(0, 5, "aa bb\ncc"), ((0, 1), (3, 4), (6, 7)))
    assert alone.edit == Edit(7, 8, "dd")


def test_joined_steps_change_what_the_single_ones_change() -> None:
    made = random.Random(23)
    for _ in range(300):
        text = "".join(made.choice("ab \n") for _ in range(40))
        cuts = sorted(made.sample(range(41), 2 * made.randint(1, 5)))
        edits = [
            Edit(a, b, "".join(made.choice("xy\n") for _ in range(made.randint(0, 3))))
            for a, b in zip(cuts[::2], cuts[1::2], strict=True)
        ]
        steps = [Step("u", e, ((0, len(e.new_text)),) if e.new_text else ()) for e in edits]
        joined = list(grouped(text, steps))
        assert apply_edits(text, [s.edit for s in joined]) == apply_edits(text, edits)
        holes = [s.edit.new_text[a:b] for s in joined for a, b in s.holes]
        assert holes == [e.new_text for e in edits if e.new_text]
