"""The manifest of a model package: everything the engine must know besides the weights.

A package is a folder::

    manifest.json   this file's dataclasses as JSON
    model.onnx      the graph            model.onnx.data   its weights
    tokenizer.json  Hugging Face tokenizers format

The exporter writes manifests with `dump`, the server reads them with `load`; both use the
dataclasses below, so a field, its type and its bounds exist exactly once. A package may come from
anywhere: what is not within the bounds is refused before anything computes with it. Keys that
are not known are left out, because later manifests of the same format may have more.
"""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from fimble.engine import package_files
from fimble.errors import ManifestError, told

FORMAT_VERSION = 1
FILE_NAME = "manifest.json"
LONGEST = 4 << 20
"""Bytes of a manifest; those of vocabularies with thousands of special tokens take 0.3 MB."""

_HINT = "Install the model again with `fimble model install --force`, or delete that folder."

_Text = Annotated[str, msgspec.Meta(max_length=4096, pattern=r"^[^\x00-\x1f\x7f-\x9f]*\Z")]
_Prose = Annotated[str, msgspec.Meta(max_length=1 << 16)]
_File = Annotated[str, msgspec.Meta(max_length=255, pattern=r"^[\w-][\w.-]*(/[\w-][\w.-]*)*\Z")]
"""A name inside the package's folder: never absolute, no `..`, nothing hidden, no drive."""
_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_PerLayer = Annotated[str, msgspec.Meta(max_length=255, pattern=r"^[^{}]*\{layer\}[^{}]*\Z")]
"""A name with the layer's number in it, and no other format field."""
_Some = Annotated[int, msgspec.Meta(ge=1, le=1024)]
_Wide = Annotated[int, msgspec.Meta(ge=1, le=1 << 20)]
_Huge = Annotated[int, msgspec.Meta(ge=1, le=1 << 24)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 20)]
_Id = Annotated[int, msgspec.Meta(ge=0, lt=1 << 24)]
_Figure = float | int | bool | str | None

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

    layers: _Some
    hidden_size: _Wide
    heads: _Some
    kv_heads: _Some
    head_dim: _Some
    intermediate_size: _Wide
    vocab_size: _Huge
    context_length: _Huge


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

    file: _File = "model.onnx"
    input_ids: _Text = "input_ids"
    seqlens_k: _Text = "seqlens_k"
    total_sequence_length: _Text = "total_sequence_length"
    logits_from: _Text = "logits_from"
    logits: _Text = "logits"
    past_key: _PerLayer = "past_key_values.{layer}.key"
    past_value: _PerLayer = "past_key_values.{layer}.value"
    present_key: _PerLayer = "present.{layer}.key"
    present_value: _PerLayer = "present.{layer}.value"
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

    prefix: _Text = ""
    suffix: _Text = ""
    middle: _Text = ""
    repo_name: _Text = ""
    file_sep: _Text = ""
    order: PromptOrder = "prefix_only"
    near_lines: _Count = 1
    context_tokens: _Wide = 1024
    suffix_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.25


@dataclass(frozen=True)
class Chat:
    """How to talk to an instruction-tuned model (ChatML: OpenAI 2023, used by Qwen, SmolLM2)."""

    style: Literal["none", "chatml"] = "none"
    system: _Prose = "You are a helpful assistant."


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

    name: _Text
    bits: Annotated[int, msgspec.Meta(ge=0, le=64)]
    block_size: _Count
    accuracy_level: Annotated[int, msgspec.Meta(ge=0, le=4)] = 4
    ends: _Text = ""
    keep: _Count = 0


@dataclass(frozen=True)
class SourceFile:
    """A file that the package was made from."""

    name: _Text
    bytes: Annotated[int, msgspec.Meta(ge=0, le=1 << 50)]
    sha256: _Sha256
    uri: _Text = ""


@dataclass(frozen=True)
class Provenance:
    """Where the weights came from and what made the package."""

    sources: tuple[SourceFile, ...] = ()
    licence: _Text = ""
    exporter: _Text = ""
    torch: _Text = ""
    recipe: _Text = ""
    created: _Text = ""


