"""`fimble serve --stdio` as an editor starts and ends it, without a model."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.ending import message

INITIALIZE = {"processId": None, "rootUri": None, "capabilities": {}}


@pytest.mark.parametrize(("last_words", "status"), [(["shutdown", "exit"], 0), (["exit"], 1)])
def test_the_exit_status_says_whether_the_client_said_shutdown(
    tmp_path: Path, last_words: list[str], status: int
) -> None:
    said = [message("initialize", INITIALIZE, 1)]
    said += [message(word, None, 2 if word == "shutdown" else None) for word in last_words]
    done = subprocess.run(
        [sys.executable, "-m", "fimble", "serve", "--stdio"],
        input=b"".join(said),
        capture_output=True,
        env={**os.environ, "FIMBLE_CACHE": str(tmp_path)},
        timeout=60,
        check=False,
    )
    assert done.returncode == status
    assert b"Traceback" not in done.stderr
    assert done.stdout.count(b'{"id": 1,') == 1
