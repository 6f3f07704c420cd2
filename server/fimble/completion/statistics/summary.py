"""Outcomes -> figures per day. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from itertools import groupby

from fimble.completion.statistics.events import Outcome


@dataclass(frozen=True)
class Summary:
    """Figures of a span of time.

    Attributes:
        label: The day as `YYYY-MM-DD`, or `total`.
        requests: Answered requests.
        offered: Those with a suggestion.
        shown: Those that the editor says it displayed; editors that do not say so have 0.
        accepted: Those of which the user took something.
        offered_chars: Characters offered.
        accepted_chars: Characters taken: what the user did not have to type.
        reasons: Why nothing was offered -> how often, most frequent first.
        p50_ms: Median time from request to answer where tokens were generated; None without any.
        p90_ms: 90th percentile of the same.
    """

    label: str
    requests: int
    offered: int
    shown: int
    accepted: int
    offered_chars: int
    accepted_chars: int
    reasons: dict[str, int]
    p50_ms: float | None
    p90_ms: float | None

    @property
    def acceptance(self) -> float | None:
        """Accepted per shown suggestion (per offered one if the editor does not say), 0 to 1."""
        base = self.shown or self.offered
        return self.accepted / base if base else None


def by_day(outcomes: Sequence[Outcome], zone: tzinfo | None = None) -> tuple[Summary, ...]:
    """One summary per day that has requests, oldest first.

    Args:
        outcomes: Ordered by time.
        zone: Where a day begins at midnight; None: this machine's time zone.
    """
    days = groupby(outcomes, key=lambda outcome: _day(outcome.request.at, zone))
    return tuple(summarize(day.isoformat(), group) for day, group in days)


def summarize(label: str, outcomes: Iterable[Outcome]) -> Summary:
    """The figures of all `outcomes` together."""
    all_of_them = tuple(outcomes)
    requests = [outcome.request for outcome in all_of_them]
    times = [request.total_ms for request in requests if request.new_tokens > 0]
    reasons = Counter(request.reason for request in requests if request.reason is not None)
    return Summary(
        label=label,
        requests=len(requests),
        offered=sum(request.reason is None for request in requests),
        shown=sum(outcome.shown for outcome in all_of_them),
        accepted=sum(outcome.accepted_chars > 0 for outcome in all_of_them),
        offered_chars=sum(request.offered_chars for request in requests),
        accepted_chars=sum(outcome.accepted_chars for outcome in all_of_them),
        reasons=dict(reasons.most_common()),
        p50_ms=percentile(times, 0.5),
        p90_ms=percentile(times, 0.9),
    )


def percentile(values: Sequence[float], share: float) -> float | None:
    """Nearest-rank percentile: the smallest value that `share` of all do not exceed."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _day(at: float, zone: tzinfo | None) -> date:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).date()
