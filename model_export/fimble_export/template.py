"""Writes the templates that `models.packing` makes packages from, by tracing without weights.

The graph of a recipe depends on the model's numbers alone. So a decoder without weights is traced,
by the same passes as an export, and what the initializers of the graph are called says where their
values come from: they are named after the decoder's parts.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import torch
from fimble.errors import ExportError
from fimble.models.packing import families, rope
from fimble.models.packing import template as templates
from fimble.models.packing.checkpoint import Checkpoint, Config, check
from fimble.models.packing.quantize.blocks import Quantized, block_size
from fimble.models.packing.template import (
    Floats,
    Matrix,
    Operators,
    Place,
    Rotary,
    Stored,
    Template,
)
from numpy.typing import NDArray
from torch import nn

from fimble_export import package, quantize
from fimble_export import recipe as recipes
from fimble_export.decoder.head import ScreenedHead, screened
from fimble_export.decoder.linear import Linear
from fimble_export.decoder.transformer import Decoder
from fimble_export.graph import targets, trace
from fimble_export.graph.passes import OWN_OPERATORS, products
from fimble_export.recipe import Recipe

_FACTOR = re.compile(rb"\x0a\x06factor\x15(.{4})", re.DOTALL)
"""`AttributeProto`: field 1, the name, and field 2, a float."""
OPERATORS: tuple[Operators, ...] = ("fimble", "onnxruntime")

_SCREEN = "head.screen"
_DTYPES: dict[int, Literal["float32", "uint8"]] = {
    onnx.TensorProto.FLOAT: "float32",
    onnx.TensorProto.UINT8: "uint8",
}
_STORED = {"weight": "levels", "scales": "scales", "zeros": "zeros", "panels": "panels"}


@dataclasses.dataclass(frozen=True)
class Model:
    """What a graph depends on besides the recipe.

    Attributes:
        config: Of the checkpoint.
        tensors: Names of its tensors: there may be biases or not.
    """

    config: Config
    tensors: frozenset[str]


def of_checkpoint(checkpoint: Checkpoint) -> Model:
    """What a checkpoint says."""
    return Model(checkpoint.config, frozenset(checkpoint.tensors))


def of_template(template: Template) -> Model:
    """What was said when a template was made."""
    family = families.get(template.family)
    numbers = (template.architecture, template.rope, template.norm_eps, template.tied)
    return Model(Config(family, *numbers), frozenset(template.sources))


def shipped(name: str) -> Model:
    """What the template of a recipe that there is was made for.

    Raises:
        ModelError: There is none.
    """
    return of_template(templates.load(name, "onnxruntime")[0])


def make(recipe: Recipe, model: Model, operators: Operators) -> tuple[Template, bytes]:
    """The template of a recipe, and its graph.

    Args:
        recipe: For the CPU, of schemes that need no calibration.
        model: What it is for.
        operators: Whose the graph shall ask for.

    Raises:
        ExportError: The recipe or the model is of a kind that has no templates.
    """
    config, decoder = model.config, _decoder(recipe, model)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        traced = trace.trace(decoder, path, OWN_OPERATORS if operators == "fimble" else ())
        graph = path.read_bytes()
    places = _places(graph)
    template = Template(
        recipe=recipe.label,
        recipe_sha256=recipes.digest(recipe),
        operators=operators,
        family=config.family.name,
        architecture=config.architecture,
        rope=config.rope,
        norm_eps=config.norm_eps,
        tied=config.tied,
        graph=package.graph_of(torch.float32, traced),
        scheme=package.scheme_of(recipe, decoder, targets.get(recipe.target).accuracy_level),
        torch=package.torch_version(),
        uri=recipe.uri,
        licence=recipe.licence,
        graph_sha256=hashlib.sha256(graph).hexdigest(),
        data_bytes=max(place.offset + place.bytes for place in places.values()),
        rotary=_rotary(config, places),
        floats=tuple(_floats(model, decoder, places)),
        matrices=tuple(_matrices(recipe, model, decoder, places, _factors(graph))),
        quality=recipe.quality,
    )
    return template, graph


def write(template: Template, graph: bytes, folder: Path) -> None:
    """Writes both files; of the parts, each has a line."""
    stem = f"{template.name}.{template.operators}"
    (folder / f"{stem}.graph").write_bytes(graph)
    (folder / f"{stem}.json").write_text(text(template), encoding="utf-8")


def text(template: Template) -> str:
    """The template as JSON."""
    lines = []
    for key, value in dataclasses.asdict(template).items():
        if isinstance(value, tuple):
            parts = ",\n  ".join(_json(part) for part in value)
            lines.append(f' "{key}": [\n  {parts}\n ]')
        else:
            lines.append(f' "{key}": {_json(value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _json(value: Any) -> str:
    """Without what is not there."""
    if isinstance(value, dict):
        value = {key: part for key, part in value.items() if part is not None and part != ()}
    return json.dumps(value, separators=(",", ":"))


def _decoder(recipe: Recipe, model: Model) -> Decoder:
    """The decoder as `package` traces it, but of numbers that mean nothing.

    No two initializers are equal: the tracer would store them once.
    """
    shapes = {
        name: shape for name, shape in check.shapes(model.config).items() if name in model.tensors
    }
    tensors = {
        name: torch.tensor(float(number)).expand(shape)
        for number, (name, shape) in enumerate(shapes.items())
    }
    plan = recipes.plan(recipe)

    def prepare(decoder: Decoder, name: str, part: nn.Module) -> None:
        del decoder
        for inner, module in part.named_modules():
            if isinstance(module, Linear):
                module.quantize(_blank(module, *plan(f"{name}.{inner}" if inner else name)))

    with torch.no_grad():
        decoder = Decoder(model.config, tensors, prepare).eval()
        if isinstance(decoder.head, Linear):
            decoder.head = screened(decoder.head, recipe.keep)
    for module in decoder.modules():
        if isinstance(module, Linear):
            module.accuracy_level = targets.get(recipe.target).accuracy_level
    return decoder


def _blank(matrix: Linear, scheme: quantize.Scheme, preferred: int) -> Quantized:
    if scheme.quantize is None or scheme.inputs:
        raise ExportError(f"There is no template for the scheme {scheme.name}.")
    block = block_size(preferred, matrix.columns)
    shape, number = (matrix.rows, matrix.columns // block), int(matrix.weight[0, 0])
    zeros = _marked(shape, number) if scheme.zeros else None
    scales = np.full(shape, number, np.float32)
    return Quantized(_marked((*shape, block), number), scales, zeros, scheme.bits)


def _marked(shape: tuple[int, ...], number: int) -> NDArray[np.uint8]:
    """Zeros but for the number's digits, base 16, at the beginning."""
    levels = np.zeros(shape, np.uint8)
    levels.ravel()[:4] = [number >> place & 15 for place in (0, 4, 8, 12)]
    return levels


