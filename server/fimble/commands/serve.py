"""`fimble serve`: the language server."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from fimble.commands import numbers
from fimble.engine.provider import NAMES
from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.generation import TextGenerator


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "serve",
        help="run the language server",
        description="Runs the language server. An editor starts it with --stdio.",
    )
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--stdio", action="store_true", help="speak over standard input and output")
    way.add_argument("--tcp", metavar="HOST:PORT", help="wait for one client on a socket")
    way.add_argument("--http", metavar="HOST:PORT", help="answer OpenAI completion clients here")
    parser.add_argument("--model", help="name or package folder (default: the default model)")
    parser.add_argument("--provider", choices=NAMES, default="auto", help="what runs the model")
    parser.add_argument(
        "--threads",
        type=numbers.threads,
        help="threads of the runtime (default: the physical cores)",
    )
    parser.add_argument(
        "--battery",
        choices=("auto", "save", "ignore"),
        default="auto",
        help="when to compute nothing ahead of a request (default: while on battery)",
    )
    parser.add_argument(
        "--unload-after",
        type=numbers.minutes,
        default=30.0,
        metavar="MINUTES",
        help="free the model's memory after a rest (default: 30; 0: never)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serves until the client leaves; 0 if it has said `shutdown` before, as LSP asks."""
    from fimble.power import Usage
    from fimble.server import create_server
    from fimble.statistics.database import default_path

    def load() -> TextGenerator:
        from fimble.generation import LocalGenerator
        from fimble.models.store import DEFAULT_MODEL, Store

        installed = Store().find(args.model or DEFAULT_MODEL)
        return LocalGenerator.from_package(
            installed.path, threads=args.threads, provider=args.provider
        )

    if args.http:
        return _http(load, *_address(args.http))
    usage = Usage(args.battery, 60 * args.unload_after or None)
    server = create_server(load, default_path(), usage)
    if args.stdio:
        server.start_io()
    else:
        server.start_tcp(*_address(args.tcp))
    return 0 if server.session.closed else 1


def _http(load: Callable[[], TextGenerator], host: str, port: int) -> int:
    """Serves over HTTP until it is interrupted."""
    from fimble.http.local import LocalCompleter
    from fimble.http.server import HttpServer, loopback
    from fimble.http.token import ENVIRONMENT, FILE_NAME, load_or_create
    from fimble.statistics.database import default_path

    address = loopback(host)  # before the model is loaded, which takes seconds
    folder = default_path().parent
    token = load_or_create(folder)
    place = f"${ENVIRONMENT}" if os.environ.get(ENVIRONMENT) else folder / FILE_NAME
    with HttpServer(LocalCompleter(load()), address, port, token) as server:
        print(f"Listening on {server.url}; the token is in {place}", file=sys.stderr)
        threading.Event().wait()
    return 0


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise UsageError(f"{text!r} is not HOST:PORT.", "For example 127.0.0.1:7777.")
    return host, int(port)
