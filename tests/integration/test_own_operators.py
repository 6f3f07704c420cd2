"""Packages whose graph uses our own operators, against the same checkpoint without them."""

import collections
import json
import platform
from itertools import islice

import numpy as np
import pytest
import torch
from fimble.engine import batch, kernels
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder
from fimble.engine.sampler import Sampling
from fimble.errors import EngineError, RuntimeMissingError
from fimble.models.packing import kernel_check
from fimble_export import checkpoint as checkpoints
from fimble_export.decoder.build import build, uniform
from fimble_export.judging.verify import TorchModel
from safetensors.torch import load_file, save_file

from tests.tiny_model import export_tiny, load, write_tiny_checkpoint

onnx = pytest.importorskip("onnx")
pytestmark = [
    pytest.mark.export,
    pytest.mark.skipif(kernels.library() is None, reason="no kernels for this system"),
]

IDS = [17, 3, 250, 99, 42, 42, 7, 128, 64, 5, 200, 11]
REPEATING = [5, 6, 7, 8] * 5 + [9]
"""21 tokens, which is not in sixteens, and worth drafting from."""
ROUNDED = 0.05
"""Of the largest logit: what rounding the products' inputs to 8 bits costs a tiny model."""
PRODUCT, ATTENTION = "QuantizedMatMul", "CachedAttention"


def logits(package, ids):
    return load(package).forward(ids, slot=0, past=0, want=len(ids))


def node_types(package):
    graph = onnx.load(package / "model.onnx", load_external_data=False).graph
    return collections.Counter(node.op_type for node in graph.node)


def answer(decoder, prompt, count=None, **options):
    return [step.token for step in islice(decoder.steps(prompt, CancelToken(), **options), count)]


def export_both(folder, **options):
    """Packages with our own operators and with the runtime's alone."""
    outs = [folder.with_name(f"{folder.name}-{name}") for name in ("fimble", "onnxruntime")]
    return [
        export_tiny(folder, out, operators=name, **options)
        for name, out in zip(("fimble", "onnxruntime"), outs, strict=True)
    ]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_checkpoint(tmp_path_factory.mktemp("tiny") / "tiny")


@pytest.fixture(scope="module")
def packages(tiny):
    return export_both(tiny)


@pytest.fixture(scope="module")
def own(packages):
    return packages[0]


def test_the_operators_work_here():
    assert kernel_check.why_not() == ""


def test_nothing_is_left_to_the_runtime_that_our_operators_do(packages):
    own, other = packages
    found = node_types(own)
    assert manifests.load(own).graph.operators == "fimble"
    assert found[PRODUCT] == 9
    assert found[ATTENTION] == 2
    assert found["SimplifiedLayerNormalization"] <= 1
    assert not found.keys() & {"MatMulNBits", "GroupQueryAttention", "Add", "Sigmoid", "Split"}
    assert manifests.load(other).graph.operators == "onnxruntime"
    assert not node_types(other).keys() & {PRODUCT, ATTENTION}


@pytest.mark.parametrize(
    ("scheme", "ends", "block", "tied"),
    [
        ("int8", "int8", 128, False),
        ("int4-kquant", "int4-kquant", 16, True),
        ("int4-gptq", "int4-rtn", 32, True),
    ],
)
def test_they_agree_with_the_runtimes_own_but_for_rounding(tmp_path, scheme, ends, block, tied):
    # Scales become float16: inputs between two levels then go either way.
    folder = write_tiny_checkpoint(tmp_path / "m", tied=tied)
    own, other = export_both(folder, scheme=scheme, ends=ends, block=block)
    found, expected = logits(own, IDS), logits(other, IDS)
    assert np.abs(found - expected).max() < ROUNDED * np.abs(expected).max()
    assert "MatMulNBits" not in node_types(own)


def test_floats_keep_their_products_and_get_our_attention(tmp_path, tiny):
    own = export_tiny(tiny, tmp_path / "own", scheme="fp32", operators="fimble")
    other = export_tiny(tiny, tmp_path / "other", scheme="fp32", operators="onnxruntime")
    found = node_types(own)
    assert (found[PRODUCT], found[ATTENTION], found["MatMul"]) == (0, 2, 9)
    np.testing.assert_allclose(logits(own, IDS), logits(other, IDS), atol=1e-5)


