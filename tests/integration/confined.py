"""Runs a program in a network namespace without a route and writes down what it reaches for."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOPBACK_UP = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP
os.execvp(sys.argv[1], sys.argv[1:])
"""
_CALLS = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,"
_CALLS += "socket,connect,bind,sendto,sendmsg,sendmmsg"
_NETWORK = re.compile(
    r"\bsocket\((?:AF_INET6?|AF_PACKET|AF_NETLINK)\b|\b(?:connect|bind)\(.*AF_INET"
)
_RUNTIME = re.compile(r"onnxruntime_pybind11_state\.[^\"]*\".* = \d+$")
_OPENED = re.compile(r"\b(?:openat|open|creat)\((.*)")
_MADE = re.compile(r"\b(?:mkdir|rename|link|symlink)\w*\(")
_PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Trace:
    """What a program did.

    Attributes:
        status: Its exit status; None if it was still running and was ended.
        network: Calls that reach for a network, as strace writes them.
        written: Paths opened for writing, made, or renamed, as the program named them.
        computed: Whether it has loaded ONNX Runtime.
        output: What it wrote to stdout.
        errors: What it wrote to stderr.
    """

    status: int | None
    network: tuple[str, ...]
    written: tuple[str, ...]
    computed: bool
    output: str
    errors: str


def lacking() -> str:
    """Why a program cannot be confined here; empty if it can."""
    for tool in ("unshare", "strace"):
        if shutil.which(tool) is None:
            return f"needs {tool}"
    tried = subprocess.run([*_unshare(), "strace", "-o", os.devnull, "true"], capture_output=True)
    return "" if tried.returncode == 0 else "no network namespaces, or no tracing, for this user"


def start(
    command: Sequence[str], log: Path, env: Mapping[str, str], cwd: Path
) -> subprocess.Popen[bytes]:
    """Starts it; what it does is in `log` when it has ended."""
    strace = ["strace", "-f", "-qq", "-s", "400", "-e", f"trace={_CALLS}", "-o", str(log)]
    whole = [*_unshare(), sys.executable, "-c", _LOOPBACK_UP, *strace, *command]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        whole, stdin=pipe, stdout=pipe, stderr=pipe, env=dict(env), cwd=cwd, start_new_session=True
    )


def finish(process: subprocess.Popen[bytes], log: Path, seconds: float, told: bytes = b"") -> Trace:
    """Waits, at most `seconds`; `told` is its standard input, which stays open that long."""
    status: int | None
    if told:
        _tell(process, told, seconds)
    try:
        output, errors = process.communicate(timeout=seconds)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGTERM)  # strace alone would leave its program behind
        output, errors = process.communicate()
        status = None
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    network = tuple(line for line in lines if _NETWORK.search(line))
    return Trace(
        status,
        network,
        tuple(_written(lines)),
        any(_RUNTIME.search(line) for line in lines),
        output.decode(errors="replace"),
        errors.decode(errors="replace"),
    )


def _tell(process: subprocess.Popen[bytes], told: bytes, seconds: float) -> None:
    assert process.stdin is not None
    process.stdin.write(told)
    process.stdin.flush()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.stdin.close()
    process.stdin = None


def _written(lines: Sequence[str]) -> list[str]:
    """Paths that were there to be written; what failed is left out."""
    found = []
    for line in lines:
        if re.search(r"= -1 \w+ \([^)]*\)$", line):
            continue
        opened = _OPENED.search(line)
        writes = opened and re.search(r"O_WRONLY|O_RDWR|O_CREAT|\bcreat\(", line)
        if writes or _MADE.search(line):
            paths = _PATH.findall(line)
            found += paths[-1:]
    return found


def _unshare() -> list[str]:
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
