"""What every result stands beside: the machine, its memory bandwidth, the versions."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import psutil

RESULTS = Path(__file__).parents[1] / "results"
PACKAGES = ("fimble", "onnxruntime", "numpy", "tokenizers", "pygls")


def bandwidth(threads: int, *, megabytes: int = 512, rounds: int = 8) -> float:
    """GB/s that `threads` threads read together; the best of `rounds`."""
    blocks = [np.ones(megabytes * 2**20 // 8 // threads, np.int64) for _ in range(threads)]
    best = 0.0
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(rounds):
            started = time.perf_counter()
            list(pool.map(np.sum, blocks))
            best = max(best, megabytes * 2**20 / (time.perf_counter() - started) / 1e9)
    return round(best, 1)


def cores() -> int:
    """Physical cores: the threads of every engine."""
    return psutil.cpu_count(logical=False) or 1


def facts() -> dict[str, Any]:
    """The machine, as far as results depend on it; no names of hosts or folders."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "read_gb_s": bandwidth(cores()),
        "load_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "commit": _commit(),
        "versions": {name: metadata.version(name) for name in PACKAGES},
    }


def write(name: str, figures: Any) -> None:
    """Writes `results/<name>.json` with the machine's facts, and prints the figures."""
    RESULTS.mkdir(exist_ok=True)
    result = {"command": " ".join(["python", *_arguments()]), "machine": facts(), name: figures}
    text = json.dumps(result, indent=1, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    print(text)


def default_package() -> Path:
    """The installed default model."""
    from fimble.models.store import DEFAULT_MODEL, Store

    return Store().find(DEFAULT_MODEL).path


def own_code(characters: int = 60_000) -> str:
    """Text to prefill: this project's own source."""
    import fimble

    files = sorted(Path(fimble.__file__).parent.rglob("*.py"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)[:characters]


def spread_ms(times: Sequence[float]) -> dict[str, float]:
    """Best and median milliseconds of some seconds: on a shared machine the best says more."""
    return {
        "best": round(1000 * min(times), 2),
        "median": round(1000 * float(np.median(times)), 2),
    }


def _arguments() -> list[str]:
    program = Path(sys.argv[0])
    folders = [p for p in program.parts if p in ("benchmarks", "engine")]
    return ["/".join([*folders, program.name]), *(Path(a).name for a in sys.argv[1:])]


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        return platform.processor()
    return platform.processor()


def _commit() -> str:
    command = ["git", "-C", str(RESULTS.parent), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    print(json.dumps(facts(), indent=1))


if __name__ == "__main__":
    main()
