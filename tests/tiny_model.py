"""A small random model in Hugging Face layout, and the package made from it.

For tests that need a real graph and not real answers: it takes seconds and a few hundred KB.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from fimble.engine import manifest as manifests
from fimble.engine.ort_model import OrtModel
from fimble_export import package
from fimble_export.recipe import Recipe
from safetensors.torch import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

SPECIAL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
)
HEAD_DIM = 16


def write_tiny_checkpoint(
    folder: Path,
    *,
    family: str = "qwen2",
    vocab: int = 320,
    layers: int = 2,
    hidden: int = 64,
    heads: int = 4,
    kv_heads: int = 2,
    tied: bool = True,
    seed: int = 0,
) -> Path:
    """Writes `config.json`, `model.safetensors` and `tokenizer.json`; the same bytes every time.

    Args:
        folder: Where; made if missing.
        family: "qwen2" (biases on query, key and value) or "llama".
        vocab: Rows of the embedding, at least 265 (256 bytes and the special tokens).
        layers: Blocks.
        hidden: Width.
        heads: Query heads of 16 dimensions each.
        kv_heads: Key and value heads.
        tied: Whether the head is the embedding.
        seed: Of the random weights.

    Returns:
        `folder`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "model_type": family,
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "head_dim": HEAD_DIM,
        "intermediate_size": 2 * hidden,
        "vocab_size": vocab,
        "max_position_embeddings": 1024,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10_000.0,
        "tie_word_embeddings": tied,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "tokenizer.json").write_text(byte_tokenizer(), encoding="utf-8")
    shapes = _shapes(family, vocab, layers, hidden, heads, kv_heads, tied)
    generator = torch.Generator().manual_seed(seed)
    save_file(
        {name: _random(name, shape, generator) for name, shape in shapes.items()},
        folder / "model.safetensors",
    )
    return folder


def export_tiny(
    folder: Path, out: Path | None = None, *, scheme: str = "int8", **options: Any
) -> Path:
    """Exports the checkpoint in `folder` to `out`, or to a package beside it, and returns that."""
    out = out or folder.with_name(f"{folder.name}-package-{scheme}")
    options.setdefault("ends", scheme if scheme.startswith("fp") else "int8")
    recipe = Recipe(scheme=scheme, **options)
    package.export(package.Job(folder, out, "tiny", recipe), lambda _: None)
    return out


def load(package: Path, *, capacity: int = 64, slots: int = 1, provider: str = "auto") -> OrtModel:
    """The package under the engine, with one thread."""
    manifest = manifests.load(package)
    return OrtModel(package, manifest, threads=1, capacity=capacity, slots=slots, provider=provider)


def byte_tokenizer() -> str:
    """A byte-level BPE `tokenizer.json` with one token per byte and Qwen's special tokens."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIAL])
    return str(tokenizer.to_str())


def _shapes(
    family: str, vocab: int, layers: int, hidden: int, heads: int, kv_heads: int, tied: bool
) -> dict[str, tuple[int, ...]]:
    rows = {"q": heads * HEAD_DIM, "k": kv_heads * HEAD_DIM, "v": kv_heads * HEAD_DIM}
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (vocab, hidden)}
    for layer in range(layers):
        at = f"model.layers.{layer}."
        for name, size in rows.items():
            shapes[f"{at}self_attn.{name}_proj.weight"] = (size, hidden)
            if family == "qwen2":
                shapes[f"{at}self_attn.{name}_proj.bias"] = (size,)
        shapes[f"{at}self_attn.o_proj.weight"] = (hidden, rows["q"])
        shapes[f"{at}mlp.gate_proj.weight"] = (2 * hidden, hidden)
        shapes[f"{at}mlp.up_proj.weight"] = (2 * hidden, hidden)
        shapes[f"{at}mlp.down_proj.weight"] = (hidden, 2 * hidden)
        shapes[f"{at}input_layernorm.weight"] = (hidden,)
        shapes[f"{at}post_attention_layernorm.weight"] = (hidden,)
    shapes["model.norm.weight"] = (hidden,)
    if not tied:
        shapes["lm_head.weight"] = (vocab, hidden)
    return shapes


def _random(name: str, shape: tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
    values = torch.randn(shape, generator=generator)
    return 1 + 0.1 * values if name.endswith("norm.weight") else values * shape[-1] ** -0.5
