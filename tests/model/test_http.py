"""`fimble serve --http` with the installed default model, as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.http.serving import TOKEN, Address, post

pytestmark = pytest.mark.model
LONG = "".join(f"def f{n}(x):\n    return x + {n}\n\n\n" for n in range(400))


@contextmanager
def process(folder: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], Address]]:
    running = subprocess.Popen(
        [sys.executable, "-m", "fimble", "serve", "--http", "127.0.0.1:0", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "FIMBLE_HTTP_TOKEN": TOKEN, "FIMBLE_DATA": str(folder)},
    )
    try:
        assert running.stderr is not None
        told = running.stderr.readline()
        port = re.search(r"http://127\.0\.0\.1:(\d+)/v1; the token is \$FIMBLE_HTTP_TOKEN", told)
        assert port is not None, told + running.stderr.read()
        yield running, Address("127.0.0.1", int(port[1]))
    finally:
        running.kill()
        running.wait(30)


@pytest.fixture(scope="module")
def address(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    with process(tmp_path_factory.mktemp("data"), "--model", str(installed)) as (_, address):
        yield address


def completed(address: Address, **body: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    reply = httpx.post(
        f"{address.url}/v1/completions", json=body, headers=headers, timeout=120, trust_env=False
    )
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


def text(address: Address, **body: Any) -> str:
    said: str = completed(address, **body)["choices"][0]["text"]
    return said


def test_the_obvious_expression(address: Address) -> None:
    body = {"prompt": "def add(a: int, b: int) -> int:\n    return ", "suffix": "\n", "stop": "\n"}
    assert text(address, **body).strip() == "a + b"


def test_a_seed_gives_the_same_text_and_none_another(address: Address) -> None:
    sampled = {"prompt": "# Ten random words:\n", "temperature": 1.5, "max_tokens": 24}
    assert text(address, **sampled, seed=11) == text(address, **sampled, seed=11)
    assert len({text(address, **sampled) for _ in range(4)}) > 1


@pytest.mark.parametrize("suffix", ["", "\nprint(total)\n"])
def test_an_empty_prompt_is_answered(address: Address, suffix: str) -> None:
    answer = completed(address, prompt="", suffix=suffix, max_tokens=4)
    assert answer["usage"]["prompt_tokens"] >= 3
    assert answer["usage"]["completion_tokens"] >= 1


def test_nobody_waits_for_six_abandoned_requests(address: Address) -> None:
    """Each of them would take a thousand tokens: minutes, together."""
    for number in range(6):
        with address.connect() as connection:
            body = {"prompt": f"# {number}\n{LONG}", "max_tokens": 1024, "stream": number % 2 == 0}
            connection.sendall(post(body))
            time.sleep(0.05)
    begun = time.monotonic()
    completed(address, prompt="def add(a, b):\n    return ", max_tokens=1)
    assert time.monotonic() - begun < 20


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)]
)
def test_it_ends_when_it_is_told_to_whatever_runs(
    installed: Path, tmp_path: Path, sent: signal.Signals, status: int
) -> None:
    with process(tmp_path, "--model", str(installed)) as (running, address):
        connection, idle = address.connect(), address.connect()
        connection.sendall(post({"prompt": "# Numbers\n", "max_tokens": 1024, "stream": True}))
        assert b"200 OK" in connection.recv(65536)
        running.send_signal(sent)
        assert running.wait(30) == status
        assert running.stderr is not None
        assert "Traceback" not in running.stderr.read()
        idle.close()
