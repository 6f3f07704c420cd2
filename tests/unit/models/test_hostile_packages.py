"""Packages that someone has damaged, or made to do harm: one sentence, nothing else breaks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from fimble.cli import main as cli
from fimble.engine import manifest as manifests
from fimble.errors import ModelError
from fimble.models import package
from fimble.models.store import Store

from tests.mutations import EXTREME, count, mutations, require_sentence

from .fakes import entry, write_package

posix = pytest.mark.skipif(os.name == "nt", reason="files of other kinds")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """With a package called `good`, and one called `bad` to be made so."""
    monkeypatch.setenv("FIMBLE_CACHE", str(tmp_path))
    store = Store(tmp_path, (entry(),))
    write_package(store.cache.model("good"), "good")
    write_package(store.cache.model("bad"), "bad")
    return store


def sentence(error: ModelError) -> str:
    """What the user sees; it names the package and fits on a screen."""
    require_sentence(str(error))
    assert "bad" in error.message
    assert error.hint
    return error.message


def test_a_thousand_manifests_give_a_sentence_each_or_are_right(store: Store) -> None:
    path = store.cache.model("bad") / manifests.FILE_NAME
    good, refused, began = path.read_text(), 0, time.monotonic()
    tracemalloc.start()
    for data in mutations(good, number := count(200)):
        path.write_bytes(data)
        tracemalloc.reset_peak()
        try:
            manifests.dump(store.find("bad").manifest)
        except ModelError as error:
            sentence(error)
            refused += 1
        assert [found.name for found in store.installed()][-1] == "good"
    assert tracemalloc.get_traced_memory()[1] < 64 << 20
    tracemalloc.stop()
    assert refused > number // 2
    assert time.monotonic() - began < 60 + number


@pytest.mark.parametrize("value", EXTREME, ids=lambda value: value[:20])
def test_every_field_bears_every_extreme_value(store: Store, value: str) -> None:
    path = store.cache.model("bad") / manifests.FILE_NAME
    whole = json.loads(path.read_text())
    for key in (*whole, "architecture.layers", "architecture.head_dim", "graph.past_key"):
        changed = json.loads(json.dumps(whole))
        *parents, last = key.split(".")
        (changed[parents[0]] if parents else changed)[last] = "@@"
        path.write_text(json.dumps(changed).replace('"@@"', value, 1))
        try:
            found = store.find("bad").manifest
        except ModelError as error:
            sentence(error)
        else:
            numbers = found.architecture
            assert 1 <= numbers.layers <= 1024
            assert 1 <= numbers.head_dim <= 1024
            assert found.graph.past_key.format(layer=1).count("1") >= 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layers": -1}, "architecture.layers: Expected `int` >= 1"),
        ({"layers": 1025}, "architecture.layers: Expected `int` <= 1024"),
        ({"layers": "1"}, "architecture.layers: Expected `int`, got `str`"),
        ({"vocab_size": 1 << 25}, "architecture.vocab_size: Expected `int` <= 16777216"),
        ({"heads": 3, "kv_heads": 2}, "heads is no multiple of architecture.kv_heads"),
        ({"heads": 1024, "kv_heads": 1024, "head_dim": 1024}, "is more than 65536"),
    ],
)
def test_a_number_out_of_its_bounds_is_named(
    store: Store, change: dict[str, object], said: str
) -> None:
    path = store.cache.model("bad") / manifests.FILE_NAME
    data = json.loads(path.read_text())
    data["architecture"].update(change)
    path.write_text(json.dumps(data))
    with pytest.raises(ModelError) as caught:
        store.find("bad")
    assert said in sentence(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"files": None}, "files: Expected `object`, got `null`"),
        ({"stop_ids": [32]}, "has a token that is not in architecture.vocab_size"),
        ({"special_ids": {"<x>": 32}}, "has a token that is not in architecture.vocab_size"),
        ({"files": {}}, "files does not list model.onnx and tokenizer.json"),
        ({"tokenizer": "aux.json"}, "files does not list aux.json"),
        ({"fim": {"order": "split"}}, "fim.order is split, which needs fim.prefix"),
        ({"tokenizer": "../../good/tokenizer.json"}, "tokenizer: this text is not allowed there"),
        ({"graph": {"past_key": "{layer:99999999}"}}, "graph.past_key: this text is not allowed"),
        ({"provenance": {"licence": "MIT\u001b[2J"}}, "provenance.licence: this text is not"),
        ({"format_version": 0}, "format_version: Expected `int` >= 1"),
    ],
)
def test_a_field_that_contradicts_is_named(
    store: Store, change: dict[str, object], said: str
) -> None:
    path = store.cache.model("bad") / manifests.FILE_NAME
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(ModelError) as caught:
        store.find("bad")
    assert said in sentence(caught.value)


def test_what_the_server_would_refuse_is_not_written(tmp_path: Path) -> None:
    manifest = write_package(tmp_path / "bad")
    from dataclasses import replace

    with pytest.raises(ModelError, match=r"architecture\.layers"):
        manifests.dump(replace(manifest, architecture=replace(manifest.architecture, layers=-1)))


def replaced(make: Callable[[Path], object], name: str) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return do


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


HOSTILE: dict[str, Callable[[Path], None]] = {
    "a pipe": replaced(os.mkfifo, "manifest.json"),
    "a folder": replaced(Path.mkdir, "manifest.json"),
    "a link to zeros": replaced(lambda p: p.symlink_to("/dev/zero"), "manifest.json"),
    "a link to standard input": replaced(lambda p: p.symlink_to("/dev/stdin"), "manifest.json"),
    "a link to itself": replaced(lambda p: p.symlink_to(p), "manifest.json"),
    "a link to nothing": replaced(lambda p: p.symlink_to("nothing"), "manifest.json"),
    "a link out": replaced(
        lambda p: p.symlink_to(p.parent.parent / "good" / "manifest.json"), "manifest.json"
    ),
    "a terabyte": replaced(sparse, "manifest.json"),
    "nothing": lambda folder: (folder / "manifest.json").unlink(),
    "a graph that is a pipe": replaced(os.mkfifo, "model.onnx"),
    "weights that are a folder": replaced(Path.mkdir, "model.onnx.data"),
    "weights that are zeros": replaced(lambda p: p.symlink_to("/dev/zero"), "model.onnx.data"),
    "a tokenizer elsewhere": replaced(
        lambda p: p.symlink_to(p.parent.parent / "good" / "tokenizer.json"), "tokenizer.json"
    ),
}


@posix
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_files_of_other_kinds_are_refused_unread(
    store: Store, make: Callable[[Path], None]
) -> None:
    make(store.cache.model("bad"))
    with pytest.raises(ModelError) as caught:
        store.find("bad")
    sentence(caught.value)
    with pytest.raises(ModelError):
        package.check(store.cache.model("bad"))
    assert [found.name for found in store.installed()] == ["good"]
    assert package.size(store.cache.model("bad")) < 1 << 41
    store.remove("bad")
    assert not store.broken()


@posix
@pytest.mark.parametrize("make", ["a pipe", "a link to standard input", "a terabyte"])
def test_no_command_hangs_or_breaks(store: Store, make: str) -> None:
    source = store.cache.root / "x.py"
    source.write_text("x = 1\n")
    HOSTILE[make](store.cache.model("bad"))
    for arguments, status in (
        (["model", "list"], 0),
        (["model", "info", "bad"], 1),
        (["model", "info", "good"], 0),
        (["complete", f"{source}:1:1", "--model", "bad"], 1),
        (["doctor"], 1),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "fimble", *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == status, (arguments, done)
        if arguments[-1] != "good":
            assert "bad" in done.stdout + done.stderr, arguments


def test_a_broken_package_stands_in_the_list_and_in_the_report(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    path = store.cache.model("bad") / manifests.FILE_NAME
    good = path.read_text()
    for index, data in enumerate(mutations(good, 40)):
        path.write_bytes(data)
        assert cli.main(["model", "list", "--json"]) == 0
        rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
        broken = bool(store.broken())
        assert rows["bad"]["state"] == ("broken" if broken else "installed")
        assert rows["good"]["state"] == "installed"
        assert cli.main(["model", "info", "bad"]) == (1 if broken else 0)
        assert cli.main(["model", "list"]) == 0
        said = capsys.readouterr()
        assert ("bad cannot be used" in said.err) == broken
        if index % 20 == 0:
            assert cli.main(["doctor"]) == (1 if broken else 0)
            assert ("The model bad cannot be used" in capsys.readouterr().out) == broken


@posix
def test_a_cache_that_is_no_folder_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models").write_text("not a folder")
    monkeypatch.setenv("FIMBLE_CACHE", str(tmp_path))
    assert cli.main(["model", "list"]) == 1
    assert "cannot be listed" in capsys.readouterr().err


def test_a_folder_of_nobody_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["model", "info", "~no-such-user/model"]) == 1
    assert "not a model package" in capsys.readouterr().err


def test_a_package_as_deep_as_paths_can_be_has_a_size(tmp_path: Path) -> None:
    write_package(folder := tmp_path / "deep")
    below = folder
    for _ in range(1500):
        below = below / "d"
    try:
        below.mkdir(parents=True)
    except (OSError, RecursionError):
        pytest.skip("no such path here")
    assert package.size(folder) > 0
