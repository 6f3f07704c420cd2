"""Refactorings of scripts over the real protocol: offered by title, resolved into edits."""

import pytest
from fimble.core.text.snapshot import Edit, apply_edits, offset_at
from lsprotocol import types

from tests.e2e.test_assists import Editor, new_client, start
from tests.e2e.test_server import stop

JS = "function area(a, b) {\n  const size = a * b;\n  console.log(size);\n  return { size };\n}\n"
TS = JS.replace("a, b", "a: number, b: number")
TSX = (
    "export const Card = ({ title }: { title: string }) => {\n"
    "  const size = 12;\n"
    "  return <p title={title}>{size}</p>;\n};\n"
)
PLACES = [
    ("Extract function", "js", JS, "const size = a * b;", [
        "function nothingKnown(a, b) {\n  const size = a * b;\n  return size;\n}\n\n",
        "const size = nothingKnown(a, b);",
    ]),
    ("Extract function", "ts", TS, "const size = a * b;\n  console.log(size);", [
        "function nothingKnown(a: number, b: number) {\n  const size = a * b;\n  console.log(size);\n  return size;\n}\n\n",
        "  const size = nothingKnown(a, b);\n",
    ]),
    ("Inline variable `size`", "tsx", TSX, "", ["<p title={title}>{12}</p>"]),
    ("Rename to something meaningful", "js", JS, "", ["const nothingKnown = ", "return { size: nothingKnown }"]),
    ("Rename to something meaningful", "tsx", TSX, "", ["const nothingKnown = 12;", "{nothingKnown}"]),
]  # fmt: skip
LANGUAGES = {"js": "javascript", "ts": "typescript", "tsx": "typescriptreact"}


async def offered(
    editor: Editor, uri: str, text: str, start: int, end: int
) -> dict[str, types.CodeAction]:
    def position(offset: int) -> types.Position:
        line = text.count("\n", 0, offset)
        return types.Position(line, offset - text.rfind("\n", 0, offset) - 1)

    place = types.Range(position(start), position(end))
    document, context = types.TextDocumentIdentifier(uri), types.CodeActionContext([])
    params = types.CodeActionParams(document, place, context)
    found = await editor.text_document_code_action_async(params) or []
    return {action.title: action for action in found if isinstance(action, types.CodeAction)}


def applied(text: str, action: types.CodeAction) -> str:
    assert action.edit is not None
    (change,) = action.edit.document_changes or ()
    assert isinstance(change, types.TextDocumentEdit)
    edits = []
    for edit in change.edits:
        assert isinstance(edit, types.TextEdit)
        ends = (edit.range.start, edit.range.end)
        first, last = (offset_at(text, p.line, p.character) for p in ends)
        assert first is not None
        assert last is not None
        edits.append(Edit(first, last, edit.new_text))
    return apply_edits(text, edits)


@pytest.mark.parametrize(("title", "suffix", "text", "selected", "written"), PLACES)
async def test_a_script_is_refactored(
    title: str, suffix: str, text: str, selected: str, written: list[str]
) -> None:
    editor, uri = await start(new_client()), f"file:///project/card.{suffix}"
    item = types.TextDocumentItem(uri, LANGUAGES[suffix], 1, text)
    editor.text_document_did_open(types.DidOpenTextDocumentParams(item))
    begin = text.index(selected or "size")
    actions = await offered(editor, uri, text, begin, begin + len(selected))
    after = applied(text, await editor.code_action_resolve_async(actions[title]))
    assert all(part in after for part in written), after
    await stop(editor)


async def test_what_is_not_sure_is_not_offered() -> None:
    editor, uri = await start(new_client()), "file:///project/wait.ts"
    text = "async function wait(p: Promise<number>) {\n  const n = await p;\n  return n;\n}\n"
    item = types.TextDocumentItem(uri, "typescript", 1, text)
    editor.text_document_did_open(types.DidOpenTextDocumentParams(item))
    begin = text.index("const n")
    actions = await offered(editor, uri, text, begin, begin + len("const n = await p;"))
    assert "Explain this code" in actions
    assert "Extract function" not in actions
    await stop(editor)
