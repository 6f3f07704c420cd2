"""Recorded typing in real time, against our server over LSP and llama.cpp's over `/infill`.

    python benchmarks/engine/replay.py TRACE.jsonl ... --llama-server SERVER --gguf MODEL

Windows of the traces, both servers in turn. After every edit the client waits 40 ms, as our
server does by itself, and asks; a request that is overtaken by the next edit is cancelled.
Same model, bits, threads and text around the cursor; llama.cpp gets its own prompt cache and
the model's prefix-first template. An answer counts as accepted if what was really there 60
edits later begins with it. `--pace 4` types four times as slowly, waits four times as long
before asking and counts 1.2 s as fast: for a machine that other work shares.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import machine
import numpy as np
import psutil
import servers
import traces

FAST_S = 0.3
LOOK_AHEAD = 60


@dataclass
class Tally:
    """What one server did.

    Attributes:
        pace: Of the typing: by how much every time is stretched.
        waits: Per request, seconds to its answer; None if it was overtaken.
        suggested: Seconds to each answer that was a suggestion.
        accepted: Characters of suggestions that came true.
        cpu_s: Processor seconds.
        resident_mb: At the end of each window.
    """

    pace: float = 1.0
    waits: list[float | None] = field(default_factory=list)
    suggested: list[float] = field(default_factory=list)
    accepted: int = 0
    cpu_s: float = 0.0
    resident_mb: list[int] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """As they are published."""
        count = max(1, len(self.waits))
        answered = [wait for wait in self.waits if wait is not None]
        fast = sum(wait <= FAST_S * self.pace for wait in answered)
        return {
            "pace": self.pace,
            "requests": count,
            "answered_before_overtaken": round(len(answered) / count, 3),
            "answered_within_300_ms": round(fast / count, 3),
            "suggestions": len(self.suggested),
            "suggested_within_300_ms": round(
                sum(wait <= FAST_S * self.pace for wait in self.suggested) / count, 3
            ),
            "suggestion_ms_p50": _quantile(self.suggested, 0.5),
            "suggestion_ms_p95": _quantile(self.suggested, 0.95),
            "accepted_characters": self.accepted,
            "cpu_s": round(self.cpu_s, 1),
            "cpu_s_per_accepted_character": round(self.cpu_s / max(1, self.accepted), 3),
            "resident_mb": self.resident_mb[-1],
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("traces", type=Path, nargs="+")
    parser.add_argument("--llama-server", type=Path)
    parser.add_argument("--gguf", type=Path)
    parser.add_argument("--package", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each window")
    parser.add_argument("--windows", type=int, default=2, help="of each trace")
    parser.add_argument("--pace", type=float, default=1.0, help="see above")
    parser.add_argument("--battery", default="ignore", help="as of `fimble serve`")
    parser.add_argument("--name", default="replay")
    args = parser.parse_args()
    package = args.package or machine.default_package()
    makers: dict[str, Maker] = {"fimble": lambda: servers.fimble(package, args.battery, args.pace)}
    if args.llama_server:
        makers["llama.cpp"] = lambda: servers.llama(
            args.llama_server, args.gguf, package, args.pace
        )
    tallies = asyncio.run(run(args, makers))
    machine.write(args.name, {name: tally.figures() for name, tally in tallies.items()})


Maker = Callable[[], AbstractAsyncContextManager[servers.Server]]


async def run(args: argparse.Namespace, makers: dict[str, Maker]) -> dict[str, Tally]:
    """All windows; every server is asked in each, in turn."""
    tallies = {name: Tally(args.pace) for name in makers}
    for path in args.traces:
        strokes = traces.read(path)
        for number in range(args.windows):
            start = len(strokes) * (2 * number + 1) // (2 * args.windows + 1)
            for name, make in makers.items():
                async with make() as server, _measured(server, tallies[name]):
                    await window(strokes, start, args.seconds, server, tallies[name])
                print(path.stem, name, tallies[name].figures(), file=sys.stderr, flush=True)
    return tallies


@asynccontextmanager
async def _measured(server: servers.Server, tally: Tally) -> AsyncIterator[None]:
    process = psutil.Process(server.process_id)
    before = process.cpu_times()
    yield
    after = process.cpu_times()
    tally.cpu_s += after.user + after.system - before.user - before.system
    tally.resident_mb.append(process.memory_info().rss // 2**20)


async def window(
    strokes: list[traces.Keystroke],
    start: int,
    seconds: float,
    server: servers.Server,
    tally: Tally,
) -> None:
    """Types for some seconds; the first request, which reads the document, is not counted."""
    first = strokes[start - 1]
    await server.open(first)
    await server.ask(first)
    began = time.perf_counter()
    due, request = began, None
    for index in range(start, len(strokes)):
        stroke = strokes[index]
        due += stroke.gap_s * tally.pace
        if due - began > seconds:
            break
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await _overtake(request, tally)
        await server.change(stroke)
        later = strokes[min(index + LOOK_AHEAD, len(strokes) - 1)]
        request = asyncio.create_task(_ask(server, stroke, later, tally))
    await asyncio.sleep(tally.pace)
    await _overtake(request, tally)


async def _overtake(request: asyncio.Task[None] | None, tally: Tally) -> None:
    if request is not None and not request.done():
        request.cancel()
        tally.waits.append(None)
    if request is not None:
        with contextlib.suppress(asyncio.CancelledError):
            await request


async def _ask(
    server: servers.Server, stroke: traces.Keystroke, later: traces.Keystroke, tally: Tally
) -> None:
    started = time.perf_counter()
    await asyncio.sleep(server.debounce_s)
    text = await server.ask(stroke)
    waited = time.perf_counter() - started
    tally.waits.append(waited)
    if not text.strip():
        return
    tally.suggested.append(waited)
    if later.doc == stroke.doc and later.text.startswith(stroke.text[: stroke.offset] + text):
        tally.accepted += len(text)


def _quantile(values: list[float], q: float) -> int | None:
    return round(1000 * float(np.quantile(values, q))) if values else None


if __name__ == "__main__":
    main()
