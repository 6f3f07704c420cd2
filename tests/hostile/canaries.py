"""Workspaces with canaries: what must not be quoted, beside what should be, and who quotes it."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from unittest import mock

from fimble.generation.testing import ScriptedGenerator
from fimble.lsp.server import create_server
from fimble.lsp.wire import life, stdio
from fimble.system import lifetime

from tests.hostile.client import Client
from tests.hostile.driver import SERVER, Run
from tests.hostile.protections import (
    PROTECTIONS,
    SECRET_TEXTS,
    Place,
    Protection,
    relative,
    secret_text,
)

RECORDING = Path(__file__).with_name("recording.py")
PER_WORKSPACE = 6
"""Protections in one workspace."""
PLACES = 4
"""Where a prompt is asked for about each."""
ANSWER_S = 20.0
SETTLE_S = 0.3
"""What was said about files may be looked at by and by."""
_QUERY = """
def {a}_{b}({c}_{d}, {e}_{f}):
    {g}_{h} = {a}_{c}.connect_{b}({c}_{d})
    {e}_{g} = {g}_{h}.fetch_{d}({e}_{f})
    {f}_{h} = {e}_{g}.rows_{a}({c}_{d})
"""
_REST = """    {mark} = {f}_{h}.last_{b}
    return {mark}
"""


@dataclass(frozen=True)
class Prompted:
    """A prompt as it reached the generator.

    Attributes:
        key: The document's URI.
        text: All of it, and what else of the document answers are drafted from.
    """

    key: str
    text: str


Asked = Callable[[], list[Prompted]]
Serve = Callable[[Path, Path], AbstractContextManager[tuple[Client, Asked]]]
"""Takes the workspace and the user's home; a server, and what it has asked its model by now."""


@dataclass(frozen=True)
class Canary:
    """What must not be in a prompt.

    Attributes:
        kind: The protection's name.
        marks: Any of these gives it away.
        own: Ends of documents' URIs where they may stand, the user being in that file.
    """

    kind: str
    marks: tuple[str, ...]
    own: str = ""


@dataclass
class Counted:
    """What a run came to.

    Attributes:
        prompts: How many prompts reached the generator.
        quoting: Those with a control's mark.
        unprotected: Canaries that git does not ignore, so that they were no canaries.
        canaries: How many canaries there were, by protection.
        found: The protection of each canary that was in a prompt, and the prompt's document.
    """

    prompts: int = 0
    quoting: int = 0
    unprotected: list[str] = field(default_factory=list)
    canaries: dict[str, int] = field(default_factory=dict)
    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, prompts: Sequence[Prompted], canaries: Sequence[Canary]) -> None:
        """Counts a workspace."""
        for canary in canaries:
            self.canaries[canary.kind] = self.canaries.get(canary.kind, 0) + 1
        for prompt in prompts:
            self.prompts += 1
            self.quoting += "control_" in prompt.text
            for canary in canaries:
                allowed = canary.own and canary.own in prompt.key
                if not allowed and any(mark in prompt.text for mark in canary.marks):
                    self.found.append((canary.kind, prompt.key))

    def join(self, other: Counted) -> None:
        """Counts what another run came to."""
        self.prompts += other.prompts
        self.quoting += other.quoting
        self.unprotected += other.unprotected
        self.found += other.found
        for kind, count in other.canaries.items():
            self.canaries[kind] = self.canaries.get(kind, 0) + count


class Typing:
    """An editor on an in-process server; see `protections.Editor`."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.unanswered: list[str] = []
        self._versions: dict[str, int] = {}

    def say(self, method: str, params: object) -> None:
        """A notification."""
        self.client.notify(method, params)

    def open(self, uri: str, text: str, language_id: str = "python") -> None:
        """Opens a document, and asks for a completion at its end as one that types does."""
        item = {"uri": uri, "languageId": language_id, "version": 1, "text": text}
        self._versions[uri] = 1
        self.say("textDocument/didOpen", {"textDocument": item})
        self.complete(uri, text)

    def retype(self, uri: str, text: str) -> None:
        """Puts another text in a document's place."""
        self._versions[uri] += 1
        version = {"uri": uri, "version": self._versions[uri]}
        change = {"textDocument": version, "contentChanges": [{"text": text}]}
        self.say("textDocument/didChange", change)
        self.complete(uri, text)

    def complete(self, uri: str, text: str) -> None:
        """Asks at the end of the text; waits for the answer."""
        lines = text.split("\n")
        params = {
            "textDocument": {"uri": uri},
            "position": {"line": len(lines) - 1, "character": len(lines[-1])},
            "context": {"triggerKind": 2},
        }
        answer = self.client.ask("textDocument/inlineCompletion", params)
        try:
            answer.result(ANSWER_S)
        except TimeoutError:
            self.unanswered.append(uri)

    def save(self, uri: str) -> None:
        """Saves a document."""
        self.say("textDocument/didSave", {"textDocument": {"uri": uri}})

    def close(self, uri: str) -> None:
        """Closes a document."""
        self.say("textDocument/didClose", {"textDocument": {"uri": uri}})


