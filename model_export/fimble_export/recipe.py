"""Recipes: how each published model becomes a package, one TOML file per model.

The package's manifest states the recipe and its version, so an installation can tell a package
of an older recipe and make it again. A change that changes the package's bytes or quality raises
the version.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from fimble.errors import UsageError

from fimble_export import quantize
from fimble_export.decoder.build import Plan
from fimble_export.graph import targets
from fimble_export.quantize import mixed


@dataclass(frozen=True)
class Recipe:
    """How a package is made.

    Attributes:
        name: Of the model.
        version: Raised whenever the package changes.
        scheme: How the blocks' matrices are stored; "mixed": by `sensitivity` and `budget`.
        ends: How embedding and head are stored.
        block: Columns per scale, at most.
        keep: Logits per position that the stored head computes, chosen by a copy of it in 4 bits,
            where that is worth it (`head`); 0: all of them, and no copy.
        target: "cpu" or "cuda".
        operators: "fimble": those of `fimble.engine.kernels`, where the target is the CPU and this
            machine runs them; "auto": where they are faster, too; "onnxruntime": the runtime's.
        budget: With "mixed": bytes for the blocks' matrices.
        sensitivity: With "mixed": file beside the recipe, what each matrix's rounding costs.
        uri: Where the checkpoint is published.
        licence: SPDX identifier of the checkpoint, if it does not say so itself.
        quality: Measured figures, copied into the manifest.
    """

    name: str = ""
    version: int = 0
    scheme: str = "int8"
    ends: str = "int8"
    block: int = 128
    keep: int = 64
    target: str = "cpu"
    operators: str = "auto"
    budget: int = 0
    sensitivity: str = ""
    uri: str = ""
    licence: str = ""
    quality: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What the manifest says: `name@version`, "" for a recipe of the command line."""
        return f"{self.name}@{self.version}" if self.version else ""


def names() -> tuple[str, ...]:
    """The recipes that ship with the exporter."""
    files = (file.name for file in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


def load(name: str) -> Recipe:
    """The recipe called `name`.

    Raises:
        UsageError: There is none.
    """
    if name not in names():
        raise UsageError(f"There is no recipe {name!r}.", f"Known: {', '.join(names())}.")
    return parse(_folder().joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def parse(text: str) -> Recipe:
    """Reads TOML.

    Raises:
        UsageError: A field, the scheme or the target is not known.
    """
    data = tomllib.loads(text)
    known = {field.name for field in dataclasses.fields(Recipe)}
    for key in data:
        if key not in known:
            raise UsageError(
                f"A recipe has no field {key!r}.", f"Known: {', '.join(sorted(known))}."
            )
    return checked(Recipe(**data))


def checked(recipe: Recipe) -> Recipe:
    """`recipe`, if its schemes and its target exist.

    Raises:
        UsageError: They do not.
    """
    for name in (recipe.scheme, recipe.ends):
        if name not in SCHEMES or (name == mixed.NAME and name == recipe.ends):
            raise UsageError(f"There is no scheme {name!r}.", f"Known: {', '.join(SCHEMES)}.")
    if recipe.target not in targets.NAMES:
        raise UsageError(f"There is no target {recipe.target!r}.", "Known: cpu, cuda.")
    if recipe.operators not in OPERATORS:
        raise UsageError(
            f"There are no operators {recipe.operators!r}.", f"Known: {', '.join(OPERATORS)}."
        )
    if recipe.scheme == mixed.NAME and not (recipe.budget and recipe.sensitivity):
        raise UsageError("The scheme mixed needs a budget and a sensitivity table in a recipe.")
    return recipe


def plan(recipe: Recipe) -> Plan:
    """Which scheme each matrix gets."""
    ends = quantize.get(recipe.ends)
    if recipe.scheme != mixed.NAME:
        blocks = quantize.get(recipe.scheme)
        return lambda name: (blocks if name.startswith("layers.") else ends, recipe.block)
    text = _folder().joinpath(recipe.sensitivity).read_text(encoding="utf-8")
    chosen = mixed.choose(mixed.parse(json.loads(text)), recipe.budget)
    schemes = {name: quantize.get(scheme) for name, scheme in chosen.items()}
    return lambda name: (schemes.get(name, ends), recipe.block)


def digest(recipe: Recipe) -> str:
    """SHA-256 of all that `recipe` says, its table of sensitivity included."""
    said = json.dumps(dataclasses.asdict(recipe), sort_keys=True, default=dict)
    if recipe.sensitivity:
        said += _folder().joinpath(recipe.sensitivity).read_text(encoding="utf-8")
    return hashlib.sha256(said.encode()).hexdigest()


def _folder() -> Traversable:
    return resources.files("fimble_export").joinpath("recipes")


OPERATORS = ("auto", "fimble", "onnxruntime")

SCHEMES = (*(scheme.name for scheme in quantize.SCHEMES), mixed.NAME)
