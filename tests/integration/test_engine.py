"""The engine on a tiny random model with the real runtime."""

import dataclasses
import shutil
import threading
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from fimble.completion import pipeline
from fimble.core.text.prompt import plain
from fimble.engine import batch
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder
from fimble.engine.ort_model import OrtModel
from fimble.engine.sampler import Sampling
from fimble.engine.tokenizer import Tokenizer
from fimble.errors import ModelCorruptError, Terminated
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest
from fimble.generation.testing import at_cursor

pytest.importorskip("torch", reason="needs the export extra")

from tests.tiny_model import export_tiny, load, write_tiny_checkpoint

pytestmark = pytest.mark.export


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    write_tiny_checkpoint(folder / "checkpoint")
    return export_tiny(folder / "checkpoint")


def model(package: Path) -> OrtModel:
    return load(package, capacity=512, slots=2)


def ids(decoder: Decoder, prompt: list[int], count: int, **options: bool) -> list[int]:
    return [step.token for step in islice(decoder.steps(prompt, CancelToken(), **options), count)]


def test_reuse_and_speculation_give_the_ids_of_a_fresh_plain_loop(package: Path) -> None:
    prompts = [[5, 6, 7, 8] * 10, [5, 6, 7, 8] * 10 + [9, 9], [5, 6, 7], [5, 6, 7, 8] * 10]
    reusing = Decoder(model(package))
    for prompt in prompts:
        fresh = Decoder(model(package))
        assert ids(reusing, prompt, 40) == ids(fresh, prompt, 40, speculate=False)


