"""How a package is made from a checkpoint: by a template, or else by the exporter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fimble.errors import (
    ModelError,
    NoTemplateError,
    RuntimeMissingError,
    UnsupportedModelError,
)
from fimble.models import exporter, packer
from fimble.models.exporter import Exporter
from fimble.models.packer import Packer
from fimble.models.packing import template
from fimble.models.progress import Progress

Maker = Callable[[Path, Path, str], None]
"""Makes a package: `(source, out_folder, name)`."""


@dataclass(frozen=True)
class Way:
    """What there is to make packages with.

    Attributes:
        pack: Makes a package by a template.
        can_pack: Raises if `pack` cannot work here.
        export: Makes a package from any checkpoint of a known architecture.
        can_export: Raises if `export` cannot work here.
        templates: Recipes that there are templates of, name -> `name@version`.
    """

    pack: Packer = packer.run
    can_pack: Callable[[], None] = packer.require
    export: Exporter = exporter.run
    can_export: Callable[[], None] = exporter.require
    templates: Mapping[str, str] = field(default_factory=template.recipes)

    def by_recipe(self, recipe: str, progress: Progress) -> Maker:
        """Follows a recipe of the catalogue, `name@version`; "" is none.

        Raises:
            RuntimeMissingError: What it needs is not installed.
            ModelError: The template is of another version.
        """
        name = recipe.partition("@")[0]
        if name not in self.templates:
            self.can_export()
            return lambda source, out, model: self.export(source, out, model, name)
        if self.templates[name] != recipe:
            raise ModelError(
                f"The template is of {self.templates[name]}, and {recipe} is wanted.",
                "Install Fimble again.",
            )
        self.can_pack()
        return lambda source, out, model: self.pack(source, out, model, name, progress)

    def of_any(self, progress: Progress) -> Maker:
        """Takes any checkpoint.

        Raises:
            RuntimeMissingError: Nothing that could make a package is installed.
        """
        self.can_pack()

        def make(source: Path, out: Path, model: str) -> None:
            try:
                self.pack(source, out, model, "", progress)
            except (NoTemplateError, UnsupportedModelError) as error:
                self._require_exporter(error)
                self.export(source, out, model, "")

        return make

    def _require_exporter(self, unfit: NoTemplateError | UnsupportedModelError) -> None:
        """Checks that what cannot be packed can be exported.

        Raises:
            RuntimeMissingError: The exporter is not installed.
            UnsupportedModelError: As `unfit`, if that says all there is to say.
        """
        try:
            self.can_export()
        except RuntimeMissingError as error:
            if isinstance(unfit, UnsupportedModelError):
                raise unfit from error
            raise RuntimeMissingError(
                f"{unfit.message} The exporter is needed, and is not installed.",
                error.hint,
            ) from unfit
