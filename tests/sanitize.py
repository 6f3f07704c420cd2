"""Runs the native operators' tests with the address and undefined-behaviour sanitizers.

`make sanitize` calls it. The library is built again by gcc, which has both sanitizers' runtimes,
into a copy of the package that stands first on the path: what is tested loads it as it loads its
own. Arguments are pytest's; without any, the operators' tests and a thousand graphs of each kind.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
KERNELS = Path("engine/kernels")
LIBRARY = "x86_64-linux.so"
FLAGS = (
    *(
        "-std=c11",
        "-O1",
        "-g",
        "-fno-omit-frame-pointer",
        "-shared",
        "-fPIC",
        "-fvisibility=hidden",
    ),
    *("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-Wall", "-Wextra", "-Werror"),
)
TESTS = ("test_kernels.py", "test_head_kernel.py", "test_hostile_graphs.py")


def main() -> int:
    """The tests' exit status, 0 where the sanitizers cannot be had."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        print("Skipped: the sanitizers run on Linux on x86-64.")
        return 0
    if shutil.which("gcc") is None:
        print("Skipped: there is no gcc here.")
        return 0
    runtimes = [_runtime(name) for name in ("libasan.so", "libubsan.so")]
    if None in runtimes:
        print("Skipped: gcc has no sanitizers here.")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / "fimble"
        shutil.copytree(ROOT / "server" / "fimble", package, ignore=shutil.ignore_patterns("*.so"))
        built = package / KERNELS / LIBRARY
        sources = sorted((package / KERNELS).glob("*.c"))
        subprocess.run(["gcc", *FLAGS, "-o", built, *sources], check=True)
        return _test([str(runtime) for runtime in runtimes], Path(scratch))


def _runtime(name: str) -> Path | None:
    said = subprocess.run(
        ["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=True
    )
    path = Path(said.stdout.strip())
    return path if path.is_absolute() and path.exists() else None


def _test(runtimes: list[str], first: Path) -> int:
    """Runs the tests; output is not captured where the sanitizers write it."""
    settings = {
        "LD_PRELOAD": " ".join(runtimes),
        "PYTHONPATH": os.pathsep.join(map(str, (first, ROOT / "model_export", ROOT))),
        # Python leaks on purpose; what is too large for memory is NULL, as without them.
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1:allocator_may_return_null=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "FIMBLE_TEST_GRAPHS": os.environ.get("FIMBLE_TEST_GRAPHS", "1000"),
    }
    loaded = "from fimble.engine import kernels; print(kernels.library(), kernels.instructions())"
    environment = {**os.environ, **settings}
    subprocess.run([sys.executable, "-c", loaded], env=environment, check=True)
    tests = sys.argv[1:] or [str(ROOT / "tests" / "integration" / name) for name in TESTS]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--capture=sys",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
