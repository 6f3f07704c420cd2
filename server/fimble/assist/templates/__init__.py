"""Templates for repetitive code: files with gaps, filled from words and from the file's symbols.

A template is a file `NAME.EXTENSION.tmpl`. Its first lines are comments: `language:`, `about:`,
and `needs:` (the words that have to be given) or `each: function` (filled once for every public
function of the file). Gaps are those of `string.Template`: `${name}`, and `$$` for a dollar
sign. From `name` come `Name`, `names` and `NAME`. Users add theirs to the folder that `folder()`
gives; one of the same name replaces ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template as Gaps

import platformdirs

from fimble.assist.base import Outcome
from fimble.assist.checks import BUILT_IN, Verifier
from fimble.core.insertion import placed
from fimble.core.refactor.python.rename import snake
from fimble.core.text import languages, python
from fimble.core.text.python import Function
from fimble.core.text.snapshot import Snapshot
from fimble.errors import UsageError

_HEAD = re.compile(r"^(?:#|//|--|/\*|<!--) *(language|about|needs|each): *(.*?) *(?:\*/|-->)?$")


@dataclass(frozen=True)
class Template:
    """A template file.

    Attributes:
        name: The file's name up to its first dot.
        language_id: LSP identifier.
        about: One line.
        needs: Words that have to be given.
        each: "function", or "" to be filled once.
        body: The text with its gaps.
    """

    name: str
    language_id: str
    about: str
    needs: tuple[str, ...]
    each: str
    body: str


def folder() -> Path:
    """Where users put their templates."""
    return Path(platformdirs.user_config_dir("fimble", appauthor=False)) / "templates"


def known(users: Path | None = None) -> list[Template]:
    """All templates by name; a user's replaces one of ours."""
    found: dict[str, Template] = {}
    for entry in resources.files(__name__).iterdir():
        if entry.name.endswith(".tmpl"):
            found[entry.name] = parse(entry.name, entry.read_text(encoding="utf-8"))
    own = users or folder()
    for path in sorted(own.glob("*.tmpl")) if own.is_dir() else ():
        found[path.name] = parse(path.name, path.read_text(encoding="utf-8", errors="replace"))
    return [found[name] for name in sorted(found)]


def parse(name: str, text: str) -> Template:
    """Reads a template file."""
    head: dict[str, str] = {}
    lines = text.splitlines(keepends=True)
    while lines and (match := _HEAD.match(lines[0].rstrip())):
        head[match[1]] = match[2]
        lines.pop(0)
    needs = tuple(re.findall(r"\w+", head.get("needs", "")))
    about, each = head.get("about", ""), head.get("each", "")
    return Template(
        name.split(".")[0], head.get("language", ""), about, needs, each, "".join(lines)
    )


def fill(
    snapshot: Snapshot,
    offset: int,
    name: str,
    values: Mapping[str, str],
    users: Path | None = None,
) -> Outcome:
    """The edit that puts a filled template at an offset; it has to parse.

    Raises:
        UsageError: There is no such template, it is for another language, or a word is missing.
    """
    template = next((t for t in known(users) if t.name == name), None)
    if template is None:
        raise UsageError(f"There is no template {name!r}.", f"Your own go to {folder()}.")
    if languages.canonical(template.language_id) not in ("", snapshot.language_id):
        raise UsageError(f"The template {name} is for {template.language_id} files.")
    missing = [need for need in template.needs if need not in values]
    if missing:
        raise UsageError(f"The template {name} needs {', '.join(missing)}.", "Give NAME=VALUE.")
    filled = "\n\n".join(
        Gaps(template.body).safe_substitute(v) for v in _sets(template, snapshot, values)
    )
    if not filled.strip():
        return Outcome(message=f"The file has nothing that the template {name} is for.")
    edits = placed(snapshot, offset, filled, verbatim=True)
    verdict = Verifier(snapshot, None, BUILT_IN[:1]).judge(edits)
    if verdict.reason:
        return Outcome(message=f"The template {name} would not parse here.")
    return Outcome(edits, f"Filled the template {name} ({verdict.level}).", verdict.level)


def _sets(
    template: Template, snapshot: Snapshot, values: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    given = {**values, **_forms(values.get("name", ""))}
    if template.each != "function":
        yield given
        return
    source = python.parse(snapshot.text)
    for node in source.tree.body if source else ():
        if isinstance(node, Function) and not node.name.startswith(("_", "test_")):
            arguments = ", ".join(a.arg for a in (*node.args.posonlyargs, *node.args.args))
            yield {**given, "function": node.name, "arguments": arguments}


def _forms(name: str) -> dict[str, str]:
    if not name:
        return {}
    word = snake(name)
    plural = re.sub(r"y$", "ie", word) + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")
    camel = "".join(part[:1].upper() + part[1:] for part in word.split("_"))
    return {"name": word, "Name": camel, "names": plural, "NAME": word.upper()}
