"""Templates: the graph of a published model without its weights, and how each weight is made.

`fimble-export template` writes two files per recipe and set of operators: `NAME.OPERATORS.graph`,
the bytes of `model.onnx` but for the scales' common factors, and `NAME.OPERATORS.json`, the
dataclasses below. An initializer's place in `model.onnx.data` depends on sizes alone, so it stands
in the graph already.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal

import msgspec

from fimble.engine.manifest import Architecture, Graph, Scheme
from fimble.errors import ModelError, told
from fimble.models.packing.rope import Rope, Turning

Operators = Literal["fimble", "onnxruntime"]

_COMMON = ".onnxruntime.json"
"""Every recipe has a template for the runtime's operators."""


@dataclass(frozen=True)
class Place:
    """Where an initializer lies in `model.onnx.data`.

    Attributes:
        name: In the graph.
        dtype: Of its values.
        shape: In the graph.
        offset: From the file's beginning.
        bytes: Its length.
    """

    name: str
    dtype: Literal["float32", "uint8"]
    shape: tuple[int, ...]
    offset: int
    bytes: int


@dataclass(frozen=True)
class Stored:
    """The initializers that one quantized matrix becomes; None for those that the graph has not.

    Attributes:
        levels: Packed along the row.
        scales: One per block.
        zeros: One per block, packed along the row.
        panels: All of it as our own kernels read it.
        factors: Where the common factor of the panels' scales goes: places of a little-endian
            float32 in the graph's bytes.
    """

    levels: Place | None = None
    scales: Place | None = None
    zeros: Place | None = None
    panels: Place | None = None
    factors: tuple[int, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """A quantized matrix.

    Attributes:
        sources: The checkpoint's matrices by the decoder's names, the first on top.
        shape: Rows and columns of all together.
        scheme: How it is rounded.
        block: Columns per scale.
        stored: What becomes of it.
        screen: What becomes of its copy in 4 bits (`int4-rtn` of what is stored), if it is a head
            that is read in two passes.
    """

    sources: tuple[str, ...]
    shape: tuple[int, int]
    scheme: str
    block: int
    stored: Stored
    screen: Stored | None = None


@dataclass(frozen=True)
class Floats:
    """What stays a float: norms and biases, one after the other."""

    sources: tuple[str, ...]
    place: Place


@dataclass(frozen=True)
class Rotary:
    """The tables of cosines and sines, which no checkpoint holds."""

    turning: Turning
    cosines: Place
    sines: Place


@dataclass(frozen=True)
class Template:
    """How to make one package.

    Attributes:
        recipe: Whose it is, `name@version`.
        recipe_sha256: Of what the recipe says.
        operators: Whose the graph asks for.
        family: Name of the architecture.
        architecture: Its numbers; a checkpoint with others does not fit.
        rope: How positions turn, as the checkpoint said.
        norm_eps: Added in norms.
        tied: Whether the head is the embedding.
        graph: Names and types of the graph's inputs and outputs.
        scheme: As the manifest states it.
        torch: What traced the graph.
        uri: Where the checkpoint is published.
        licence: Of the checkpoint, if it does not say so itself.
        quality: Measured figures.
        graph_sha256: Of the graph's bytes.
        data_bytes: Length of `model.onnx.data`.
        rotary: The tables, None where positions are learned.
        floats: What is copied.
        matrices: What is quantized.
    """

    recipe: str
    recipe_sha256: str
    operators: Operators
    family: str
    architecture: Architecture
    rope: Rope | None
    norm_eps: float
    tied: bool
    graph: Graph
    scheme: Scheme
    torch: str
    uri: str
    licence: str
    graph_sha256: str
    data_bytes: int
    rotary: Rotary | None
    floats: tuple[Floats, ...]
    matrices: tuple[Matrix, ...]
    quality: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Of the recipe, without its version."""
        return self.recipe.partition("@")[0]

    @property
    def sources(self) -> Iterator[str]:
        """Every tensor of the checkpoint that is read."""
        for copied in self.floats:
            yield from copied.sources
        for rounded in self.matrices:
            yield from rounded.sources


def recipes(folder: Traversable | None = None) -> dict[str, str]:
    """The recipes that there are templates of: name -> `name@version`.

    Raises:
        ModelError: A template is damaged.
    """
    files = (file.name for file in (folder or shipped()).iterdir())
    names = sorted(name.removesuffix(_COMMON) for name in files if name.endswith(_COMMON))
    return {name: load(name, "onnxruntime", folder)[0].recipe for name in names}


def load(
    name: str, operators: Operators, folder: Traversable | None = None
) -> tuple[Template, bytes]:
    """A template and the bytes of its graph.

    Raises:
        ModelError: There is none, or it is damaged.
    """
    place = folder or shipped()
    try:
        text = place.joinpath(f"{name}.{operators}.json").read_bytes()
        graph = place.joinpath(f"{name}.{operators}.graph").read_bytes()
        template = msgspec.json.decode(text, type=Template)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The template of {name} cannot be read: {told(error)}.", "Install Fimble again."
        ) from error
    if hashlib.sha256(graph).hexdigest() != template.graph_sha256:
        raise ModelError(f"The template of {name} is damaged.", "Install Fimble again.")
    return template, graph


def shipped() -> Traversable:
    """The folder of those that come with Fimble."""
    return resources.files("fimble.models.packing").joinpath("templates")
