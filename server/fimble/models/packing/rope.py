"""Rotary position tables (Su et al. 2021) and the ways in which models stretch them.

Pair i of a head turns by `p * f_i` at position p, `f_i = theta^(-2i / d)`. The kinds below
change `f` (and yarn also the length of the turned vectors); formulas as in the models' own code,
`transformers.modeling_rope_utils`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fimble.errors import UnsupportedModelError

MAX_POSITIONS = 16_384
"""Rows of the tables in the graph; more than a completion ever sees."""

KINDS = ("default", "linear", "dynamic", "yarn", "llama3")

Doubles = NDArray[np.float64]


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
    needed = {"linear": ("factor",), "yarn": ("factor",), "llama3": _LLAMA3}.get(rope.kind, ())
    for name in needed:
        if not isinstance(rope.options.get(name), int | float):
            raise UnsupportedModelError(f"The RoPE scaling {rope.kind!r} lacks {name!r}.")
    return rope


_LLAMA3 = ("factor", "low_freq_factor", "high_freq_factor")


@dataclass(frozen=True)
class Turning:
    """What is left of a `Rope` once it is worked out.

    Attributes:
        frequencies: Radians per position of each pair, float64 `[head_dim / 2]`.
        length: What turned vectors are multiplied by.
        positions: Rows of the tables.
    """

    frequencies: tuple[float, ...]
    length: float
    positions: int


def turning(rope: Rope, head_dim: int, positions: int) -> Turning:
    """The frequencies of a model.

    Args:
        rope: How positions become angles.
        head_dim: Width of a head.
        positions: That the model was trained for.
    """
    frequencies = rope.theta ** (-np.arange(0, head_dim, 2, dtype=np.float64) / head_dim)
    length = 1.0
    if rope.kind == "linear":
        frequencies = frequencies / rope.options["factor"]
    elif rope.kind == "llama3":
        frequencies = _llama3(frequencies, rope.options)
    elif rope.kind == "yarn":
        frequencies, length = _yarn(frequencies, rope, head_dim)
    # "dynamic" changes nothing up to the trained context, and the tables go no further.
    return Turning(tuple(frequencies.tolist()), length, min(positions, MAX_POSITIONS))


def tables(turning: Turning) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cosines and sines, float32 `[positions, head_dim / 2]`."""
    steps = np.arange(turning.positions, dtype=np.float64)
    angles = np.outer(steps, np.array(turning.frequencies))
    cosines, sines = np.cos(angles) * turning.length, np.sin(angles) * turning.length
    return cosines.astype(np.float32), sines.astype(np.float32)


def _llama3(frequencies: Doubles, options: Mapping[str, Any]) -> Doubles:
    """Llama 3.1: long waves are slowed by `factor`, short ones kept, those between blended."""
    factor, low, high = (float(options[name]) for name in _LLAMA3)
    context = float(options["original_max_position_embeddings"])
    waves = 2 * math.pi / frequencies
    blend = np.clip((context / waves - low) / (high - low), 0, 1)
    changed: Doubles = (1 - blend) * frequencies / factor + blend * frequencies
    return changed


def _yarn(frequencies: Doubles, rope: Rope, head_dim: int) -> tuple[Doubles, float]:
    """YaRN (Peng et al. 2023, section 3): blended by the number of turns within the context."""
    options, factor = rope.options, float(rope.options["factor"])
    context = float(options["original_max_position_embeddings"])

    def dimension(turns: float) -> float:
        """The pair that turns `turns` times within the context."""
        return head_dim * math.log(context / (turns * 2 * math.pi)) / (2 * math.log(rope.theta))

    first = dimension(float(options.get("beta_fast") or 32))
    last = dimension(float(options.get("beta_slow") or 1))
    if options.get("truncate", True):
        first, last = math.floor(first), math.ceil(last)
    first, last = max(first, 0), min(last, head_dim - 1)
    ramp = (np.arange(head_dim // 2, dtype=np.float64) - first) / max(last - first, 0.001)
    slowed = np.clip(ramp, 0, 1)
    return frequencies / factor * slowed + frequencies * (1 - slowed), _yarn_length(options, factor)


def _yarn_length(options: Mapping[str, Any], factor: float) -> float:
    """What queries and keys are multiplied by: `0.1 ln(s) + 1` (eq. 22) unless stated."""
    if options.get("attention_factor") is not None:
        return float(options["attention_factor"])

    def scale(weight: float) -> float:
        return 1.0 if factor <= 1 else 0.1 * weight * math.log(factor) + 1.0

    mscale, all_dim = options.get("mscale"), options.get("mscale_all_dim")
    return scale(mscale) / scale(all_dim) if mscale and all_dim else scale(1.0)
