"""Two real packages in one room, as the commands and the server make it."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest
from fimble.cli import lazy
from fimble.core.text.prompt import plain
from fimble.engine.cancel import CancelToken
from fimble.generation.request import GenerationRequest
from fimble.generation.room import Large, Room
from fimble.models import cache

pytest.importorskip("torch", reason="needs the export extra")

from tests.tiny_model import export_tiny, write_tiny_checkpoint

pytestmark = pytest.mark.export

ASKED = GenerationRequest("a", (plain("def f(x):"),), max_new_tokens=12)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("packages")
    for name, seed, layers in (("small", 0, 1), ("large", 1, 4)):
        checkpoint = write_tiny_checkpoint(root / name / "checkpoint", seed=seed, layers=layers)
        shutil.copytree(export_tiny(checkpoint), root / "models" / name)
    return root / "models"


@pytest.fixture
def models(packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.ENVIRONMENT, str(tmp_path))
    shutil.copytree(packages, tmp_path / "models")
    return tmp_path / "models"


def room(said: list[str], wanted: str = "auto") -> Room:
    find = partial(lazy.find_beside, "small", 1, "auto")
    return Room(lazy.load("small", 1), Large(find, said.append, wanted))


def answer(model: Room) -> str:
    return model.generate(ASKED, CancelToken()).text


def test_the_larger_package_answers_and_the_small_one_is_typed_with(models: Path) -> None:
    said: list[str] = []
    both, alone = room(said), lazy.load("large", 1)
    typed = lazy.load("small", 1).generate(ASKED, CancelToken()).text
    expected = alone.generate(ASKED, CancelToken()).text
    assert expected != typed
    assert answer(both) == expected
    assert both.typed.generate(ASKED, CancelToken()).text == typed
    assert both.rest(0)
    assert answer(both) == expected
    assert said == []


@pytest.mark.parametrize("wanted", ["auto", "large"])
def test_other_bytes_are_told_once_and_the_small_one_answers(models: Path, wanted: str) -> None:
    weights = models / "large" / "model.onnx.data"
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)
    said: list[str] = []
    both = room(said, wanted)
    typed = both.typed.generate(ASKED, CancelToken()).text
    assert [answer(both), answer(both)] == [typed, typed]
    (problem,) = said
    assert "does not match its checksum" in problem


def test_one_that_is_removed_while_the_server_runs_is_missed_at_the_next_load(models: Path) -> None:
    said: list[str] = []
    both = room(said)
    large = answer(both)
    shutil.rmtree(models / "large")
    assert answer(both) == large  # it is loaded
    both.rest(0)
    assert answer(both) == both.typed.generate(ASKED, CancelToken()).text
    assert said == []


def test_a_name_that_nobody_knows_is_told_with_the_known_ones(models: Path) -> None:
    said: list[str] = []
    both = room(said, "larg")
    assert answer(both) == both.typed.generate(ASKED, CancelToken()).text
    (problem,) = said
    assert "There is no model called 'larg'" in problem
