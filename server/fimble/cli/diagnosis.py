"""What `fimble doctor` finds out: facts, problems, and what to do about them.

Everything here is a measurement of this machine, put into frozen values; nothing is changed.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from fimble import __version__
from fimble.cli import leftovers
from fimble.engine import kernels
from fimble.errors import ModelError
from fimble.models import exporter, package
from fimble.models.cache import megabytes
from fimble.models.catalogue import DEFAULT_MODEL, beside, needed_memory, recommend
from fimble.models.store import Installed, Store
from fimble.system import interpreter

_PACKAGES = ("pygls", "lsprotocol", "tokenizers", "tree-sitter", "numpy", "ruff")
_PROBE_SECONDS = 60.0
_PROBE = """
import json
from fimble.engine.runtime import onnxruntime
print(json.dumps([onnxruntime.__version__, onnxruntime.get_available_providers()]))
"""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        text: What, in one sentence.
        remedy: What to do.
    """

    text: str
    remedy: str


@dataclass(frozen=True)
class Runtime:
    """ONNX Runtime as it answers in a process of its own.

    Attributes:
        version: None if it does not work.
        providers: Execution providers it offers, preferred first.
        error: Last line of why it does not work.
    """

    version: str | None
    providers: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Machine:
    """What the engine has to work with. Memory in bytes."""

    physical_cores: int
    logical_cores: int
    memory_total: int
    memory_available: int
    cpu: str


@dataclass(frozen=True)
class CacheState:
    """The folder that models live in."""

    path: str
    writable: bool
    free_bytes: int


@dataclass(frozen=True)
class Report:
    """All of it.

    Attributes:
        packages: Distribution -> version, None where it is not installed.
        kernels: What Fimble's own operators compute with here; empty if they cannot.
        recommended: Name of the catalogue's model that suits this machine best.
        beside: Name of a larger one for what is not typed; empty if the machine has no room for it.
        exporter_missing: What the exporter lacks; empty if any model can be made here.
        problems: What keeps completions from working.
        advice: What could be better.
    """

    python: str
    system: str
    fimble: str
    packages: dict[str, str | None]
    runtime: Runtime
    kernels: str
    machine: Machine
    threads: int
    cache: CacheState
    models: tuple[Installed, ...]
    recommended: str
    beside: str
    exporter_missing: tuple[str, ...]
    problems: tuple[Finding, ...]
    advice: tuple[Finding, ...]

    def sections(self) -> dict[str, dict[str, Any]]:
        """The report for people: heading -> line -> value."""
        machine, runtime = self.machine, self.runtime
        return {
            "Fimble": {"fimble": self.fimble, "python": self.python, "system": self.system},
            "Packages": dict(self.packages),
            "Runtime": {
                "onnxruntime": runtime.version,
                "providers": runtime.providers,
                "kernels": self.kernels or "none here: prompts are read at half the speed",
                "threads": f"{self.threads} (physical cores)",
                "exporter": self._exporter,
            },
            "Machine": {
                "processor": machine.cpu,
                "cores": f"{machine.physical_cores} physical, {machine.logical_cores} logical",
                "memory": f"{megabytes(machine.memory_available)} available"
                f" of {megabytes(machine.memory_total)}",
            },
            "Models": {
                "cache": self.cache.path,
                "free": megabytes(self.cache.free_bytes),
                "suits best": self.recommended,
                "beside it": self.beside or "none",
                **{found.name: megabytes(package.size(found.path)) for found in self.models},
            },
        }

    @property
    def _exporter(self) -> str:
        if not self.exporter_missing:
            return "ready"
        lacking = ", ".join(self.exporter_missing)
        return f"lacks {lacking}; the models of the catalogue do not need it"

    def as_dict(self) -> dict[str, Any]:
        """The report for programs."""
        plain = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name != "models"
        }
        for key in ("runtime", "machine", "cache"):
            plain[key] = dataclasses.asdict(plain[key])
        for key in ("problems", "advice"):
            plain[key] = [dataclasses.asdict(finding) for finding in plain[key]]
        plain["models"] = [
            {"name": found.name, "path": str(found.path), "bytes": package.size(found.path)}
            for found in self.models
        ]
        return plain


