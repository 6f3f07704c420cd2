"""How a model's positions become angles: which way it is, and its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fimble.errors import UnsupportedModelError

KINDS = ("default", "linear", "dynamic", "yarn", "llama3")
LLAMA3 = ("factor", "low_freq_factor", "high_freq_factor")


@dataclass(frozen=True)
class Rope:
    """How positions become angles.

    Attributes:
        theta: The base.
        kind: One of `KINDS`.
        options: The kind's numbers, by their names in `config.json`.
    """

    theta: float
    kind: str
    options: Mapping[str, Any]


def from_config(data: Mapping[str, Any], context: int) -> Rope:
    """Reads `rope_theta` with `rope_scaling`, or the newer `rope_parameters`.

    Args:
        data: A `config.json`.
        context: Its `max_position_embeddings`.

    Raises:
        UnsupportedModelError: The scaling is of another kind.
    """
    options = dict(data.get("rope_parameters") or data.get("rope_scaling") or {})
    theta = float(options.get("rope_theta") or data.get("rope_theta") or 10_000.0)
    kind = str(options.get("rope_type") or options.get("type") or "default")
    options.setdefault("original_max_position_embeddings", context)
    return checked(Rope(theta, kind, options))


def checked(rope: Rope) -> Rope:
    """`rope`, if its kind is known and its numbers are there.

    Raises:
        UnsupportedModelError: They are not.
    """
    if rope.kind not in KINDS:
        raise UnsupportedModelError(
            f"The RoPE scaling {rope.kind!r} is not supported.",
            f"Supported are {', '.join(KINDS)}.",
        )
    needed = {"linear": ("factor",), "yarn": ("factor",), "llama3": LLAMA3}.get(rope.kind, ())
    for name in needed:
        if not isinstance(rope.options.get(name), int | float):
            raise UnsupportedModelError(f"The RoPE scaling {rope.kind!r} lacks {name!r}.")
    return rope
