"""Rotary position tables (Su et al. 2021) and the ways in which models stretch them.

Pair i of a head turns by `p * f_i` at position p, `f_i = theta^(-2i / d)`. The kinds below
change `f` (and yarn also the length of the turned vectors); formulas as in the models' own code,
`transformers.modeling_rope_utils`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from fimble_export.checkpoint.rope import LLAMA3, Rope

MAX_POSITIONS = 16_384
"""Rows of the tables in the graph; more than a completion ever sees."""


def tables(rope: Rope, head_dim: int, positions: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines, float32 `[min(positions, MAX_POSITIONS), head_dim / 2]`."""
    frequencies = rope.theta ** (-torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
    length = 1.0
    if rope.kind == "linear":
        frequencies = frequencies / rope.options["factor"]
    elif rope.kind == "llama3":
        frequencies = _llama3(frequencies, rope.options)
    elif rope.kind == "yarn":
        frequencies, length = _yarn(frequencies, rope, head_dim)
    # "dynamic" changes nothing up to the trained context, and the tables go no further.
    steps = torch.arange(min(positions, MAX_POSITIONS), dtype=torch.float64)
    angles = torch.outer(steps, frequencies)
    return (angles.cos() * length).float(), (angles.sin() * length).float()


def _llama3(frequencies: Tensor, options: Mapping[str, Any]) -> Tensor:
    """Llama 3.1: long waves are slowed by `factor`, short ones kept, those between blended."""
    factor, low, high = (float(options[name]) for name in LLAMA3)
    context = float(options["original_max_position_embeddings"])
    waves = 2 * math.pi / frequencies
    blend = ((context / waves - low) / (high - low)).clamp(0, 1)
    return (1 - blend) * frequencies / factor + blend * frequencies


def _yarn(frequencies: Tensor, rope: Rope, head_dim: int) -> tuple[Tensor, float]:
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
    ramp = (torch.arange(head_dim // 2, dtype=torch.float64) - first) / max(last - first, 0.001)
    slowed = ramp.clamp(0, 1)
    return frequencies / factor * slowed + frequencies * (1 - slowed), _yarn_length(options, factor)


def _yarn_length(options: Mapping[str, Any], factor: float) -> float:
    """What queries and keys are multiplied by: `0.1 ln(s) + 1` (eq. 22) unless stated."""
    if options.get("attention_factor") is not None:
        return float(options["attention_factor"])

    def scale(weight: float) -> float:
        return 1.0 if factor <= 1 else 0.1 * weight * math.log(factor) + 1.0

    mscale, all_dim = options.get("mscale"), options.get("mscale_all_dim")
    return scale(mscale) / scale(all_dim) if mscale and all_dim else scale(1.0)
