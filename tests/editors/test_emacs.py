"""Emacs with eglot, in batch mode: tests/editors/emacs.el has the cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editors import tools
from tests.editors.conftest import SERVER

SCRIPT = Path(__file__).with_name("emacs.el")


@pytest.mark.parametrize(
    "case",
    [
        pytest.param("menu", marks=pytest.mark.shows("Emacs", "menu")),
        "inline",
        "stale",
        pytest.param("fix", marks=pytest.mark.shows("Emacs", "quick fix")),
        pytest.param("positions", marks=pytest.mark.shows("Emacs", "positions")),
        pytest.param("restart", marks=pytest.mark.shows("Emacs", "restart")),
    ],
)
def test_in_emacs(emacs: Path, tmp_path: Path, data: Path, case: str) -> None:
    file = tmp_path / "shapes.py"
    file.write_text("import math\n")
    said = tools.command([emacs, "--batch", "-l", SCRIPT, case, file, *SERVER], timeout=60)
    assert said.endswith("passed"), said