def with_exact_scales(folder):
    """Makes every scale of the checkpoint 1/256, which float16 holds."""
    tensors = load_file(folder / "model.safetensors")
    for name, weight in tensors.items():
        if weight.dim() == 2:
            levels = (weight * 256).round().clamp(-127, 127)
            row = torch.arange(len(levels))
            for start in range(0, levels.shape[1], 64):
                levels[row, start + row % 64] = torch.where(row % 2 == 0, 127.0, -127.0)
            tensors[name] = levels / 256
    save_file(tensors, folder / "model.safetensors")
    return folder


def test_where_float16_holds_the_scales_they_agree_to_float_rounding(tmp_path):
    folder = with_exact_scales(write_tiny_checkpoint(tmp_path / "m"))
    own, other = (load(package) for package in export_both(folder))
    off = []
    for start in range(10):  # an input in the middle of two levels may spoil one, not most
        ids = IDS[start : start + 3]
        found, expected = (
            model.forward(ids, slot=0, past=0, want=3).copy() for model in (own, other)
        )
        off.append(np.abs(found - expected).max() / np.abs(expected).max())
    assert np.median(off) < 1e-5
    assert max(off) < ROUNDED


@pytest.mark.parametrize("new", [2, 3, 8, 13, 30])
@pytest.mark.parametrize("past", [1, 16, 21])
def test_a_pass_of_several_tokens_gives_the_bits_of_single_passes(own, past, new):
    model = load(own, slots=2)
    ids = [(7 * n * n + 3 * n) % 256 for n in range(past + new)]
    for slot in range(2):
        model.forward(ids[:past], slot=slot, past=0, want=0)
    together = model.forward(ids[past:], slot=0, past=past, want=new)
    single = [
        model.forward([ids[at]], slot=1, past=at, want=1)[0] for at in range(past, past + new)
    ]
    np.testing.assert_array_equal(together, single)


def test_a_trimmed_cache_gives_the_bits_of_a_fresh_one(own):
    model = load(own, slots=2)
    model.forward(IDS * 3, slot=0, past=0, want=0)
    kept = model.forward(REPEATING, slot=0, past=5, want=21)
    model.forward(IDS[:5], slot=1, past=0, want=0)
    np.testing.assert_array_equal(kept, model.forward(REPEATING, slot=1, past=5, want=21))


@pytest.mark.parametrize("prompt", [REPEATING, REPEATING + IDS, [5, 6, 7, 8] * 16, IDS], ids=len)
def test_speculation_changes_no_token(own, prompt):
    drafting, plain = (Decoder(load(own, capacity=256)) for _ in range(2))
    assert answer(drafting, prompt, 80) == answer(plain, prompt, 80, speculate=False)


def test_candidates_are_what_single_answers_are(own):
    model = load(own, capacity=128)
    samplings = [Sampling(), Sampling(1.0, seed=1), Sampling(1.0, seed=2)]
    columns = batch.rows(Decoder(model), model, REPEATING, samplings, CancelToken(), length=30)
    answers = [[step.token for step in row] for row in zip(*columns, strict=True)]
    alone = [
        answer(Decoder(load(own, capacity=128)), REPEATING, 30, sampling=sampling, speculate=False)
        for sampling in samplings
    ]
    assert answers == alone
    assert answers[1] != answers[2]


@pytest.mark.parametrize("length", [1, 16, 21, 47])
def test_rows_of_a_fork_give_the_bits_of_single_passes(own, length):
    model = load(own, capacity=80, slots=3)
    ids = (REPEATING * 3)[:length]
    for slot in range(3):
        model.forward(ids, slot=slot, past=0, want=0)
    rows = model.fork(0, length, rows=3, room=20)
    for step in range(20):
        tokens = [step, 40 + step, 90 + 2 * step]
        alone = [
            model.forward([token], slot=slot, past=length + step, want=1)[0].copy()
            for slot, token in enumerate(tokens)
        ]
        np.testing.assert_array_equal(rows.forward(tokens), alone)


