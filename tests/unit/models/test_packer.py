"""The process that packs: what it says, and what becomes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fimble.errors import CheckpointError, ExportError, NoTemplateError, StorageError
from fimble.models import packer
from fimble.models.packing import template

from .fakes import Recorder
from .packing import small_gguf

NAME = "qwen2.5-coder-0.5b"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What runs instead of `fimble.models.packing`: `fimble` is found twice, ours without the rest."""
    main = tmp_path / "stubs" / "fimble" / "models" / "packing" / "__main__.py"
    main.parent.mkdir(parents=True)
    for folder in (main.parents[2], main.parents[1], main.parent):
        (folder / "__init__.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "stubs"))
    return main


def pack(source: Path, out: Path, name: str = "", template_name: str = "") -> Recorder:
    recorder = Recorder()
    packer.run(source, out, name or "mine", template_name, recorder)
    return recorder


def test_progress_and_notes_are_passed_on(program: Path, tmp_path: Path) -> None:
    program.write_text(
        "import json, sys\n"
        "print(json.dumps({'note': ' '.join(sys.argv[1:])}))\n"
        "for done in (3, 10): print(json.dumps({'done': done, 'total': 10}))\n"
    )
    recorder = pack(Path("in"), Path("out"), "mine", "tiny")
    assert recorder.notes == ["in out mine tiny"]
    assert recorder.labels == ["Packing mine"]
    assert recorder.positions == [3, 10]
    assert recorder.open == 0


def test_an_error_arrives_as_it_was_raised(program: Path, tmp_path: Path) -> None:
    program.write_text(
        'print(\'{"done": 1, "total": 2}\')\n'
        'print(\'{"error": "StorageError", "message": "full", "hint": "h"}\')\n'
        "raise SystemExit(1)\n"
    )
    recorder = Recorder()
    with pytest.raises(StorageError) as caught:
        packer.run(Path("in"), Path("out"), "mine", "", recorder)
    assert (caught.value.message, caught.value.hint) == ("full", "h")
    assert recorder.open == 0


@pytest.mark.parametrize(
    "end", ["raise SystemExit(3)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
)
def test_an_end_without_a_word_is_an_error(program: Path, end: str) -> None:
    program.write_text(f"{end}\n")
    with pytest.raises(ExportError, match=r"Packing mine failed \(exit status"):
        pack(Path("in"), Path("out"))


def test_a_model_that_no_template_fits(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(small_gguf.tiny_llama())
    with pytest.raises(NoTemplateError, match=r"tiny\.gguf, a llama of 1 blocks, 32 wide"):
        pack(tmp_path / "tiny.gguf", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_model_that_the_named_template_does_not_fit(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(small_gguf.tiny_llama())
    with pytest.raises(CheckpointError, match="its family is llama, not qwen2"):
        pack(tmp_path / "tiny.gguf", tmp_path / "out", template_name=NAME)
    assert not (tmp_path / "out").exists()


def test_half_a_file(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(small_gguf.tiny_llama()[:500])
    with pytest.raises(CheckpointError, match="it ends too early"):
        pack(tmp_path / "tiny.gguf", tmp_path / "out")


def test_the_catalogue_s_templates_are_there() -> None:
    assert NAME in template.recipes()
