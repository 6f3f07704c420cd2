"""What is shown by the gate, and what nothing can talk it into."""

from __future__ import annotations

import math

import pytest
from fimble.core.completion import filters
from fimble.core.completion.filters import Candidate, Withheld
from fimble.core.completion.gate import BARS, Gate, Taste, Verdict, features
from fimble.core.completion.gate.taste import BOUND, MOST_CELLS, Cell, Trait
from fimble.generation.testing import at_cursor
from hypothesis import given
from hypothesis import strategies as st

HERE = at_cursor("area = █\n")
SURE, LIKELY, UNSURE, LOST = (-0.01,) * 3, (-0.3,) * 3, (-1.0,) * 3, (-4.0,) * 3
logprobs = st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=300)
traits = st.builds(
    Trait,
    st.sampled_from(["python", "go", "klingon", "", "a b"]),
    st.sampled_from(["rest", "line", "block"]),
    st.sampled_from(["code", "comment", "string"]),
    st.integers(0, 10**9),
)
shifts = st.dictionaries(st.text(), st.builds(Cell, st.floats(-BOUND, BOUND), st.integers(0)))


def shown(gate: Gate, likely: tuple[float, ...], text: str = "width * height") -> bool:
    (*_, last) = filters.chosen(gate, withhold_dangerous=True)
    judged = last(Candidate(text, HERE, logprobs=likely))
    assert isinstance(judged, Candidate) or judged.reason == "unlikely"
    return isinstance(judged, Candidate)


def test_the_settings_ask_for_more_and_more() -> None:
    gates = [Gate(BARS[name]) for name in ("eager", "balanced", "quiet")]
    table = [[shown(gate, likely) for gate in gates] for likely in (SURE, LIKELY, UNSURE, LOST)]
    assert table == [[True] * 3, [True, True, False], [True, False, False], [False] * 3]


def test_what_is_asked_for_and_what_has_no_probabilities_is_shown() -> None:
    assert filters.chosen(None, withhold_dangerous=True) == filters.FILTERS
    assert shown(Gate(BARS["quiet"]), ())


def test_many_tokens_that_are_each_likely_are_together_unlikely() -> None:
    """The mean, which decided before, is the same."""
    assert shown(Gate(), (-0.2,) * 3)
    assert not shown(Gate(), (-0.2,) * 30)


def test_the_verdict_goes_with_the_candidate_and_with_what_is_withheld() -> None:
    judge = filters.gate(Gate(0.5))
    kept, left = (judge(Candidate("a", HERE, logprobs=likely)) for likely in (SURE, LOST))
    assert isinstance(kept, Candidate)
    assert isinstance(left, Withheld)
    assert kept.verdict is not None
    assert left.verdict is not None
    assert left.verdict.chance < 0.5 < kept.verdict.chance


@pytest.mark.parametrize(
    ("marked", "text", "kind", "place"),
    [
        ("area = █\n", "1", "rest", "code"),
        ("    █\n", "area = 1", "line", "code"),
        ("    █\n", "area = 1\n    return area", "block", "code"),
        ("area = 1  # the █\n", "area", "rest", "comment"),
        ("    █\n", "# the area", "line", "comment"),
        ("area = 'the █'\n", "area", "rest", "string"),
        ("", "", "line", "code"),
    ],
)
def test_traits(marked: str, text: str, kind: str, place: str) -> None:
    trait = features.trait(at_cursor(marked or "█"), text)
    assert (trait.kind, trait.place, trait.language) == (kind, place, "python")


@given(logprobs, st.text(), shifts)
def test_no_probabilities_break_it(likely: list[float], text: str, cells: dict[str, Cell]) -> None:
    verdict = Gate(taste=Taste(cells)).expects(HERE, text, tuple(likely))
    assert verdict is not None
    assert 0 <= verdict.chance <= 1
    assert 0 <= verdict.expected <= 1
    if not all(map(math.isfinite, likely)) or max(likely) > 0:
        assert verdict.chance < min(BARS.values())


@given(traits, st.floats(0, 1), shifts)
def test_taste_opens_nothing_that_the_most_eager_setting_would_not_show(
    trait: Trait, chance: float, cells: dict[str, Cell]
) -> None:
    for bar in BARS.values():
        gate = Gate(bar, Taste(cells))
        verdict = Verdict(chance, 1.0, trait)
        assert gate.opens(verdict) <= Gate(BARS["eager"]).opens(Verdict(chance, chance, trait))


@given(traits, shifts)
def test_no_taste_hides_what_is_surest(trait: Trait, cells: dict[str, Cell]) -> None:
    surest = features.read(trait, (-0.0,))
    assert surest[0] == 0
    for bar in BARS.values():
        gate = Gate(bar, Taste(cells))
        verdict = gate.expects(HERE, "x" * min(trait.chars, 99), (-0.0,))
        assert verdict is not None
        assert gate.opens(verdict)


@given(traits)
def test_a_language_without_a_grammar_makes_no_cells_of_its_own(trait: Trait) -> None:
    known = trait.language in ("python", "go")
    assert trait.cells[1].startswith(trait.language if known else "other ")
    assert MOST_CELLS > 3 + (60 + 1) * (3 + 3)
