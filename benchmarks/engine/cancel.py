"""How long after a cancel the answer comes, and how long until the engine is free again.

    python benchmarks/engine/cancel.py

Cancels at moments spread over the prefill and the decode of a long, fresh prompt.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path
from typing import Any

import machine
import numpy as np
from fimble.core.text.prompt import plain
from fimble.engine.cancel import CancelToken
from fimble.generation.answer import GenerationResult
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest
from fimble.generation.worker import Worker


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path)
    parser.add_argument("--cancels", type=int, default=40)
    args = parser.parse_args()
    machine.write("cancel", asyncio.run(run(args.package or machine.default_package(), args)))


async def run(folder: Path, args: argparse.Namespace) -> dict[str, Any]:
    """Cancels at moments spread over one whole generation."""
    worker: Worker[LocalGenerator] = Worker()
    await worker.load(lambda: LocalGenerator.from_package(folder))
    code = machine.own_code(200_000)

    def job(number: int) -> asyncio.Task[GenerationResult | None]:
        prompt = (plain(code[4000 * number :][:3000]),)  # never what is cached
        request = GenerationRequest(str(number), prompt, max_new_tokens=32)
        return asyncio.create_task(worker.run("a", lambda g, c: g.generate(request, c)))

    started = time.perf_counter()
    await job(0)
    whole = time.perf_counter() - started
    answers, frees = [], []
    for number in range(1, args.cancels + 1):
        task = job(number)
        await asyncio.sleep(whole * number / (args.cancels + 1))
        if task.done():
            continue
        cancelled = time.perf_counter()
        worker.cancel("a")
        await task
        answers.append(time.perf_counter() - cancelled)
        await worker.run("b", free)
        frees.append(time.perf_counter() - cancelled)
    worker.close()
    return {
        "cancels": len(answers),
        "generation_ms": round(1000 * whole),
        "answered_ms": _spread(answers),
        "free_ms": _spread(frees),
    }


def free(generator: LocalGenerator, cancel: CancelToken) -> None:
    """Runs once the engine is free."""


def _spread(seconds: list[float]) -> dict[str, float]:
    values = 1000 * np.array(seconds)
    return {
        "p50": round(float(np.median(values)), 1),
        "p95": round(float(np.quantile(values, 0.95)), 1),
        "max": round(float(values.max()), 1),
    }


if __name__ == "__main__":
    main()
