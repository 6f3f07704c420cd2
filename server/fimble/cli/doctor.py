"""`fimble doctor`: is everything there, and if not, how to get it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fimble.cli.diagnosis import Report
    from fimble.models.store import Store


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `doctor`."""
    parser = subparsers.add_parser(
        "doctor",
        help="what is installed, what is missing and how to get it",
        description="Shows versions, the runtime's providers, threads, memory and models. "
        "Exit status 1 if completions cannot work.",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument(
        "--bench",
        action="store_true",
        help="also measure, for 20 seconds, how quick the installed models are here, and say "
        "which ones this machine is enough for",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the report."""
    from fimble.cli.diagnosis import examine
    from fimble.models.store import Store

    store = Store()
    report = examine(store)
    speed = _bench(store) if args.bench and not report.problems else {}
    if args.json:
        print(json.dumps(report.as_dict() | ({"bench": speed} if args.bench else {}), indent=2))
    else:
        _print(report, speed)
    return 1 if report.problems else 0


def _bench(store: Store) -> dict[str, Any]:
    """What `cli.bench` finds, as plain values."""
    from fimble.cli import bench

    print("Measuring for 20 seconds; best while nothing else runs.", file=sys.stderr)
    memory, speeds = bench.measure(store.installed())
    return {
        "memory_gb_s": round(memory / 1e9, 1),
        "models": [
            dataclasses.asdict(speed)
            | {"typing_s": speed.typing_s, "asking_s": speed.asking_s, "limit": speed.limit}
            for speed in speeds
        ],
        "advice": list(bench.advice(store.entries, speeds)),
    }


def _print(report: Report, speed: dict[str, Any]) -> None:
    for section, facts in report.sections().items():
        print(section)
        for key, value in facts.items():
            print(f"  {key:<12} {_shown(value)}")
    if speed:
        _print_speed(speed)
    for problem in report.problems:
        print(f"\nPROBLEM: {problem.text}\n  {problem.remedy}")
    for advice in report.advice:
        print(f"\nnote: {advice.text}\n  {advice.remedy}")
    if not report.problems:
        print("\nCompletions can work.")


def _print_speed(speed: dict[str, Any]) -> None:
    print(f"Speed\n  {'memory':<12} {speed['memory_gb_s']} GB/s")
    for model in speed["models"]:
        print(
            f"  {model['name']}\n"
            f"    reads {model['read']:.0f} and writes {model['written']:.0f} tokens a second; "
            f"what limits writing: {model['limit']}\n"
            f"    a suggestion after a jump takes about {model['typing_s']:.1f} s, "
            f"an answer of 100 tokens {model['asking_s']:.1f} s"
        )
    for sentence in speed["advice"]:
        print(f"  {sentence}")


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or "none"
    return "not installed" if value is None else str(value)
