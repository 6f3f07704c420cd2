"""The published models packed by their templates: the bytes that torch makes.

Needs a checkpoint that `fimble model install` has downloaded.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fimble.models import catalogue
from fimble.models.cache import Cache, default_root
from fimble.models.package import check
from fimble.models.packing import job, template
from fimble.models.packing.job import Job

pytestmark = [pytest.mark.model, pytest.mark.slow]

BYTES = {
    "qwen2.5-coder-0.5b@4": {
        "model.onnx": "20580b19c28516e3e20fdf61c39746484332afc85c9daf80f168228c9ea512b8",
        "model.onnx.data": "7b6aed21e2dd61e31d02218d4760d11c9f99b2d96f671b0d24ec7febe40cd318",
        "tokenizer.json": "688ceb3be6fe71c69dbebca213f30c85f8812871ef7262b21c4ce794408533a5",
    },
    "smollm2-135m@4": {
        "model.onnx": "4643b20a2c20c453c738acdddb18a911449a9f005d44886aa6ecad189dc1afaa",
        "model.onnx.data": "2c9bced41be7825e342c2e7b6d7b05d2a709bea15e3aae709f28ddacf97d0d0a",
        "tokenizer.json": "2225e8fb36485529d3c826106f8bec359b719a6bcc3f5d6314a834c7be153905",
    },
}
"""Of the packages that the exporter made with torch alone, before there were templates."""


def source(recipe: str) -> Path:
    """The checkpoint of a recipe."""
    (entry,) = (entry for entry in catalogue.load() if entry.recipe == recipe)
    path = Cache(default_root()).source(entry.sha256)
    if not path.is_file():
        pytest.skip(f"{entry.name} is not downloaded")
    return path


@pytest.mark.parametrize("recipe", BYTES)
def test_the_package_has_the_published_bytes(recipe: str, tmp_path: Path) -> None:
    """Other bytes need a new version of the recipe."""
    name = recipe.partition("@")[0]
    assert template.recipes()[name] == recipe
    job.run(Job(source(recipe), tmp_path / "out", name, name), "fimble", lambda *_: None)
    assert check(tmp_path / "out").files == BYTES[recipe]


@pytest.mark.export
@pytest.mark.parametrize("recipe", BYTES)
def test_torch_makes_the_same_bytes(recipe: str, tmp_path: Path) -> None:
    from fimble.engine import kernels
    from fimble_export import package
    from fimble_export import recipe as recipes

    if not kernels.instructions():
        pytest.skip("no kernels for this processor")
    way = recipes.load(recipe.partition("@")[0])
    work = package.Job(source(recipe), tmp_path / "out", way.name, way)
    made = package.export(work, lambda _: None)
    if made.graph.operators != "fimble":
        pytest.skip("the runtime's operators are faster here")
    assert made.files == BYTES[recipe]
