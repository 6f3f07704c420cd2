"""The default model's logits do not depend on how its tokens are cut into passes."""

from pathlib import Path

import numpy as np
import pytest
from fimble.engine import manifest as manifests
from fimble.engine.ort_model import OrtModel
from numpy.typing import NDArray

pytestmark = pytest.mark.model

IDS = [750, 912, 2877, 25, 526, 11, 293, 25, 526, 8, 1464, 526, 510, 262, 470, 264] * 4


@pytest.fixture(scope="module")
def model(installed: Path) -> OrtModel:
    manifest = manifests.load(installed)
    if manifest.graph.operators != "fimble":
        pytest.skip("the package has the runtime's operators")
    return OrtModel(installed, manifest, threads=2, capacity=128, slots=1)


def read(model: OrtModel, sizes: int) -> NDArray[np.float32]:
    """Logits `[len(IDS), vocab]`, `sizes` tokens a pass."""
    rows = []
    for past in range(0, len(IDS), sizes):
        chunk = IDS[past : past + sizes]
        rows.append(model.forward(chunk, slot=0, past=past, want=len(chunk)))
    return np.concatenate(rows)


def test_every_cut_into_passes_gives_the_same_bits(model: OrtModel) -> None:
    one_by_one = read(model, 1)
    for sizes in (2, 5, 13, 24, len(IDS)):
        np.testing.assert_array_equal(read(model, sizes), one_by_one)
