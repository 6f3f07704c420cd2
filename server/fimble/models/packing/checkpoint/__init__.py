"""Checkpoints as values: configuration, tensors by the decoder's names, tokenizer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fimble.engine.manifest import Architecture
from fimble.errors import CheckpointError
from fimble.models.packing.checkpoint.gguf_types import TYPES, Type
from fimble.models.packing.checkpoint.tensors import Tensors
from fimble.models.packing.families import Family
from fimble.models.packing.rope import Rope


@dataclass(frozen=True)
class Config:
    """What the decoder needs besides the architecture's numbers.

    Attributes:
        family: The row of the decoder's table.
        architecture: The numbers.
        rope: How positions turn; None where they are learned.
        norm_eps: Added to the mean square, or the variance, in a norm.
        tied: Whether the head is the embedding.
    """

    family: Family
    architecture: Architecture
    rope: Rope | None
    norm_eps: float
    tied: bool


@dataclass(frozen=True)
class Checkpoint:
    """A trained model as it was found.

    Attributes:
        config: Its configuration.
        tensors: By the decoder's names, read when they are asked for.
        tokenizer: The text of `tokenizer.json`.
        files: The files it is read from.
        licence: As the checkpoint says, "" if it does not.
    """

    config: Config
    tensors: Tensors
    tokenizer: str
    files: tuple[Path, ...]
    licence: str = ""


def load(source: Path, types: Mapping[int, Type] = TYPES) -> Checkpoint:
    """Opens a `.gguf` file or a folder of Hugging Face layout; the weights are read later.

    Args:
        source: Where it is.
        types: Of the tensors that can be read from a GGUF file, by ggml's numbers.

    Raises:
        CheckpointError: It is neither, it is broken, or a tensor is missing or misshapen.
        UnsupportedModelError: The architecture is not in the decoder's table.
    """
    from fimble.models.packing.checkpoint import check, gguf_model, safetensors_folder

    if source.is_dir():
        checkpoint = safetensors_folder.load(source)
    elif source.is_file():
        checkpoint = gguf_model.load(source, types)
    else:
        raise CheckpointError(f"{source} does not exist.", "Give a .gguf file or a model folder.")
    check.check(checkpoint.config, checkpoint.tensors)
    return checkpoint