@contextlib.contextmanager
def in_process(_: Path, home: Path) -> Iterator[tuple[Client, Asked]]:
    """The real server in this process, with pipes and a scripted model, for a user of that home."""
    to_server, to_client = os.pipe(), os.pipe()
    generator = ScriptedGenerator(lambda _: "x")
    server = create_server(lambda: generator)

    def asked() -> list[Prompted]:
        return [
            Prompted(
                request.key,
                "".join(s.text for s in (*request.prompt, *chain.from_iterable(request.quick)))
                + request.copied_from,
            )
            for request in (*generator.requests, *generator.prefilled)
        ]

    thread = threading.Thread(target=server.serve, args=(life.over_stdio,), daemon=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    user = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "GIT_CONFIG_NOSYSTEM": "1"}
    with (
        mock.patch.object(stdio, "take", return_value=(to_server[0], to_client[1])),
        # The server's end is not the end of this process.
        mock.patch.object(lifetime, "end_soon"),
        mock.patch.object(lifetime, "end_now"),
        mock.patch.dict(os.environ, {**kept, **user}, clear=True),
        os.fdopen(to_client[0], "rb") as said,
        os.fdopen(to_server[1], "wb") as saying,
    ):
        thread.start()
        try:
            yield Client(said, saying), asked
        finally:
            saying.close()
            thread.join(10)
            os.close(to_client[1])
            os.close(to_server[0])


def real(model: Path) -> Serve:
    """`fimble serve --stdio` with a package; what reaches the package is written to a file."""

    @contextlib.contextmanager
    def served(root: Path, home: Path) -> Iterator[tuple[Client, Asked]]:
        file = home / "prompts"
        command = [*SERVER, str(model)]
        place = command.index("-m")
        command[place : place + 2] = [str(RECORDING), str(file)]
        run = Run(model, home, root, command)

        def asked() -> list[Prompted]:
            lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
            return [Prompted(**json.loads(line)) for line in lines]

        try:
            yield run.client, asked
        finally:
            run.end()

    return served


def run(
    folder: Path,
    seed: int,
    protections: Sequence[Protection] = PROTECTIONS,
    start: int = 0,
    serve: Serve = in_process,
) -> Counted:
    """Makes one workspace with its server, and asks for prompts all over it."""
    counted = Counted()
    chance = random.Random(seed)
    place = _place(folder, chance)
    chosen = [protections[(start + n) % len(protections)] for n in range(PER_WORKSPACE)]
    topics = [_topic(chance) for _ in chosen]
    canaries, acts = [], []
    made = []
    for number, (protection, topic) in enumerate(zip(chosen, topics, strict=True)):
        name = f"p{seed}x{number}q"
        text, marks = _protected(protection, topic, chance, name)
        place.put(f"control/of_{name}.py", _text(topic, f"control_{name}", "# more\n" * 3))
        act = protection.make(place, name, text)
        own = "" if protection.store else name
        made.append((act, Canary(protection.name, marks, own), protection))
        if act is not None and not isinstance(act, Path):
            acts.append(act)
    place.write_rules()
    for path, canary, protection in made:
        if protection.by_git and isinstance(path, Path) and not _git_ignores(place, path):
            counted.unprotected.append(protection.name)
        else:
            canaries.append(canary)
    probe = _topic(chance)
    old = place.put("control/probe.py", _text(probe, "control_probe", ""))
    os.utime(old, (1, 1))
    with serve(place.root, place.home) as (client, asked):
        _begin(client, place)
        typing = Typing(client)
        _await_scan(typing, place, probe, asked)
        for act in acts:
            act(typing)
        if acts:
            time.sleep(SETTLE_S)
        _work(typing, place, topics)
        counted.add(asked(), canaries)
    if typing.unanswered:
        raise AssertionError(f"no answer: {typing.unanswered}")
    return counted


