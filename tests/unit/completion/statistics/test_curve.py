from fimble.completion.statistics.curve import curve, leanings, told
from fimble.completion.statistics.events import Outcome, Request
from fimble.core.completion.gate import BARS, Taste, Trait
from fimble.core.completion.gate.taste import Cell


def outcome(chance: float | None, retained: int | None = None, accepted: int = 0) -> Outcome:
    request = Request("a", 1.0, "python", "tiny", None, 10, 9.0, chance=chance)
    return Outcome(request, True, accepted, retained)


def test_a_level_shows_what_is_likely_enough_and_says_what_stood() -> None:
    seen = [
        outcome(BARS["quiet"], 10),
        outcome(BARS["quiet"] + 0.1, 5, accepted=10),
        outcome(BARS["balanced"], 5),
        outcome(BARS["eager"]),
        outcome(0.0, 0),
        outcome(None, 10),
    ]
    eager, balanced, quiet = curve(seen)
    assert (eager.shown, eager.kept, eager.known) == (4 / 5, 2 / 3, 3)
    assert (balanced.shown, balanced.kept, balanced.known) == (3 / 5, 2 / 3, 3)
    assert (quiet.shown, quiet.kept, quiet.known) == (2 / 5, 1, 2)


def test_nothing_known_is_no_share() -> None:
    assert {(level.shown, level.kept, level.known) for level in curve([])} == {(None, None, 0)}


def test_where_the_gate_stands_in_one_sentence() -> None:
    assert "nothing yet" in told(Taste())
    assert told(Taste({"code": Cell(0.01, 3)})).endswith("from 3 suggestions: no taste yet.")
    taste = Taste({"comment": Cell(-1.8, 1200), "go long": Cell(-0.2, 3), "code": Cell(2.0, 1)})
    assert told(taste).endswith("from 1,201 suggestions: code +2.0, comment -1.8, go long -0.2.")
    assert len(leanings(Taste({f"cell {n}": Cell(1.0, 1) for n in range(50)}))) == 6
    learned = Taste().learned(Trait("go", "line", "comment", 90), 0.9, False)
    assert "comment -" in told(learned)
