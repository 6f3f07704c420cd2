"""Quick fixes and refactorings over the real protocol; rules answer, so no model is needed."""

import asyncio
from pathlib import Path

from lsprotocol import types

from tests.e2e.test_assists import OLD, Editor, execute, new_client, start
from tests.e2e.test_server import URI, inline, opened, stop, until

TEXT = "import os\n\n\ndef f():\n    return json.dumps(os.sep)\n"
FOUND = types.Diagnostic(
    types.Range(types.Position(4, 11), types.Position(4, 15)),
    "Undefined name `json`",
    code="F821",
    source="Ruff",
)
NEW = new_client(types.CodeActionKind.QuickFix)


async def offered(editor: Editor) -> list[types.CodeAction | types.Command]:
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(URI),
        FOUND.range,
        types.CodeActionContext([FOUND], only=[types.CodeActionKind.QuickFix]),
    )
    return list(await editor.text_document_code_action_async(params) or ())


async def test_a_fix_is_offered_then_resolved_and_preferred_once_verified() -> None:
    editor = await start(NEW)
    opened(editor, TEXT)
    fix, every = await offered(editor)
    assert isinstance(fix, types.CodeAction)
    assert (fix.title, fix.edit, fix.is_preferred) == ("Fix: Undefined name `json`", None, None)
    assert list(fix.tags or ()) == [types.CodeActionTag.LlmGenerated]
    assert every.title == "Fix all F821 in this file"
    resolved = await editor.code_action_resolve_async(fix)
    assert resolved.is_preferred is True
    assert resolved.edit is not None
    (change,) = resolved.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.version == 1
    assert [e.new_text for e in change.edits] == ["import json\n"]
    await stop(editor)


async def test_two_clicks_at_once_are_both_answered() -> None:
    editor = await start(NEW)
    opened(editor, TEXT)
    fix, _ = await offered(editor)
    assert isinstance(fix, types.CodeAction)
    both = await asyncio.gather(*(editor.code_action_resolve_async(fix) for _ in range(2)))
    assert all(action.edit is not None for action in both)
    await stop(editor)


async def test_a_document_that_changed_gets_no_edit() -> None:
    editor = await start(NEW)
    opened(editor, TEXT)
    fix, _ = await offered(editor)
    assert isinstance(fix, types.CodeAction)
    change = types.TextDocumentContentChangeWholeDocument("x = 1\n")
    document = types.VersionedTextDocumentIdentifier(2, URI)
    editor.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
    resolved = await editor.code_action_resolve_async(fix)
    assert resolved.edit is None
    assert "changed meanwhile" in editor.messages[-1]
    await stop(editor)


async def test_clients_without_resolve_run_a_command() -> None:
    editor = await start(OLD)
    opened(editor, TEXT)
    fix, _ = await offered(editor)
    assert isinstance(fix, types.Command)
    applied, message = await execute(editor, fix.command, *(fix.arguments or ()))
    assert applied
    assert message == "Fixed “Undefined name `json`” (import json; verified by ruff)."
    await stop(editor)


async def test_commands_for_users() -> None:
    editor = await start(OLD)
    opened(editor, TEXT)
    assert (await execute(editor, "fimble.fixAll", {"uri": URI, "code": "F821"}))[0]
    params = types.ExecuteCommandParams(
        "fimble.explain", arguments=[{"uri": URI, "position": {"line": 4, "character": 6}}]
    )
    result = await editor.workspace_execute_command_async(params)
    assert "def f():" in result["markdown"]
    assert editor.messages
    edit = {
        "uri": URI,
        "range": {"start": {"line": 4, "character": 0}, "end": {"line": 4, "character": 9}},
    }
    assert (
        "needs an instruction"
        in (await execute(editor, "fimble.edit", {**edit, "instruction": ""}))[1]
    )
    await stop(editor)


SLOW = """#!/bin/sh
echo $$ >> {0}/running
while [ ! -e {0}/go ]; do sleep 0.02; done
exit 0
"""
"""A checker that ends when it is told to."""


async def with_slow_checker(folder: Path) -> tuple[Editor, types.CodeAction]:
    """An editor in which a quick fix that waits for the checker was chosen."""
    tool = folder / ".venv" / "bin" / "ty"
    tool.parent.mkdir(parents=True)
    tool.write_text(SLOW.format(folder))
    tool.chmod(0o755)
    (folder / "a.py").write_text(TEXT)
    uri = (folder / "a.py").as_uri()
    editor = await start(NEW)
    editor.workspace_did_change_configuration(
        types.DidChangeConfigurationParams({"fimble": {"checkers": ["ty"]}})
    )
    for path, text in ((uri, TEXT), (URI, "area =")):
        item = types.TextDocumentItem(path, "python", 1, text)
        editor.text_document_did_open(types.DidOpenTextDocumentParams(item))
    place = {"start": 34, "end": 38, "message": "`json`", "code": "F821", "source": "Ruff"}
    data = {"uri": uri, "version": 1, "action": "fix", "arguments": place}
    return editor, types.CodeAction("Fix", data=data)


async def test_a_slow_checker_holds_up_no_completion(tmp_path: Path) -> None:
    editor, action = await with_slow_checker(tmp_path)
    fixed = asyncio.ensure_future(editor.code_action_resolve_async(action))
    await until((tmp_path / "running").exists)
    completion = await editor.text_document_inline_completion_async(inline(0, 6))
    assert isinstance(completion, types.InlineCompletionList)
    assert [item.insert_text for item in completion.items] == [" width * height"]
    assert not fixed.done()
    (tmp_path / "go").touch()
    assert (await fixed).edit is not None
    await stop(editor)


async def test_a_checker_that_nobody_waits_for_is_ended(tmp_path: Path) -> None:
    editor, action = await with_slow_checker(tmp_path)
    fixed = asyncio.ensure_future(editor.code_action_resolve_async(action))
    await until((tmp_path / "running").exists)
    change = types.TextDocumentContentChangeWholeDocument("x = 1\n")
    document = types.VersionedTextDocumentIdentifier(2, (tmp_path / "a.py").as_uri())
    editor.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
    assert (await fixed).edit is None
    (process,) = (tmp_path / "running").read_text().split()
    await until(lambda: not Path(f"/proc/{process}").exists())
    await stop(editor)


async def test_tools_of_a_workspace_verify_only_where_the_settings_name_them(
    tmp_path: Path,
) -> None:
    tool = tmp_path / ".venv" / "bin" / "ty"
    tool.parent.mkdir(parents=True)
    tool.write_text(
        "#!/bin/sh\ngrep -q '^import json' $6 && echo 'a.py:1:1: error[no-json] No JSON'\nexit 0\n"
    )
    tool.chmod(0o755)
    (tmp_path / "a.py").write_text(TEXT)
    uri = (tmp_path / "a.py").as_uri()
    editor = await start(NEW)
    editor.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, TEXT))
    )
    place = {"start": 34, "end": 38, "message": "`json`", "code": "F821", "source": "Ruff"}
    data = {"uri": uri, "version": 1, "action": "fix", "arguments": {**place, "checkers": ["ty"]}}
    action = types.CodeAction("Fix", data=data)
    assert (await editor.code_action_resolve_async(action)).edit is not None
    editor.workspace_did_change_configuration(
        types.DidChangeConfigurationParams({"fimble": {"checkers": ["ty"]}})
    )
    data["arguments"] = place
    assert (await editor.code_action_resolve_async(action)).edit is None
    await stop(editor)
