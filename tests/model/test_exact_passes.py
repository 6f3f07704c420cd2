"""The default model's logits do not depend on how its tokens are cut into passes."""

import numpy as np
import pytest
from fimble.engine import manifest as manifests
from fimble.engine.ort_model import OrtModel
from fimble.errors import ModelError
from fimble.models.store import DEFAULT_MODEL, Store
from numpy.typing import NDArray

pytestmark = pytest.mark.model

IDS = [750, 912, 2877, 25, 526, 11, 293, 25, 526, 8, 1464, 526, 510, 262, 470, 264] * 4


@pytest.fixture(scope="module")
def model() -> OrtModel:
    try:
        folder = Store().find(DEFAULT_MODEL).path
    except ModelError as error:
        pytest.skip(f"no default model: {error}")
    manifest = manifests.load(folder)
    if manifest.graph.operators != "fimble":
        pytest.skip("the package has the runtime's operators")
    return OrtModel(folder, manifest, threads=2, capacity=128, slots=1)


def read(model: OrtModel, sizes: int) -> NDArray[np.float32]:
    """Logits `[len(IDS), vocab]`, `sizes` tokens a pass."""
    rows = []
    for past in range(0, len(IDS), sizes):
        chunk = IDS[past : past + sizes]
        rows.append(model.forward(chunk, slot=0, past=past, want=len(chunk)).copy())
    return np.concatenate(rows)


def test_every_cut_into_passes_gives_the_same_bits(model: OrtModel) -> None:
    one_by_one = read(model, 1)
    for sizes in (2, 5, 13, 24, len(IDS)):
        np.testing.assert_array_equal(read(model, sizes), one_by_one)