def examine(store: Store) -> Report:
    """Looks at the machine, the environment and `store`."""
    runtime, machine, cache = probe_runtime(), _machine(), _cache(store.cache.root)
    own = kernels.instructions()
    lacking, models = exporter.missing(), store.installed()
    best = recommend(store.entries, machine.physical_cores, machine.memory_total)
    larger = beside(
        store.entries, best, machine.physical_cores, machine.memory_total, cache.free_bytes
    )
    return Report(
        python=f"{platform.python_version()} ({sys.executable})",
        system=platform.platform(),
        fimble=__version__,
        packages={name: _version(name) for name in _PACKAGES},
        runtime=runtime,
        kernels=own,
        machine=machine,
        threads=machine.physical_cores,
        cache=cache,
        models=models,
        recommended=best.name,
        beside=larger.name if larger else "",
        exporter_missing=lacking,
        problems=find_problems(runtime, models, store.broken(), own),
        advice=find_advice(machine, cache, models, leftovers.here()),
    )


def find_problems(
    runtime: Runtime,
    models: Sequence[Installed],
    broken: Sequence[tuple[str, ModelError]],
    own: str,
) -> tuple[Finding, ...]:
    """What keeps completions from working, most basic first; `own` is `Report.kernels`."""
    found: list[Finding] = []
    if runtime.version is None:
        reason = runtime.error or "it is not installed"
        found.append(
            Finding(
                f"ONNX Runtime cannot be used: {reason}.",
                'Run `pip install "fimble[cpu]"` (or `"fimble[gpu]"` with an NVIDIA GPU).',
            )
        )
    found += [
        Finding(f"The model {name} cannot be used: {error.message}", error.hint)
        for name, error in broken
    ]
    found += [
        Finding(
            f"The model {model.name} was made for another processor.",
            f"Run `fimble model install {model.name} --force`: it makes one for this one.",
        )
        for model in models
        if model.manifest.graph.operators == "fimble" and not own
    ]
    if not models:
        found.append(Finding("No model is installed.", "Run `fimble model install`."))
    return tuple(found)


def find_advice(
    machine: Machine,
    cache: CacheState,
    models: Sequence[Installed],
    telemetry: Sequence[Path] = (),
) -> tuple[Finding, ...]:
    """What works, but could be better; `telemetry` is of `leftovers`."""
    found = [_left(folder) for folder in telemetry]
    names = {model.name for model in models}
    if models and DEFAULT_MODEL not in names:
        found.append(
            Finding(
                f"The default model {DEFAULT_MODEL} is not installed.",
                f"Name one of {', '.join(sorted(names))} in the settings, "
                "or run `fimble model install`.",
            )
        )
    for model in models:
        needed = needed_memory(package.size(model.path))
        if needed > machine.memory_available:
            found.append(
                Finding(
                    f"{model.name} needs about {megabytes(needed)} of memory, "
                    f"{megabytes(machine.memory_available)} are available.",
                    "Close something, or choose a smaller model.",
                )
            )
    if not cache.writable:
        found.append(
            Finding(
                f"The model cache {cache.path} cannot be written.",
                "Models can be used but not installed; set FIMBLE_CACHE to another folder.",
            )
        )
    return tuple(found)


def _left(folder: Path) -> Finding:
    return Finding(
        f"{folder} holds a device id and events of ONNX Runtime's telemetry, from before "
        "Fimble switched it off or from another program.",
        "Delete the folder; nothing of Fimble needs it.",
    )


def probe_runtime(python: str = sys.executable) -> Runtime:
    """Asks ONNX Runtime in another process: a broken native library then cannot end this one."""
    try:
        answer = subprocess.run(
            [python, interpreter.safety(), "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Runtime(None, error=str(error))
    if answer.returncode != 0:
        lines = answer.stderr.strip().splitlines()
        return Runtime(None, error=lines[-1] if lines else f"exit status {answer.returncode}")
    version, providers = json.loads(answer.stdout.splitlines()[-1])
    return Runtime(version, tuple(providers))


def _machine() -> Machine:
    memory = psutil.virtual_memory()
    logical = psutil.cpu_count(logical=True) or os.cpu_count() or 1
    return Machine(
        physical_cores=psutil.cpu_count(logical=False) or logical,
        logical_cores=logical,
        memory_total=memory.total,
        memory_available=memory.available,
        cpu=_cpu_name(),
    )


def _cpu_name() -> str:
    """The processor's marketing name where the system tells it, else its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _cache(root: Path) -> CacheState:
    """State of `root`, or of the nearest folder above it that exists."""
    there = next(path for path in (root, *root.absolute().parents) if path.exists())
    return CacheState(str(root), os.access(there, os.W_OK), shutil.disk_usage(there).free)


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
