"""One package, from opening the checkpoint to its manifest."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fimble.errors import StorageError
from fimble.packing import checkpoint as checkpoints
from fimble.packing import fit, kernel_check, manifest, pack, template
from fimble.packing.checkpoint import Checkpoint
from fimble.packing.manifest import Made
from fimble.packing.template import Operators, Template

MOST_THREADS = 4
"""More only take memory: reading and writing keep up with no more."""

_ENOSPC_HINT = "Free some space, and run the command again."

Told = Callable[[int, int], None]
"""Called with the bytes that are written, and with all there will be."""


@dataclass(frozen=True)
class Job:
    """What to pack.

    Attributes:
        source: A .gguf file or a model folder.
        out: A folder that does not exist yet.
        name: The model's name, kept in the manifest.
        template: Name of the template.
        published: Whether `source` is the checkpoint that the recipe is for: what the recipe says
            of where it is published, its licence and its quality is then true.
    """

    source: Path
    out: Path
    name: str
    template: str
    published: bool = True


def run(job: Job, operators: Operators, told: Told) -> None:
    """Makes the package.

    Raises:
        CheckpointError: The checkpoint is broken or does not fit the template.
        UnsupportedModelError: It has something that cannot be read here.
        ModelError: The template is damaged.
        StorageError: `job.out` cannot be written.
    """
    made, graph = template.load(job.template, operators)
    checkpoint = checkpoints.load(job.source)
    fit.require(made, checkpoint)
    try:
        job.out.mkdir(parents=True)
        _fill(job, made, graph, checkpoint, told)
    except OSError as error:
        raise StorageError(
            f"The package of {job.name} cannot be written: {error.strerror or error}.", _ENOSPC_HINT
        ) from error


def _fill(job: Job, made: Template, graph: bytes, checkpoint: Checkpoint, told: Told) -> None:
    threads = min(MOST_THREADS, os.cpu_count() or 1)
    total = made.data_bytes
    pack.pack(made, graph, checkpoint, job.out, threads, lambda done: told(done, total))
    said = Made(
        name=job.name,
        target="cpu",
        graph=made.graph,
        scheme=made.scheme,
        torch=made.torch,
        recipe=made.recipe,
        uri=made.uri,
        licence=made.licence,
        quality=made.quality,
    )
    if not job.published:
        said = dataclasses.replace(said, uri="", licence="", quality={})
    manifest.write(job.out, checkpoint, said)


def operators() -> tuple[Operators, str]:
    """Whose operators a package should ask for on this machine; and if not ours, why."""
    why_not = kernel_check.why_not(compare=True)
    return ("onnxruntime", why_not) if why_not else ("fimble", "")