@pytest.mark.parametrize("speculate", [True, False])
def test_any_capacity_is_used_to_its_end(own, speculate):
    small = answer(Decoder(load(own, capacity=50)), REPEATING, speculate=speculate)
    large = answer(Decoder(load(own, capacity=128)), REPEATING, len(small), speculate=speculate)
    assert small == large
    assert len(small) == 50 - len(REPEATING) + 1


def test_no_token_goes_beyond_the_capacity(own):
    model = load(own, capacity=50)
    model.forward([1] * 49, slot=0, past=0, want=0)
    assert model.forward([2], slot=0, past=49, want=1).shape == (1, 320)
    with pytest.raises(EngineError, match="is impossible"):
        model.forward([3], slot=0, past=50, want=1)


def test_a_package_says_that_there_are_no_kernels_for_a_system(own, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(RuntimeMissingError, match="none for this system") as raised:
        load(own)
    assert "fimble model install" in raised.value.hint


def test_an_export_where_there_are_no_kernels_uses_the_runtimes_own(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    package = export_tiny(tiny, tmp_path / "p", operators="fimble")
    assert manifests.load(package).graph.operators == "onnxruntime"
    assert node_types(package)["MatMulNBits"] == 9
    assert logits(package, IDS).shape == (12, 320)


OURS = {PRODUCT, ATTENTION}
USED = {
    "qwen2 yarn": OURS,
    "llama with biases": OURS | {"Add"},  # a product takes in its bias and not the residual too
    "qwen3": {PRODUCT, "GroupQueryAttention"},  # queries and keys are normed in between
    "starcoder2": OURS | {"LayerNormalization", "Gelu", "Add"},
    "gpt_bigcode": {PRODUCT, "GroupQueryAttention", "LayerNormalization", "Gelu", "Add"},
}
"""Of these kinds of nodes; positions that are learned leave attention to the runtime as well."""
KINDS = set().union(*USED.values()) | {"MatMulNBits", "Sigmoid"}


@pytest.mark.parametrize("case", USED)
def test_other_families_use_what_fits_them(tmp_path, case):
    pytest.importorskip("transformers")
    from tests.integration.test_families import write

    write(tmp_path / "m", case)
    own = export_tiny(tmp_path / "m", operators="fimble")
    assert node_types(own).keys() & KINDS == USED[case]
    model = load(own)
    parts = [
        model.forward(ids, slot=0, past=past, want=len(ids)).copy()
        for past, ids in ((0, IDS[:5]), (5, IDS[5:]))
    ]
    decoder = build(checkpoints.load(tmp_path / "m"), uniform("int8", "int8", 128), lambda _: None)
    expected = TorchModel(decoder).forward(IDS, slot=0, past=0, want=len(IDS))
    off = np.abs(np.concatenate(parts) - expected).max()
    assert off < ROUNDED * np.abs(expected).max()


def test_a_screened_head_decides_by_one_operator(tiny, tmp_path):
    packages = [
        export_tiny(tiny, tmp_path / name, keep=4, operators=name)
        for name in ("fimble", "onnxruntime")
    ]
    own, other = (node_types(package) for package in packages)
    assert own["DecideLikeliest"] == 1
    assert other["TopK"] == other["ScatterElements"] == 1
    assert not own.keys() & {"TopK", "ScatterElements", "MatMul", "Unsqueeze"}
    found, expected = (logits(package, IDS) for package in packages)
    assert np.abs(found - expected).max() < ROUNDED * np.abs(expected).max()


def test_a_norm_without_an_epsilon_stays_with_the_runtime(tmp_path):
    folder = write_tiny_checkpoint(tmp_path / "tiny")
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"rms_norm_eps": 0.0}))
    own, other = export_both(folder)
    assert node_types(own)["SimplifiedLayerNormalization"] == 5
    found, expected = logits(own, IDS), logits(other, IDS)
    assert np.abs(found - expected).max() < ROUNDED * np.abs(expected).max()


def test_a_graph_without_our_operators_says_so(tmp_path):
    folder = write_tiny_checkpoint(tmp_path / "tiny")
    package = export_tiny(folder, tmp_path / "p", scheme="fp16", operators="fimble")
    assert manifests.load(package).graph.operators == "onnxruntime"
