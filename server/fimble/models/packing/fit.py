"""Does a checkpoint fit a template?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from fimble.errors import CheckpointError
from fimble.models.packing import rope
from fimble.models.packing.checkpoint import Checkpoint
from fimble.models.packing.template import Template


def require(template: Template, checkpoint: Checkpoint) -> None:
    """Checks that a package of `checkpoint` can be made by `template`.

    Raises:
        CheckpointError: It has other numbers or other tensors; the sentence names the first.
    """
    if differs := why_not(template, checkpoint):
        raise CheckpointError(
            f"The checkpoint does not fit the template of {template.name}: {differs}."
        )


def why_not(template: Template, checkpoint: Checkpoint) -> str:
    """Half a sentence; empty if it fits."""
    return next(_differences(template, checkpoint), "")


def _differences(template: Template, checkpoint: Checkpoint) -> Iterator[str]:
    config = checkpoint.config
    if config.family.name != template.family:
        yield f"its family is {config.family.name}, not {template.family}"
    wanted = dataclasses.asdict(template.architecture)
    for name, found in dataclasses.asdict(config.architecture).items():
        if found != wanted[name]:
            yield f"its {name} is {found}, not {wanted[name]}"
    if np.float32(config.norm_eps) != np.float32(template.norm_eps):  # as the graph holds it
        yield f"its norms add {config.norm_eps:g}, not {template.norm_eps:g}"
    if _turning(checkpoint) != (template.rotary and template.rotary.turning):
        yield "its positions turn otherwise"
    if config.tied != template.tied:
        yield "its head " + ("is" if config.tied else "is not") + " the embedding"
    wants, has = set(template.sources), set(checkpoint.tensors)
    if lacking := wants - has:
        yield f"it lacks the tensor {min(lacking)}"
    if extra := has - wants:
        yield f"there is no place for its tensor {min(extra)}"


def _turning(checkpoint: Checkpoint) -> rope.Turning | None:
    numbers, turns = checkpoint.config.architecture, checkpoint.config.rope
    if turns is None:
        return None
    return rope.turning(turns, numbers.head_dim, numbers.context_length)
