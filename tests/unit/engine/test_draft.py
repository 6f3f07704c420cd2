import pytest
from fimble.engine.draft import MAX_LENGTH, Drafter, worthwhile


def drafter(*ids: int) -> Drafter:
    made = Drafter()
    made.extend(ids)
    return made


def test_it_guesses_what_followed_the_last_occurrence() -> None:
    assert drafter(1, 2, 3, 7, 1, 2, 3, 9, 1, 2, 3).draft(1) == [9]
    assert drafter(1, 2, 3).draft(4) == []
    assert drafter().draft(4) == []


def test_a_source_outside_the_prompt_is_copied() -> None:
    made = Drafter([5, 6, 7, 8])
    made.extend([1, 6, 7])
    assert made.draft(1) == [8]


def test_while_guesses_come_true_it_goes_on_in_order() -> None:
    made = Drafter([1, 2, 3, 1, 2, 4, 1, 2, 5, 0, 0])
    made.extend([9, 9, 2, 3])
    assert made.draft(1) == [1]
    made.extend([1, 2])
    assert made.draft(1) == [4]


def test_drafts_never_exceed_the_room() -> None:
    made = drafter(*range(20), *range(20))
    made.extend([0, 1, 2])
    made.judge(100, 100)
    assert made.draft(2) == [3, 4]
    assert made.draft(0) == []


def test_hits_make_drafts_longer_and_misses_shorter() -> None:
    made = drafter(*range(40), 0, 1, 2)
    first = len(made.draft(99))
    for _ in range(2):
        made.judge(60, 60)
    longer = len(made.draft(99))
    for _ in range(60):
        made.judge(4, 0)
    assert 1 == len(made.draft(99)) < first < longer == MAX_LENGTH


def test_failing_to_guess_anew_does_not_shorten_a_draft_that_goes_on() -> None:
    made = drafter(*range(40), *range(50, 60), 0, 1, 2)
    for _ in range(60):
        assert made.draft(1) == [3]
        made.judge(1, 0)
    assert made.draft(99) == [3]
    made.extend([3])
    made.judge(1, 1)
    longer = made.draft(99)
    assert len(longer) > 1
    made.extend([50, 51, 52])
    assert made.draft(99) == [53]


@pytest.mark.parametrize(("hits", "length"), [(0.0, 1), (1.0, MAX_LENGTH)])
def test_the_worthwhile_length_has_its_bounds(hits: float, length: int) -> None:
    assert worthwhile(hits) == length
