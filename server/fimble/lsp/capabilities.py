"""What the client can do, as far as it decides how Fimble answers."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types


@dataclass(frozen=True)
class ClientSupport:
    """One client's abilities.

    Attributes:
        literals: Reads code actions; older clients read commands only.
        resolve: Asks for an action's edit when it is chosen, and keeps its data until then.
        generated_tag: Knows that an action's edit was written by a model.
        apply_edit: Applies edits that the server sends.
        versioned_edits: Refuses an edit whose document has another version by now.
        progress: Shows work-done progress that the server begins.
        show_document: Opens a document that the server names.
    """

    literals: bool = False
    resolve: bool = False
    generated_tag: bool = False
    apply_edit: bool = False
    versioned_edits: bool = False
    progress: bool = False
    show_document: bool = False


def of_client(capabilities: types.ClientCapabilities) -> ClientSupport:
    """Reads them from what the client sent with `initialize`."""
    document, workspace = capabilities.text_document, capabilities.workspace
    action = document.code_action if document else None
    resolved = action.resolve_support.properties if action and action.resolve_support else ()
    tags = action.tag_support.value_set if action and action.tag_support else ()
    edit = workspace.workspace_edit if workspace else None
    window = capabilities.window
    return ClientSupport(
        literals=bool(action and action.code_action_literal_support),
        resolve=bool(action and action.data_support and "edit" in resolved),
        generated_tag=types.CodeActionTag.LlmGenerated in tags,
        apply_edit=bool(workspace and workspace.apply_edit),
        versioned_edits=bool(edit and edit.document_changes),
        progress=bool(window and window.work_done_progress),
        show_document=bool(window and window.show_document and window.show_document.support),
    )
