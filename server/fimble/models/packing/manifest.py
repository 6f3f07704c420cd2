"""The manifest of a package that was just made."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from fimble.engine import manifest as manifests
from fimble.engine.manifest import Chat, Graph, Manifest, Provenance, Scheme, SourceFile
from fimble.models.packing import fim
from fimble.models.packing.checkpoint import Checkpoint
from fimble.models.packing.checkpoint.tokenizer import special_ids


@dataclass(frozen=True)
class Made:
    """What is known of a package besides its checkpoint.

    Attributes:
        name: The model's name.
        target: What it is for.
        graph: Names and types of the graph's inputs and outputs.
        scheme: How the weights are stored.
        torch: What traced the graph.
        recipe: `name@version`, "" for none.
        uri: Where the checkpoint is published.
        licence: Of the checkpoint, if it does not say so itself.
        quality: Measured figures.
    """

    name: str
    target: Literal["cpu", "cuda"]
    graph: Graph
    scheme: Scheme
    torch: str
    recipe: str = ""
    uri: str = ""
    licence: str = ""
    quality: Mapping[str, Any] = field(default_factory=dict)


def write(folder: Path, checkpoint: Checkpoint, made: Made) -> Manifest:
    """Describes the files in `folder` and writes the manifest beside them.

    Raises:
        ManifestError: A field is out of its bounds.
        OSError: A file cannot be read or written.
    """
    rows = checkpoint.config.architecture.vocab_size
    ids = {token: i for token, i in special_ids(checkpoint.tokenizer).items() if i < rows}
    manifest = Manifest(
        name=made.name,
        family=checkpoint.config.family.name,
        target=made.target,
        architecture=checkpoint.config.architecture,
        graph=made.graph,
        fim=fim.spelling(ids),
        chat=Chat("chatml" if "<|im_start|>" in ids else "none"),
        scheme=made.scheme,
        provenance=_provenance(checkpoint, made),
        stop_ids=fim.stops(ids),
        special_ids=ids,
        files={file.name: _sha256(file) for file in sorted(folder.iterdir())},
        quality=dict(made.quality),
    )
    (folder / manifests.FILE_NAME).write_text(manifests.dump(manifest), encoding="utf-8")
    return manifest


def _provenance(checkpoint: Checkpoint, made: Made) -> Provenance:
    """All but `created` is the same whenever the package is made again."""
    files = checkpoint.files
    return Provenance(
        sources=tuple(SourceFile(f.name, f.stat().st_size, _sha256(f), made.uri) for f in files),
        licence=checkpoint.licence or made.licence,
        exporter=f"fimble {metadata.version('fimble')}",
        torch=made.torch,
        recipe=made.recipe,
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
