"""What the commands that edit a file have in common: reading, verifying, showing, writing."""

from __future__ import annotations

import argparse
import codecs
import difflib
import io
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fimble.cli import numbers
from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.core.text.snapshot import Snapshot

_VERIFY_LIMIT_S = 600
_NO_LAST_BREAK = "\n\\ No newline at end of file\n"


def add_verification(parser: argparse.ArgumentParser) -> None:
    """Declares what else has to agree."""
    parser.add_argument(
        "--verify-with",
        metavar="COMMAND",
        help='also run this with the new text in place, for example "pytest -q tests/test_a.py"; '
        "the file is put back if it fails",
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Declares what becomes of an edit."""
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--diff", action="store_true", help="print a diff (default)")
    way.add_argument("--write", action="store_true", help="change the file")
    way.add_argument("--json", action="store_true", help="print one JSON object")


def add_model(parser: argparse.ArgumentParser, default: str = "the best installed one") -> None:
    """Declares which model is asked, and how; `default` is the one if none is named."""
    parser.add_argument("--model", help=f"name or package folder (default: {default})")
    parser.add_argument("--threads", type=numbers.threads, help="threads of the runtime")


def read(path: Path) -> Snapshot:
    """The file as a snapshot, without a byte order mark, as editors show it.

    Raises:
        UsageError: It cannot be read.
    """
    from fimble.core.text import languages
    from fimble.core.text.snapshot import Snapshot

    try:
        text = path.read_bytes().removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        where = f"{path} is not UTF-8: {error.reason} at byte {error.start}."
        raise UsageError(where, "Save it as UTF-8.") from error
    language = languages.of_path(path.name) or languages.of_script(text)
    return Snapshot(path.resolve().as_uri(), path.name, language, None, text)


def write(path: Path, before: str, after: str) -> None:
    """Puts `after` into a file that holds `before`; a byte order mark that is there stays.

    Raises:
        UsageError: It cannot be written, or holds something else by now.
    """
    try:
        data = path.read_bytes()
        mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        if data != mark + before.encode("utf-8"):
            raise UsageError(f"{path} was changed meanwhile, so it was not written.", "Run again.")
        path.write_bytes(mark + after.encode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def verified(args: argparse.Namespace, before: str, after: str) -> bool:
    """Whether the user's command succeeds with the new text in the file; the old one comes back.

    Raises:
        UsageError: It could not be run, or the file not be written.
    """
    try:
        old = args.path.read_bytes()
        write(args.path, before, after)
        try:
            command = shlex.split(args.verify_with)
            limit = _VERIFY_LIMIT_S
            done = subprocess.run(command, capture_output=True, timeout=limit, check=False)
        finally:
            args.path.write_bytes(old)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"{args.verify_with!r} could not be run: {error}.") from error
    return done.returncode == 0


def refused(args: argparse.Namespace) -> str:
    """What the user hears of an edit that the command did not accept."""
    return f"Nothing was changed: {args.verify_with!r} failed."


def report(args: argparse.Namespace, before: str, after: str, facts: dict[str, Any]) -> None:
    """Prints or writes the new text, and says what became of it."""
    changed = after != before
    if args.json:
        print(json.dumps({**facts, "text": after if changed else None}, ensure_ascii=False))
    elif args.write and changed:
        write(args.path, before, after)
    elif changed:
        sys.stdout.writelines(diff(before, after, str(args.path)))
        sys.stdout.flush()
    if not changed and not args.json:
        print(facts.get("message") or "Nothing was changed.", file=sys.stderr)


def diff(before: str, after: str, path: str) -> Iterator[str]:
    """A diff that `patch` takes: only line feeds end its lines."""
    old, new = (list(io.StringIO(text, newline="\n")) for text in (before, after))
    for line in difflib.unified_diff(old, new, path, path):
        yield line if line.endswith("\n") else line + _NO_LAST_BREAK
