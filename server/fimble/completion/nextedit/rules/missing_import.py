"""The edit brought a name that nothing gives a meaning: the import that does.

Where it comes from is told by the imports of other files, by what they export, or by the
language's own library. Where two files say different things nothing is proposed.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from types import MappingProxyType

from fimble.completion.nextedit import imports
from fimble.completion.nextedit.new_names import new_names
from fimble.completion.nextedit.proposal import Proposal, Situation, Step
from fimble.core.fixes import imports as python_imports
from fimble.core.fixes.base import Problem
from fimble.core.fixes.missing_import import missing_import as library_import
from fimble.core.insertion.needed import needed
from fimble.core.text import python
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Edit, Snapshot

_USUAL = (
    "argparse asyncio base64 bisect collections contextlib copy csv dataclasses datetime decimal "
    "enum functools glob hashlib heapq importlib inspect io itertools json logging math operator "
    "os pathlib pickle platform random re shutil signal socket sqlite3 statistics string struct "
    "subprocess sys tempfile textwrap threading time traceback types typing unittest urllib uuid "
    "warnings weakref zipfile"
)
_MODULES = frozenset(_USUAL.split())
"""Of Python's library: what a name of a module that is only looked into surely means."""
_EXPORT = re.compile(
    r"^export\s+(default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?"
    r"(?:function\*?|class|const|let|var|interface|type|enum)\s+([\w$]+)",
    re.MULTILINE,
)
_MAKES = MappingProxyType({"default": "{}", "*": "* as {}"})
"""How an import of a script names what it binds."""

Origin = tuple[str, str]
"""A module, and what of it is meant, as in `imports.Import`."""


def missing_import(situation: Situation) -> Proposal | str:
    """Imports what the user's changes use and nothing defines, one name after the other."""
    snapshot = situation.snapshot
    if not snapshot.language_id.startswith(imports.LANGUAGES):
        return ""
    names = new_names(snapshot, situation.history)
    origins = _origins(situation, names) if names else {}
    found = [(n, edit) for n in names for edit in _edits(situation, n, origins.get(n, set()))]
    if not found:
        return f"import: nobody says where `{names[0]}` is from" if names else ""
    if len(found) > 1 and len({edit.start for _, edit in found}) < len(found):
        found = found[:1]  # two names in one place: the second follows when the first is there
    steps = tuple(Step(snapshot.uri, edit) for _, edit in found)
    listed = ", ".join(f"`{name}`" for name, _ in found)
    return Proposal("import", f"Nothing defines {listed} here.", steps)


def _origins(situation: Situation, names: Iterable[str]) -> dict[str, set[Origin]]:
    """What other files of the language say about names."""
    found, wanted = defaultdict[str, set[Origin]](set), set(names)
    snapshot = situation.snapshot
    for other in situation.others:
        if _family(other) != _family(snapshot) or other.uri == snapshot.uri:
            continue
        for one in imports.of(other.language_id, other.text):
            if one.name in wanted:
                found[one.name] |= {(m, one.part) for m in _from_here(snapshot, other, one.module)}
        for match in _EXPORT.finditer(other.text) if _is_script(other) else ():
            if match[2] in wanted:
                path = _written(snapshot, posixpath.relpath(other.path, _folder(snapshot)))
                found[match[2]].add((path, "default" if match[1] else match[2]))
    return found


def _family(snapshot: Snapshot) -> str:
    return "script" if _is_script(snapshot) else snapshot.language_id


def _is_script(snapshot: Snapshot) -> bool:
    return snapshot.language_id.startswith(imports.SCRIPTS)


def _folder(snapshot: Snapshot) -> str:
    return posixpath.dirname(snapshot.path) or "."


def _from_here(snapshot: Snapshot, other: Snapshot, module: str) -> Iterator[str]:
    """A module as the file has to spell it that another file spells so."""
    if not module.startswith(".") or _folder(snapshot) == _folder(other):
        yield module
    elif _is_script(snapshot):
        target = posixpath.normpath(posixpath.join(_folder(other), module))
        yield _dotted(posixpath.relpath(target, _folder(snapshot)))


