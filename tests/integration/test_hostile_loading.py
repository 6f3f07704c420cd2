"""Manifests and tokenizers that were changed, loaded with a real graph: a sentence, or it runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the tiny package is exported here")

from fimble.core.text.prompt import plain, special
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.tokenizer import Tokenizer
from fimble.errors import FimbleError, ModelCorruptError, ModelError
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest
from fimble.models import package

from tests.mutations import count, mutations, require_sentence
from tests.tiny_model import export_tiny, write_tiny_checkpoint

pytestmark = pytest.mark.export


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_tiny(write_tiny_checkpoint(tmp_path_factory.mktemp("tiny") / "checkpoint"))


@pytest.fixture
def folder(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "bad"))


def answered(folder: Path) -> str | None:
    """What it generates; None if it was refused in one sentence."""
    try:
        package.read(folder)
        generator = LocalGenerator.from_package(folder, threads=1, capacity=64, slots=1)
        fim = generator.manifest.fim
        start = (special(fim.prefix),) if fim.prefix else ()
        request = GenerationRequest("key", (*start, plain("a = é")), max_new_tokens=4)
        return generator.generate(request, CancelToken()).text
    except FimbleError as error:
        require_sentence(error.message)
        return None


def test_changed_manifests_load_or_say_why(folder: Path) -> None:
    path = folder / manifests.FILE_NAME
    good = path.read_text()
    assert answered(folder) is not None
    for data in mutations(good, count(150)):
        path.write_bytes(data)
        answered(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"layers": 2', '"layers": 3', "the graph has no past_key_values.2.key"),
        ('"kv_heads": 2', '"kv_heads": 4', "has the shape"),
        ('"head_dim": 16', '"head_dim": 32', "has the shape"),
        ('"vocab_size": 320', '"vocab_size": 640', "has the shape"),
        ('"kv_dtype": "float32"', '"kv_dtype": "float16"', "in the manifest"),
        ('"logits": "logits"', '"logits": "other"', "the graph has no other"),
        ('"prefix": "<|fim_prefix|>"', '"prefix": "<|nothing|>"', "no special token <|nothing|>"),
    ],
)
def test_a_manifest_that_does_not_fit_its_graph_is_refused_when_it_loads(
    folder: Path, old: str, new: str, said: str
) -> None:
    path = folder / manifests.FILE_NAME
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(ModelError) as caught:
        LocalGenerator.from_package(folder, threads=1, capacity=64, slots=1)
    assert said in caught.value.message


def test_changed_tokenizers_load_or_say_why(folder: Path) -> None:
    path = folder / "tokenizer.json"
    good, refused = path.read_text(), 0
    for data in mutations(good, number := count(200)):
        path.write_bytes(data)
        try:
            tokenizer = Tokenizer.from_file(path)
            tokenizer.decode(tokenizer.encode("def f(x):\n\tré 🙂"))
        except ModelCorruptError as error:
            require_sentence(error.message)
            refused += 1
    assert refused > number // 10


def test_ids_beyond_the_vocabulary_are_refused_before_the_graph_reads_them(folder: Path) -> None:
    path = folder / "tokenizer.json"
    text = path.read_text()
    a = Tokenizer.from_file(path).encode("a")[0]
    for spelled in ('"a":%d', '"a": %d'):
        text = text.replace(spelled % a, spelled % 5_000_000)
    path.write_text(text)
    assert Tokenizer.from_file(path).encode("a") == [5_000_000]
    assert answered(folder) is None
