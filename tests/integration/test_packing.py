"""Packing by templates against the exporter: the same package, byte by byte."""

import dataclasses
import itertools
import json

import numpy as np
import pytest
from fimble.engine import manifest as manifests
from fimble.errors import CheckpointError, ExportError, NoTemplateError
from fimble.models import catalogue
from fimble.models.packing import checkpoint as checkpoints
from fimble.models.packing import fit, job, template
from fimble.models.packing.job import Job
from fimble_export import recipe as recipes
from fimble_export import template as maker
from fimble_export.package import Job as Export
from fimble_export.package import export
from fimble_export.recipe import Recipe
from safetensors.torch import load_file, save_file

from tests.tiny_model import write_tiny_checkpoint

pytestmark = pytest.mark.export

TINY = {"vocab": 640, "hidden": 128, "heads": 8}
"""Every vector is large enough to lie outside the graph."""


def recipe(**options):
    return Recipe(name="tiny", version=1, **{"scheme": "int8", "ends": "int8", **options})


def made(folder, checkpoint, way, operators="fimble"):
    """The template of `way` in a folder of its own."""
    folder.mkdir()
    model = maker.of_checkpoint(checkpoints.load(checkpoint))
    maker.write(*maker.make(way, model, operators), folder)
    return folder


def packed(templates, checkpoint, out, operators="fimble"):
    told = []
    work = Job(checkpoint, out, "tiny", "tiny")
    job.run(work, operators, lambda *at: told.append(at), templates)
    assert told[-1][0] == told[-1][1] == (out / "model.onnx.data").stat().st_size
    return out


def contents(folder):
    """Bytes of all files; of the manifest all but when it was made."""
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["provenance"].pop("created")
    files = {f.name: f.read_bytes() for f in folder.iterdir() if f.name != "manifest.json"}
    return manifest, files


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return write_tiny_checkpoint(tmp_path_factory.mktemp("tiny") / "tiny", **TINY)


@pytest.fixture(scope="module")
def templates(tiny):
    """Its template, the head read in two passes; the runtime's operators too."""
    folder = made(tiny.with_name("templates"), tiny, recipe(keep=4))
    model = maker.of_checkpoint(checkpoints.load(tiny))
    maker.write(*maker.make(recipe(keep=4), model, "onnxruntime"), folder)
    return folder


CASES = {
    "qwen2, tied, screened": ({}, {"keep": 4}, "fimble"),
    "qwen2, tied, whole head": ({}, {"keep": 0}, "fimble"),
    "qwen2, own head": ({"tied": False}, {"keep": 4, "block": 64}, "fimble"),
    "llama, k-quants": ({"family": "llama"}, {"scheme": "int4-kquant", "keep": 4}, "fimble"),
    "llama, 4 bits": ({"family": "llama"}, {"scheme": "int4-rtn", "ends": "int4-kquant"}, "fimble"),
    "qwen2, the runtime's operators": ({}, {"keep": 4, "block": 32}, "onnxruntime"),
    "llama, theirs, k-quants": (
        {"family": "llama", "tied": False},
        {"scheme": "int4-kquant", "ends": "int4-kquant", "block": 16},
        "onnxruntime",
    ),
}


@pytest.mark.parametrize(("model", "options", "operators"), CASES.values(), ids=CASES)
def test_a_packed_model_is_the_exported_one(tmp_path, model, options, operators):
    checkpoint = write_tiny_checkpoint(tmp_path / "tiny", **TINY, **model)
    way = recipe(**options)
    templates = made(tmp_path / "templates", checkpoint, way, operators)
    found = packed(templates, checkpoint, tmp_path / "packed", operators)
    exported = tmp_path / "exported"
    stated = dataclasses.replace(way, operators=operators)
    export(Export(checkpoint, exported, "tiny", stated), lambda _: None)
    (mine, files), (theirs, wanted) = contents(found), contents(exported)
    assert files.keys() == wanted.keys()
    for name, data in wanted.items():
        assert files[name] == data, name
    assert mine == theirs


def test_other_weights_of_the_same_sizes_are_packed_too(tmp_path, templates):
    other = write_tiny_checkpoint(tmp_path / "other", **TINY, seed=1)
    found = packed(templates, other, tmp_path / "packed")
    export(Export(other, tmp_path / "exported", "tiny", recipe(keep=4)), lambda _: None)
    assert contents(found) == contents(tmp_path / "exported")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"hidden": 144, "heads": 9}, "hidden_size is 144, not 128"),
        ({"layers": 3}, "layers is 3, not 2"),
        ({"vocab": 656}, "vocab_size is 656, not 640"),
        ({"kv_heads": 4}, "kv_heads is 4, not 2"),
        ({"family": "llama"}, "its family is llama, not qwen2"),
        ({"tied": False}, "its head is not the embedding"),
    ],
)
def test_a_checkpoint_of_other_sizes_is_refused(tmp_path, templates, change, sentence):
    other = write_tiny_checkpoint(tmp_path / "other", **{**TINY, **change})
    with pytest.raises(CheckpointError, match=f"does not fit the template of tiny: .*{sentence}"):
        packed(templates, other, tmp_path / "packed")
    assert not (tmp_path / "packed").exists()
    with pytest.raises(NoTemplateError, match=r"no template for other"):
        job.run(Job(other, tmp_path / "packed", "tiny"), "fimble", lambda *_: None, templates)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("rms_norm_eps", 1e-5, "its norms add 1e-05, not 1e-06"),
        ("rope_theta", 20_000.0, "its positions turn otherwise"),
        ("max_position_embeddings", 512, "context_length is 512"),
    ],
)
def test_a_checkpoint_of_other_numbers_is_refused(tmp_path, templates, key, value, sentence):
    folder = write_tiny_checkpoint(tmp_path / "tiny", **TINY)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, key: value}))
    wanted = template.load("tiny", "fimble", templates)[0]
    assert sentence in fit.why_not(wanted, checkpoints.load(folder))


