"""Recorded typing in real time, against our server over LSP and llama.cpp's over `/infill`.

    python benchmarks/engine/replay.py TRACE.jsonl ... --llama-server SERVER --gguf MODEL

Windows of the traces, both servers in turn, ours with its default settings. After every edit the
client waits 40 ms, as our server does by itself, and asks; a request that is overtaken by the next
edit is cancelled. Neither is asked where ours would pause (inside words and the like). Same model,
bits, threads and text around the cursor; llama.cpp gets its own prompt cache and the model's
prefix-first template. An answer counts as accepted if it has come true after one of the next 60
edits; no character counts twice while typing goes on.

Windows that `--rows` holds already are not typed again, and none begins after `--limit` seconds:
so a long replay is done in pieces.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import machine
import numpy as np
import psutil
import servers
import traces
from fimble.core.completion import trigger
from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Snapshot
from fimble.lsp.settings import Settings

FAST_S = 0.3
LOOK_AHEAD = 60
SETTINGS = Settings()


@dataclass
class Tally:
    """What one server did in one window.

    Attributes:
        trace: Which trace.
        window: Which of its windows.
        server: Which server.
        waits: Per request, seconds to its answer; None if it was overtaken.
        suggested: Seconds to each answer that was a suggestion.
        accepted: Characters of suggestions that came true.
        cpu_s: Processor seconds.
        resident_mb: At the end.
    """

    trace: str
    window: int
    server: str
    waits: list[float | None] = field(default_factory=list)
    suggested: list[float] = field(default_factory=list)
    accepted: int = 0
    cpu_s: float = 0.0
    resident_mb: int = 0
    covered: int = 0

    def accept(self, start: int, end: int) -> None:
        """Counts the characters from `start` to `end` that do not count yet."""
        self.accepted += max(0, end - max(start, self.covered))
        self.covered = max(end, self.covered)


def figures(tallies: Sequence[Tally]) -> dict[str, Any]:
    """Of all windows of one server, as they are published."""
    waits = [wait for tally in tallies for wait in tally.waits]
    suggested = [wait for tally in tallies for wait in tally.suggested]
    answered = [wait for wait in waits if wait is not None]
    accepted, cpu_s = sum(t.accepted for t in tallies), sum(t.cpu_s for t in tallies)
    count = max(1, len(waits))
    return {
        "windows": len(tallies),
        "requests": len(waits),
        "answered_before_overtaken": round(len(answered) / count, 3),
        "answered_within_300_ms": round(_fast(answered) / count, 3),
        "answer_ms_p50": _quantile(answered, 0.5),
        "suggestions": len(suggested),
        "suggested_within_300_ms": round(_fast(suggested) / count, 3),
        "suggestion_ms_p50": _quantile(suggested, 0.5),
        "suggestion_ms_p95": _quantile(suggested, 0.95),
        "accepted_characters": accepted,
        "cpu_s": round(cpu_s, 1),
        "cpu_s_per_accepted_character": round(cpu_s / max(1, accepted), 3),
        "resident_mb": max((t.resident_mb for t in tallies), default=0),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("traces", type=Path, nargs="+")
    parser.add_argument("--llama-server", type=Path)
    parser.add_argument("--gguf", type=Path)
    parser.add_argument("--package", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each window")
    parser.add_argument("--windows", type=int, default=2, help="of each trace")
    parser.add_argument("--rows", type=Path, help="one line per window: kept, and gone on with")
    parser.add_argument("--limit", type=float, default=86_400.0, help="seconds, see above")
    parser.add_argument("--name", default="replay")
    args = parser.parse_args()
    package = args.package or machine.default_package()
    makers: dict[str, Maker] = {"fimble": lambda: servers.fimble(package)}
    if args.llama_server:
        makers["llama.cpp"] = lambda: servers.llama(args.llama_server, args.gguf, package)
    tallies = shared(asyncio.run(run(args, makers)), set(makers))
    machine.write(
        args.name, {name: figures([t for t in tallies if t.server == name]) for name in makers}
    )


def shared(tallies: list[Tally], names: set[str]) -> list[Tally]:
    """Those of the windows in which all servers were asked."""
    asked: dict[tuple[str, int], set[str]] = {}
    for tally in tallies:
        asked.setdefault((tally.trace, tally.window), set()).add(tally.server)
    return [tally for tally in tallies if asked[tally.trace, tally.window] >= names]


Maker = Callable[[], AbstractAsyncContextManager[servers.Server]]


async def run(args: argparse.Namespace, makers: dict[str, Maker]) -> list[Tally]:
    """All windows; every server is asked in each, in turn."""
    kept = args.rows.read_text(encoding="utf-8").splitlines() if _exists(args.rows) else []
    tallies = [Tally(**json.loads(line)) for line in kept]
    done = {(tally.trace, tally.window, tally.server) for tally in tallies}
    until = time.monotonic() + args.limit
    for number in range(args.windows):
        for path in args.traces:
            strokes = traces.read(path)
            start = len(strokes) * (2 * number + 1) // (2 * args.windows + 1)
            for name, make in makers.items():
                if (path.stem, number, name) in done or time.monotonic() > until:
                    continue
                tally = Tally(path.stem, number, name)
                async with make() as server:
                    await window(strokes, start, args.seconds, server, tally)
                tallies.append(tally)
                print(path.stem, number, name, figures([tally]), file=sys.stderr, flush=True)
                if args.rows:
                    with args.rows.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(asdict(tally)) + "\n")
    return tallies


async def window(
    strokes: list[traces.Keystroke],
    start: int,
    seconds: float,
    server: servers.Server,
    tally: Tally,
) -> None:
    """Types for some seconds; loading and the first request, which reads the text, do not count."""
    first = strokes[start - 1]
    await server.open(first)
    await server.ask(first)
    process = psutil.Process(server.process_id)
    before = process.cpu_times()
    began = time.perf_counter()
    due, request = began, None
    for index in range(start, len(strokes)):
        stroke = strokes[index]
        due += stroke.gap_s
        if due - began > seconds:
            break
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await _overtake(request, tally)
        if stroke.doc != strokes[index - 1].doc:
            await server.open(stroke)
        await server.change(stroke)
        if stroke.typed is None:
            tally.covered = 0
        later = strokes[index + 1 : index + 1 + LOOK_AHEAD]
        request = asyncio.create_task(_ask(server, stroke, later, tally)) if _asks(stroke) else None
    await asyncio.sleep(1)
    await _overtake(request, tally)
    after = process.cpu_times()
    tally.cpu_s = after.user + after.system - before.user - before.system
    tally.resident_mb = process.memory_info().rss // 2**20


def _asks(stroke: traces.Keystroke) -> bool:
    """Whether our server would suggest anything there while typing."""
    snapshot = Snapshot(stroke.doc, stroke.doc, stroke.language, 1, stroke.text)
    return trigger.paused(CursorContext(snapshot, stroke.offset), SETTINGS) is None


async def _overtake(request: asyncio.Task[None] | None, tally: Tally) -> None:
    if request is not None and not request.done():
        request.cancel()
        tally.waits.append(None)
    if request is not None:
        with contextlib.suppress(asyncio.CancelledError):
            await request


async def _ask(
    server: servers.Server,
    stroke: traces.Keystroke,
    later: Sequence[traces.Keystroke],
    tally: Tally,
) -> None:
    started = time.perf_counter()
    await asyncio.sleep(server.debounce_s)
    text = await server.ask(stroke)
    waited = time.perf_counter() - started
    tally.waits.append(waited)
    if not text.strip():
        return
    tally.suggested.append(waited)
    whole = stroke.text[: stroke.offset] + text
    if any(edit.doc == stroke.doc and edit.text.startswith(whole) for edit in later):
        tally.accept(stroke.offset, stroke.offset + len(text))


def _exists(rows: Path | None) -> bool:
    return rows is not None and rows.exists()


def _fast(waits: list[float]) -> int:
    return sum(wait <= FAST_S for wait in waits)


def _quantile(values: list[float], q: float) -> int | None:
    return round(1000 * float(np.quantile(values, q))) if values else None


if __name__ == "__main__":
    main()
