"""Drives `fimble serve --stdio` through one workspace as an editor would, and measures it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import TimeoutError as TimedOut
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.hostile.client import Client, Message

EDITOR = Path(__file__).with_name("editor.py")
SERVER = (sys.executable, "-P", "-m", "fimble", "serve", "--stdio", "--threads", "1", "--model")
PATIENCE_S = 12.0
"""For an answer; one that takes longer is none."""
FIRST_S = 30.0
"""For the first completion, which waits for the model."""
_AFTERWARDS_S = 2.0
"""Once one answer did not come."""
MOST_BYTES = 1500 << 20
"""A server that takes more memory is killed, so that a test that fails spares the machine."""
TAKEN = ("fix", "docstring.document", "docstring.all", "rewrite")
"""Assists that run tools, read the project and quote the document."""
CAPABILITIES = {
    "workspace": {"workspaceFolders": True, "didChangeWatchedFiles": {"dynamicRegistration": True}},
    "textDocument": {
        "inlineCompletion": {},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor"]}},
            "resolveSupport": {"properties": ["edit"]},
            "dataSupport": True,
        },
    },
    "window": {"workDoneProgress": False},
}


@dataclass(frozen=True)
class Document:
    """What is opened and asked about.

    Attributes:
        uri: As the client spells it.
        text: With the cursor at its end.
        language_id: Of LSP.
        finding: Its code, its message, and what stands in the first line.
    """

    uri: str
    text: str
    language_id: str = "python"
    finding: tuple[str, str, str] = ("F401", "`os` imported but unused", "os")

    def end(self, more: str = "") -> dict[str, int]:
        """The position of its end."""
        lines = (self.text + more).split("\n")
        return {"line": len(lines) - 1, "character": len(lines[-1].encode("utf-16-le")) // 2}


@dataclass
class Measured:
    """What came of a run.

    Attributes:
        seconds: Of each answer; one that did not come is missing.
        unanswered: What was asked and not answered in time.
        errors: What was answered with an error.
        peak: Most bytes of memory that the server had.
        tools: Most bytes that the programs it started had together.
        gone: Seconds from the editor's end to the end of the last process.
        said: What the user was told.
        answered_twice: Answers too many.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    peak: int = 0
    tools: int = 0
    gone: float = 0.0
    said: list[str] = field(default_factory=list)
    answered_twice: int = 0


AFTERWARDS = Document("untitled:afterwards", "def area(width, height):\n    return width")