@dataclass(frozen=True)
class Manifest:
    """One model package. See the module docstring for the folder."""

    name: _Text
    family: _Text
    target: Literal["cpu", "cuda"]
    architecture: Architecture
    graph: Graph
    fim: Fim
    chat: Chat
    scheme: Scheme
    provenance: Provenance
    stop_ids: tuple[_Id, ...]
    special_ids: dict[_Prose, _Id] = field(default_factory=dict)
    files: dict[_File, _Sha256] = field(default_factory=dict)
    """File name -> SHA-256, of every file in the package but the manifest."""
    tokenizer: _File = "tokenizer.json"
    quality: dict[_Text, _Figure | dict[_Text, _Figure]] = field(default_factory=dict)
    format_version: Annotated[int, msgspec.Meta(ge=1, le=FORMAT_VERSION)] = FORMAT_VERSION

    @property
    def spellings(self) -> tuple[str, ...]:
        """The special tokens that prompts are made of."""
        fim = self.fim
        chat = ("<|im_start|>", "<|im_end|>") if self.chat.style == "chatml" else ()
        named = (fim.prefix, fim.suffix, fim.middle, fim.repo_name, fim.file_sep, *chat)
        return tuple(token for token in named if token)


@dataclass(frozen=True)
class _Format:
    """What every manifest has, of whatever format."""

    format_version: int


def dump(manifest: Manifest) -> str:
    """The manifest as JSON text, keys in the order of the dataclass.

    Raises:
        ManifestError: `load` would refuse it.
    """
    text = json.dumps(dataclasses.asdict(manifest), indent=2, ensure_ascii=False) + "\n"
    _parsed(text.encode(), f"The manifest of {manifest.name}")
    return text


def load(folder: Path) -> Manifest:
    """Reads `folder`'s manifest.

    Raises:
        ManifestError: It is missing, unreadable, of a newer format, or a field is missing, of
            another type or out of its bounds.
    """
    path = folder / FILE_NAME
    try:
        data = package_files.read(folder, FILE_NAME, LONGEST)
    except FileNotFoundError as error:
        raise ManifestError(f"{folder} is not a model package: no {FILE_NAME}.", _HINT) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ManifestError(f"{path} cannot be read: {reason}.", _HINT) from error
    return _parsed(data, str(path))


def _parsed(data: bytes, what: str) -> Manifest:
    """The manifest in `data`, which messages call `what`."""
    try:
        _require_known(msgspec.json.decode(data, type=_Format).format_version, what)
        manifest = msgspec.json.decode(data, type=Manifest)
    except RecursionError as error:
        raise ManifestError(f"{what} cannot be used: it is nested too deeply.", _HINT) from error
    except ValueError as error:  # msgspec's own, and text that is not UTF-8
        raise ManifestError(f"{what} cannot be used: {_reason(error)}.", _HINT) from error
    if contradiction := _contradiction(manifest):
        raise ManifestError(f"{what} cannot be used: {contradiction}.", _HINT)
    return manifest


def _require_known(version: int, what: str) -> None:
    if version > FORMAT_VERSION:
        raise ManifestError(
            f"{what} has a newer format than {FORMAT_VERSION}: {version}.",
            "Upgrade Fimble, or install an older package of the model.",
        )


def _reason(error: ValueError) -> str:
    """What msgspec says, the field's name first: `architecture.layers: Expected ...`."""
    reason, _, place = str(error).partition(" - at ")
    reason = re.sub(r"Expected `str` matching regex .*", "this text is not allowed there", reason)
    field_name = place.rpartition("`$")[2].strip(".`")
    return told(f"{field_name}: {reason}" if field_name else reason)


def _contradiction(manifest: Manifest) -> str:
    """How two fields do not fit each other; "" if they do."""
    numbers, fim, known = manifest.architecture, manifest.fim, manifest.files
    ids = (*manifest.stop_ids, *manifest.special_ids.values())
    if numbers.heads % numbers.kv_heads:
        return "architecture.heads is no multiple of architecture.kv_heads"
    if numbers.kv_heads * numbers.head_dim > 1 << 16:
        return "architecture.kv_heads times architecture.head_dim is more than 65536"
    if max(ids, default=0) >= numbers.vocab_size:
        return "stop_ids or special_ids has a token that is not in architecture.vocab_size"
    if fim.order != "prefix_only" and not (fim.prefix and fim.suffix and fim.middle):
        return f"fim.order is {fim.order}, which needs fim.prefix, fim.suffix and fim.middle"
    unlisted = {manifest.graph.file, manifest.tokenizer} - known.keys()
    if unlisted:
        return f"files does not list {' and '.join(sorted(unlisted))}"
    reserved = [name for name in known if package_files.is_reserved(name)]
    return f"files lists {reserved[0]}, which Windows takes for a device" if reserved else ""
