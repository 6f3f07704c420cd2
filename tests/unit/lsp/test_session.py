"""What the client is told about the model."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path

from fimble.completion.statistics.database import read, read_taste
from fimble.core.text.prompt import plain
from fimble.engine.cancel import CancelToken
from fimble.errors import ModelCorruptError
from fimble.generation.request import GenerationRequest, TextGenerator
from fimble.generation.room import Large, Load
from fimble.generation.testing import ScriptedGenerator, at_cursor
from fimble.lsp import protocol
from fimble.lsp.documents import LspWorkspace
from fimble.lsp.features import why
from fimble.lsp.server import create_server
from fimble.lsp.session import Session
from fimble.lsp.settings import Settings
from fimble.system.power import Usage
from lsprotocol import types


async def test_a_model_that_does_not_load_after_a_rest_is_told_once_and_tried_again() -> None:
    said: list[tuple[str, str]] = []
    broken: list[str] = []
    loads: list[int] = []

    def load() -> ScriptedGenerator:
        loads.append(1)
        if broken:
            raise ModelCorruptError(broken[0], "Reinstall it.")
        return ScriptedGenerator(lambda text: "1")

    session = Session(load, lambda *state: said.append(state), usage=Usage("save", 0.01))
    assert await session.start() == ""
    broken.append("It is damaged.")
    place = 0
    while not session.status.problem:
        place += 1
        await asyncio.sleep(0.05)
        await session.complete(at_cursor(f"x{place} = █\n"))
    assert len(loads) == 2
    assert await session.complete(at_cursor("x = █ + 1\n")) is None
    errors = [state for state in said if state[0] == protocol.ERROR]
    assert errors == [(protocol.ERROR, "It is damaged. Reinstall it.")]

    broken.clear()
    completion = await session.complete(at_cursor("x = █ + 2\n"))
    assert completion is not None
    await asyncio.sleep(0)
    assert session.status.problem == ""
    assert said[-1] == (protocol.IDLE, "")
    session.close()


async def test_typing_does_not_wait_for_the_end_of_what_the_larger_model_writes() -> None:
    typed = threading.Event()

    def find_large(wanted: str, small: TextGenerator) -> Load:
        def load(between: Callable[[], None]) -> TextGenerator:
            def script(prompt: str) -> str:
                until = time.monotonic() + 30
                while not typed.is_set():
                    between()
                    assert time.monotonic() < until
                return "large"

            return ScriptedGenerator(script)

        return load

    session = Session(
        lambda: ScriptedGenerator(lambda text: "small"),
        lambda *state: None,
        large=Large(find_large),
    )
    session.configure(Settings())
    await session.start()

    def job(generator: TextGenerator, cancel: CancelToken) -> str:
        return generator.generate(GenerationRequest("a", (plain("x"),)), cancel).text

    assisted = asyncio.ensure_future(session.assist("a", job))
    await asyncio.sleep(0.05)
    completion = await asyncio.wait_for(session.complete(at_cursor("x = █\n")), 10)
    assert completion is not None
    assert completion.raw == "small"
    assert not assisted.done()
    typed.set()
    assert await assisted == "large"
    session.close()


async def test_a_suggestion_is_judged_followed_and_learned_from(tmp_path: Path) -> None:
    """Also: the user who asks is not judged, and a verdict is a reason."""
    text, path = "def f():\n    █\n", tmp_path / "statistics.sqlite3"
    written = {"now": ""}
    generator = ScriptedGenerator(lambda prompt: "return 1", tokens=True)
    session = Session(
        lambda: generator, lambda *state: None, path, text_of=lambda uri: written["now"]
    )
    await session.start()
    for eagerness, reason in (("quiet", "unlikely"), ("eager", None)):
        session.configure(Settings(eagerness=eagerness))
        here = at_cursor(text.replace("f()", f"{eagerness}()"))
        completion = await session.complete(here)
        assert completion is not None
        assert completion.reason == reason
        assert (why.sentence(session) == why.SENTENCES["unlikely"]) == (reason is not None)
        assert [found.shown for found in await session.candidates(here)] == ["return 1"]
    assert completion is not None
    written["now"] = "def eager():\n    return 1\n"
    session.fates.settle(completion.identity, session._text_of(here.snapshot.uri))
    session.offers.flush(30)
    outcomes = {found.request.id: found for found in read(path)}
    assert outcomes[completion.identity].retained_chars == len("return 1")
    assert [found.request.chance is None for found in outcomes.values()] == [False, True] * 2
    assert read_taste(path).events == 1
    session.close()


def test_the_server_hands_its_open_documents_to_the_session() -> None:
    server = create_server(lambda: ScriptedGenerator(lambda text: "1"))
    server.protocol._workspace = LspWorkspace(None, None, None)
    server.workspace.put_text_document(types.TextDocumentItem("file:///a.py", "python", 1, "x = 1"))
    assert server.session._text_of("file:///a.py") == "x = 1"
    assert server.session._text_of("file:///b.py") is None
    server.session.release()


async def test_off_loads_nothing_until_somebody_asks() -> None:
    said: list[tuple[str, str]] = []
    loads: list[int] = []

    def load() -> ScriptedGenerator:
        loads.append(1)
        return ScriptedGenerator(lambda text: "1")

    session = Session(load, lambda *state: said.append(state))
    session.configure(Settings(enabled=False))
    assert await session.start() == ""
    session.read_ahead(at_cursor("x = █\n"))
    await asyncio.sleep(0.05)
    assert not loads
    assert said == [(protocol.PAUSED, "")]
    assert [c.shown for c in await session.candidates(at_cursor("x = █\n"))] == ["1"]
    assert loads == [1]
    session.close()


async def test_off_indexes_nothing_and_forgets(tmp_path: Path) -> None:
    (tmp_path / "users.py").write_text("def load_user(name):\n    return database.fetch(name)\n")
    here = at_cursor("def load_user(name):\n    return database.█\n")

    async def quoted(session: Session) -> bool:
        for _ in range(50):
            if await session.neighbours.around(here, 256):
                return True
            await asyncio.sleep(0.02)
        return False

    session = Session(lambda: ScriptedGenerator(lambda text: "1"), lambda *state: None)
    session.configure(Settings(enabled=False))
    session.look_around([tmp_path])
    await session.start()
    assert not await quoted(session)
    await session.candidates(here)
    assert await quoted(session)
    session.configure(Settings(enabled=False))
    while await session.neighbours.around(here, 256):
        await asyncio.sleep(0.02)
    session.configure(Settings(enabled=True))
    assert await quoted(session)
    session.close()


async def test_the_larger_model_answers_assists_and_rests_when_nobody_asks_it() -> None:
    loads: list[str] = []

    def find_large(wanted: str, typed: TextGenerator) -> Load:
        def load(between: Callable[[], None]) -> TextGenerator:
            loads.append(wanted)
            return ScriptedGenerator(lambda text: "large")

        return load

    session = Session(
        lambda: ScriptedGenerator(lambda text: "small"),
        lambda *state: None,
        usage=Usage(large_idle_s=0.02),
        large=Large(find_large),
    )
    session.configure(Settings())
    await session.start()

    def job(generator: TextGenerator, cancel: CancelToken) -> str:
        return generator.generate(GenerationRequest("a", (plain("x"),)), cancel).text

    assert await session.assist("a", job) == "large"
    completion = await session.complete(at_cursor("x = █\n"))
    assert completion is not None
    assert completion.raw == "small"
    async with asyncio.timeout(10):
        while len(loads) < 2:
            await asyncio.sleep(0.1)
            assert await session.assist("a", job) == "large"
    assert await session.assist("a", job) == "large"
    session.close()
