"""Folders of Hugging Face layout: `config.json`, `*.safetensors`, `tokenizer.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fimble.engine.manifest import Architecture
from fimble.errors import CheckpointError, UnsupportedModelError, told
from fimble.models.packing import families, rope
from fimble.models.packing.checkpoint import Checkpoint, Config, safetensors_file
from fimble.models.packing.checkpoint import tokenizer as tokenizers
from fimble.models.packing.checkpoint.tensors import Tensors
from fimble.models.packing.families import Family

_UNUSED = (".rotary_emb.inv_freq", ".attn.bias", ".attn.masked_bias")
"""Constants that some checkpoints store among their weights."""


def load(folder: Path) -> Checkpoint:
    """Opens the folder, sharded files too.

    Raises:
        CheckpointError: A file is missing or broken.
        UnsupportedModelError: The architecture, or its RoPE scaling, is not supported.
    """
    try:
        files = _files(folder)
        data = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        tokenizer = tokenizers.walled((folder / "tokenizer.json").read_text(encoding="utf-8"))
        family = families.get(str(data["model_type"]))
        entries = {
            families.decoder_name(family, name): entry
            for file in files
            for name, entry in safetensors_file.entries(file).items()
            if not name.endswith(_UNUSED)
        }
        config = _config(family, data, entries["embedding.weight"].shape[0])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        reason = f"it lacks {error}" if isinstance(error, KeyError) else told(error)
        raise CheckpointError(
            f"{folder} is not a whole model: {reason}.", "Download it again."
        ) from error
    if config.tied:
        entries.pop("head.weight", None)
    return Checkpoint(config, Tensors(entries), tokenizer, (folder / "config.json", *files))


def _files(folder: Path) -> list[Path]:
    """The weight files; with an index, all that it names must be there.

    Raises:
        CheckpointError: There are none, or one is missing.
    """
    files = sorted(folder.glob("*.safetensors"))
    index = folder / "model.safetensors.index.json"
    if index.is_file():
        named = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        lacking = sorted(named - {file.name for file in files})
        if lacking:
            raise CheckpointError(f"{folder} lacks {', '.join(lacking)}.", "Download it again.")
        files = [file for file in files if file.name in named]
    if not files:
        raise CheckpointError(f"{folder} holds no *.safetensors.", "Give a complete model folder.")
    return files


def _config(family: Family, data: dict[str, Any], vocabulary: int) -> Config:
    _refuse(family, data)

    def number(*names: str) -> Any:
        return next(data[name] for name in names if data.get(name) is not None)

    hidden, heads = number("hidden_size", "n_embd"), number("num_attention_heads", "n_head")
    context = int(number("max_position_embeddings", "n_positions"))
    kv_heads = 1 if family.fused_qkv else data.get("num_key_value_heads") or heads
    eps = ("rms_norm_eps", "norm_epsilon", "layer_norm_epsilon")
    return Config(
        family=family,
        architecture=Architecture(
            layers=number("num_hidden_layers", "n_layer"),
            hidden_size=hidden,
            heads=heads,
            kv_heads=kv_heads,
            head_dim=data.get("head_dim") or hidden // heads,
            intermediate_size=data.get("intermediate_size") or data.get("n_inner") or 4 * hidden,
            vocab_size=vocabulary,
            context_length=_window(family, data, context),
        ),
        rope=None if family.learned_positions else rope.from_config(data, context),
        norm_eps=float(number(*eps)),
        tied=bool(data.get("tie_word_embeddings", family.tied)),
    )


def _window(family: Family, data: dict[str, Any], context: int) -> int:
    """Positions up to which a sliding window hides nothing: full attention is exact there."""
    used = data.get("use_sliding_window", family.name in ("mistral", "starcoder2"))
    window = data.get("sliding_window") if used else None
    return min(context, int(window)) if window else context


def _refuse(family: Family, data: dict[str, Any]) -> None:
    """Raises where the configuration asks for what the family's row does not say."""
    activation = str(data.get("hidden_act") or data.get("activation_function") or "silu")
    known = ("silu", "swish") if family.gated else ("gelu_pytorch_tanh", "gelu_new", "gelu_fast")
    if activation not in known:
        raise UnsupportedModelError(f"The activation {activation!r} is not supported here.")
    if family.fused_qkv and not data.get("multi_query", True):
        raise UnsupportedModelError("gpt_bigcode without multi_query is not supported.")
    if float(data.get("partial_rotary_factor") or 1.0) != 1.0:
        raise UnsupportedModelError("Heads that are turned in part are not supported.")
