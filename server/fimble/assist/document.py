"""Documents an item, or everything in a file that has no documentation."""

from __future__ import annotations

from fimble.assist import house_style
from fimble.assist import words as fillers
from fimble.assist.base import Outcome, Progress, required
from fimble.assist.words import Filled
from fimble.core import syntax, validate
from fimble.core.actions import Arguments
from fimble.core.docstrings import check, detect, languages, skeleton
from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Style
from fimble.core.docstrings.styles import AUTO
from fimble.core.text import Edit, Snapshot, line_break
from fimble.engine.cancel import CancelToken
from fimble.errors import EditRejected, UsageError
from fimble.generation import TextGenerator

LEVEL = "code unchanged"


def document(
    generator: TextGenerator,
    snapshot: Snapshot,
    arguments: Arguments,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    """Documents the item at `start`, or the module if `module` is true.

    Raises:
        UsageError: There is nothing to document, or it is documented: nobody's words are lost.
        EditRejected: The edit would change code.
        EngineError: The runtime failed or the work was cancelled.
    """
    items, style = prepare(snapshot, arguments)
    item = chosen(items, arguments)
    if item.place.existing:
        raise UsageError(f"{item.qualname or 'The module'} is documented already.")
    edit, _ = written(generator, snapshot, item, style, cancel, progress)
    return proved(snapshot, (edit,))


def document_all(
    generator: TextGenerator,
    snapshot: Snapshot,
    arguments: Arguments,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    """Documents every public item that has no documentation: one edit each.

    Raises:
        UsageError: Everything is documented.
        EditRejected: The edits would change code.
        EngineError: The runtime failed or the work was cancelled.
    """
    items, style = prepare(snapshot, arguments)
    bare = check.undocumented(items)
    if not bare:
        raise UsageError("Everything public in this file is documented.")
    edits = []
    for index, item in enumerate(bare):

        def report(message: str, percentage: int | None = None, index: int = index) -> None:
            progress(f"{index + 1} of {len(bare)}: {message}", 100 * index // len(bare))

        edit, _ = written(generator, snapshot, item, style, cancel, report)
        edits.append(edit)
    return proved(snapshot, tuple(edits))


def prefill(
    generator: TextGenerator, snapshot: Snapshot, arguments: Arguments, cancel: CancelToken
) -> None:
    """Prepares the model for documenting the item at `start`, before anybody has asked for it.

    Raises:
        UsageError: There is nothing to document.
        EngineError: The runtime failed.
    """
    items, style = prepare(snapshot, arguments)
    fillers.prefill(generator, snapshot, chosen(items, arguments), style, cancel)


def prepare(snapshot: Snapshot, arguments: Arguments) -> tuple[tuple[Item, ...], Style]:
    """The document's items and the style to write in.

    Raises:
        UsageError: The language cannot be documented, or has no such style.
    """
    items = languages.items(snapshot)
    wanted = required(arguments, "style", str) if "style" in arguments else AUTO
    style = detect.style(snapshot, items, wanted, house_style.style(snapshot.uri))
    if snapshot.language_id not in languages.LANGUAGES:
        raise UsageError(f"Fimble does not document {snapshot.language_id or 'plain text'}.")
    if style is None:
        raise UsageError(f"{snapshot.language_id} has no documentation style {wanted!r}.")
    return items, style


def written(
    generator: TextGenerator,
    snapshot: Snapshot,
    item: Item,
    style: Style,
    cancel: CancelToken,
    progress: Progress,
) -> tuple[Edit, Filled]:
    """The edit that documents an item, and what its words cost."""
    progress(item.qualname or "module")
    lines = style.lines(item)
    filled = fillers.fill(
        generator,
        snapshot,
        item,
        style,
        lines,
        cancel,
        lambda text: progress(f"{item.name}: {text}"),
    )
    return insertion(snapshot, item, style, lines, filled.words), filled


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


def chosen(items: tuple[Item, ...], arguments: Arguments) -> Item:
    """The item that the arguments name.

    Raises:
        UsageError: There is none, or its documentation belongs elsewhere.
    """
    if arguments.get("module") is True:
        item = next((i for i in items if i.kind == "module"), None)
    else:
        item = languages.at(items, required(arguments, "start", int))
    if item is None:
        raise UsageError("There is no function or class here that could be documented.")
    if not item.documentable:
        raise UsageError(f"{item.qualname} is documented elsewhere: at its implementation.")
    return item
