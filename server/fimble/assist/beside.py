"""What a file's neighbours declare, where a language shows it without an import."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from fimble.core.insertion import undeclared
from fimble.core.text.snapshot import Snapshot
from fimble.system.place import local_path
from fimble.system.reading import text_of

_LARGEST = 1_000_000
_MOST = 500
_SUFFIXES = MappingProxyType({"java": (".java", ".kt", ".groovy", ".scala"), "go": (".go",)})
_DECLARED = MappingProxyType(
    {
        "java": r"\b(?:class|interface|enum|record|object|trait|typealias)\s+{}\b",
        "go": r"^(?:func|type|var|const)\s+{0}\b|^\s+{0}\b",
    }
)
_SOURCES = re.compile(r"(?P<root>.*/)src/\w+/\w+/(?P<package>.*)")


def unknown(snapshot: Snapshot, text: str) -> tuple[str, ...]:
    """The names that new code uses and that neither the file nor its neighbours declare.

    Args:
        snapshot: The file before.
        text: The file after.
    """
    language = snapshot.language_id
    names = undeclared.undeclared(language, snapshot.text, text)
    path = local_path(snapshot.uri)
    if not names or language not in _DECLARED or path is None:
        return names
    files = islice(_neighbours(path, _SUFFIXES[language]), _MOST + 1)
    texts = [text_of(file, _LARGEST) or "" for file in files]
    if len(texts) > _MOST:
        return ()
    form = _DECLARED[language]
    return tuple(
        n
        for n in names
        if not any(re.search(form.format(re.escape(n)), t, re.MULTILINE) for t in texts)
    )


def _neighbours(path: Path, suffixes: tuple[str, ...]) -> Iterable[Path]:
    """The other files of the package: in the folder, and in other roots of sources."""
    folders = [path.parent]
    if match := _SOURCES.fullmatch(path.parent.as_posix()):
        folders += Path(match["root"], "src").glob(f"*/*/{match['package']}")
        folders += Path(match["root"]).glob(f"*/generated*/**/{match['package']}")
    for folder in dict.fromkeys(folders):
        if folder.is_dir():
            yield from (f for f in folder.iterdir() if f.suffix in suffixes and f != path)
