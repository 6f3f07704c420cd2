"""A tiny random model through the whole exporter, run by the real ONNX Runtime."""

import numpy as np
import pytest
import torch
from fimble.engine import manifest as manifests
from fimble.errors import CheckpointError, ExportError
from fimble_export import checkpoint as checkpoints
from fimble_export.cli import main
from fimble_export.decoder.build import build, uniform
from fimble_export.decoder.head import ScreenedHead, screened
from fimble_export.judging.verify import TorchModel, verify
from safetensors.torch import load_file, save_file

from tests.tiny_model import SPECIAL, export_tiny, load, write_tiny_checkpoint

pytestmark = pytest.mark.export

IDS = [17, 3, 250, 99, 42, 42, 7, 128, 64, 5, 200, 11]


def torch_logits(checkpoint):
    decoder = build(checkpoints.load(checkpoint), uniform("fp32", "fp32", 128), lambda _: None)
    return TorchModel(decoder).forward(IDS, slot=0, past=0, want=len(IDS))


def logits(model, ids, *, past=0, want=1):
    """A copy: what `forward` returns is only good until the next pass."""
    return model.forward(ids, slot=0, past=past, want=want).copy()


def graph_logits(folder):
    model = load(folder)
    return logits(model, IDS, want=len(IDS))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_checkpoint(tmp_path_factory.mktemp("tiny") / "tiny")


@pytest.fixture(scope="module")
def tiny_package(tiny):
    return export_tiny(tiny)


@pytest.mark.parametrize(
    ("family", "tied", "kv_heads"),
    [("qwen2", True, 2), ("qwen2", False, 4), ("llama", True, 1), ("llama", False, 2)],
)
def test_the_unquantized_graph_computes_what_torch_computes(tmp_path, family, tied, kv_heads):
    folder = write_tiny_checkpoint(tmp_path / "m", family=family, tied=tied, kv_heads=kv_heads)
    graph = graph_logits(export_tiny(folder, scheme="fp32"))
    np.testing.assert_allclose(graph, torch_logits(folder), atol=1e-4)


@pytest.mark.parametrize(
    ("scheme", "ends", "block"),
    [
        ("int8", "int8", 128),
        ("int4-rtn", "int8", 32),
        ("int4-kquant", "int4-kquant", 16),
        ("int4-kquant", "int4-kquant", 64),
        ("int4-gptq", "int4-rtn", 32),
    ],
)
def test_a_quantized_graph_is_near_torch_with_the_same_levels(tiny, tmp_path, scheme, ends, block):
    # accuracy_level 4 rounds activations to 8 bits too; torch does not.
    package = export_tiny(tiny, tmp_path / "p", scheme=scheme, ends=ends, block=block)
    decoder = build(checkpoints.load(tiny), uniform(scheme, ends, block), lambda _: None)
    expected = TorchModel(decoder).forward(IDS, slot=0, past=0, want=len(IDS))
    assert np.abs(graph_logits(package) - expected).max() < 0.05 * np.abs(expected).max()


@pytest.mark.parametrize("scheme", ["fp32", "int8"])
def test_logits_do_not_depend_on_how_the_prompt_was_cut(tiny, scheme, tmp_path):
    out = tmp_path / "package"
    export_tiny(tiny, out, scheme=scheme)
    model = load(out)
    whole = logits(model, IDS)
    logits(model, [9, 9, 9, 9])
    logits(model, IDS[:5])
    logits(model, [1, 2, 3], past=5)
    parts = logits(model, IDS[5:], past=5)
    np.testing.assert_allclose(parts, whole, atol=2e-2 if scheme == "int8" else 1e-4)


@pytest.mark.parametrize(("operators", "copies"), [("onnxruntime", 1), ("fimble", 2)])
def test_embedding_and_head_are_stored_once_for_the_runtime_s_operators(
    tiny, tmp_path, operators, copies
):
    tiny_package = export_tiny(tiny, tmp_path / "p", operators=operators)
    vocab, hidden, layers = copies * 320, 64, 2
    matrices = vocab * hidden + layers * (128 * hidden + hidden**2 + 6 * hidden**2)
    scales = matrices // 64 * 4
    rotary = 2 * 1024 * 8 * 4
    stored = (tiny_package / "model.onnx.data").stat().st_size
    assert stored < matrices + scales + rotary + 320 * hidden // 2