def _places(graph: bytes) -> dict[str, Place]:
    """Name of each initializer outside the graph -> where it lies."""
    found = {}
    for tensor in onnx.load_from_string(graph).graph.initializer:
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            stated = {entry.key: entry.value for entry in tensor.external_data}
            at, size = int(stated["offset"]), int(stated["length"])
            kind = _DTYPES[tensor.data_type]
            found[tensor.name] = Place(tensor.name, kind, tuple(tensor.dims), at, size)
        elif "." in tensor.name:
            raise ExportError(f"The model is too small: {tensor.name} is kept inside the graph.")
    return found


def _factors(graph: bytes) -> dict[str, tuple[int, ...]]:
    """Name of each matrix in panels -> where its factors lie in the graph's bytes."""
    nodes = [n for n in onnx.load_from_string(graph).graph.node if n.op_type == products.OPERATOR]
    matches = list(_FACTOR.finditer(graph))
    if len(matches) != len(nodes):
        raise AssertionError("every product has one factor, and nothing else looks like one")
    found: dict[str, tuple[int, ...]] = {}
    for node, match in zip(nodes, matches, strict=True):
        found[node.input[1]] = (*found.get(node.input[1], ()), match.start(1))
    return found


def _rotary(config: Config, places: Mapping[str, Place]) -> Rotary | None:
    if config.rope is None:
        return None
    numbers = config.architecture
    turning = rope.turning(config.rope, numbers.head_dim, numbers.context_length)
    return Rotary(turning, places["cos"], places["sin"])


def _parts(decoder: Decoder, places: Mapping[str, Place]) -> Iterator[tuple[Place, str, str]]:
    """Each place with the name of the decoder's part and of its value."""
    known = {module: name for name, module in decoder.named_modules()}
    for place in places.values():
        path, _, value = place.name.rpartition(".")
        if path:
            yield place, known[decoder.get_submodule(path)], value


def _floats(model: Model, decoder: Decoder, places: Mapping[str, Place]) -> Iterator[Floats]:
    for place, name, value in _parts(decoder, places):
        if place.dtype == "float32" and value != "scales":
            sources = tuple(f"{part}.{value}" for part in _sources(model, name))
            if missing := set(sources) - model.tensors:
                raise ExportError(f"The checkpoint lacks {min(missing)}, which a template needs.")
            yield Floats(sources, place)


def _matrices(
    recipe: Recipe,
    model: Model,
    decoder: Decoder,
    places: Mapping[str, Place],
    factors: Mapping[str, tuple[int, ...]],
) -> Iterator[Matrix]:
    stored: dict[str, dict[str, Any]] = {}
    for place, name, value in _parts(decoder, places):
        if place.dtype == "uint8" or value == "scales":
            found = stored.setdefault(name, {})
            found[_STORED[value]] = place
            if value == "panels":
                found["factors"] = factors[place.name]
    coarse = stored.pop(_SCREEN, None)
    plan = recipes.plan(recipe)
    for name, parts in stored.items():
        part = decoder.get_submodule(name)
        if not isinstance(part, Linear):
            raise AssertionError(f"{name} is a matrix")
        is_head = isinstance(decoder.head, ScreenedHead) and part is decoder.head.head
        yield Matrix(
            sources=tuple(f"{source}.weight" for source in _sources(model, name)),
            shape=(part.rows, part.columns),
            scheme=plan(name)[0].name,
            block=part.block,
            stored=Stored(**parts),
            screen=Stored(**coarse) if coarse and is_head else None,
        )


def _sources(model: Model, name: str) -> tuple[str, ...]:
    """The checkpoint's parts that make up one of the decoder's."""
    block = re.fullmatch(r"(layers\.\d+)\.([\w.]+)", name)
    if block is None:
        return ("head",) if name == "head.head" else (name,)
    return tuple(f"{block[1]}.{part}" for part in families.stacked(model.config.family, block[2]))
