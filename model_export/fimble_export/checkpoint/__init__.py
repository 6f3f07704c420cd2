"""Checkpoints as values: configuration, tensors by the decoder's names, tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from fimble.engine.manifest import Architecture
from fimble.errors import CheckpointError, UnsupportedModelError


@dataclass(frozen=True)
class Config:
    """What the decoder needs besides the architecture's numbers.

    Attributes:
        family: "qwen2" or "llama".
        architecture: The numbers.
        rope_theta: Base of the rotary embedding (Su et al. 2021).
        norm_eps: Added to the mean square in RMSNorm.
        qkv_bias: Whether query, key and value have biases.
        tied: Whether the head is the embedding.
    """

    family: str
    architecture: Architecture
    rope_theta: float
    norm_eps: float
    qkv_bias: bool
    tied: bool


@dataclass(frozen=True)
class Checkpoint:
    """A trained model as it was found.

    Attributes:
        config: Its configuration.
        tensors: Decoder name -> float32 tensor.
        tokenizer: The text of `tokenizer.json`.
        files: The files it was read from.
        licence: As the checkpoint says, "" if it does not.
    """

    config: Config
    tensors: dict[str, torch.Tensor]
    tokenizer: str
    files: tuple[Path, ...]
    licence: str = ""


def load(source: Path) -> Checkpoint:
    """Reads a `.gguf` file or a folder of Hugging Face layout.

    Raises:
        CheckpointError: It is neither, it is broken, or a tensor is missing, misshapen or NaN.
        UnsupportedModelError: The architecture is not in the decoder's table.
    """
    from fimble_export.checkpoint import check, gguf_file, safetensors_folder

    if source.is_dir():
        checkpoint = safetensors_folder.load(source)
    elif source.is_file():
        checkpoint = gguf_file.load(source)
    else:
        raise CheckpointError(f"{source} does not exist.", "Give a .gguf file or a model folder.")
    check.check(checkpoint.config, checkpoint.tensors)
    return checkpoint


def supported(family: str) -> None:
    """Raises unless the decoder has the architecture.

    Raises:
        UnsupportedModelError: It has not.
    """
    if family not in ("qwen2", "llama"):
        raise UnsupportedModelError(
            f"The architecture {family!r} is not supported.", "Supported are qwen2 and llama."
        )
