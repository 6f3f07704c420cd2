from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fimble.cli import leftovers
from fimble.cli import main as cli
from fimble.cli.diagnosis import (
    CacheState,
    Machine,
    Runtime,
    find_advice,
    find_problems,
    probe_runtime,
)
from fimble.errors import ManifestError
from fimble.models import catalogue
from fimble.models.store import Installed

from ..models.fakes import write_package

WORKS = Runtime("1.32.0", ("CPUExecutionProvider",))
ROOMY = Machine(4, 8, 16 << 30, 8 << 30, "some processor")
WRITABLE = CacheState("cache", True, 1 << 40)


@pytest.fixture
def model(tmp_path: Path) -> Installed:
    return Installed("tiny", tmp_path / "tiny", write_package(tmp_path / "tiny"))


def test_a_whole_installation_has_no_problem(model: Installed) -> None:
    assert find_problems(WORKS, (model,), (), "AVX2") == ()


def test_a_missing_runtime_is_told_how_to_get_it(model: Installed) -> None:
    (problem,) = find_problems(Runtime(None), (model,), (), "AVX2")
    assert 'pip install "fimble[cpu]"' in problem.remedy


def test_no_model_is_told_how_to_get_one() -> None:
    (problem,) = find_problems(WORKS, (), (), "")
    assert problem.remedy == "Run `fimble model install`."


def test_a_model_for_another_processor_is_made_again(model: Installed) -> None:
    graph = replace(model.manifest.graph, operators="fimble")
    other = replace(model, manifest=replace(model.manifest, graph=graph))
    (problem,) = find_problems(WORKS, (other,), (), "")
    assert problem.remedy.startswith("Run `fimble model install tiny --force`")
    assert find_problems(WORKS, (other,), (), "AVX2") == ()


def test_what_telemetry_has_left_is_found_and_told(tmp_path: Path) -> None:
    assert leftovers.telemetry_stores({}, tmp_path) == ()
    store = tmp_path / ".cache/Microsoft/DeveloperTools/.onnxruntime"
    store.mkdir(parents=True)
    other = tmp_path / "caches/Microsoft/DeveloperTools/.onnxruntime"
    other.mkdir(parents=True)
    assert leftovers.telemetry_stores({}, tmp_path) == (store,)
    moved = {"XDG_CACHE_HOME": str(tmp_path / "caches")}
    assert leftovers.telemetry_stores(moved, tmp_path) == (other,)
    told = [found.text for found in find_advice(ROOMY, WRITABLE, (), (store,))]
    assert any(str(store) in text for text in told)


def test_a_broken_model_says_why(model: Installed) -> None:
    broken = (("old", ManifestError("Its format is 99.", "Upgrade Fimble.")),)
    (problem,) = find_problems(WORKS, (model,), broken, "AVX2")
    assert problem.text == "The model old cannot be used: Its format is 99."
    assert problem.remedy == "Upgrade Fimble."


def test_advice_on_memory_cache_and_default_model(model: Installed) -> None:
    tight = Machine(4, 8, 16 << 30, 1, "some processor")
    texts = [found.text for found in find_advice(tight, CacheState("c", False, 0), (model,))]
    assert len(texts) == 3
    assert "qwen2.5-coder-0.5b is not installed" in texts[0]
    assert "needs about" in texts[1]
    assert "cannot be written" in texts[2]


def test_a_default_model_with_room_needs_no_advice(model: Installed) -> None:
    default = Installed("qwen2.5-coder-0.5b", model.path, model.manifest)
    assert find_advice(ROOMY, WRITABLE, (default,)) == ()


def test_a_runtime_that_does_not_import_says_why(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'ImportError: libfoo.so.1: cannot open' >&2\nexit 1\n")
    python.chmod(0o755)
    assert probe_runtime(str(python)) == Runtime(
        None, error="ImportError: libfoo.so.1: cannot open"
    )


def test_an_interpreter_that_does_not_start_says_why(tmp_path: Path) -> None:
    runtime = probe_runtime(str(tmp_path / "absent"))
    assert runtime.version is None
    assert "absent" in runtime.error


def test_the_report_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIMBLE_CACHE", str(tmp_path / "empty"))
    assert cli.main(["doctor", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["python"].endswith(f"({sys.executable})")
    assert report["machine"]["physical_cores"] >= 1
    assert report["threads"] == report["machine"]["physical_cores"]
    assert report["models"] == []
    assert report["recommended"] in {entry.name for entry in catalogue.load()}
    assert report["beside"] in {"", *(entry.name for entry in catalogue.load())}
    assert report["beside"] != report["recommended"]
    assert "No model is installed." in [problem["text"] for problem in report["problems"]]
    assert not (tmp_path / "empty").exists()


def test_the_report_for_people_ends_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIMBLE_CACHE", str(tmp_path / "empty"))
    monkeypatch.setattr(leftovers, "here", lambda: ())
    assert cli.main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "PROBLEM: No model is installed." in out
    assert "fimble model install" in out.splitlines()[-1]