def _begin(client: Client, place: Place) -> None:
    folders = [{"uri": f.as_uri(), "name": f.name} for f in (place.root, place.second)]
    params = {
        "processId": None,
        "rootUri": folders[0]["uri"],
        "workspaceFolders": folders,
        "capabilities": {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}},
        "initializationOptions": {
            "debounce_ms": 0,
            "context_tokens": 1024,
        },
    }
    client.ask("initialize", params).result(ANSWER_S)
    client.notify("initialized", {})
    client.until(lambda: "idle" in client.states(), ANSWER_S)


def _await_scan(typing: Typing, place: Place, probe: dict[str, str], asked: Asked) -> None:
    """Until the workspace's oldest file is quoted, the last one that is read."""
    for number in range(60):
        uri = (place.root / f"probing_{number}.py").as_uri()
        typing.open(uri, _QUERY.format(**probe) + "    x = ")
        typing.close(uri)
        if any("control_probe" in prompt.text for prompt in asked()):
            return
        time.sleep(0.03)


def _work(typing: Typing, place: Place, topics: Sequence[dict[str, str]]) -> None:
    """Types about every topic, in one document each, so far apart that other text is chosen."""
    for number, topic in enumerate(topics):
        uri = (place.root / f"work_{number}.py").as_uri()
        text = _QUERY.format(**topic) + "    return "
        typing.open(uri, text)
        for line in range(1, PLACES):
            typing.retype(uri, "\n" * 10 * line + text)


def _place(folder: Path, chance: random.Random) -> Place:
    layout = chance.choice(("plain", "plain", "plain", "work tree", "submodule"))
    top = folder / "whole" / "module" if layout == "submodule" else folder / "repository"
    common = {
        "plain": top / ".git",
        "work tree": folder / "main" / ".git",
        "submodule": folder / "whole" / ".git" / "modules" / "module",
    }[layout]
    root, home = top / chance.choice(("", "", "inner", "pack/inner")), folder / "home"
    other, second = folder / "other", folder / "second"
    for path in (root, home, other, second, common / "info"):
        path.mkdir(parents=True, exist_ok=True)
    _repository(common)
    if layout == "work tree":
        own = common / "worktrees" / "repository"
        own.mkdir(parents=True)
        (own / "HEAD").write_text("ref: refs/heads/side\n")
        (own / "commondir").write_text("../..\n")
        (own / "gitdir").write_text(f"{top / '.git'}\n")
        (top / ".git").write_text(f"gitdir: {own}\n")
    elif layout == "submodule":
        _repository(folder / "whole" / ".git")
        (top / ".git").write_text("gitdir: ../.git/modules/module\n")
    return Place(root, top, common, home, other, second, chance)


def _repository(git: Path) -> None:
    """What git takes for a repository."""
    for name in ("objects", "refs"):
        (git / name).mkdir(parents=True, exist_ok=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n")


def _topic(chance: random.Random) -> dict[str, str]:
    def word() -> str:
        return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(3))

    return {letter: word() for letter in "abcdefgh"}


def _text(topic: dict[str, str], mark: str, more: str) -> str:
    return _QUERY.format(**topic) + _REST.format(mark=mark, **topic) + more


def _protected(
    protection: Protection, topic: dict[str, str], chance: random.Random, name: str
) -> tuple[str, tuple[str, ...]]:
    mark = f"canary_{name}"
    if protection.name.startswith("holds a secret"):
        secret, parts = secret_text(chance.choice(SECRET_TEXTS), chance)
        return _QUERY.format(**topic).rstrip() + f"\n{secret}\n", parts
    return _text(topic, mark, ""), (mark,)


def _git_ignores(place: Place, path: Path) -> bool:
    """Whether git says so; where there is no git, what is written here is believed."""
    git = shutil.which("git")
    if git is None:
        return True
    environment = {
        "HOME": str(place.home),
        "XDG_CONFIG_HOME": str(place.home / ".config"),
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    asked = [git, "check-ignore", "-q", "--no-index", "--", relative(path, place.top)]
    return subprocess.run(asked, cwd=place.top, env=environment, check=False).returncode == 0
