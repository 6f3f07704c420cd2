"""Which way a package is made: by a template, by the exporter, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fimble.errors import (
    CheckpointError,
    ModelError,
    NoTemplateError,
    RuntimeMissingError,
    UnsupportedModelError,
)
from fimble.models.progress import Progress
from fimble.models.way import Way

from .fakes import Recorder

SOURCE, OUT = Path("in.gguf"), Path("out")
MISSING = RuntimeMissingError("The exporter lacks torch.", 'Run `pip install "fimble[export]"`.')


@dataclass
class Calls:
    """Both ways, and what was asked of them."""

    refusal: Exception | None = None
    exporter: Exception | None = None
    made: list[tuple[str, ...]] = field(default_factory=list)

    def pack(self, source: Path, out: Path, name: str, template: str, progress: Progress) -> None:
        self.made.append(("pack", str(source), str(out), name, template))
        if self.refusal:
            raise self.refusal

    def export(self, source: Path, out: Path, name: str, recipe: str) -> None:
        self.made.append(("export", str(source), str(out), name, recipe))

    def can_export(self) -> None:
        if self.exporter:
            raise self.exporter

    def way(self, can_pack: Callable[[], None] = lambda: None) -> Way:
        known = {"tiny": "tiny@2"}
        return Way(self.pack, can_pack, self.export, self.can_export, known)


def test_a_recipe_with_a_template_needs_no_exporter() -> None:
    calls = Calls(exporter=MISSING)
    calls.way().by_recipe("tiny@2", Recorder())(SOURCE, OUT, "mine")
    assert calls.made == [("pack", "in.gguf", "out", "mine", "tiny")]


def test_a_recipe_without_a_template_is_exported() -> None:
    calls = Calls()
    calls.way().by_recipe("other@1", Recorder())(SOURCE, OUT, "mine")
    calls.way().by_recipe("", Recorder())(SOURCE, OUT, "mine")
    assert [made[0::4] for made in calls.made] == [("export", "other"), ("export", "")]


@pytest.mark.parametrize("recipe", ["other@1", ""])
def test_without_template_and_exporter_nothing_begins(recipe: str) -> None:
    with pytest.raises(RuntimeMissingError, match="torch"):
        Calls(exporter=MISSING).way().by_recipe(recipe, Recorder())


@pytest.mark.parametrize("recipe", ["tiny@1", "tiny@3"])
def test_a_template_of_another_version_is_not_followed(recipe: str) -> None:
    calls = Calls()
    with pytest.raises(ModelError, match=f"is of tiny@2, and {recipe} is wanted"):
        calls.way().by_recipe(recipe, Recorder())
    assert calls.made == []


def test_without_a_runtime_neither_begins() -> None:
    def missing() -> None:
        raise RuntimeMissingError("no runtime")

    calls = Calls()
    for begin in (lambda w: w.by_recipe("tiny@2", Recorder()), lambda w: w.of_any(Recorder())):
        with pytest.raises(RuntimeMissingError, match="no runtime"):
            begin(calls.way(missing))
    assert calls.made == []


def test_any_checkpoint_that_a_template_fits_needs_no_exporter() -> None:
    calls = Calls(exporter=MISSING)
    calls.way().of_any(Recorder())(SOURCE, OUT, "mine")
    assert calls.made == [("pack", "in.gguf", "out", "mine", "")]


@pytest.mark.parametrize("refusal", [NoTemplateError("none"), UnsupportedModelError("IQ2_XS")])
def test_what_cannot_be_packed_is_exported(refusal: Exception) -> None:
    calls = Calls(refusal=refusal)
    calls.way().of_any(Recorder())(SOURCE, OUT, "mine")
    assert calls.made[1:] == [("export", "in.gguf", "out", "mine", "")]


def test_what_no_template_fits_names_the_exporter() -> None:
    calls = Calls(refusal=NoTemplateError("No template fits in.gguf."), exporter=MISSING)
    with pytest.raises(RuntimeMissingError) as caught:
        calls.way().of_any(Recorder())(SOURCE, OUT, "mine")
    assert caught.value.message.startswith("No template fits in.gguf. ")
    assert "fimble[export]" in caught.value.hint


def test_what_is_not_supported_says_so_itself() -> None:
    calls = Calls(refusal=UnsupportedModelError("mamba"), exporter=MISSING)
    with pytest.raises(UnsupportedModelError, match="mamba"):
        calls.way().of_any(Recorder())(SOURCE, OUT, "mine")


def test_a_broken_checkpoint_is_not_tried_twice() -> None:
    calls = Calls(refusal=CheckpointError("half a file"))
    with pytest.raises(CheckpointError):
        calls.way().of_any(Recorder())(SOURCE, OUT, "mine")
    assert len(calls.made) == 1
