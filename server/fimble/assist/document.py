"""Documents an item, or everything in a file that has no documentation."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from fimble.assist import words as fillers
from fimble.assist.base import Outcome, Task, required
from fimble.assist.words import Filled
from fimble.core.actions import Arguments
from fimble.core.docstrings import check, detect, languages, skeleton
from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Style
from fimble.core.docstrings.styles import AUTO
from fimble.core.text import syntax, validate
from fimble.core.text.snapshot import Edit, Snapshot, line_break
from fimble.errors import EditRejected, UsageError
from fimble.system.place import local_path
from fimble.system.reading import read_regular

LEVEL = "code unchanged"
_LARGEST = 1_000_000
_KEYS = (
    ("tool", "pydoclint", "style"),
    ("tool", "ruff", "lint", "pydocstyle", "convention"),
    ("tool", "pydocstyle", "convention"),
)
_NAMES = {"google": "google", "numpy": "numpy", "sphinx": "sphinx", "pep257": "plain"}


def document(task: Task) -> Outcome:
    """Documents the item at `start`, or the module if `module` is true.

    Raises:
        UsageError: There is nothing to document, or it is documented: nobody's words are lost.
        EditRejected: The edit would change code.
        EngineError: The runtime failed or the work was cancelled.
    """
    item, style = subject(task)
    if item.place.existing:
        raise UsageError(f"{item.qualname or 'The module'} is documented already.")
    edit, _ = written(task, item, style)
    return proved(task.snapshot, (edit,))


def document_all(task: Task) -> Outcome:
    """Documents every public item that has no documentation: one edit each.

    An item that cannot be documented costs only itself: the message names it.

    Raises:
        UsageError: Everything is documented.
        EditRejected: Every edit would change code.
        EngineError: The runtime failed or the work was cancelled.
    """
    items, style = prepare(task.snapshot, task.arguments)
    bare = check.undocumented(items)
    if not bare:
        raise UsageError("Everything public in this file is documented.")
    edits = []
    for index, item in enumerate(bare):

        def report(message: str, percentage: int | None = None, index: int = index) -> None:
            task.progress(f"{index + 1} of {len(bare)}: {message}", 100 * index // len(bare))

        edit, _ = written(replace(task, progress=report), item, style)
        edits.append(edit)
    return _proved_alone(task.snapshot, bare, tuple(edits))


def _proved_alone(snapshot: Snapshot, items: tuple[Item, ...], edits: tuple[Edit, ...]) -> Outcome:
    """The outcome of those edits that pass their proof.

    Raises:
        EditRejected: None does.
    """
    if not validate.refusal(snapshot, edits):
        return Outcome(edits, level=LEVEL)
    kept: tuple[Edit, ...] = ()
    refused = list[str]()
    for item, edit in zip(items, edits, strict=True):
        if validate.refusal(snapshot, (*kept, edit)):
            refused.append(item.qualname or "the module")
        else:
            kept = (*kept, edit)
    if not kept:
        return proved(snapshot, edits)
    names = ", ".join(refused)
    return Outcome(kept, f"Not documented, because it would change code: {names}.", LEVEL)


def prefill(task: Task) -> None:
    """Prepares the model for documenting the item at `start`, before anybody has asked for it.

    Raises:
        UsageError: There is nothing to document.
        EngineError: The runtime failed.
    """
    item, style = subject(task)
    fillers.prefill(task.generator, task.snapshot, item, style, task.cancel)


def prepare(snapshot: Snapshot, arguments: Arguments) -> tuple[tuple[Item, ...], Style]:
    """The document's items and the style to write in.

    Raises:
        UsageError: The language cannot be documented, or has no such style.
    """
    items = languages.items(snapshot)
    wanted = required(arguments, "style", str) if "style" in arguments else AUTO
    style = detect.style(snapshot, items, wanted, house_style(snapshot.uri))
    if snapshot.language_id not in languages.LANGUAGES:
        raise UsageError(f"Fimble does not document {snapshot.language_id or 'plain text'}.")
    if style is None:
        raise UsageError(f"{snapshot.language_id} has no documentation style {wanted!r}.")
    return items, style


def written(task: Task, item: Item, style: Style) -> tuple[Edit, Filled]:
    """The edit that documents an item, and what its words cost."""
    task.progress(item.qualname or "module")
    lines = style.lines(item)
    filled = fillers.fill(
        task.generator,
        task.snapshot,
        item,
        style,
        lines,
        task.cancel,
        lambda text: task.progress(f"{item.name}: {text}"),
    )
    return insertion(task.snapshot, item, style, lines, filled.words), filled


def insertion(
    snapshot: Snapshot,
    item: Item,
    style: Style,
    lines: tuple[skeleton.Line, ...],
    words: dict[str, str],
) -> Edit:
    """The edit that puts a filled skeleton into its place."""
    place = item.place
    width = detect.width(snapshot.text)
    text = skeleton.render(style, lines, words, place.indent, width)
    text = text.replace("\n", line_break(snapshot.text))
    return Edit(place.start, place.end, f"{place.before}{text}{place.after}")


def proved(snapshot: Snapshot, edits: tuple[Edit, ...]) -> Outcome:
    """The outcome of edits that passed their proof.

    Raises:
        EditRejected: They did not.
    """
    reason = validate.refusal(snapshot, edits)
    if reason:
        broken = syntax.errors(snapshot.language_id, snapshot.text)
        step = "fix the file's syntax error first" if broken else "please report the code"
        raise EditRejected(reason, f"Nothing was edited; {step}.")
    return Outcome(edits, level=LEVEL)


def subject(task: Task) -> tuple[Item, Style]:
    """The item that the arguments name, and the style to write in.

    Raises:
        UsageError: There is none, its documentation belongs elsewhere, or as `prepare`.
    """
    items, style = prepare(task.snapshot, task.arguments)
    arguments = task.arguments
    if arguments.get("module") is True:
        item = next((i for i in items if i.kind == "module"), None)
    else:
        item = languages.at(items, required(arguments, "start", int))
    if item is None:
        raise UsageError("There is no function or class here that could be documented.")
    if not item.documentable:
        raise UsageError(f"{item.qualname} is documented elsewhere: at its implementation.")
    return item, style


def house_style(uri: str) -> str:
    """The docstring style that the nearest `pyproject.toml` names, "" if it names none."""
    path = local_path(uri)
    for folder in path.parents if path is not None else ():
        file = folder / "pyproject.toml"
        if file.is_file():
            return _style(file)
    return ""


def _style(file: Path) -> str:
    try:
        settings = tomllib.loads(read_regular(file, _LARGEST).decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    for keys in _KEYS:
        value: Any = settings
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str) and value in _NAMES:
            return _NAMES[value]
    return ""