class Run:
    """A server with its editor's process, from its start to the editor's end by SIGKILL.

    Args:
        model: The package that is served.
        home: The user's home folder.
        cwd: Where the editor stands.
        command: Instead of `fimble serve`.
    """

    def __init__(
        self, model: Path, home: Path, cwd: Path, command: Sequence[str] | None = None
    ) -> None:
        folders = {
            "XDG_CONFIG_HOME": ".config",
            "XDG_DATA_HOME": ".data",
            "XDG_CACHE_HOME": ".cache",
        }
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            **{name: str(home / folder) for name, folder in folders.items()},
            "HOME": str(home),
            "ORT_DISABLE_TELEMETRY": "1",
        }
        log = (home / "server.log").open("wb")
        self._editor = subprocess.Popen(
            [sys.executable, "-S", "-E", str(EDITOR), *(command or (*SERVER, str(model)))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            cwd=cwd,
        )
        log.close()
        assert self._editor.stdin is not None
        assert self._editor.stdout is not None
        self.server = psutil.Process(int(self._editor.stdout.readline()))
        self._command = self.server.cmdline()
        self.client = Client(self._editor.stdout, self._editor.stdin)
        self.measured = Measured()
        self._held: list[int] = []
        self._family: dict[int, psutil.Process] = {}
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()

    @property
    def editor(self) -> int:
        """The process id that a client says in `initialize`."""
        return self._editor.pid

    def answer(self, name: str, method: str, params: Any, patience: float = PATIENCE_S) -> Any:
        """Asks, and notes how long the answer took; its result, None without one."""
        if self.measured.unanswered:
            patience = min(patience, _AFTERWARDS_S)
        started = time.monotonic()
        try:
            found: Message = self.client.ask(method, params).result(patience)
        except TimedOut:
            self.measured.unanswered.append(name)
            return None
        self.measured.seconds[name] = time.monotonic() - started
        if "error" in found:
            self.measured.errors[name] = str(found["error"].get("message"))
        return found.get("result")

    def hold_pipes(self) -> None:
        """Has another process (this one) hold the server's pipes: they outlive the editor."""
        for number, way in ((0, os.O_WRONLY), (1, os.O_RDONLY)):
            self._held.append(os.open(f"/proc/{self.server.pid}/fd/{number}", way))

    def end(self, patience: float = 8.0) -> Measured:
        """Kills the editor, and measures how long what it started lives on."""
        self._look_once()
        started = time.monotonic()
        self._editor.kill()
        self._editor.wait()
        while self._alive() and time.monotonic() < started + patience:
            time.sleep(0.01)
        self.measured.gone = time.monotonic() - started
        for process in self._alive():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self._ended.set()
        self._watch.join()
        for pipe in self._held:
            os.close(pipe)
        self.measured.said = self.client.messages()
        self.measured.answered_twice = len(self.client.twice)
        for stream in (self._editor.stdin, self._editor.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        return self.measured

    def _look(self) -> None:
        while not self._ended.wait(0.03):
            if self._look_once() > MOST_BYTES:
                for process in self._alive():
                    with contextlib.suppress(psutil.Error):
                        process.kill()

    def _look_once(self) -> int:
        with contextlib.suppress(psutil.Error):
            for process in (self.server, *self.server.children(recursive=True)):
                self._family.setdefault(process.pid, process)
        tools = server = 0
        for process in list(self._family.values()):
            with contextlib.suppress(psutil.Error):
                # A child that has not begun its program yet shares the server's memory.
                begun = process.cmdline() != self._command
                size = process.memory_info().rss
                tools += size if begun else 0
                server = size if process.pid == self.server.pid else server
        self.measured.peak = max(self.measured.peak, server)
        self.measured.tools = max(self.measured.tools, tools)
        return server + tools

    def _alive(self) -> list[psutil.Process]:
        found = []
        for process in list(self._family.values()):
            with contextlib.suppress(psutil.Error):
                if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found


def begin(run: Run, roots: Sequence[str], options: Any = None) -> None:
    """`initialize` and `initialized`, with the workspace's folders by their URIs."""
    folders = [{"uri": uri, "name": uri.rpartition("/")[2]} for uri in roots]
    params = {
        "processId": run.editor,
        "rootUri": roots[0] if roots else None,
        "workspaceFolders": folders,
        "capabilities": CAPABILITIES,
        "initializationOptions": options,
    }
    run.answer("initialize", "initialize", params, 30.0)
    run.client.notify("initialized", {})


def visit(run: Run, document: Document) -> None:
    """Opens a document, types, completes, asks for code actions and takes two, asks why."""
    _open(run, document)
    _complete(run, "first completion", document, "", FIRST_S)
    end, version = document.end(), {"uri": document.uri, "version": 2}
    typed = [{"range": {"start": end, "end": end}, "text": " "}]
    run.client.notify("textDocument/didChange", {"textDocument": version, "contentChanges": typed})
    _complete(run, "completion", document, " ", PATIENCE_S)
    offers = _offers(run, document)
    for action in TAKEN:
        if action in offers:
            run.answer(f"resolve {action}", "codeAction/resolve", offers[action], 40.0)
    why = {"command": "fimble.whyNoSuggestion", "arguments": []}
    run.answer("why", "workspace/executeCommand", why)
    time.sleep(0.3)  # what still grows is measured too
    _open(run, AFTERWARDS)
    _complete(run, "completion elsewhere", AFTERWARDS, "", PATIENCE_S)


def starts_a_tool(run: Run, document: Document) -> bool:
    """Asks for a fix that a tool has to verify, does not wait; whether the tool runs now."""
    _open(run, document)
    _complete(run, "first completion", document, "", FIRST_S)
    run.client.ask("codeAction/resolve", _offers(run, document)["fix"])
    return run.client.until(lambda: bool(run.server.children()), 20.0)


def _open(run: Run, document: Document) -> None:
    item = {"uri": document.uri, "languageId": document.language_id, "version": 1}
    run.client.notify("textDocument/didOpen", {"textDocument": {**item, "text": document.text}})


def _complete(run: Run, name: str, document: Document, typed: str, patience: float) -> None:
    params = {
        "textDocument": {"uri": document.uri},
        "position": document.end(typed),
        "context": {"triggerKind": 2},
    }
    run.answer(name, "textDocument/inlineCompletion", params, patience)


def _offers(run: Run, document: Document) -> dict[str, Message]:
    """The first offer of each action."""
    code, message, name = document.finding
    begins = max(0, document.text.split("\n")[0].find(name))
    ends = {"line": 0, "character": begins + len(name)}
    place = {"start": {"line": 0, "character": begins}, "end": ends}
    found = {"range": place, "message": message, "code": code, "source": "ruff"}
    params = {
        "textDocument": {"uri": document.uri},
        "range": {"start": place["start"], "end": {"line": 3, "character": 4}},
        "context": {"diagnostics": [found], "triggerKind": 1},
    }
    offers = run.answer("code action", "textDocument/codeAction", params) or []
    by_action: dict[str, Message] = {}
    for offer in offers:
        by_action.setdefault((offer.get("data") or {}).get("action", ""), offer)
    return by_action
