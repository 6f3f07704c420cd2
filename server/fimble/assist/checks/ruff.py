"""`ruff`: comes with Fimble, reads standard input, respects the project's configuration."""

from __future__ import annotations

import json
import os
import re
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fimble.assist.checks import process
from fimble.assist.checks.base import Findings, NoAnswer
from fimble.core.text.diagnostics import SYNTAX, Diagnostic
from fimble.core.text.snapshot import Edit, Snapshot
from fimble.system import place

LIMIT_S = 5.0
"""It takes a thirtieth of a second; where its configuration is a pipe, it would wait for ever."""
_MEMORY_BYTES = (256 << 20) + (os.cpu_count() or 1) * (8 << 20)
"""A project's configuration can name another file to read, and that can be one without an end.
A text of a megabyte takes less than 64 MiB; ruff's threads have 8 MiB each, most of it unused."""
_HARMLESS = (
    *("--no-cache", "--quiet", "--output-format", "json", "--no-fix", "--no-fix-only"),
    *("--no-show-fixes", "--no-unsafe-fixes", "--no-force-exclude"),
    *("--extension", "py:python,pyi:pyi,pyw:python"),
)
"""What keeps a project's configuration from silencing ruff, or from making it write: settings that
fix instead of finding, that exclude the file (someone asks about this one), or that take it for a
notebook. Which rules count stays the project's to say."""
_ALWAYS = "F"
"""Pyflakes: undefined and unused names count in every project."""
_EXAMPLE = re.MULTILINE | re.DOTALL
_BREAK = re.compile(r"\r\n|\n|\r")
_RULE = re.compile(r"[A-Z]+[0-9]+")


class RuffChecker:
    """Runs ruff.

    Attributes:
        arguments: Added to the command line, for example `("--select", "ALL", "--preview")`.
    """

    name = "ruff"

    def __init__(self, arguments: tuple[str, ...] = ()) -> None:
        self.arguments = arguments

    def covers(self, language_id: str) -> bool:
        """Python only."""
        return language_id == "python"

    def check(self, snapshot: Snapshot, kind: str = "") -> Findings:
        """See `Checker.check`."""
        folder = place.folder_of(snapshot.uri)
        program = _program(folder)
        if program is None:
            return NoAnswer("it is not installed")
        path = place.local_path(snapshot.uri)
        name = str(path) if path else "untitled.py"
        command = [program, "check", *_HARMLESS, "--stdin-filename", name]
        command += [*(self.arguments or _selection(kind)), "-"]
        started = time.monotonic()
        printed = process.run(
            command, snapshot.text, folder=folder, limit_s=LIMIT_S, memory_bytes=_MEMORY_BYTES
        )
        refused = time.monotonic() - started < LIMIT_S
        if not isinstance(printed, NoAnswer):
            return findings(printed.text, snapshot.text)
        if refused and _RULE.fullmatch(kind) and not self.arguments:
            return self.check(snapshot)  # this ruff may not know the rule
        return printed

    def explain(self, kind: str) -> str:
        """See `Checker.explain`: the example of ruff's own documentation."""
        program = _program(None)
        if program is None or not _RULE.fullmatch(kind):
            return ""
        folder = Path(tempfile.gettempdir())
        command = [program, "rule", kind]
        printed = process.run(command, "", folder=folder, limit_s=LIMIT_S)
        page = "" if isinstance(printed, NoAnswer) else printed.text
        example = re.search(r"^## Example.*?\n(.*?)(?=^## |\Z)", page, _EXAMPLE)
        return example[1].strip() if example else ""


def _selection(kind: str) -> list[str]:
    if not _RULE.fullmatch(kind):
        return ["--extend-select", _ALWAYS]
    explicit = ["--preview", "--config", "lint.explicit-preview-rules=true"]
    return ["--extend-select", f"{_ALWAYS},{kind}", *explicit]


def _program(document: Path | None) -> str | None:
    """Ruff of our own environment, then of the PATH outside the project of a document's folder."""
    name = "ruff.exe" if sys.platform == "win32" else "ruff"
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent)):
        if (Path(folder) / name).is_file():
            return str(Path(folder) / name)
    top = next((f for f in place.project(document) if (f / ".git").exists()), document)
    found = (place.program_in(folder, "ruff") for folder in place.path_outside(top))
    return next((str(program) for program in found if program), None)


def findings(printed: str, source: str) -> Findings:
    """What ruff's JSON says of a text."""
    starts = [0, *(match.end() for match in _BREAK.finditer(source))]

    def offset(location: Mapping[str, int]) -> int:
        """Ruff counts lines, whatever they end with, and code points from 1."""
        if location["row"] > len(starts):
            return len(source)
        return min(starts[location["row"] - 1] + location["column"] - 1, len(source))

    try:
        return tuple(_finding(row, offset) for row in json.loads(printed))
    except (ValueError, KeyError, TypeError):
        return NoAnswer("it answers in a way that Fimble does not understand")


def _finding(row: Mapping[str, Any], offset: Callable[[Mapping[str, int]], int]) -> Diagnostic:
    fix = row.get("fix") or {}
    edits = tuple(
        Edit(offset(e["location"]), offset(e["end_location"]), e["content"])
        for e in fix.get("edits", ())
    )
    code = row["code"] if row["code"] and row["code"] != "invalid-syntax" else SYNTAX
    return Diagnostic(
        offset(row["location"]),
        offset(row["end_location"]),
        row["message"],
        code,
        RuffChecker.name,
        edits,
        fix.get("applicability") == "safe",
    )
