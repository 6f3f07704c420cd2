import asyncio
import os
from pathlib import Path

import pytest
from fimble.completion.neighbours import Neighbours
from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Snapshot

LIKE = "def load_user(name):\n    return database."
USERS = "def load_user(name):\n    return database.fetch(name)\n"


def at(uri: str, text: str) -> CursorContext:
    return CursorContext(Snapshot(uri, uri.rpartition("/")[2], "python", 1, text), len(text))


async def scanned(root: Path) -> Neighbours:
    neighbours = Neighbours()
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
    neighbours = await scanned(workspace)
    uri = (workspace / "main.py").as_uri()
    first = await neighbours.around(at(uri, LIKE), 200)
    assert first
    assert await neighbours.around(at(uri, "other = 1\n"), 200) is first
    assert await neighbours.around(at(uri, "x\n" * 40), 200) is not first
    neighbours.close()


@pytest.mark.parametrize(
    "line", ["from users import load_user", "    return database.fetch(name)", "x = 1  # import"]
)
@pytest.mark.parametrize("above", ["import json\n", "import json\ndef load_user(name):\n", ""])
async def test_the_choice_stays_while_a_line_is_typed(
    workspace: Path, above: str, line: str
) -> None:
    """The KV cache lives on it: what is typed may make another place of it, as imports are."""
    (workspace / "app.py").write_text("from users import load_user\n" + USERS, encoding="utf-8")
    neighbours = await scanned(workspace)
    uri, below = (workspace / "main.py").as_uri(), "\n\nload_user(name)\ndatabase.fetch\n"
    chosen = set()
    for end in range(len(line) + 1):
        text = above + line[:end]
        snapshot = Snapshot(uri, "main.py", "python", 1, text + below)
        context = CursorContext(snapshot, len(text))
        chosen.add(await neighbours.around(context, 200))
    assert len(chosen) == 1
    neighbours.close()


async def test_far_lines_of_the_document_are_quoted_as_they_are_now(tmp_path: Path) -> None:
    neighbours = await scanned(tmp_path)
    apart = "\n" * 16
    apart += "".join(f"colour_{n} = shape_{n}.paint({n})\n" for n in range(400)) + apart
    uri = (tmp_path / "main.py").as_uri()
    for name in ("fetch", "find"):
        (found,) = await neighbours.around(
            at(uri, USERS.replace("fetch", name) + apart + LIKE), 400
        )
        assert f"database.{name}(name)" in found.text
    neighbours.close()


async def test_the_file_one_comes_from_is_known_as_it_was_left() -> None:
    neighbours = Neighbours()
    await neighbours.around(at("file:///p/users.py", USERS), 200)
    await neighbours.around(at("file:///p/main.py", "x = 1\n"), 200)
    await asyncio.sleep(0.05)
    found = await neighbours.around(at("file:///p/main.py", "\n" * 30 + LIKE), 200)
    assert [snippet.path for snippet in found] == ["users.py"]
    neighbours.close()
    neighbours.update(at("file:///p/late.py", USERS).snapshot)


async def test_lines_like_those_at_the_cursor_are_quoted(workspace: Path) -> None:
    neighbours = await scanned(workspace)
    context = at((workspace / "main.py").as_uri(), "def load_user(name):\n    return database.")
    (found,) = await neighbours.around(context, 200)
    assert found.path == "users.py"
    assert await neighbours.around(context, 0) == ()
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


async def quoted(neighbours: Neighbours, root: Path, name: str = "main.py") -> str:
    found = await neighbours.around(at((root / name).as_uri(), LIKE), 400)
    return "".join(snippet.text for snippet in found)


async def settled(neighbours: Neighbours) -> None:
    """What was asked of both threads before is done."""
    for thread in (neighbours._thread, neighbours._scanner, neighbours._thread):
        await asyncio.wrap_future(thread.submit(lambda: None))


@pytest.mark.parametrize("change", ["deleted", "renamed", "ignored", "a secret", "a link", "moved"])
async def test_what_is_gone_by_now_is_not_quoted(workspace: Path, change: str) -> None:
    """Nobody tells it: the same place is asked for again."""
    neighbours = await scanned(workspace)
    users = workspace / "users.py"
    assert "fetch" in await quoted(neighbours, workspace)
    if change == "deleted":
        users.unlink()
    elif change == "renamed":
        users.rename(workspace / "passwords.py")
    elif change == "ignored":
        (workspace / ".gitignore").write_text("users.py\n", encoding="utf-8")
    elif change == "a secret":
        users.write_text(USERS + "PASSWORD = 'hunter2xyz'\n", encoding="utf-8")
    elif change == "a link":
        users.rename(workspace.parent / "users.py")
        users.symlink_to(workspace.parent / "users.py")
    else:
        (workspace / "node_modules").mkdir()
        users.rename(workspace / "node_modules" / "users.py")
    assert await quoted(neighbours, workspace) == ""
    neighbours.close()


async def test_what_has_changed_is_quoted_as_it_is_now(workspace: Path) -> None:
    neighbours = await scanned(workspace)
    assert "fetch" in await quoted(neighbours, workspace)
    (workspace / "users.py").write_text(USERS.replace("fetch", "find"), encoding="utf-8")
    assert "find" in await quoted(neighbours, workspace)
    neighbours.close()


async def test_a_file_that_was_renamed_is_not_quoted_to_itself(workspace: Path) -> None:
    neighbours = await scanned(workspace)
    (workspace / "users.py").rename(workspace / "people.py")
    assert await quoted(neighbours, workspace, "people.py") == ""
    neighbours.remove((workspace / "people.py").as_uri())
    neighbours.changed([(workspace / name).as_uri() for name in ("users.py", "people.py")])
    await settled(neighbours)
    found = await neighbours.around(at((workspace / "main.py").as_uri(), LIKE), 400)
    assert [snippet.path for snippet in found] == ["people.py"]
    neighbours.close()