def test_a_checkpoint_without_biases_does_not_fit_one_with(tmp_path, templates):
    folder = write_tiny_checkpoint(tmp_path / "tiny", **TINY)
    tensors = load_file(folder / "model.safetensors")
    kept = {name: value for name, value in tensors.items() if not name.endswith(".bias")}
    save_file(kept, folder / "model.safetensors")
    wanted = template.load("tiny", "fimble", templates)[0]
    assert "lacks the tensor layers.0.attention.key.bias" in fit.why_not(
        wanted, checkpoints.load(folder)
    )


def test_numbers_that_are_none_leave_no_manifest(tmp_path, templates):
    folder = write_tiny_checkpoint(tmp_path / "tiny", **TINY)
    tensors = load_file(folder / "model.safetensors")
    tensors["model.layers.1.mlp.down_proj.weight"][3, 3] = float("nan")
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(CheckpointError, match=r"layers\.1\.feed_forward\.down\.weight holds NaN"):
        packed(templates, folder, tmp_path / "packed")
    assert not (tmp_path / "packed" / "manifest.json").exists()


@pytest.mark.parametrize("scheme", ["int4-gptq", "int4-imatrix", "fp32"])
def test_what_needs_a_calibration_has_no_template(tmp_path, scheme):
    folder = write_tiny_checkpoint(tmp_path / "tiny", **TINY)
    with pytest.raises(ExportError, match=f"no template for the scheme {scheme}"):
        made(tmp_path / "templates", folder, recipe(scheme=scheme))


def test_a_model_whose_vectors_lie_in_the_graph_has_no_template(tmp_path):
    folder = write_tiny_checkpoint(tmp_path / "tiny")
    with pytest.raises(ExportError, match="too small"):
        made(tmp_path / "templates", folder, recipe())


class TestShipped:
    @pytest.mark.parametrize("entry", catalogue.load(), ids=lambda entry: entry.name)
    def test_every_model_of_the_catalogue_has_a_template(self, entry):
        assert template.recipes()[entry.recipe.partition("@")[0]] == entry.recipe

    @pytest.mark.parametrize("name", template.recipes())
    def test_a_template_is_that_of_its_recipe(self, name):
        for operators in maker.OPERATORS:
            found, graph = template.load(name, operators)
            way = recipes.load(name)
            assert (found.recipe, found.recipe_sha256) == (way.label, recipes.digest(way))
            assert found.operators == operators == found.graph.operators
            assert len(graph) < 300_000

    @pytest.mark.parametrize("name", template.recipes())
    def test_every_byte_of_the_weights_has_one_place(self, name):
        for operators in maker.OPERATORS:
            found, graph = template.load(name, operators)
            spans = sorted(places(found))
            assert spans[0][0] == 0
            assert spans[-1][1] == found.data_bytes
            for (_, end), (start, _) in itertools.pairwise(spans):
                assert start == end
            factors = [
                at for m in found.matrices for s in (m.stored, m.screen) if s for at in s.factors
            ]
            assert len(set(factors)) == len(factors)
            assert all(graph[at - 9 : at - 1] == b"\x0a\x06factor" for at in factors)

    @pytest.mark.slow
    @pytest.mark.parametrize("operators", maker.OPERATORS)
    @pytest.mark.parametrize("name", ["smollm2-135m", "qwen2.5-coder-0.5b"])
    def test_made_again_it_is_the_same_bytes(self, name, operators):
        """If not: `fimble-export template NAME --out server/fimble/models/packing/templates`."""
        shipped, graph = template.load(name, operators)
        again, traced = maker.make(recipes.load(name), maker.shipped(name), operators)
        assert traced == graph
        text = template.shipped().joinpath(f"{name}.{operators}.json").read_text(encoding="utf-8")
        assert maker.text(again) == text
        assert again == shipped


def places(found):
    """Beginning and end of every initializer."""
    listed = [part.place for part in found.floats]
    if found.rotary:
        listed += [found.rotary.cosines, found.rotary.sines]
    for matrix in found.matrices:
        for stored in filter(None, (matrix.stored, matrix.screen)):
            listed += filter(None, (stored.levels, stored.scales, stored.zeros, stored.panels))
    for place in listed:
        assert np.dtype(place.dtype).itemsize * np.prod(place.shape) == place.bytes, place
        yield place.offset, place.offset + place.bytes


def test_the_manifest_is_one_that_loads(tmp_path, templates):
    folder = write_tiny_checkpoint(tmp_path / "tiny", **TINY)
    out = packed(templates, folder, tmp_path / "packed")
    assert manifests.load(out).provenance.recipe == "tiny@1"
