"""Imports that other files have of names that are used here and not imported yet."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from fimble.completion.retrieval.snippet import Snippet
from fimble.core.completion.context import CursorContext

_MOST = 10
_MAX_LENGTH = 50_000
"""Of a file that is looked through for imports."""
_WORD = re.compile(r"[^\W\d]\w+")
_KEYWORDS = frozenset({"as", "from", "type"})
_SCRIPT = re.compile(r"""^[ \t]*import[ \t](?P<names>[^'"]{0,1000})['"][^'"\n]*['"];?""", re.M)
_DOTTED = re.compile(r"^import[ \t][\w. ]*\.(?P<names>\w+|\{[^{}]{0,1000}\});?[ \t]*$", re.M)
_FORMS = MappingProxyType(
    {
        "go": re.compile(
            r'^[ \t]*(?:import[ \t]+)?"(?:[\w.~-]+/)*(?P<names>(?!v\d+")[\w.-]+?)(?:/v\d+)?"$', re.M
        ),
        "java": _DOTTED,
        "javascript": _SCRIPT,
        "kotlin": _DOTTED,
        "php": re.compile(r"^use[ \t]+(?:\w*\\)*(?P<names>\w[^;\n\\]*);", re.M),
        "python": re.compile(
            r"^[ \t]*(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+"
            r"(?P<names>\([^()]{0,1000}\)|[^\n(]+)",
            re.M,
        ),
        "rust": re.compile(r"^[ \t]*(?:pub )?use[ \t]+\w+::(?P<names>[^;]{0,1000});", re.M),
        "scala": _DOTTED,
        "svelte": _SCRIPT,
        "typescript": _SCRIPT,
        "vue": _SCRIPT,
    }
)
_BEGUN = re.compile(r'\s*(?:(?:package|import|from|(?:pub )?use)\b|"[^",]*$)')
_RELATIVE = re.compile(r"""from[ \t]+\.|['"]\.""")


@dataclass(frozen=True)
class _Import:
    text: str
    names: frozenset[str]


@dataclass(frozen=True)
class _File:
    path: str
    form: re.Pattern[str]
    imports: tuple[_Import, ...]


class Imports:
    """The imports of files, changed one file at a time; not thread-safe."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}

    def update(self, key: str, path: str, language_id: str, text: str) -> None:
        """Indexes a file's imports."""
        self.remove(key)
        form = _form(language_id)
        if form is not None:
            found = tuple(map(_import, form.finditer(text[:_MAX_LENGTH])))
            self._files[key] = _File(path, form, found)

    def remove(self, key: str) -> None:
        """Forgets a file."""
        self._files.pop(key, None)

    def missing(self, key: str, context: CursorContext) -> list[Snippet]:
        """Where imports stand at the cursor: those of names that the file lacks.

        Of several imports of one name, that of the most files; a relative one only from a file
        of the same folder.

        Args:
            key: The file that asks.
            context: The document and the cursor.
        """
        form, text = _form(context.snapshot.language_id), context.snapshot.text
        if form is None:
            return []
        present = list(form.finditer(text))
        if not _among(present, context):
            return []
        wanted = _words(form.sub("", text)) - {n for m in present for n in _import(m).names}
        return _by_file(self._chosen(key, context.snapshot.path, form, wanted))

    def _chosen(
        self, key: str, path: str, form: re.Pattern[str], wanted: frozenset[str]
    ) -> list[tuple[str, _File, str]]:
        """Keys, files and imports, the most common first."""
        counts: Counter[_Import] = Counter()
        first: dict[_Import, tuple[str, _File]] = {}
        for other, file in self._files.items():
            near = posixpath.dirname(file.path) == posixpath.dirname(path)
            for found in file.imports if other != key and file.form is form else ():
                if found.names & wanted and (near or not _RELATIVE.search(found.text)):
                    counts[found] += 1
                    first.setdefault(found, (other, file))
        chosen: list[tuple[str, _File, str]] = []
        for found in sorted(counts, key=lambda found: (-counts[found], found.text)):
            if found.names & wanted and len(chosen) < _MOST:
                chosen.append((*first[found], found.text))
                wanted -= found.names
        return chosen


def _form(language_id: str) -> re.Pattern[str] | None:
    return _FORMS.get(language_id.removesuffix("react"))


def _import(match: re.Match[str]) -> _Import:
    return _Import(match[0].strip(), _words(match["names"]) - _KEYWORDS)


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def _among(present: Iterable[re.Match[str]], context: CursorContext) -> bool:
    """Whether the cursor stands in an import, or where the next one would."""
    end = 0
    for match in present:
        if match.start() < context.offset:
            end = match.end()
    lines = [line for line in context.prefix[end:].split("\n") if line.strip()]
    begun = lines if end else lines[-1:]
    return bool(lines or end) and all(map(_BEGUN.match, begun))


def _by_file(chosen: Iterable[tuple[str, _File, str]]) -> list[Snippet]:
    lines: dict[str, list[str]] = {}
    paths = {}
    for key, file, text in chosen:
        lines.setdefault(key, []).append(text)
        paths[key] = file.path
    return [Snippet(paths[key], "\n".join(of), 1.0, "import", key) for key, of in lines.items()]