async def test_changed_files_and_folders_are_read_when_the_client_says_so(workspace: Path) -> None:
    neighbours = await scanned(workspace)
    (workspace / "users.py").unlink()
    (workspace / "new").mkdir()
    (workspace / "new" / "people.py").write_text(USERS, encoding="utf-8")
    neighbours.changed([(workspace / name).as_uri() for name in ("users.py", "new")])
    await settled(neighbours)
    assert "fetch" in await quoted(neighbours, workspace)
    neighbours.changed(["untitled:a", "file:///%00", "file://[", (workspace / "gone.py").as_uri()])
    await settled(neighbours)
    assert "fetch" in await quoted(neighbours, workspace)
    neighbours.close()


async def test_rules_that_are_taken_back_let_files_in(workspace: Path) -> None:
    (workspace / "users.py").unlink()
    neighbours = await scanned(workspace)
    assert await quoted(neighbours, workspace) == ""
    ignore = workspace / ".gitignore"
    ignore.write_text("", encoding="utf-8")
    neighbours.update(at(ignore.as_uri(), "").snapshot)
    await settled(neighbours)
    assert "made" in await quoted(neighbours, workspace)
    neighbours.close()


async def test_text_that_was_never_saved_goes_with_its_document(workspace: Path) -> None:
    neighbours = await scanned(workspace)
    uri = (workspace / "users.py").as_uri()
    unsaved = at(uri, USERS.replace("fetch", "unsaved"))
    await neighbours.around(unsaved, 400)
    assert "unsaved" in await quoted(neighbours, workspace)
    await neighbours.around(unsaved, 400)
    neighbours.remove(uri)
    for _ in range(2):
        said = await quoted(neighbours, workspace)
        assert "fetch" in said
        assert "unsaved" not in said
    untitled = "untitled:Untitled-1"
    neighbours.update(at(untitled, USERS.replace("fetch", "untitled")).snapshot)
    neighbours.remove(untitled)
    assert "untitled" not in await quoted(neighbours, workspace)
    neighbours.close()


async def test_a_document_that_came_to_hold_a_secret_is_forgotten(workspace: Path) -> None:
    neighbours = await scanned(workspace)
    (workspace / "users.py").unlink()
    uri = (workspace / "users2.py").as_uri()
    neighbours.update(at(uri, USERS).snapshot)
    assert "fetch" in await quoted(neighbours, workspace)
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    neighbours.update(at(uri, f"{USERS}\nkey = '{key}'\n").snapshot)
    await settled(neighbours)
    assert await quoted(neighbours, workspace) == ""
    neighbours.close()


@pytest.mark.parametrize(
    "name", ["prod.env", ".envrc", "id_ecdsa", "kubeconfig", ".htpasswd", "passwords.txt", "k.asc"]
)
@pytest.mark.parametrize("folder", [True, False])
async def test_documents_of_secrets_are_not_quoted_with_or_without_a_folder(
    tmp_path: Path, name: str, folder: bool
) -> None:
    neighbours = Neighbours()
    neighbours.set_folders([tmp_path] if folder else [])
    neighbours.update(at((tmp_path / name).as_uri(), USERS).snapshot)
    assert await quoted(neighbours, tmp_path) == ""
    neighbours.close()


async def test_without_a_folder_a_document_has_the_rules_of_its_own(workspace: Path) -> None:
    neighbours = Neighbours()
    for name in ("generated.py", "users.py"):
        text = (workspace / name).read_text(encoding="utf-8")
        neighbours.update(at((workspace / name).as_uri(), text).snapshot)
    said = await quoted(neighbours, workspace)
    assert "fetch" in said
    assert "made" not in said
    neighbours.close()


async def test_folders_come_and_go(
    workspace: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "people.py").write_text(USERS.replace("fetch", "other"), encoding="utf-8")
    neighbours = Neighbours()
    neighbours.set_folders([workspace])
    neighbours.set_folders([workspace, other])
    await settled(neighbours)
    assert "other" in await quoted(neighbours, workspace)
    neighbours.set_folders([workspace])
    said = await quoted(neighbours, workspace)
    assert "fetch" in said
    assert "other" not in said
    neighbours.set_folders([])
    await settled(neighbours)
    assert await quoted(neighbours, workspace) == ""
    neighbours.close()


async def test_a_file_that_cannot_be_read_loses_itself_alone(workspace: Path) -> None:
    for number, name in enumerate(("closed.py", "gone.py", "long.py")):
        path = workspace / name
        path.write_text(USERS.replace("fetch", "newest"), encoding="utf-8")
        os.utime(path, (2e9 + number, 2e9 + number))
    (workspace / "closed.py").chmod(0)
    (workspace / "long.py").write_text("x" * 200_000, encoding="utf-8")
    neighbours = await scanned(workspace)
    (workspace / "gone.py").unlink()
    assert "fetch" in await quoted(neighbours, workspace)
    neighbours.close()


async def test_leaving_waits_for_no_scan(tmp_path: Path) -> None:
    for number in range(300):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / ".gitignore").write_text("*a*b*c[d]\n" * 1_000, encoding="utf-8")
        (folder / "a.py").write_text(USERS, encoding="utf-8")
    neighbours = Neighbours()
    scan = neighbours.scan(tmp_path)
    assert scan is not None
    while not (scan.running() or scan.done()):
        await asyncio.sleep(0.001)
    neighbours.close()
    loop = asyncio.get_running_loop()
    started = loop.time()
    await loop.run_in_executor(None, neighbours._scanner.shutdown)
    assert loop.time() - started < 2