@pytest.fixture(scope="module")
def other_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Other random weights and fewer blocks, the same tokenizer."""
    folder = tmp_path_factory.mktemp("other")
    write_tiny_checkpoint(folder / "checkpoint", seed=1, layers=1)
    return export_tiny(folder / "checkpoint")


@pytest.mark.parametrize("agreeing", [True, False])
def test_a_smaller_models_drafts_change_no_id(
    package: Path, other_package: Path, agreeing: bool
) -> None:
    """One that says the same, and one that says something else; over the same caches."""
    small = Decoder(model(package if agreeing else other_package))
    both, plain = Decoder(model(package), small), Decoder(model(package))
    for number in range(12):
        prompt = [(7 * number + 3 * place) % 250 for place in range(5 + 9 * number)]
        alone = ids(plain, prompt, 40, speculate=False)
        assert ids(both, prompt, 40) == alone
        steps = both.steps(prompt, CancelToken(), guess=[*alone[: 3 * number], 5, 6, 7])
        assert [step.token for step in islice(steps, 40)] == alone


def test_a_package_beside_another_says_what_it_says_alone(
    package: Path, other_package: Path
) -> None:
    request = GenerationRequest("a", (plain("def f(x):"),), max_new_tokens=30)
    alone = LocalGenerator.from_package(package, threads=1, capacity=512)
    typed = LocalGenerator.from_package(other_package, threads=1, capacity=256)
    large = LocalGenerator.from_package(package, threads=1, capacity=512, small=typed)
    said = typed.generate(request, CancelToken())
    assert large.generate(request, CancelToken()).pieces == (
        alone.generate(request, CancelToken()).pieces
    )
    assert typed.generate(request, CancelToken()).pieces == said.pieces
    assert said.text != large.generate(request, CancelToken()).text


def test_rows_say_what_single_answers_say(package: Path) -> None:
    runtime, prompt = model(package), [5, 6, 7, 8] * 10
    samplings = [Sampling(), Sampling(1.0, seed=1), Sampling(1.0, seed=2)]
    columns = batch.rows(Decoder(runtime), runtime, prompt, samplings, CancelToken(), length=20)
    answers = [[step.token for step in row] for row in zip(*columns, strict=True)]
    assert answers[0] == ids(Decoder(model(package)), prompt, 20, speculate=False)
    assert answers[1] != answers[2]


def test_candidates_begin_with_the_greedy_answer(package: Path) -> None:
    generator = LocalGenerator.from_package(package, threads=1, capacity=512)
    request = GenerationRequest("a", (plain("def f(x):"),), max_new_tokens=12)
    results = generator.candidates(request, 3, CancelToken())
    alone = generator.generate(request, CancelToken())
    assert (results[0].text, results[0].finish_reason) == (alone.text, alone.finish_reason)
    assert len(results) == 3


def test_logits_outlive_the_next_pass(package: Path) -> None:
    runtime = model(package)
    first = runtime.forward([1, 2, 3], slot=0, past=0, want=3)
    kept = first.copy()
    for n in range(20):
        runtime.forward([n + 1] * 7, slot=1, past=0, want=7)
    np.testing.assert_array_equal(first, kept)


def test_a_pass_without_logits_fills_the_cache_all_the_same(package: Path) -> None:
    runtime = model(package)
    assert runtime.forward([1, 2, 3], slot=0, past=0, want=0).shape == (0, runtime.vocab_size)
    found = runtime.forward([4], slot=0, past=3, want=1)
    runtime.forward([1, 2, 3], slot=1, past=0, want=3)
    np.testing.assert_array_equal(found, runtime.forward([4], slot=1, past=3, want=1))


def many_passes(runtime: OrtModel) -> None:
    for _ in range(200):
        runtime.forward([1] * 500, slot=0, past=0, want=1)


def test_terminate_stops_a_running_pass(package: Path) -> None:
    runtime = model(package)
    stop = threading.Event()

    def keep_terminating() -> None:
        while not stop.is_set():
            runtime.terminate()

    thread = threading.Thread(target=keep_terminating)
    thread.start()
    try:
        with pytest.raises(Terminated):
            many_passes(runtime)
    finally:
        stop.set()
        thread.join()
    assert runtime.forward([1], slot=0, past=0, want=1).shape == (1, runtime.vocab_size)


def test_the_whole_pipeline_runs_on_it(package: Path) -> None:
    generator = LocalGenerator.from_package(package, threads=1, capacity=512)
    result = pipeline.complete(generator, at_cursor("def f(x):\n    return █\n"))
    assert result.timings.prompt_tokens > 3
    assert bool(result.shown) == (result.reason is None)


def test_a_corrupt_graph_is_one_sentence(package: Path, tmp_path: Path) -> None:
    for file in package.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.onnx").write_bytes(b"not a graph")
    with pytest.raises(ModelCorruptError, match="is not a graph of Fimble's"):
        LocalGenerator.from_package(tmp_path)


def test_files_that_spell_special_tokens_never_ask_with_them(package: Path, tmp_path: Path) -> None:
    """With a tokenizer as Qwen2.5-Coder publishes it, and a package of before it was mended."""
    folder = tmp_path / "package"
    shutil.copytree(package, folder)
    path = folder / "tokenizer.json"
    path.write_text(path.read_text().replace('"special":true', '"special":false'))
    manifest = manifests.load(folder)
    special = set(manifest.special_ids.values())
    tokenizer = Tokenizer.from_file(path, manifest)
    assert special.isdisjoint(tokenizer.encode("".join(manifest.special_ids) * 2))
    assert {tokenizer.special(spelling) for spelling in manifest.special_ids} == special


@pytest.mark.parametrize(
    ("special", "stops"), [({"<|fim_pad|>": 3}, ()), ({"<|no|>": 260}, ()), ({}, (64,))]
)
def test_a_manifest_of_another_tokenizer_is_refused(
    package: Path, special: dict[str, int], stops: tuple[int, ...]
) -> None:
    manifest = manifests.load(package)
    other = dataclasses.replace(
        manifest,
        special_ids=manifest.special_ids | special,
        stop_ids=(*manifest.stop_ids, *stops),
    )
    with pytest.raises(ModelCorruptError, match=r"The manifest says|a special token"):
        Tokenizer.from_file(package / manifest.tokenizer, other)
