"""`fimble serve`: the language server."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fimble.cli import lazy, numbers
from fimble.engine.provider import NAMES
from fimble.errors import RuntimeMissingError, UsageError
from fimble.generation.worker import Worker
from fimble.system import access, lifetime, private_files

if TYPE_CHECKING:
    from fimble.generation.request import TextGenerator
    from fimble.lsp.wire.life import Serve

TOKEN = "FIMBLE_TOKEN"
"""The environment variable whose value --tcp asks of its client."""
_KEPT_OUT = "Name 127.0.0.1, ::1 or localhost, or say --allow-remote: nothing is encrypted."


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "serve",
        help="run the language server",
        description="Runs the language server. An editor starts it with --stdio.",
    )
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--stdio", action="store_true", help="speak over standard input and output")
    way.add_argument("--socket", metavar="PATH", help="wait for one client on a Unix socket")
    way.add_argument("--tcp", metavar="HOST:PORT", help="wait for one client that has the token")
    way.add_argument("--http", metavar="HOST:PORT", help="answer OpenAI completion clients here")
    parser.add_argument(
        "--allow-remote",
        action="store_true",
        help="let --tcp listen where other machines can connect; nothing is encrypted",
    )
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
    from fimble.completion.statistics.database import default_path
    from fimble.lsp.server import create_server
    from fimble.system.power import Usage

    load = partial(lazy.load, args.model, args.threads, args.provider)
    find_large = partial(lazy.find_beside, args.model, args.threads, args.provider)
    idle_s = 60 * args.unload_after or None
    if args.http:
        return _http(load, args.http, idle_s)
    lifetime.end_on_signal()
    way = _way(args)
    server = create_server(load, default_path(), Usage(args.battery, idle_s), find_large)
    return server.serve(way)


def _way(args: argparse.Namespace) -> Serve:
    """How the client comes to the server.

    Raises:
        UsageError: The address is none, or one that other machines reach; the token is weak.
    """
    from fimble.lsp.wire import life, listening

    if args.stdio:
        return life.over_stdio
    if args.socket:
        return partial(listening.on_unix_socket, path=Path(args.socket), tell=_say_place)
    host, port = _address(args.tcp)
    if not args.allow_remote:
        access.loopback(host, _KEPT_OUT)
    chosen = access.chosen_token(TOKEN)
    token = chosen or access.new_token()
    shown = f"${TOKEN}" if chosen else token

    def tell(place: str) -> None:
        _say_place(f"{place}; initializationOptions.token is {shown}")

    return partial(listening.on_tcp, host=host.strip("[]"), port=port, token=token, tell=tell)


def _say_place(place: str) -> None:
    print(f"Listening on {place}", file=sys.stderr, flush=True)


def _http(load: Callable[[], TextGenerator], place: str, idle_s: float | None) -> int:
    """Serves over HTTP until it is interrupted."""
    try:
        from fimble.http import app, limits, local, server, token
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        raise RuntimeMissingError(
            f"`fimble serve --http` needs {missing}, which is not installed.",
            'Install it: pip install "fimble[http]".',
        ) from error

    async def serve() -> bool:
        worker: Worker[TextGenerator] = Worker(idle_s)
        completer = await local.start(worker, load)
        bounds = limits.Limits(connections=limits.connections(limits.raise_file_limit()))
        application = app.create(completer, secret.text, bound.getsockname()[0], bounds)
        config = server.configuration(application, bounds)
        print(f"Listening on {server.url(bound)}; {secret.place}", file=sys.stderr)
        serving = server.Server(config, worker.close)
        await serving.serve([bound])
        return serving.interrupted

    bound = server.listener(*_address(place))  # before the model is loaded, which takes seconds
    with bound:
        secret = token.load_or_create(private_files.data_folder())
        if asyncio.run(serve()):
            raise KeyboardInterrupt
    return 0


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise UsageError(f"{text!r} is not HOST:PORT.", "For example 127.0.0.1:7777.")
    return host, int(port)