def test_a_screened_head_computes_the_likeliest_logits_anew_and_keeps_the_others_coarse(
    tiny, tiny_package, tmp_path
):
    keep = 4
    package = export_tiny(tiny, tmp_path / "p", keep=keep)
    assert manifests.load(package).scheme.keep == keep
    assert load(package).forward(IDS, slot=0, past=0, want=0).shape == (0, 320)
    assert manifests.load(tiny_package).scheme.keep == 0  # 320 tokens: not worth a copy
    found, whole = graph_logits(package), graph_logits(tiny_package)
    np.testing.assert_array_equal(found.argmax(-1), whole.argmax(-1))
    decoder = build(checkpoints.load(tiny), uniform("int8", "int8", 128), lambda _: None)
    decoder.head = ScreenedHead(decoder.head, keep)
    expected = TorchModel(decoder).forward(IDS, slot=0, past=0, want=len(IDS))
    assert np.abs(found - expected).max() < 0.05 * np.abs(expected).max()
    near = np.isclose(found, whole, atol=0.02 * np.abs(whole).max())
    assert near[np.arange(len(IDS)), found.argmax(-1)].all()
    assert not near.all()


@pytest.mark.parametrize(("scheme", "keep"), [("int8", 0), ("int8", 6), ("int4-rtn", 4)])
def test_a_head_is_screened_only_where_a_coarse_copy_spares_reading(tiny, scheme, keep):
    decoder = build(checkpoints.load(tiny), uniform("int8", scheme, 128), lambda _: None)
    assert screened(decoder.head, keep) is decoder.head


def test_the_manifest_says_what_the_engine_needs(tiny_package):
    manifest = manifests.load(tiny_package)
    assert manifest.scheme.name == "int8"
    assert manifest.fim.order == "suffix_first"
    assert set(manifest.stop_ids) == {manifest.special_ids[token] for token in SPECIAL}
    assert set(manifest.files) == {"model.onnx", "model.onnx.data", "tokenizer.json"}


@pytest.mark.parametrize("scheme", ["int8", "int4-gptq"])
def test_two_exports_are_the_same_bytes_and_name_no_source_file(tiny, tmp_path, scheme):
    one, two = (export_tiny(tiny, tmp_path / name, scheme=scheme) for name in ("one", "two"))
    assert manifests.load(one).files == manifests.load(two).files
    assert b"decoder.py" not in (two / "model.onnx").read_bytes()


def test_verify_passes_and_states_its_figures(tiny, tmp_path):
    out = tmp_path / "package"
    export_tiny(tiny, out, scheme="fp32")
    figures = verify(out, tiny)
    assert figures["unquantized_greedy_equal"].startswith("4 of 4")
    assert figures["fp32_max_logit_difference"] < 1e-3


def test_verify_fails_on_a_package_of_other_weights(tiny_package, tmp_path):
    other = write_tiny_checkpoint(tmp_path / "other", seed=1)
    with pytest.raises(ExportError, match="disagrees"):
        verify(tiny_package, other)


def test_a_failed_export_leaves_nothing(tmp_path):
    broken = write_tiny_checkpoint(tmp_path / "broken")
    data = (broken / "model.safetensors").read_bytes()
    (broken / "model.safetensors").write_bytes(data[: len(data) // 2])
    with pytest.raises(CheckpointError):
        export_tiny(broken, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]


def test_a_full_folder_is_not_overwritten(tiny, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(ExportError, match="not empty"):
        export_tiny(tiny, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_the_command_says_what_is_wrong_in_one_line(tmp_path, capsys):
    code = main(["export", str(tmp_path / "none.gguf"), "--out", str(tmp_path / "out")])
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert code == 1
    assert "does not exist" in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [("missing", "lacks the tensor"), ("shape", "has shape"), ("nan", "holds NaN")],
)
def test_broken_weights_are_refused(tmp_path, damage, sentence):
    folder = write_tiny_checkpoint(tmp_path / "m")
    tensors = load_file(folder / "model.safetensors")
    name = "model.layers.1.mlp.up_proj.weight"
    if damage == "missing":
        del tensors[name]
    elif damage == "shape":
        tensors[name] = torch.zeros(128, 32)
    else:
        tensors[name][0, 0] = float("nan")
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(CheckpointError, match=sentence):
        export_tiny(folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
