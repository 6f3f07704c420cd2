"""LoRA adapters (Hu et al. 2022) in PEFT's layout, added to the weights as they are read.

`W + (alpha / r) B A`; with `use_rslora`, `alpha / sqrt(r)` (Kalajdzievski 2023).
"""

from __future__ import annotations

import json
import math
from functools import partial
from pathlib import Path
from typing import Any

import torch
from fimble.errors import CheckpointError, UnsupportedModelError
from fimble.models.packing.checkpoint import safetensors_file
from fimble.models.packing.checkpoint.tensors import ALL, Entry, Floats, Tensors
from fimble.models.packing.families import Family, decoder_name

_PREFIX = "base_model.model."
_REFUSED = ("use_dora", "rank_pattern", "alpha_pattern", "fan_in_fan_out", "modules_to_save")


def merge(tensors: Tensors, family: Family, folder: Path) -> tuple[Tensors, Path]:
    """The tensors with the adapter in `folder` added, and the adapter's file.

    Raises:
        CheckpointError: The adapter is broken, or does not fit the model.
        UnsupportedModelError: It is more than a plain LoRA.
    """
    file = folder / "adapter_model.safetensors"
    try:
        options = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
        found = safetensors_file.entries(file)
        _refuse(options)
        scale = _scale(options)
        names = [name for name in found if "lora_A" in name]
        pairs = {
            decoder_name(family, _target(name)): (found[name], found[_other(name)])
            for name in names
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"{folder} is not a LoRA adapter of this model: {error!r}.",
            "Give a folder with adapter_config.json and adapter_model.safetensors.",
        ) from error
    if 2 * len(pairs) != len(found):
        raise UnsupportedModelError("The adapter holds more than pairs of lora_A and lora_B.")
    entries = dict(tensors.entries)
    for name, (a, b) in pairs.items():
        if name not in entries or (b.shape[0], a.shape[1]) != entries[name].shape:
            raise CheckpointError(f"The adapter does not fit the tensor {name}.")
        entries[name] = Entry(entries[name].shape, partial(_sum, entries[name], a, b, scale))
    return Tensors(entries), file


def _sum(base: Entry, a: Entry, b: Entry, scale: float, span: slice) -> Floats:
    """Some rows of the sum."""
    whole, left, right = (
        torch.from_numpy(e.read(s)) for e, s in ((base, span), (b, span), (a, ALL))
    )
    merged: Floats = whole.addmm_(left, right, alpha=scale).numpy()
    return merged


def _scale(options: dict[str, Any]) -> float:
    rank = float(options["r"])
    return float(options["lora_alpha"]) / (math.sqrt(rank) if options.get("use_rslora") else rank)


def _target(name: str) -> str:
    """`base_model.model.X.lora_A.weight` -> `X.weight`."""
    return name.removeprefix(_PREFIX).replace(".lora_A.weight", ".weight")


def _other(name: str) -> str:
    """The name of the left factor B, from that of A."""
    return name.replace("lora_A", "lora_B")


def _refuse(options: dict[str, Any]) -> None:
    kind = options.get("peft_type", "LORA")
    if kind != "LORA":
        raise UnsupportedModelError(f"Adapters of type {kind!r} are not supported, only LORA.")
    for option in (
        "use_dora",
        "rank_pattern",
        "alpha_pattern",
        "fan_in_fan_out",
        "modules_to_save",
    ):
        if options.get(option):
            raise UnsupportedModelError(f"The adapter's {option!r} is not supported.")
