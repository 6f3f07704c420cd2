"""From a checkpoint to a model package."""

from __future__ import annotations

import datetime
import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Literal

import onnx_ir as ir
import torch
from fimble.engine import manifest as manifests
from fimble.engine.manifest import Chat, Graph, Manifest, Provenance, Scheme, SourceFile
from fimble.errors import ExportError
from torch import nn

from fimble_export import checkpoint as checkpoints
from fimble_export import fim
from fimble_export import recipe as recipes
from fimble_export.checkpoint import Checkpoint
from fimble_export.checkpoint.tokenizer import special_ids
from fimble_export.decoder.build import build
from fimble_export.decoder.head import ScreenedHead, screened
from fimble_export.decoder.linear import Linear
from fimble_export.decoder.transformer import Decoder
from fimble_export.graph import kernel_check, targets, trace
from fimble_export.graph.passes import DOMAIN, OWN_OPERATORS
from fimble_export.recipe import Recipe

Report = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """What to export.

    Attributes:
        source: A .gguf file or a model folder.
        out: A folder that does not exist, or is empty.
        name: The model's name, kept in the manifest.
        recipe: How.
        adapter: A LoRA adapter to add to the weights.
    """

    source: Path
    out: Path
    name: str
    recipe: Recipe = field(default_factory=Recipe)
    adapter: Path | None = None


def export(job: Job, report: Report) -> Manifest:
    """Makes the package `job.out`; it appears whole or not at all.

    Args:
        job: What.
        report: Called with a line at every stage.

    Raises:
        ExportError: The source cannot be exported, or `job.out` is in use.
    """
    out = job.out
    if out.exists() and any(out.iterdir()):
        raise ExportError(f"{out} is not empty.", "Choose another folder with --out.")
    staging = out.with_name(out.name + ".partial")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        manifest = _fill(staging, job, report)
        if out.exists():
            out.rmdir()
        staging.rename(out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return manifest


def _fill(folder: Path, job: Job, report: Report) -> Manifest:
    report(f"Opening {job.source.name}")
    checkpoint = checkpoints.load(job.source, job.adapter)
    recipe, target = job.recipe, targets.get(job.recipe.target)
    half = target.dtype == torch.float16 or recipe.scheme == "fp16"
    dtype = torch.float16 if half else torch.float32
    decoder = build(checkpoint, recipes.plan(recipe), report, dtype)
    if target.name == "cpu" and isinstance(decoder.head, Linear):
        decoder.head = screened(decoder.head, recipe.keep)
    for matrix in _matrices(decoder):
        matrix.accuracy_level = target.accuracy_level
    passes = _passes(recipe, report)
    report("Tracing the graph")
    graph = trace.trace(decoder, folder / "model.onnx", passes)
    target.check(graph)
    (folder / "tokenizer.json").write_text(checkpoint.tokenizer, encoding="utf-8")
    report("Hashing the package")
    manifest = replace(
        _manifest(folder, checkpoint, job),
        graph=graph_of(dtype, graph),
        scheme=scheme_of(recipe, decoder, target.accuracy_level),
    )
    (folder / manifests.FILE_NAME).write_text(manifests.dump(manifest), encoding="utf-8")
    return manifest


def _passes(recipe: Recipe, report: Report) -> tuple[trace.Pass, ...]:
    """Our own operators, where they are wanted and compute what they should on this machine."""
    if recipe.operators == "onnxruntime" or recipe.target != "cpu" or recipe.scheme == "fp16":
        return ()
    why_not = kernel_check.why_not(compare=recipe.operators == "auto")
    if why_not:
        report(f"ONNX Runtime's operators are used instead of Fimble's: {why_not}")
        return ()
    return OWN_OPERATORS


def graph_of(dtype: torch.dtype, graph: ir.Model) -> Graph:
    """What the manifest says of the graph."""
    kind: Literal["float16", "float32"] = "float16" if dtype == torch.float16 else "float32"
    own = any(node.domain == DOMAIN for node in graph.graph)
    return Graph(kv_dtype=kind, logits_dtype=kind, operators="fimble" if own else "onnxruntime")


def _matrices(part: nn.Module) -> list[Linear]:
    return [module for module in part.modules() if isinstance(module, Linear)]


def scheme_of(recipe: Recipe, decoder: Decoder, accuracy_level: int) -> Scheme:
    """What the blocks' matrices are stored in; bits are the mean over their weights."""
    inside = _matrices(decoder.layers)
    weights = sum(matrix.rows * matrix.columns for matrix in inside)
    plain = 16 if recipe.scheme == "fp16" else 32
    bits = sum((m.bits or plain) * m.rows * m.columns for m in inside) / weights
    block = max(matrix.block for matrix in inside)
    keep = decoder.head.keep if isinstance(decoder.head, ScreenedHead) else 0
    return Scheme(recipe.scheme, round(bits), block, accuracy_level, recipe.ends, keep)


def _manifest(folder: Path, checkpoint: Checkpoint, job: Job) -> Manifest:
    rows, recipe = checkpoint.config.architecture.vocab_size, job.recipe
    ids = {token: i for token, i in special_ids(checkpoint.tokenizer).items() if i < rows}
    files = checkpoint.files
    return Manifest(
        name=job.name,
        family=checkpoint.config.family.name,
        target=targets.get(recipe.target).name,
        architecture=checkpoint.config.architecture,
        graph=Graph(),
        fim=fim.spelling(ids),
        chat=Chat("chatml" if "<|im_start|>" in ids else "none"),
        scheme=Scheme(recipe.scheme, 0, 0),
        provenance=Provenance(
            sources=tuple(
                SourceFile(f.name, f.stat().st_size, _sha256(f), recipe.uri) for f in files
            ),
            licence=checkpoint.licence or recipe.licence,
            exporter=f"fimble {metadata.version('fimble')}",
            torch=metadata.version("torch"),
            recipe=recipe.label,
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        ),
        stop_ids=fim.stops(ids),
        special_ids=ids,
        files={file.name: _sha256(file) for file in sorted(folder.iterdir())},
        quality=dict(recipe.quality),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
