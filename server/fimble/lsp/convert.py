"""Core values to LSP types and back. Positions are converted here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lsprotocol import types

from fimble.completion.pipeline import Completion
from fimble.core.actions import ActionContext, Diagnostic
from fimble.core.completion.context import CursorContext, Selected
from fimble.core.text import positions
from fimble.core.text.snapshot import Edit, Snapshot
from fimble.lsp import protocol

_WORD = re.compile(r"\w*\Z")
_BARE_WORD = re.compile(r"\w+")


def offset_at(text: str, position: types.Position, encoding: str) -> int:
    """The code-point offset of a position; see `core.text.positions`."""
    return positions.offset_at(text, position.line, position.character, encoding)


def position_at(text: str, offset: int, encoding: str) -> types.Position:
    """The position of a code-point offset, in units of `encoding`."""
    return types.Position(*positions.position_at(text, offset, encoding))


def selected(
    context: types.InlineCompletionContext, cursor: CursorContext, encoding: str
) -> Selected | None:
    """The item that the client's completion menu has selected, None if there is none."""
    info = context.selected_completion_info
    if info is None:
        return None
    start, end = _span(cursor.snapshot.text, info.range, encoding)
    return Selected(start, max(start, end), info.text)


def inline_items(
    completions: Iterable[Completion],
    context: CursorContext,
    encoding: str,
    selected: Selected | None = None,
) -> list[types.InlineCompletionItem]:
    """Suggestions as ghost text, without those that were withheld.

    Args:
        completions: Suggestions at the cursor, or behind `selected`.
        context: The document and the cursor.
        encoding: Of the positions.
        selected: What begins every item, and what it replaces.
    """
    text, items = context.snapshot.text, []
    for completion in completions:
        start = end = context.offset
        shown = completion.shown
        if selected and shown:
            shown = selected.text + shown
            start, end = selected.start, selected.end
        end += completion.replaced
        place = types.Range(position_at(text, start, encoding), position_at(text, end, encoding))
        command = _accepted(completion)
        if shown:
            items.append(types.InlineCompletionItem(shown, range=place, command=command))
    return items


def completion_items(
    completion: Completion, context: CursorContext, encoding: str, *, first: bool = False
) -> list[types.CompletionItem]:
    """The suggestion as a menu item that also replaces the word it continues.

    A bare word is left to the other servers, which know it better.
    """
    match = _WORD.search(context.line_prefix)
    word = match[0] if match else ""
    whole = word + completion.shown
    if not completion.shown or _BARE_WORD.fullmatch(whole):
        return []
    text = context.snapshot.text
    span = types.Range(
        position_at(text, context.offset - len(word), encoding),
        position_at(text, context.offset + completion.replaced, encoding),
    )
    return [
        types.CompletionItem(
            label=whole.strip().split("\n")[0],
            kind=types.CompletionItemKind.Text,
            detail="Fimble",
            documentation=whole if "\n" in whole.strip() else None,
            filter_text=whole,
            sort_text="\0" if first else "\uffff",
            preselect=first or None,
            insert_text_format=types.InsertTextFormat.PlainText,
            insert_text_mode=types.InsertTextMode.AsIs,
            text_edit=types.TextEdit(span, whole),
            command=_accepted(completion),
        )
    ]


def action_context(
    snapshot: Snapshot, params: types.CodeActionParams, encoding: str
) -> ActionContext:
    """The place and the diagnostics of a code action request."""
    start, end = _span(snapshot.text, params.range, encoding)
    diagnostics = tuple(
        Diagnostic(
            *_span(snapshot.text, diagnostic.range, encoding),
            code="" if diagnostic.code is None else str(diagnostic.code),
            source=diagnostic.source or "",
            message=diagnostic.message,
        )
        for diagnostic in params.context.diagnostics
    )
    only = tuple(str(getattr(kind, "value", kind)) for kind in params.context.only or ())
    return ActionContext(snapshot, start, end, diagnostics, only)


def workspace_edit(
    snapshot: Snapshot, edits: Iterable[Edit], encoding: str, *, versioned: bool
) -> types.WorkspaceEdit:
    """Edits of one document; `versioned` ones are refused where the document has moved on."""
    changes = [
        types.TextEdit(
            types.Range(
                position_at(snapshot.text, edit.start, encoding),
                position_at(snapshot.text, edit.end, encoding),
            ),
            edit.new_text,
        )
        for edit in edits
    ]
    if not versioned:
        return types.WorkspaceEdit(changes={snapshot.uri: changes})
    document = types.OptionalVersionedTextDocumentIdentifier(snapshot.uri, snapshot.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, changes)])


def place(text: str, argument: Mapping[str, object], encoding: str) -> dict[str, int]:
    """`start` and `end` of a command's `range` or `position`, {} if it has neither."""
    span = argument.get("range")
    if isinstance(span, Mapping):
        first, last = _position(span.get("start")), _position(span.get("end"))
    else:
        first = last = _position(argument.get("position"))
    if first is None or last is None:
        return {}
    return {"start": offset_at(text, first, encoding), "end": offset_at(text, last, encoding)}


def _position(value: object) -> types.Position | None:
    """A position of JSON, None if it is none."""
    if not isinstance(value, Mapping):
        return None
    line, character = value.get("line"), value.get("character")
    if type(line) is not int or type(character) is not int or min(line, character) < 0:
        return None
    return types.Position(line, character)


def _span(text: str, span: types.Range, encoding: str) -> tuple[int, int]:
    return offset_at(text, span.start, encoding), offset_at(text, span.end, encoding)


def _accepted(completion: Completion) -> types.Command | None:
    """What the client runs when the suggestion is taken."""
    if not completion.identity:
        return None
    return types.Command("Count as accepted", protocol.DID_ACCEPT, arguments=[completion.identity])
