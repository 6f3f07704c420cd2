"""While a program is typed from its first letter to its last, nothing is proposed."""

import pytest
from fimble.completion.nextedit.proposal import Silence, Situation
from fimble.completion.nextedit.propose import propose
from fimble.core.text.history import History
from fimble.core.text.snapshot import Snapshot

PROGRAMS = {
    "python": '''"""Orders."""

import json
from dataclasses import dataclass


@dataclass
class Order:
    """What somebody wants."""

    name: str
    price: int
    open: bool = True

    def close(self) -> "Order":
        return Order(self.name, self.price, False)


def read(path: str) -> list[Order]:
    with open(path) as file:
        rows = json.load(file)
    return [Order(row["name"], row["price"]) for row in rows]


def total(orders: list[Order]) -> int:
    result = 0
    for order in orders:
        if order.open:
            result += order.price
    return result
''',
    "typescript": """import { readFile } from 'fs/promises';

interface Order {
  name: string;
  price: number;
  open: boolean;
}

export async function read(path: string): Promise<Order[]> {
  const text = await readFile(path, 'utf-8');
  return JSON.parse(text);
}

export function total(orders: Order[]): number {
  let result = 0;
  for (const order of orders) {
    if (order.open) {
      result += order.price;
    }
  }
  return result;
}
""",
    "go": """package orders

import "fmt"

type Order struct {
	Name  string
	Price int
	Open  bool
}

func Total(orders []Order) int {
	result := 0
	for _, order := range orders {
		if order.Open {
			result += order.Price
		}
	}
	return result
}

func Print(orders []Order) {
	for _, order := range orders {
		fmt.Println(order.Name, order.Price)
	}
}
""",
}


@pytest.mark.parametrize("language", PROGRAMS)
def test_typing_a_new_program_is_left_alone(language: str) -> None:
    program = PROGRAMS[language]
    history = History("")
    for end in range(1, len(program) + 1):
        history = history.typed(program[:end])
        snapshot = Snapshot("file:///a", "a", language, None, program[:end])
        found = propose(Situation(snapshot, end, history))
        assert isinstance(found, Silence), (program[:end][-40:], found)
