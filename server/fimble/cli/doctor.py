"""`fimble doctor`: is everything there, and if not, how to get it."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fimble.cli.diagnosis import Report


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `doctor`."""
    parser = subparsers.add_parser(
        "doctor",
        help="what is installed, what is missing and how to get it",
        description="Shows versions, the runtime's providers, threads, memory and models. "
        "Exit status 1 if completions cannot work.",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the report."""
    from fimble.cli.diagnosis import examine
    from fimble.models.store import Store

    report = examine(Store())
    if args.json:
        print(json.dumps(report.as_dict(), indent=2))
    else:
        _print(report)
    return 1 if report.problems else 0


def _print(report: Report) -> None:
    for section, facts in report.sections().items():
        print(section)
        for key, value in facts.items():
            print(f"  {key:<12} {_shown(value)}")
    for problem in report.problems:
        print(f"\nPROBLEM: {problem.text}\n  {problem.remedy}")
    for advice in report.advice:
        print(f"\nnote: {advice.text}\n  {advice.remedy}")
    if not report.problems:
        print("\nCompletions can work.")


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value) or "none"
    return "not installed" if value is None else str(value)
