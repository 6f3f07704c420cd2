import asyncio
import os
from pathlib import Path

import pytest
from fimble.core.context import CursorContext
from fimble.core.text import Snapshot
from fimble.neighbours import Neighbours

USERS = "def load_user(name):\n    return database.fetch(name)\n"


def at(uri: str, text: str) -> CursorContext:
    return CursorContext(Snapshot(uri, uri.rpartition("/")[2], "python", 1, text), len(text))


async def scanned(root: Path, *sources: str) -> Neighbours:
    neighbours = Neighbours()
    neighbours.sources = sources or neighbours.sources
    scan = neighbours.scan(root)
    assert scan is not None
    await asyncio.wrap_future(scan)
    return neighbours


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "users.py").write_text(USERS, encoding="utf-8")
    (tmp_path / "secret_users.py").write_text(USERS.replace("fetch", "leak"), encoding="utf-8")
    (tmp_path / ".gitignore").write_text("generated.py\n", encoding="utf-8")
    (tmp_path / "generated.py").write_text(USERS.replace("fetch", "made"), encoding="utf-8")
    return tmp_path


async def test_definitions_of_the_workspace_are_found(workspace: Path) -> None:
    neighbours = await scanned(workspace, "definitions")
    context = at((workspace / "main.py").as_uri(), "user = load_user(")
    found = await neighbours.around(context, 200)
    assert [snippet.path for snippet in found] == ["users.py"]
    assert await neighbours.around(context, 0) == ()
    neighbours.close()


async def test_ignored_and_secret_documents_stay_out_even_when_open(workspace: Path) -> None:
    neighbours = await scanned(workspace)
    for name in ("secret_users.py", "generated.py"):
        text = (workspace / name).read_text(encoding="utf-8")
        neighbours.update(at((workspace / name).as_uri(), text).snapshot)
    context = at((workspace / "main.py").as_uri(), "def load_user(name):\n    return database.")
    found = await neighbours.around(context, 400)
    assert found
    assert not any("leak" in snippet.text or "made" in snippet.text for snippet in found)
    neighbours.close()


async def test_the_choice_stays_while_the_cursor_moves_a_little(workspace: Path) -> None:
    neighbours = await scanned(workspace, "definitions")
    uri = (workspace / "main.py").as_uri()
    first = await neighbours.around(at(uri, "load_user("), 200)
    assert first
    assert await neighbours.around(at(uri, "other = 1\n"), 200) is first
    assert await neighbours.around(at(uri, "x\n" * 40), 200) is not first
    neighbours.close()


async def test_the_file_one_comes_from_is_known_as_it_was_left() -> None:
    neighbours = Neighbours()
    neighbours.sources = ("definitions",)
    await neighbours.around(at("file:///p/users.py", USERS), 200)
    await neighbours.around(at("file:///p/main.py", "x = 1\n"), 200)
    await asyncio.sleep(0.05)
    found = await neighbours.around(at("file:///p/main.py", "\n" * 30 + "load_user("), 200)
    assert [snippet.path for snippet in found] == ["users.py"]
    neighbours.close()
    neighbours.update(at("file:///p/late.py", USERS).snapshot)


async def test_lines_like_those_at_the_cursor_are_quoted(workspace: Path) -> None:
    neighbours = await scanned(workspace)
    context = at((workspace / "main.py").as_uri(), "def load_user(name):\n    return database.")
    (found,) = await neighbours.around(context, 200)
    assert (found.path, found.source) == ("users.py", "similar")
    unlike = at((workspace / "other.py").as_uri(), "def area(radius):\n    return name")
    assert await neighbours.around(unlike, 200) == ()
    neighbours.close()


async def test_a_file_is_not_quoted_to_itself_however_its_uri_is_spelled(workspace: Path) -> None:
    neighbours = await scanned(workspace)
    uri = (workspace / "users.py").as_uri().replace("users", "%75sers")
    assert await neighbours.around(at(uri, "def load_user(name):\n    return database."), 200) == ()
    neighbours.close()


async def test_a_strange_file_does_not_stop_the_scan(workspace: Path) -> None:
    os.mkfifo(workspace / "pipe.py")
    (workspace / "gone.py").symlink_to(workspace / "nowhere.py")
    (workspace / "broken.py").write_bytes(b"x = '\xff'\n")
    neighbours = await scanned(workspace)
    context = at((workspace / "main.py").as_uri(), "def load_user(name):\n    return database.")
    assert await neighbours.around(context, 200)
    neighbours.close()


async def test_a_document_of_megabytes_is_not_indexed(workspace: Path) -> None:
    neighbours = await scanned(workspace)
    large = at((workspace / "large.py").as_uri(), USERS.replace("fetch", "lots") * 2_000)
    neighbours.update(large.snapshot)
    context = at((workspace / "main.py").as_uri(), "def load_user(name):\n    return database.")
    assert [snippet.path for snippet in await neighbours.around(context, 400)] == ["users.py"]
    neighbours.close()


async def test_the_file_that_was_indexed_longest_ago_makes_room() -> None:
    neighbours = Neighbours()
    for number in range(402):
        text = f"def load_user_{number}(name):\n    return database_{number}.fetch(name)\n"
        neighbours.update(at(f"file:///p/users_{number}.py", text).snapshot)
    for number, kept in ((0, False), (401, True)):
        prefix = f"def load_user_{number}(name):\n    return database_{number}."
        found = await neighbours.around(at(f"file:///p/main_{number}.py", prefix), 400)
        assert (f"users_{number}.py" in [snippet.path for snippet in found]) is kept
    neighbours.close()
