"""Checkers that are not ours: found on the PATH or, if the workspace is trusted, in it.

A tool that runs what a workspace configures (plug-ins, configuration that is code) is not used in
a workspace that is not trusted. `fimble.assist.checks.tools` is the table.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from fimble.assist.checks import process
from fimble.assist.checks.base import Findings, NoAnswer
from fimble.assist.checks.tools import TOOLS, Tool
from fimble.core.text import snapshot as text
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Snapshot
from fimble.system import place

_LEFT_OUT = shutil.ignore_patterns("target", ".git", "node_modules")


class ExternalChecker:
    """One tool of the table, where it was found.

    Args:
        tool: What it is.
        program: Where it is.
        stopped: Whether nobody waits for its findings any more; see `process.run`.
    """

    def __init__(
        self, tool: Tool, program: Path, stopped: Callable[[], bool] = process.never
    ) -> None:
        self.name = tool.name
        self._tool = tool
        self._program = program
        self._stopped = stopped

    def covers(self, language_id: str) -> bool:
        """As the table says."""
        return language_id in self._tool.languages

    def check(self, snapshot: Snapshot, kind: str = "") -> Findings:
        """See `Checker.check`; documents that are no files are not judged."""
        path = place.local_path(snapshot.uri)
        if path is None or not path.is_file():
            return NoAnswer("it judges saved files only")
        package = _above(path, self._tool.package) if self._tool.package else None
        if self._tool.package and package is None:
            return NoAnswer(f"no folder above has a {self._tool.package}")
        with tempfile.TemporaryDirectory(prefix="fimble-") as name:
            gaps = self._laid_out(snapshot, path, Path(name))
            folder = path.parent
            if package is not None:
                folder = _copied(package.parent, path, snapshot.text, Path(name) / "package")
            printed = process.run(
                [str(self._program), *(a.format(**gaps) for a in self._tool.arguments)],
                snapshot.text,
                folder=folder,
                limit_s=self._tool.limit_s,
                expected=(0, 1, 2, 101),
                errors=self._tool.errors,
                stopped=self._stopped,
            )
        if isinstance(printed, NoAnswer):
            return printed
        found = tuple(self._findings(printed.text, snapshot.text))
        if printed.status and not found:  # it failed, or settings made it say it in another form
            return NoAnswer(printed.complaint or f"it says nothing, with status {printed.status}")
        return found

    def explain(self, kind: str) -> str:
        """See `Checker.explain`."""
        return ""

    def _laid_out(self, snapshot: Snapshot, path: Path, folder: Path) -> dict[str, str]:
        """Writes the copy and what configures the tool; the values of the gaps."""
        copy = folder / path.name
        copy.write_bytes(snapshot.text.encode("utf-8", "replace"))
        places = {"path": path, "copy": copy, "folder": folder, "parent": path.parent}
        gaps = {name: str(value) for name, value in places.items()}
        project = _above(path, self._tool.inherits) if self._tool.inherits else None
        for name, content in self._tool.configuration.items():
            kept = {k: v for k, v in content.items() if k != "extends" or project}
            filled = _filled(kept, gaps | {"project": str(project)})
            (folder / name).write_text(json.dumps(filled), encoding="utf-8")
        return gaps

    def _findings(self, printed: str, source: str) -> Iterator[Diagnostic]:
        for match in self._tool.pattern.finditer(printed):
            column = int(match["column"] or 1) - 1
            start = text.offset_at(source, int(match["line"]) - 1, column) or 0
            yield Diagnostic(start, start, match["message"], match["code"] or "", self.name)


def find(
    root: Path | None, *, trusted: bool, stopped: Callable[[], bool] = process.never
) -> tuple[ExternalChecker, ...]:
    """The tools of the table that this machine has.

    Args:
        root: The workspace, or a folder in it; its own programs, and those of the folders above
            in one repository, are used only if it is trusted, and never those that the PATH
            finds in it.
        trusted: Whether the user trusts the workspace.
        stopped: See `ExternalChecker`.
    """
    found: list[ExternalChecker] = []
    for tool in TOOLS:
        program = _locate(tool, root, trusted)
        if program is not None and (trusted or not tool.needs_trust):
            found.append(ExternalChecker(tool, program, stopped))
    return tuple(found)


def named(
    uri: str, names: Collection[str], stopped: Callable[[], bool] = process.never
) -> tuple[ExternalChecker, ...]:
    """The tools that the user names for a document: naming one is trusting the workspace."""
    if not names:
        return ()
    found = find(place.folder_of(uri), trusted=True, stopped=stopped)
    return tuple(checker for checker in found if checker.name in names)


def _locate(tool: Tool, root: Path | None, trusted: bool) -> Path | None:
    names = [name for name in (tool.name, tool.also) if name]
    projects = place.project(root) if trusted else ()
    folders = [str(folder / local) for folder in projects for local in tool.local]
    for folder in (*folders, *place.path_outside(root)):
        for name in names:
            if program := place.program_in(folder, name):
                return program
    return None


def _copied(package: Path, path: Path, new: str, target: Path) -> Path:
    """Copies a package with the new text in the document's place; the document's folder there."""
    shutil.copytree(package, target, ignore=_LEFT_OUT, symlinks=True)
    copy = target / path.relative_to(package)
    copy.write_bytes(new.encode("utf-8", "replace"))
    return copy.parent


def _above(path: Path, name: str) -> Path | None:
    """The nearest file of a name in the folders above."""
    return next((f / name for f in path.parents if (f / name).is_file()), None)


def _filled(value: object, gaps: Mapping[str, str]) -> object:
    """JSON with the gaps in its texts filled."""
    if isinstance(value, str):
        return value.format(**gaps)
    if isinstance(value, Mapping):
        return {key: _filled(item, gaps) for key, item in value.items()}
    return [_filled(item, gaps) for item in value] if isinstance(value, list) else value