def _dotted(path: str) -> str:
    return path if path.startswith(".") else f"./{path}"


def _written(snapshot: Snapshot, path: str) -> str:
    """A file's path as the imports of a script spell one: with its suffix, or without."""
    kinds = Counter(
        posixpath.splitext(one.module)[1]
        for one in imports.of(snapshot.language_id, snapshot.text)
        if one.module.startswith(".")
    )
    usual = kinds.most_common(1)[0][0] if kinds else ""
    return _dotted(posixpath.splitext(path)[0] + usual)


def _edits(situation: Situation, name: str, origins: set[Origin]) -> Iterator[Edit]:
    """The edit that imports a name, if it is known from where."""
    snapshot = situation.snapshot
    language, text = snapshot.language_id, snapshot.text
    if language == "python":
        yield from _python(snapshot, name, origins)
        return
    if not origins and language in ("go", "java"):
        for line in needed(language, f"{name}.X" if language == "go" else name, text):
            module = re.sub(r'^import |[";]', "", line)
            origins = {(module, "*")}
    if len(origins) != 1:
        return
    (module, part), *_ = origins
    edit = None
    if language == "go":
        edit = imports.added(language, text, f'"{module}"', module)
    elif language == "java" and part == "*":
        edit = imports.added(language, text, f"import {module};", module)
    elif _is_script(snapshot):
        edit = _script(snapshot, name, module, part)
    if edit is not None:
        yield edit


def _python(snapshot: Snapshot, name: str, origins: set[Origin]) -> Iterator[Edit]:
    source = python.parse(snapshot.text)
    if source is None:
        return
    if len(origins) == 1:
        (module, part), *_ = origins
        whole = part == "*" and module.split(".")[0] != name
        if part == "*":
            yield from python_imports.add(source, module, alias=name if whole else "")
        else:
            yield from python_imports.add(source, module, part, "" if part == name else name)
    elif not origins and name in _MODULES and _is_looked_into(snapshot.text, name):
        yield from python_imports.add(source, name)
    elif not origins:
        place = max(snapshot.text.find(name), 0)
        said = Diagnostic(place, place + len(name), f"undefined name `{name}`", "F821")
        ways = [*library_import(Problem(snapshot, said))]
        if len(ways) == 1:
            yield from ways[0].edits


def _is_looked_into(text: str, name: str) -> bool:
    uses = re.findall(rf"(?<![\w.\"']){name}\b(\.?)", text)
    return bool(uses) and all(uses)


def _script(snapshot: Snapshot, name: str, module: str, part: str) -> Edit | None:
    """Among the names of an import of the module, else an import of its own."""
    text, known = snapshot.text, imports.of(snapshot.language_id, snapshot.text)
    spelled = part if part in (name, *_MAKES) else f"{part} as {name}"
    beside = [one for one in known if one.module == module and one.part not in _MAKES]
    if beside and part not in _MAKES:
        start = beside[-1].whole[0]
        listed = text[start : beside[-1].whole[1]]
        close = re.search(r"(,?)(\s*)\}", listed)
        if close is not None:
            at = start + close.start()
            lines = "\n" in close[2]
            lead = re.search(r"\n[ \t]*(?=\S)", listed)
            apart = lead[0] if lines and lead else " "
            return Edit(at, at + len(close[1]), f",{apart}{spelled}{close[1]}")
    quote = '"' if known and '"' in text[slice(*known[-1].whole)] else "'"
    end = ";" if not known or text[slice(*known[-1].whole)].endswith(";") else ""
    bound = _MAKES.get(part, "{{ " + spelled.replace("{", "{{") + " }}").format(name)
    return imports.added(
        snapshot.language_id, text, f"import {bound} from {quote}{module}{quote}{end}", module
    )
