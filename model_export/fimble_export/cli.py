"""The command line: `fimble-export export | verify | inspect`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from fimble.engine import manifest as manifests
from fimble.errors import FimbleError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; 0 done, 1 failed with a sentence on stderr, 2 wrong usage."""
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args))
    except FimbleError as error:
        print(f"fimble-export: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("fimble-export: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="fimble-export", description="Turns trained models into packages that Fimble runs."
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    export = commands.add_parser("export", help="make a package from a checkpoint")
    export.add_argument("source", type=Path, help="a .gguf file or a Hugging Face folder")
    export.add_argument("--out", type=Path, required=True, help="the package's folder, new")
    export.add_argument("--name", help="the model's name (default: the source's)")
    export.add_argument("--scheme", choices=("int8", "fp32"), default="int8")
    export.set_defaults(run=_export)
    verify = commands.add_parser("verify", help="compare a package with its checkpoint")
    verify.add_argument("package", type=Path)
    verify.add_argument("--source", type=Path, required=True, help="what it was made from")
    verify.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    verify.set_defaults(run=_verify)
    inspect = commands.add_parser("inspect", help="print a package's manifest")
    inspect.add_argument("package", type=Path)
    inspect.set_defaults(run=_inspect)
    return top


def _export(args: argparse.Namespace) -> int:
    from fimble_export import package

    start = time.monotonic()

    def report(stage: str) -> None:
        print(f"{time.monotonic() - start:6.1f} s  {stage}", file=sys.stderr, flush=True)

    package.export(args.source, args.out, args.name or args.source.stem, args.scheme, report)
    report(f"Done: {args.out}")
    return 0


def _verify(args: argparse.Namespace) -> int:
    # Some processors advertise AMX to oneDNN and then trap on it.
    os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX512_CORE")
    from fimble_export import verify

    figures = verify.verify(
        args.package, args.source, lambda line: print(line, file=sys.stderr, flush=True)
    )
    if args.json:
        print(json.dumps(figures, indent=2))
    else:
        for name, value in figures.items():
            print(f"{name}: {value}")
    return 0


def _inspect(args: argparse.Namespace) -> int:
    print(manifests.dump(manifests.load(args.package)), end="")
    return 0
