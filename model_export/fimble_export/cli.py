"""The command line: `fimble-export export | verify | inspect | sensitivity | template | report`."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fimble.engine import manifest as manifests
from fimble.errors import FimbleError

if TYPE_CHECKING:
    from fimble_export.recipe import Recipe


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; 0 done, 1 failed with a sentence on stderr, 2 wrong usage."""
    args = _parser().parse_args(argv)
    # Some processors advertise AMX to oneDNN and then trap on it.
    os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX512_CORE")
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
    export.add_argument(
        "source", help="a .gguf file, a Hugging Face folder, or a model's id on the hub"
    )
    export.add_argument("--out", type=Path, required=True, help="the package's folder, new")
    export.add_argument("--name", help="the model's name (default: the source's)")
    export.add_argument("--recipe", metavar="NAME", help="a published model's own way")
    for name, words in _CHOICES.items():
        export.add_argument(f"--{name}", help=f"{words}; instead of the recipe's")
    export.add_argument("--block", type=int, help="columns per scale, at most (default: 128)")
    export.add_argument("--adapter", type=Path, metavar="FOLDER", help="add a LoRA adapter (PEFT)")
    export.set_defaults(run=_export)
    verify = commands.add_parser("verify", help="compare a package with its checkpoint")
    verify.add_argument("package", type=Path)
    verify.add_argument("--source", required=True, help="what it was made from")
    verify.add_argument("--json", action="store_true", help="figures as JSON on stdout")
    verify.set_defaults(run=_verify)
    inspect = commands.add_parser("inspect", help="print a package's manifest")
    inspect.add_argument("package", type=Path)
    inspect.set_defaults(run=_inspect)
    table = commands.add_parser("sensitivity", help="measure the table of the mixed scheme")
    table.add_argument("source", help="as for export")
    table.add_argument("--low", default="int4-gptq", help="scheme of few bits (%(default)s)")
    table.add_argument("--high", default="int8", help="scheme of many bits (%(default)s)")
    table.add_argument("--block", type=int, default=64, help="columns per scale (%(default)s)")
    table.add_argument("--out", type=Path, required=True, help="a .json file")
    table.set_defaults(run=_sensitivity)
    _add_template(commands)
    _add_report(commands)
    return top


def _add_template(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "template", help="write what `fimble model install` makes a published model by"
    )
    parser.add_argument("recipe", help="a published model's own way")
    parser.add_argument(
        "--source", help="as for export; without, the numbers of the template there is"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for the templates")
    parser.set_defaults(run=_template)


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("report", help="what a package is made of and what it cost")
    parser.add_argument("package", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="folder for the report's files")
    parser.add_argument("--reference", type=Path, help="an fp32 package to compare with")
    parser.add_argument("--text", type=Path, help="held-out code for the comparison")
    parser.add_argument("--figures", type=Path, help="what benchmarks/export_quality.py wrote")
    parser.set_defaults(run=_report)


_CHOICES = {
    "scheme": "how the blocks' matrices are stored: fp32, fp16, int8, int4-... (default: int8)",
    "ends": "how embedding and head are stored (default: as the scheme if it is float, else int8)",
    "target": "cpu or cuda (default: cpu)",
    "operators": "fimble, onnxruntime (for other programs too), or auto: what is faster (default)",
}


def _clock() -> Callable[[str], None]:
    """Prints stages with the seconds since now."""
    start = time.monotonic()

    def report(stage: str) -> None:
        print(f"{time.monotonic() - start:6.1f} s  {stage}", file=sys.stderr, flush=True)

    return report


def _export(args: argparse.Namespace) -> int:
    from fimble_export import package
    from fimble_export.checkpoint import hub

    report = _clock()
    source = hub.locate(args.source)
    name = args.name or Path(args.source).stem
    job = package.Job(source, args.out, name, _recipe(args), args.adapter)
    package.export(job, report)
    report(f"Done: {args.out}")
    return 0


def _recipe(args: argparse.Namespace) -> Recipe:
    """The recipe, with what the command line says instead."""
    from fimble_export import recipe as recipes

    base = recipes.load(args.recipe) if args.recipe else recipes.Recipe()
    stated = {name: getattr(args, name) for name in (*_CHOICES, "block")}
    changes = {name: value for name, value in stated.items() if value is not None}
    if not changes:
        return base
    if changes.get("scheme") in ("fp32", "fp16"):
        changes.setdefault("ends", changes["scheme"])
    return recipes.checked(dataclasses.replace(base, version=0, **changes))


def _sensitivity(args: argparse.Namespace) -> int:
    from fimble_export import checkpoint
    from fimble_export.checkpoint import hub
    from fimble_export.judging import sensitivity

    source = checkpoint.load(hub.locate(args.source))
    table = sensitivity.measure(source, args.low, args.high, args.block, _clock())
    args.out.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
    return 0


def _template(args: argparse.Namespace) -> int:
    from fimble_export import checkpoint, template
    from fimble_export import recipe as recipes
    from fimble_export.checkpoint import hub

    recipe = recipes.load(args.recipe)
    if args.source is None:
        model = template.shipped(recipe.name)
    else:
        model = template.of_checkpoint(checkpoint.load(hub.locate(args.source)))
    for operators in template.OPERATORS:
        template.write(*template.make(recipe, model, operators), args.out)
    return 0


def _verify(args: argparse.Namespace) -> int:
    from fimble_export.checkpoint import hub
    from fimble_export.judging import verify

    source = hub.locate(args.source)
    figures = verify.verify(
        args.package, source, lambda line: print(line, file=sys.stderr, flush=True)
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


def _report(args: argparse.Namespace) -> int:
    from fimble_export.judging import report

    report.write(
        args.package,
        args.out,
        reference=args.reference,
        text=args.text,
        figures=args.figures,
    )
    print(args.out / "report.md")
    return 0
