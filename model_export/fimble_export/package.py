"""From a checkpoint to a model package."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from fimble.engine import manifest as manifests
from fimble.engine.manifest import Chat, Fim, Graph, Manifest, Provenance, Scheme, SourceFile
from fimble.errors import ExportError
from tokenizers import Tokenizer

from fimble_export import checkpoint as checkpoints
from fimble_export import trace
from fimble_export.checkpoint import Checkpoint
from fimble_export.decoder import from_checkpoint

SCHEMES = ("int8", "fp32")

_FIM = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|repo_name|>", "<|file_sep|>")
_STOPS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|fim_pad|>", "<|file_sep|>", *_FIM)

Report = Callable[[str], None]


def export(source: Path, out: Path, name: str, scheme: str, report: Report) -> Manifest:
    """Makes the package `out`; it appears whole or not at all.

    Args:
        source: A .gguf file or a model folder.
        out: A folder that does not exist, or is empty.
        name: The model's name, kept in the manifest.
        scheme: One of `SCHEMES`.
        report: Called with a line at every stage.

    Raises:
        ExportError: The source cannot be exported, or `out` is in use.
    """
    if out.exists() and any(out.iterdir()):
        raise ExportError(f"{out} is not empty.", "Choose another folder with --out.")
    staging = out.with_name(out.name + ".partial")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        manifest = _fill(staging, source, name, scheme, report)
        if out.exists():
            out.rmdir()
        staging.rename(out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return manifest


def _fill(folder: Path, source: Path, name: str, scheme: str, report: Report) -> Manifest:
    report(f"Reading {source.name}")
    checkpoint = checkpoints.load(source)
    decoder = from_checkpoint(checkpoint)
    stored = Scheme("fp32", 32, 0)
    if scheme == "int8":
        report("Quantizing to 8 bits")
        stored = Scheme("int8", 8, decoder.quantize())
    report("Tracing the graph")
    trace.trace(decoder, folder / "model.onnx")
    (folder / "tokenizer.json").write_text(checkpoint.tokenizer, encoding="utf-8")
    report("Hashing the package")
    manifest = _manifest(folder, checkpoint, name, stored)
    (folder / manifests.FILE_NAME).write_text(manifests.dump(manifest), encoding="utf-8")
    return manifest


def _manifest(folder: Path, checkpoint: Checkpoint, name: str, scheme: Scheme) -> Manifest:
    ids = _special_ids(checkpoint.tokenizer)
    return Manifest(
        name=name,
        family=checkpoint.config.family,
        target="cpu",
        architecture=checkpoint.config.architecture,
        graph=Graph(),
        fim=_fim(ids),
        chat=Chat("chatml" if "<|im_start|>" in ids else "none"),
        scheme=scheme,
        provenance=Provenance(
            sources=tuple(
                SourceFile(f.name, f.stat().st_size, _sha256(f)) for f in checkpoint.files
            ),
            licence=checkpoint.licence,
            exporter=f"fimble {metadata.version('fimble')}",
            torch=metadata.version("torch"),
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        ),
        stop_ids=tuple(sorted({ids[token] for token in _STOPS if token in ids})),
        special_ids=ids,
        files={file.name: _sha256(file) for file in sorted(folder.iterdir())},
    )


def _special_ids(tokenizer: str) -> dict[str, int]:
    added: list[dict[str, Any]] = json.loads(tokenizer)["added_tokens"]
    Tokenizer.from_str(tokenizer)
    return {token["content"]: token["id"] for token in added}


def _fim(ids: dict[str, int]) -> Fim:
    if not all(token in ids for token in _FIM):
        return Fim()
    prefix, suffix, middle, repo_name, file_sep = _FIM
    return Fim(prefix, suffix, middle, repo_name, file_sep, "suffix_first")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
