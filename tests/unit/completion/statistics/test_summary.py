from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest
from fimble.completion.statistics.events import Outcome, Request
from fimble.completion.statistics.summary import by_day, percentile, summarize

NOON = 1_780_000_000.0 - 1_780_000_000.0 % 86400 + 43200


def outcome(
    at: float = NOON,
    *,
    reason: str | None = None,
    shown: bool = False,
    accepted: int = 0,
    total_ms: float = 100.0,
    new_tokens: int = 5,
) -> Outcome:
    offered = 0 if reason else 20
    request = Request(
        f"id{at}", at, "python", "m", reason, offered, total_ms, new_tokens=new_tokens
    )
    return Outcome(request, shown, accepted)


def test_counts() -> None:
    summary = summarize(
        "day",
        [
            outcome(shown=True, accepted=12),
            outcome(shown=True),
            outcome(),
            outcome(reason="blank"),
            outcome(reason="blank"),
            outcome(reason="does not parse"),
        ],
    )
    assert (summary.requests, summary.offered, summary.shown, summary.accepted) == (6, 3, 2, 1)
    assert (summary.offered_chars, summary.accepted_chars) == (60, 12)
    assert list(summary.reasons.items()) == [("blank", 2), ("does not parse", 1)]
    assert summary.acceptance == 0.5


def test_an_editor_that_does_not_say_what_it_shows_is_rated_by_what_was_offered() -> None:
    assert (
        summarize("day", [outcome(accepted=3), outcome(), outcome(), outcome()]).acceptance == 0.25
    )


def test_nothing_at_all() -> None:
    summary = summarize("total", [])
    assert summary.acceptance is None
    assert summary.p50_ms is None
    assert by_day([]) == ()


def test_times_count_only_where_the_model_ran() -> None:
    summary = summarize("day", [outcome(total_ms=200), outcome(total_ms=1, new_tokens=0)])
    assert summary.p50_ms == 200


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 5.0), (0.9, 9.0), (1.0, 10.0), (0.0, 1.0), (0.51, 6.0)]
)
def test_percentile_is_the_nearest_rank(share: float, expected: float) -> None:
    assert percentile([float(n) for n in range(10, 0, -1)], share) == expected


def test_days_begin_at_midnight_of_the_zone() -> None:
    late = NOON + 11.5 * 3600
    outcomes = [outcome(NOON), outcome(late), outcome(late + 3600)]
    assert [day.requests for day in by_day(outcomes, UTC)] == [2, 1]
    assert [day.requests for day in by_day(outcomes, timezone(timedelta(hours=1)))] == [1, 2]
