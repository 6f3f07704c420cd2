"""Resident memory, and the processor time of an idle server.

    python benchmarks/engine/memory.py

After loading, with all slots full, and after the model was unloaded. Idle time is measured over
LSP on a server that has just answered.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
from pathlib import Path
from typing import Any

import machine
import psutil
import servers
import traces
from fimble.core.text.prompt import plain
from fimble.engine.cancel import CancelToken
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest
from fimble.system import power

SLOTS, CAPACITY = 4, 2048


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path)
    parser.add_argument("--idle-seconds", type=float, default=20)
    args = parser.parse_args()
    package = args.package or machine.default_package()
    figures = {"resident_mb": resident(package)}
    figures["server"] = asyncio.run(idle(package, args.idle_seconds))
    machine.write("memory", figures)


def resident(package: Path) -> dict[str, int]:
    """Of this process, as the model is loaded, used and forgotten."""
    figures = {"before": _rss()}
    generator = LocalGenerator.from_package(package, capacity=CAPACITY, slots=SLOTS)
    figures["loaded"] = _rss()
    code = machine.own_code()
    generator.generate(GenerationRequest("0", (plain(code[:1500]),), 16), CancelToken())
    figures["used"] = _rss()
    for number in range(SLOTS):
        _fill(generator, number)
        figures[f"{number + 1}_slots_full"] = _rss()
    request = GenerationRequest("0", (plain(code[:1500]),), 16)
    generator.candidates(request, 4, CancelToken())
    figures["after_4_candidates"] = _rss()
    del generator
    gc.collect()
    power.return_memory()
    figures["unloaded"] = _rss()
    return figures


async def idle(package: Path, seconds: float) -> dict[str, Any]:
    """Processor share of a server that waits, and its memory."""
    stroke = traces.Keystroke(0.0, "a.py", "def area(radius):\n    return ", 29, None)
    async with servers.fimble(package) as server:
        await server.open(stroke)
        await server.ask(stroke)
        await asyncio.sleep(3)
        process = psutil.Process(server.process_id)
        before = process.cpu_times()
        await asyncio.sleep(seconds)
        after = process.cpu_times()
        used = after.user + after.system - before.user - before.system
        return {
            "idle_cpu_percent": round(100 * used / seconds, 2),
            "resident_mb": process.memory_info().rss // 2**20,
            "threads": process.num_threads(),
        }


def _fill(generator: LocalGenerator, slot: int) -> None:
    """Writes every position, as a full prompt would, without the minutes of its prefill."""
    for buffer in generator._model._caches[slot].buffers:
        buffer.fill(0.5)


def _rss() -> int:
    return psutil.Process().memory_info().rss // 2**20


if __name__ == "__main__":
    main()
