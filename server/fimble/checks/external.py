"""Checkers that are not ours: found on the PATH or, if the workspace is trusted, in it.

Most read files only, so the text goes to a copy in a temporary folder, and the tool is told
which file the copy stands for. A tool that runs what a workspace configures (plug-ins,
configuration that is code) is not used in a workspace that is not trusted.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fimble.checks import place, process
from fimble.core import text
from fimble.core.diagnostics import Diagnostic
from fimble.core.text import Snapshot


@dataclass(frozen=True)
class Tool:
    """How to run a program over a text, and how to read what it prints.

    Attributes:
        name: The program.
        languages: LSP identifiers.
        arguments: With `{path}`: the document; `{copy}`: a file of the same name that holds the
            text; `{folder}`: the copy's folder; `{overlay}`: a Go overlay from one to the other.
            Without `{copy}` and `{overlay}` the text goes to standard input.
        pattern: A finding in its output, with the groups line, column, message, code.
        local: Folders of a project that may hold it.
        needs_trust: Whether it runs what the workspace configures.
        errors: Whether it prints findings on standard error.
        limit_s: Seconds.
    """

    name: str
    languages: frozenset[str]
    arguments: tuple[str, ...]
    pattern: re.Pattern[str]
    local: tuple[str, ...] = ()
    needs_trust: bool = False
    errors: bool = False
    limit_s: float = 20.0


_GNU = re.compile(
    r"^[^\s:][^:\n]*:(?P<line>\d+):(?:(?P<column>\d+):)? (?:error: |warning: )?"
    r"(?P<message>.*?)(?:  ?\[(?P<code>[\w-]+)\])?$",
    re.MULTILINE,
)
_JAVAC = re.compile(
    r"^[^\s:][^:\n]*:(?P<line>\d+):(?P<column>)? (?:error|warning): "
    r"(?:\[(?P<code>\w+)\] )?(?P<message>.*)$",
    re.MULTILINE,
)
_ESLINT = re.compile(
    r'\{"ruleId":"?(?P<code>[^",]*)"?,"severity":\d,"message":"(?P<message>[^"]*)",'
    r'"line":(?P<line>\d+),"column":(?P<column>\d+)'
)
_SCRIPTS = frozenset({"javascript", "javascriptreact", "typescript", "typescriptreact"})

TOOLS: tuple[Tool, ...] = (
    Tool(
        "mypy",
        frozenset({"python"}),
        (
            *("--no-error-summary", "--show-column-numbers", "--hide-error-context", "--no-pretty"),
            *("--cache-dir", "{folder}", "--follow-imports", "silent"),
            *("--shadow-file", "{path}", "{copy}", "{path}"),
        ),
        _GNU,
        local=(".venv/bin", "venv/bin", ".venv/Scripts"),
        needs_trust=True,
    ),
    Tool(
        "eslint",
        _SCRIPTS,
        ("--stdin", "--stdin-filename", "{path}", "--format", "json"),
        _ESLINT,
        local=("node_modules/.bin",),
        needs_trust=True,
    ),
    Tool("go", frozenset({"go"}), ("vet", "-overlay", "{overlay}", "."), _GNU, errors=True),
    Tool(
        "javac",
        frozenset({"java"}),
        ("-Xlint", "-proc:none", "-implicit:none", "-d", "{folder}", "{copy}"),
        _JAVAC,
        errors=True,
    ),
)


class ExternalChecker:
    """One tool of the table, where it was found."""

    def __init__(self, tool: Tool, program: Path) -> None:
        self.name = tool.name
        self._tool = tool
        self._program = program

    def covers(self, language_id: str) -> bool:
        """As the table says."""
        return language_id in self._tool.languages

    def check(self, snapshot: Snapshot, kind: str = "") -> tuple[Diagnostic, ...] | None:
        """See `Checker.check`; documents that are no files are not judged."""
        path = place.local_path(snapshot.uri)
        if path is None or not path.is_file():
            return None
        with tempfile.TemporaryDirectory(prefix="fimble-") as folder:
            copy, overlay = Path(folder) / path.name, Path(folder) / "overlay.json"
            copy.write_bytes(snapshot.text.encode("utf-8", "replace"))
            overlay.write_text(json.dumps({"Replace": {str(path): str(copy)}}), encoding="utf-8")
            names = {"path": path, "copy": copy, "folder": folder, "overlay": overlay}
            command = [str(self._program)]
            command += [argument.format(**names) for argument in self._tool.arguments]
            printed = process.run(
                command,
                snapshot.text,
                folder=path.parent,
                limit_s=self._tool.limit_s,
                expected=(0, 1, 2),
                errors=self._tool.errors,
            )
        return None if printed is None else tuple(self._findings(printed, snapshot.text))

    def explain(self, kind: str) -> str:
        """See `Checker.explain`."""
        return ""

    def _findings(self, printed: str, source: str) -> Iterator[Diagnostic]:
        for match in self._tool.pattern.finditer(printed):
            column = int(match["column"] or 1) - 1
            start = text.offset_at(source, int(match["line"]) - 1, column) or 0
            yield Diagnostic(start, start, match["message"], match["code"] or "", self.name)


def find(root: Path | None, *, trusted: bool) -> tuple[ExternalChecker, ...]:
    """The tools of the table that this machine has.

    Args:
        root: The workspace; its own programs are used only if it is trusted, and never those
            that the PATH finds in it.
        trusted: Whether the user trusts the workspace.
    """
    found: list[ExternalChecker] = []
    for tool in TOOLS:
        program = _locate(tool, root, trusted)
        if program is not None and (trusted or not tool.needs_trust):
            found.append(ExternalChecker(tool, program))
    return tuple(found)


def _locate(tool: Tool, root: Path | None, trusted: bool) -> Path | None:
    if root is not None and trusted:
        local = [shutil.which(tool.name, path=str(root / folder)) for folder in tool.local]
        program = next((p for p in local if p), None)
        if program:
            return Path(program)
    safe = [
        folder
        for folder in os.environ.get("PATH", "").split(os.pathsep)
        if Path(folder).is_absolute() and not (root and Path(folder).is_relative_to(root))
    ]
    program = shutil.which(tool.name, path=os.pathsep.join(safe))
    return Path(program) if program else None
