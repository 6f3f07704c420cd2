"""A larger model beside the one that is typed with, over the real protocol."""

import asyncio
import sys

from lsprotocol import types

from tests.e2e.test_assists import CODE, OLD, Editor, execute
from tests.e2e.test_server import SCRIPT, URI, automatic, items, opened, stop, until

WISH = {
    "uri": URI,
    "position": {"line": 1, "character": 0},
    "instruction": "a function of the first primes",
}


async def start(server: str, **settings: object) -> Editor:
    editor = Editor()
    await editor.start_io(sys.executable, SCRIPT, server)
    options = types.InitializeParams(capabilities=OLD, initialization_options=settings)
    await editor.initialize_async(options)
    editor.initialized(types.InitializedParams())
    return editor


def written(editor: Editor) -> str:
    (edit,) = editor.applied
    assert edit.changes is not None
    return "".join(part.new_text for parts in edit.changes.values() for part in parts)


async def test_it_answers_what_is_asked_for_and_nothing_that_is_typed() -> None:
    editor = await start("large", debounce_ms=0)
    opened(editor, CODE + "total\n")
    lines = CODE.count("\n")
    typed = await editor.text_document_inline_completion_async(automatic(lines, 5))
    assert [item.insert_text for item in items(typed)] == ["(items)"]
    assert (await execute(editor, "fimble.generate", WISH))[0]
    assert "by_the_large_one" in written(editor)
    await stop(editor)


async def test_a_setting_says_no() -> None:
    editor = await start("large", large_model="none")
    opened(editor, CODE)
    assert (await execute(editor, "fimble.generate", WISH))[0]
    assert "primes" in written(editor)
    await stop(editor)


async def test_a_broken_one_is_told_once_and_the_other_one_answers() -> None:
    editor = await start("broken", large_model="mine")
    opened(editor, CODE)
    asked = [execute(editor, "fimble.generate", WISH) for _ in range(2)]
    assert (await asyncio.gather(*asked))[0][0]
    assert "primes" in "".join(
        part.new_text
        for edit in editor.applied
        for parts in (edit.changes or {}).values()
        for part in parts
    )
    await until(lambda: any("larger" in message for message in editor.messages))
    told = [message for message in editor.messages if "larger" in message]
    assert told == ["Fimble: The larger model is not used: mine is damaged. Install it again."]
    await stop(editor)
