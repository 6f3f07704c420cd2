from fimble.lsp import capabilities
from fimble.lsp.capabilities import ClientSupport
from lsprotocol import types


def client(**action: object) -> types.ClientCapabilities:
    code_action = types.CodeActionClientCapabilities(**action)  # type: ignore[arg-type]
    return types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(code_action=code_action)
    )


def test_a_client_that_says_nothing_can_do_nothing() -> None:
    assert capabilities.of_client(types.ClientCapabilities()) == ClientSupport()
    assert capabilities.of_client(client()) == ClientSupport()


def test_resolving_needs_the_edit_and_the_data() -> None:
    edit = types.ClientCodeActionResolveOptions(["edit"])
    command = types.ClientCodeActionResolveOptions(["command"])
    assert capabilities.of_client(client(resolve_support=edit, data_support=True)).resolve
    assert not capabilities.of_client(client(resolve_support=edit)).resolve
    assert not capabilities.of_client(client(resolve_support=command, data_support=True)).resolve


def test_everything_that_a_new_client_says_is_read() -> None:
    kinds = types.ClientCodeActionKindOptions([types.CodeActionKind.QuickFix])
    new = client(
        code_action_literal_support=types.ClientCodeActionLiteralOptions(kinds),
        data_support=True,
        resolve_support=types.ClientCodeActionResolveOptions(["edit"]),
        tag_support=types.CodeActionTagOptions([types.CodeActionTag.LlmGenerated]),
    )
    edits = types.WorkspaceEditClientCapabilities(document_changes=True)
    new.workspace = types.WorkspaceClientCapabilities(apply_edit=True, workspace_edit=edits)
    new.window = types.WindowClientCapabilities(work_done_progress=True)
    assert capabilities.of_client(new) == ClientSupport(True, True, True, True, True, True)
