"""No process of ours reaches for a network, or writes where it has no business.

Every command runs where there is no route, and every call that could use one is written down: a
library that wants to report home, and one that only looks a name up, are both seen.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the export extra")

from tests.e2e.test_serve_process import INITIALIZE, message
from tests.integration import confined
from tests.tiny_model import write_tiny_checkpoint

pytestmark = [
    pytest.mark.export,
    pytest.mark.slow,
    pytest.mark.skipif(bool(confined.lacking()), reason=confined.lacking() or "-"),
]

SECONDS = 20.0
"""ONNX Runtime sent its first events after 17."""

UNWANTED = (
    "XDG_",
    "CI",
    "GITHUB_",
    "GITLAB_",
    "TF_BUILD",
    "BUILD",
    "JENKINS_",
    "TEAMCITY_",
    "TRAVIS",
    "APPVEYOR",
    "CODEBUILD_",
)
"""Beginnings of variables that move a home's folders, or by which a library may see that it is being
tested: ONNX Runtime sends nothing where `CI` is set, and users have none."""

CODE = "import os\n\n\ndef area(radius):\n    return 3 * radius\n"
ACTION = {
    "range": {"start": {"line": 3, "character": 4}, "end": {"line": 3, "character": 8}},
    "context": {"diagnostics": []},
}
FIMBLE = (sys.executable, "-m", "fimble")
EXPORT = (sys.executable, "-m", "fimble_export")
COMMANDS: dict[str, tuple[str, ...]] = {
    "complete": (*FIMBLE, "complete", "code.py:5:10"),
    "complete --json": (*FIMBLE, "complete", "code.py:5:10", "--json"),
    "fix": (*FIMBLE, "fix", "code.py"),
    "edit": (*FIMBLE, "edit", "code.py", "--range", "4:5", "--instruction", "shorter"),
    "generate": (*FIMBLE, "generate", "code.py:6:1", "--instruction", "a circle"),
    "docstring": (*FIMBLE, "docstring", "code.py"),
    "docstring --check": (*FIMBLE, "docstring", "code.py", "--check"),
    "model list": (*FIMBLE, "model", "list"),
    "model info": (*FIMBLE, "model", "info", "qwen2.5-coder-0.5b"),
    "doctor": (*FIMBLE, "doctor"),
    "stats": (*FIMBLE, "stats"),
    "eval": (*FIMBLE, "eval", "completion", "--repo", ".", "--out", "answers.jsonl"),
    "serve --http": (*FIMBLE, "serve", "--http", "127.0.0.1:0"),
    "serve --stdio": (*FIMBLE, "serve", "--stdio"),
    "fimble-export export": (*EXPORT, "export", "checkpoint", "--out", "exported"),
    "fimble-export inspect": (*EXPORT, "inspect", "package"),
    "fimble-export report": (*EXPORT, "report", "package", "--out", "report"),
    "fimble-export verify": (*EXPORT, "verify", "package", "--source", "checkpoint"),
}
OF_THE_USER = {
    "eval": ("answers.jsonl",),
    "fimble-export export": ("exported", "exported.partial"),
    "fimble-export report": ("report",),
}
"""What a command was asked to write, in the folder it runs in."""
WITHOUT_RUNTIME = {"fix", "docstring --check", "model list", "model info", "stats"}
WITHOUT_RUNTIME |= {"fimble-export inspect", "fimble-export report"}
"""Commands that need no model here: the others prove nothing unless they have loaded the runtime."""


@dataclass(frozen=True)
class Place:
    """A home of its own, with a model installed, and a folder of code to work in."""

    home: Path
    work: Path
    env: dict[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("confined")
    home, work = folder / "home", folder / "work"
    (home / "tmp").mkdir(parents=True)
    work.mkdir()
    (work / "code.py").write_text(CODE, encoding="utf-8")
    write_tiny_checkpoint(work / "checkpoint")
    env = {name: value for name, value in os.environ.items() if not name.startswith(UNWANTED)}
    env |= {"HOME": str(home), "TMPDIR": str(home / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    env |= {"FIMBLE_CACHE": str(home / "cache"), "FIMBLE_DATA": str(home / "data")}
    install = (*FIMBLE, "model", "install", "--path", str(work / "checkpoint"))
    log = folder / "install.strace"
    command = (*install, "--name", "qwen2.5-coder-0.5b")
    trace = confined.finish(confined.start(command, log, env, work), log, 240)
    made = Place(home, work, env)
    check(trace, made, "model install")
    assert trace.status == 0, trace.errors
    shutil.copytree(home / "cache/models/qwen2.5-coder-0.5b", work / "package")
    return made


@pytest.fixture(scope="module")
def traces(place: Place, tmp_path_factory: pytest.TempPathFactory) -> dict[str, confined.Trace]:
    """All of them, three at a time."""
    logs = tmp_path_factory.mktemp("traces")
    waiting, running, done = (
        list(COMMANDS),
        dict[str, subprocess.Popen[bytes]](),
        dict[str, confined.Trace](),
    )
    while waiting or running:
        while waiting and len(running) < 3:
            name = waiting.pop(0)
            log = logs / name.replace(" ", "_")
            running[name] = confined.start(COMMANDS[name], log, place.env, place.work)
        name = next(iter(running))
        seconds = SECONDS if name.startswith("serve") else 240
        told = session() if name == "serve --stdio" else b""
        log = logs / name.replace(" ", "_")
        done[name] = confined.finish(running.pop(name), log, seconds, told)
    return done


def session() -> bytes:
    """What an editor says that opens a file, asks for completions in both ways, and for actions."""
    uri = "untitled:code.py"
    document = {"uri": uri, "languageId": "python", "version": 1, "text": CODE}
    place = {"textDocument": {"uri": uri}, "position": {"line": 4, "character": 10}}
    return b"".join(
        (
            message("initialize", INITIALIZE, 1),
            message("initialized", {}),
            message("textDocument/didOpen", {"textDocument": document}),
            message("textDocument/inlineCompletion", {**place, "context": {"triggerKind": 1}}, 2),
            message("textDocument/completion", place, 3),
            message("textDocument/codeAction", {**place, **ACTION}, 4),
        )
    )


def check(trace: confined.Trace, place: Place, name: str) -> None:
    """No network, and nothing written but Fimble's own files and what was asked for."""
    network = [call for call in trace.network if not harmless(call, name)]
    assert network == [], (name, trace.errors)
    ours = [place.home / "cache", place.home / "data", place.home / "tmp"]
    ours += [place.work / part for part in OF_THE_USER.get(name, ())]
    paths = {Path(place.work, path) for path in trace.written}
    strangers = {path for path in paths if not any(path.is_relative_to(own) for own in ours)}
    assert {path for path in strangers if not path.is_relative_to("/dev")} == set(), name


