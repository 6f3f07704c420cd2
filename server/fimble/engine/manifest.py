"""The manifest of a model package: everything the engine must know besides the weights.

A package is a folder::

    manifest.json   this file's dataclasses as JSON
    model.onnx      the graph            model.onnx.data   its weights
    tokenizer.json  Hugging Face tokenizers format

The exporter writes manifests with `dump`, the server reads them with `load`; both use the
dataclasses below, so a field exists exactly once.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from fimble.errors import ManifestError

FORMAT_VERSION = 1
FILE_NAME = "manifest.json"

PromptOrder = Literal["split", "suffix_first", "prefix_first", "prefix_only"]
"""`suffix_first`: SPM, `<prefix><suffix>{suffix}<middle>{prefix}`; `prefix_first`: PSM;
`split`: PSM whose middle begins with the lines near the cursor."""


@dataclass(frozen=True)
class Architecture:
    """The numbers of the decoder.

    Attributes:
        layers: Decoder blocks.
        hidden_size: Width of the residual stream.
        heads: Query heads.
        kv_heads: Key/value heads (grouped-query attention; Ainslie et al. 2023).
        head_dim: Width of one head.
        intermediate_size: Width of the feed-forward block.
        vocab_size: Rows of the embedding.
        context_length: Positions the model was trained for, in tokens.
    """

    layers: int
    hidden_size: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate_size: int
    vocab_size: int
    context_length: int


@dataclass(frozen=True)
class Graph:
    """Names and types of the ONNX graph's inputs and outputs.

    Shapes: `input_ids` int64 `[batch, new]`; `seqlens_k` int32 `[batch]` (total length - 1);
    `total_sequence_length` int32 scalar; `logits_from` int64 `[wanted]`, indices into the new
    tokens whose logits are wanted; past and present `[batch, kv_heads, capacity, head_dim]` of
    `kv_dtype`, one buffer for both; `logits` float32 `[batch, wanted, vocab]`. `operators`:
    "fimble" if some are those of `engine.kernels`; keys are then laid out in panels of 16
    positions, and the capacity comes in sixteens.
    """

    file: str = "model.onnx"
    input_ids: str = "input_ids"
    seqlens_k: str = "seqlens_k"
    total_sequence_length: str = "total_sequence_length"
    logits_from: str = "logits_from"
    logits: str = "logits"
    past_key: str = "past_key_values.{layer}.key"
    past_value: str = "past_key_values.{layer}.value"
    present_key: str = "present.{layer}.key"
    present_value: str = "present.{layer}.value"
    kv_dtype: Literal["float32", "float16"] = "float32"
    logits_dtype: Literal["float32", "float16"] = "float32"
    operators: Literal["onnxruntime", "fimble"] = "onnxruntime"


@dataclass(frozen=True)
class Fim:
    """Fill-in-the-middle tokens as they are spelled in the tokenizer, and the prompt's order.

    An empty string means that the model has no such token. `prefix` empty: the model cannot
    infill and only continues (`order` is then `prefix_only`).

    Attributes:
        order: How a prompt is put together.
        near_lines: With `split`: at most so many lines stand behind the middle token.
        context_tokens: Budget of a prompt, in tokens.
        suffix_share: Part of it for the text after the cursor, 0 to 1.
    """

    prefix: str = ""
    suffix: str = ""
    middle: str = ""
    repo_name: str = ""
    file_sep: str = ""
    order: PromptOrder = "prefix_only"
    near_lines: int = 1
    context_tokens: int = 1024
    suffix_share: float = 0.25


@dataclass(frozen=True)
class Chat:
    """How to talk to an instruction-tuned model (ChatML: OpenAI 2023, used by Qwen, SmolLM2)."""

    style: Literal["none", "chatml"] = "none"
    system: str = "You are a helpful assistant."


@dataclass(frozen=True)
class Scheme:
    """How the weights are stored.

    Attributes:
        name: Of the scheme of the blocks' matrices.
        bits: Of one of their weights, rounded mean.
        block_size: Columns that share a scale, 0 for floats.
        accuracy_level: 4: inputs of matrices are rounded to 8 bits; 0: they are not.
        ends: Scheme of embedding and head.
        keep: Logits per position that the stored head computes; the others are those of its copy
            in 4 bits. 0: all of them, and there is no copy.
    """

    name: str
    bits: int
    block_size: int
    accuracy_level: int = 4
    ends: str = ""
    keep: int = 0


@dataclass(frozen=True)
class SourceFile:
    """A file that the package was made from."""

    name: str
    bytes: int
    sha256: str
    uri: str = ""


@dataclass(frozen=True)
class Provenance:
    """Where the weights came from and what made the package."""

    sources: tuple[SourceFile, ...] = ()
    licence: str = ""
    exporter: str = ""
    torch: str = ""
    recipe: str = ""
    created: str = ""


@dataclass(frozen=True)
class Manifest:
    """One model package. See the module docstring for the folder."""

    name: str
    family: str
    target: Literal["cpu", "cuda"]
    architecture: Architecture
    graph: Graph
    fim: Fim
    chat: Chat
    scheme: Scheme
    provenance: Provenance
    stop_ids: tuple[int, ...]
    special_ids: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """File name -> SHA-256, of every file in the package but the manifest."""
    tokenizer: str = "tokenizer.json"
    quality: dict[str, Any] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION


_T = TypeVar("_T")


def dump(manifest: Manifest) -> str:
    """The manifest as JSON text, keys in the order of the dataclass."""
    return json.dumps(dataclasses.asdict(manifest), indent=2, ensure_ascii=False) + "\n"


def load(folder: Path) -> Manifest:
    """Reads `folder`'s manifest.

    Raises:
        ManifestError: It is missing, unreadable, of a newer format, or lacks a field.
    """
    path = folder / FILE_NAME
    hint = "Reinstall the model with `fimble model install`."
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ManifestError(f"{folder} is not a model package: no {FILE_NAME}.", hint) from error
    except (OSError, ValueError) as error:
        raise ManifestError(f"{path} cannot be read: {error}.", hint) from error
    if not isinstance(data, dict) or not isinstance(data.get("format_version"), int):
        raise ManifestError(f"{path} is not a model manifest.", hint)
    if data["format_version"] > FORMAT_VERSION:
        raise ManifestError(
            f"{path} has a newer format than {FORMAT_VERSION}: {data['format_version']}.",
            "Upgrade Fimble, or install an older package of the model.",
        )
    try:
        return _manifest(data)
    except (KeyError, TypeError, ValueError) as error:
        raise ManifestError(f"{path} is incomplete: {error}.", hint) from error


def _manifest(data: Mapping[str, Any]) -> Manifest:
    provenance = dict(data["provenance"])
    provenance["sources"] = tuple(
        _known(SourceFile, source) for source in provenance.get("sources", ())
    )
    parts: dict[str, Any] = {
        "architecture": _known(Architecture, data["architecture"]),
        "graph": _known(Graph, data["graph"]),
        "fim": _known(Fim, data["fim"]),
        "chat": _known(Chat, data["chat"]),
        "scheme": _known(Scheme, data["scheme"]),
        "provenance": _known(Provenance, provenance),
        "stop_ids": tuple(int(i) for i in data["stop_ids"]),
    }
    return _known(Manifest, {**data, **parts})


def _known(cls: type[_T], data: Mapping[str, Any]) -> _T:
    """Builds `cls` from the keys it knows; later additive fields of a format are ignored."""
    names = {f.name for f in dataclasses.fields(cls)}  # type: ignore[arg-type]
    return cls(**{key: value for key, value in data.items() if key in names})
