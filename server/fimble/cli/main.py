"""The command line: `fimble COMMAND`.

Exit status: 0 done; 1 it failed, one sentence and the next step on stderr; 2 wrong usage;
130 interrupted. A command's code is imported when it runs, so `fimble --help` is quick.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from fimble import __version__
from fimble.cli import (
    complete,
    docstring,
    doctor,
    edit,
    evaluate,
    fix,
    generate,
    log,
    model,
    serve,
    stats,
)
from fimble.errors import FimbleError, UsageError

COMMANDS: tuple[ModuleType, ...] = (
    serve,
    complete,
    fix,
    edit,
    generate,
    docstring,
    model,
    doctor,
    stats,
    evaluate,
)
"""Each has `add_parser(subparsers)` and `run(args) -> int`; listed as `--help` shows them."""

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns the exit status."""
    args = parser().parse_args(argv)
    log.configure(args.log_level)
    try:
        status: int = args.run(args)
        if not sys.stdout.closed:  # a language server closes it
            sys.stdout.flush()
    except FimbleError as error:
        _complain(error)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        print("fimble: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="fimble",
        description="A private code assistant: the language server holds the model itself.",
        epilog="Begin with `fimble model install`; your editor then runs `fimble serve --stdio`.",
    )
    top.add_argument("--version", action="version", version=f"fimble {__version__}")
    top.add_argument(
        "--log-level",
        choices=log.LEVELS,
        default="warning",
        help="what to log to stderr (default: %(default)s)",
    )
    subparsers = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(subparsers)
    return top


def _complain(error: FimbleError) -> None:
    print(f"fimble: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"        {error.hint}", file=sys.stderr)
