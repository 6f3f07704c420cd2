"""From a checkpoint to a model package."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Literal

import onnx_ir as ir
import torch
from fimble.engine.manifest import Graph, Manifest, Scheme
from fimble.errors import ExportError
from fimble.models.packing import kernel_check, manifest
from fimble.models.packing.manifest import Made
from torch import nn

from fimble_export import checkpoint as checkpoints
from fimble_export import recipe as recipes
from fimble_export.decoder.build import build
from fimble_export.decoder.head import ScreenedHead, screened
from fimble_export.decoder.linear import Linear
from fimble_export.decoder.transformer import Decoder
from fimble_export.graph import targets, trace
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
        made = _fill(staging, job, report)
        if out.exists():
            out.rmdir()
        staging.rename(out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return made


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
    made = Made(
        name=job.name,
        target=target.name,
        graph=graph_of(dtype, graph),
        scheme=scheme_of(recipe, decoder, target.accuracy_level),
        torch=torch_version(),
        recipe=recipe.label,
        uri=recipe.uri,
        licence=recipe.licence,
        quality=recipe.quality,
    )
    return manifest.write(folder, checkpoint, made)


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


def torch_version() -> str:
    """As manifests state it, whatever it was built for."""
    return metadata.version("torch").partition("+")[0]


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