def harmless(call: str, name: str) -> bool:
    """The socket that the user asked for."""
    return name == "serve --http" and (
        "socket(AF_INET," in call or 'inet_addr("127.0.0.1")' in call
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_reaches_for_a_network_or_writes_elsewhere(
    name: str, place: Place, traces: dict[str, confined.Trace]
) -> None:
    check(traces[name], place, name)


def test_they_did_their_work(traces: dict[str, confined.Trace]) -> None:
    """A command that ends at once reaches for nothing: each one got as far as it can."""
    assert {name: trace.status for name, trace in traces.items() if trace.status not in (0, 1)} == {
        "serve --http": None
    }
    failed = [name for name, trace in traces.items() if "Traceback" in trace.errors]
    assert failed == []
    assert {name for name, trace in traces.items() if not trace.computed} == WITHOUT_RUNTIME
    answers = traces["serve --stdio"].output
    assert all(answers.count(f'"id": {number},') == 1 for number in (1, 2, 3, 4)), answers


def test_no_store_of_telemetry_is_made(place: Place, traces: dict[str, confined.Trace]) -> None:
    assert not [*place.home.rglob("*.onnxruntime"), *place.home.rglob("deviceid")]
    assert {path.name for path in place.home.iterdir()} <= {"cache", "data", "tmp"}
    left = {path.name for path in (place.home / "tmp").iterdir()}
    assert all(name.startswith("torchinductor_") for name in left)  # an empty folder of torch


def test_the_watch_sees_what_the_runtime_does_by_default(place: Place, tmp_path: Path) -> None:
    """The same import without Fimble: if this finds nothing, the tests above prove nothing."""
    log = tmp_path / "log"
    code = "import time\nfrom importlib import import_module as load\nload('onnxruntime')\n"
    code += f"time.sleep({SECONDS})"
    env = {name: value for name, value in place.env.items() if name != "ORT_DISABLE_TELEMETRY"}
    env["HOME"] = str(tmp_path)
    command = (sys.executable, "-I", "-c", code)
    trace = confined.finish(confined.start(command, log, env, tmp_path), log, SECONDS + 40)
    if trace.status != 0:
        pytest.fail(trace.errors)
    assert any(".onnxruntime" in path for path in trace.written), json.dumps(trace.written)
