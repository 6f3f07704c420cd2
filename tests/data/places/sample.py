"""Orders and what they cost."""

import json
from dataclasses import dataclass


@dataclass
class Order:
    number: int
    lines: list[tuple[str, float]]

    def total(self, discount: float = 0.0) -> float:
        """The sum of all lines, less a discount."""
        amount = sum(price for _, price in self.lines)
        return round(amount * (1 - discount), 2)


def report(orders: list[Order], names: dict[int, str]) -> str:
    rows = []
    for order in orders:
        name = names.get(order.number, "unknown")
        rows.append(f"{order.number:>5}  {name}: {order.total():.2f} ({len(order.lines)} lines)")
    if not rows:
        raise ValueError(f"No orders of {', '.join(names.values())}.")
    return "\n".join(rows)


def load(path: str, strict: bool = False) -> list[Order]:
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    try:
        return [Order(row["number"], [(a, b) for a, b in row["lines"]]) for row in data]
    except (KeyError, TypeError) as error:
        print('Not an order:', error, {"path": path, 'rows': [1, 2, 3]})
        return [] if not strict else list(map(Order, *zip(*data)))
