"""What the engine does for a GPU, on the CPU: its runtime is taken for one that has CUDA."""

import numpy as np
import pytest
from fimble.engine import manifest as manifests
from fimble.engine.runtime import onnxruntime
from fimble.errors import RuntimeMissingError

from tests import tiny_model
from tests.tiny_model import export_tiny, write_tiny_checkpoint

pytestmark = [
    pytest.mark.export,
    pytest.mark.skipif(
        "CUDAExecutionProvider" in onnxruntime.get_available_providers(),
        reason="the runtime has CUDA, and would use it",
    ),
    pytest.mark.filterwarnings("ignore:Specified provider 'CUDAExecutionProvider'"),
]

NAMES = ["CUDAExecutionProvider", "CPUExecutionProvider"]
IDS = [5, 6, 7, 8, 200, 3] * 5


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    tiny = write_tiny_checkpoint(tmp_path_factory.mktemp("cuda") / "tiny")
    return export_tiny(tiny, scheme="fp16", target="cuda")


def load(package, provider="auto"):
    return tiny_model.load(package, slots=2, provider=provider)


@pytest.fixture
def listed(monkeypatch):
    """The runtime lists CUDA, which does not start."""
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: NAMES)


@pytest.fixture
def started(monkeypatch, listed):
    """CUDA starts; what is put into its memory is a copy. Returns the devices asked for."""
    devices, make = [], onnxruntime.OrtValue.ortvalue_from_numpy

    def value(array, device="cpu", number=0):
        devices.append(device)
        return make(array.copy() if device == "cuda" else array)

    monkeypatch.setattr(onnxruntime.InferenceSession, "get_providers", lambda _: NAMES)
    monkeypatch.setattr(onnxruntime.OrtValue, "ortvalue_from_numpy", value)
    return devices


def test_what_is_asked_for_and_does_not_start_is_refused(package, listed):
    with pytest.raises(RuntimeMissingError, match="cuda does not start") as caught:
        load(package, "cuda")
    assert "onnxruntime-gpu[cuda,cudnn]" in caught.value.hint


def test_auto_goes_on_with_the_cpu_and_says_so(package, listed):
    model = load(package)
    assert (model.provider.name, model.provider.why) == (
        "cpu",
        "cuda does not start here; this is slow",
    )
    assert model.forward(IDS, slot=0, past=0, want=1).shape == (1, model.vocab_size)


def test_the_cache_lies_in_the_memory_of_the_gpu(package, started):
    model = load(package)
    layers = manifests.load(package).architecture.layers
    assert started == ["cuda"] * (2 * layers * model.slots)


def test_passes_and_rows_give_what_one_pass_on_the_cpu_gives(package, request):
    whole = load(package, "cpu").forward(IDS, slot=0, past=0, want=len(IDS))
    request.getfixturevalue("started")
    model = load(package, "cuda")
    model.forward(IDS[:20], slot=0, past=0, want=0)
    rows = model.fork(0, 20, rows=2, room=10)
    for n, token in enumerate(IDS[20:], 20):
        both = rows.forward([token, token])
        np.testing.assert_allclose(both, [whole[n], whole[n]], atol=5e-2)
    rest = model.forward(IDS[20:], slot=0, past=20, want=10)
    np.testing.assert_allclose(rest, whole[20:], atol=5e-2)
