"""The table editor x feature of docs/editors/README.md, from the results of the tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "editors" / "README.md"
EDITORS = {
    "VS Code": "vscode.md",
    "Neovim": "neovim.md",
    "Emacs": "emacs.md",
    "Helix": "helix.md",
    "Zed": "zed.md",
    "Sublime Text": "sublime.md",
    "JetBrains": "jetbrains.md",
}
FEATURES = (
    "suggestion",
    "next edit",
    "menu",
    "quick fix",
    "docstring",
    "command",
    "statistics",
    "positions",
    "restart",
)
_TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- /table -->)", re.DOTALL)


class Recorder:
    """Collects what passed; a pytest plugin."""

    def __init__(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", "shows(editor, feature): what a test in an editor shows")
        self._wanted = config.getoption("--editor-matrix", default=False)
        self._results: dict[tuple[str, str], bool] = {}
        self._shows: dict[str, list[tuple[str, str]]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            marks = [tuple(mark.args) for mark in item.iter_markers("shows")]
            self._shows[item.nodeid] = [(str(mark[0]), str(mark[1])) for mark in marks]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and not report.skipped:
            for cell in self._shows.get(report.nodeid, ()):
                self._results[cell] = self._results.get(cell, True) and report.passed

    def pytest_sessionfinish(self) -> None:
        if self._wanted:
            page = PAGE.read_text(encoding="utf-8")
            PAGE.write_text(_TABLE.sub(lambda _: table(self._results), page), encoding="utf-8")


def table(results: dict[tuple[str, str], bool]) -> str:
    """The table in Markdown."""
    lines = [f"| | {' | '.join(FEATURES)} |", f"|{'---|' * (len(FEATURES) + 1)}"]
    for editor, page in EDITORS.items():
        cells = [_cell(results.get((editor, feature))) for feature in FEATURES]
        lines.append(f"| [{editor}]({page}) | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(passed: bool | None) -> str:
    return "-" if passed is None else "tested" if passed else "FAILS"
