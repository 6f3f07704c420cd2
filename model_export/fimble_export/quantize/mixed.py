"""Bits chosen per matrix: the budget goes where rounding costs most.

The table says, for every matrix, what the model loses when that matrix alone is stored in few
bits (mean KL divergence of the next-token distribution from the unquantized model's, in nats, on
held-out code) and what both forms take. Losses of single matrices are taken to add up; then the
best use of a budget is a knapsack, solved greedily by loss per byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fimble.errors import UsageError

NAME = "mixed"


@dataclass(frozen=True)
class Row:
    """One matrix.

    Attributes:
        loss: Of storing it in few bits, in nats.
        low: Bytes in few bits.
        high: Bytes in many.
    """

    loss: float
    low: int
    high: int


@dataclass(frozen=True)
class Table:
    """What was measured.

    Attributes:
        low: The scheme of few bits.
        high: The scheme of many.
        rows: Name of each matrix of the blocks -> what it costs.
    """

    low: str
    high: str
    rows: Mapping[str, Row]


def parse(data: Mapping[str, Any]) -> Table:
    """Reads the JSON form: `{"low", "high", "rows": {name: [loss, low, high]}}`."""
    rows = {name: Row(*values) for name, values in data["rows"].items()}
    return Table(data["low"], data["high"], rows)


def choose(table: Table, budget: int) -> dict[str, str]:
    """Name of each matrix -> its scheme, together within `budget` bytes.

    Raises:
        UsageError: Not even the smaller forms fit.
    """
    left = budget - sum(row.low for row in table.rows.values())
    if left < 0:
        raise UsageError(f"The budget of {budget} bytes is {-left} bytes too small.")
    chosen = dict.fromkeys(table.rows, table.low)
    worth = sorted(
        table.rows.items(), key=lambda item: (-item[1].loss / (item[1].high - item[1].low), item[0])
    )
    for name, row in worth:
        if row.high - row.low <= left:
            left -= row.high - row.low
            chosen[name] = table.high
    return chosen
