"""One package, from opening the checkpoint to its manifest."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from fimble import errors
from fimble.errors import NoTemplateError, StorageError
from fimble.models.packing import checkpoint as checkpoints
from fimble.models.packing import fit, kernel_check, manifest, pack, template
from fimble.models.packing.checkpoint import Checkpoint
from fimble.models.packing.manifest import Made
from fimble.models.packing.template import Operators, Template

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
        template: Name of the template; "" for any that fits and stores 8 bits, as an export does
            when nothing else is said.
    """

    source: Path
    out: Path
    name: str
    template: str = ""


def run(job: Job, operators: Operators, told: Told, templates: Traversable | None = None) -> None:
    """Makes the package.

    Args:
        job: Which.
        operators: Whose it asks for.
        told: How far it is.
        templates: Folder of the templates; None: those that come with Fimble.

    Raises:
        CheckpointError: The checkpoint is broken or does not fit the template.
        NoTemplateError: None was named and none fits.
        UnsupportedModelError: It has something that cannot be read here.
        ModelError: The template is damaged.
        StorageError: `job.out` cannot be written.
    """
    checkpoint = checkpoints.load(job.source)
    name = job.template or _fitting(job, checkpoint, templates)
    made, graph = template.load(name, operators, templates)
    fit.require(made, checkpoint)
    try:
        job.out.mkdir(parents=True)
        _fill(job, made, graph, checkpoint, told)
    except OSError as error:
        raise StorageError(
            f"The package of {job.name} cannot be written: {error.strerror or error}.", _ENOSPC_HINT
        ) from error


def _fitting(job: Job, checkpoint: Checkpoint, templates: Traversable | None) -> str:
    """Name of the template."""
    for name in template.recipes(templates):
        found, _ = template.load(name, "onnxruntime", templates)
        if found.scheme.name == found.scheme.ends == "int8" and not fit.why_not(found, checkpoint):
            return name
    numbers, family = checkpoint.config.architecture, checkpoint.config.family.name
    raise NoTemplateError(
        f"Fimble has no template for {errors.told(job.source.name)}, a {family} of"
        f" {numbers.layers} blocks, {numbers.hidden_size} wide."
    )


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
    if not job.template:  # other weights than the recipe's: it says nothing about them
        said = dataclasses.replace(said, uri="", licence="", quality={})
    manifest.write(job.out, checkpoint, said)


def operators() -> tuple[Operators, str]:
    """Whose operators a package should ask for on this machine; and if not ours, why."""
    why_not = kernel_check.why_not(compare=True)
    return ("onnxruntime", why_not) if why_not else ("fimble", "")
