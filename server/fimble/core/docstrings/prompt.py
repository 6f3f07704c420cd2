"""Prompts for the words of a skeleton.

The fixed part, the code, stands first; the documentation so far stands last and only grows, so
that each slot costs the prefill of what was added since the last one. A model that can infill
is asked to: what stands above and below the words is what will stand there in the file. Asked
so, it says less that the code does not say than when it is told to document (both were read
side by side); a model that cannot infill is told.
"""

from __future__ import annotations

from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Style
from fimble.core.text.prompt import FimFormat, Prompt, chat_prompt, plain, special
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits

CODE_CHARACTERS = 3600
"""Of an item's code; a longer one loses its middle. About 1,200 tokens."""

_SYSTEM = "You write precise, short documentation. You say what the code does, never how it looks."
_NAMES = {"typescriptreact": "tsx", "javascriptreact": "jsx", "shellscript": "bash"}


def code(snapshot: Snapshot, item: Item) -> str:
    """The item as the model reads it: without its documentation, indentation kept."""
    return _header(snapshot, item) + _body(snapshot, item)


def slot(snapshot: Snapshot, item: Item, style: Style, started: str, fim: FimFormat) -> Prompt:
    """Asks for the words that continue `started`.

    Args:
        snapshot: The document.
        item: What is documented.
        style: The style of the documentation.
        started: The documentation up to the slot.
        fim: The model's tokens for infilling.
    """
    header, body = _header(snapshot, item), _shortened(_body(snapshot, item))
    if fim.prefix and fim.suffix:
        below = f"\n{item.place.indent}{style.frame.closing}".rstrip() + f"\n{body}"
        return _infilling(header, started, below, fim)
    what = f"{item.kind} `{item.name}`" if item.kind != "module" else "module"
    task = f"Write the {style.name} documentation of the {what}, one short sentence each."
    return _told(snapshot.language_id, header + body, task, header + started)


def comment(
    snapshot: Snapshot,
    start: int,
    end: int,
    place: int,
    edits: list[Edit],
    lead: str,
    fim: FimFormat,
) -> Prompt:
    """Asks for the comment that continues `lead` at `place`.

    Args:
        snapshot: The document.
        start: Where the block begins.
        end: Where it ends.
        place: Where the comment begins.
        edits: The comments so far, which stand above.
        lead: The comment's indentation and mark.
        fim: The model's tokens for infilling.
    """
    moved = [Edit(e.start - start, e.end - start, e.new_text) for e in edits]
    above = apply_edits(snapshot.text[start:place], moved).replace("\r\n", "\n")
    below = snapshot.text[place:end].replace("\r\n", "\n")
    if fim.prefix and fim.suffix:
        return _infilling("", above[-CODE_CHARACTERS:] + lead, "\n" + _shortened(below), fim)
    task = "Add comments to this code, each one short line that says why a statement is there."
    block = _shortened(snapshot.text[start:end].replace("\r\n", "\n"))
    return _told(snapshot.language_id, block, task, above + lead)


def _infilling(above: str, started: str, below: str, fim: FimFormat) -> Prompt:
    """`above` and `below` stay, so `started` comes last, as the begin of the middle."""
    parts = (
        special(fim.prefix),
        plain(above),
        special(fim.suffix),
        plain(below),
        special(fim.middle),
        plain(started),
    )
    return tuple(part for part in parts if part.text)


def _told(language_id: str, source: str, task: str, answer: str) -> Prompt:
    language = _NAMES.get(language_id, language_id)
    question = f"```{language}\n{source}\n```\n\n{task}"
    messages = (("system", _SYSTEM), ("user", question))
    return chat_prompt(messages, f"```{language}\n{answer}")


def _header(snapshot: Snapshot, item: Item) -> str:
    """What stands above the documentation: a docstring's signature, nothing elsewhere."""
    start = _line(snapshot, item)
    if not item.header_end:
        return ""
    return snapshot.text[start : item.header_end].replace("\r\n", "\n") + "\n"


def _body(snapshot: Snapshot, item: Item) -> str:
    """What stands below it."""
    text, place = snapshot.text, item.place
    start = item.header_end if _header(snapshot, item) else _line(snapshot, item)
    if place.existing and start <= place.start < item.end:
        whole = text[start : place.start].rstrip(" \t") + text[place.end : item.end].lstrip("\r\n")
    else:
        whole = text[start : item.end]
    return whole.replace("\r\n", "\n").lstrip("\n") + "\n"


def _line(snapshot: Snapshot, item: Item) -> int:
    return snapshot.text.rfind("\n", 0, item.start) + 1


def _shortened(code: str) -> str:
    """Code without its middle if it is too long."""
    if len(code) <= CODE_CHARACTERS:
        return code
    head, tail = code[: 3 * CODE_CHARACTERS // 4], code[-CODE_CHARACTERS // 4 :]
    return f"{head[: head.rfind(chr(10)) + 1]}\n{tail[tail.find(chr(10)) + 1 :]}"
