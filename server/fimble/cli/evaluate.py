"""`fimble eval`: a file of tasks is run, or completions for a folder of one's own code."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import lzma
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fimble.cli import editing, lazy, nextedit_tasks, scores
from fimble.engine.provider import NAMES
from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.completion.pipeline import Completion
    from fimble.completion.retrieval.snippet import Snippet
    from fimble.core.completion.context import CursorContext
    from fimble.engine.manifest import Fim
    from fimble.generation.request import TextGenerator

Task = dict[str, Any]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "eval",
        help="run a file of tasks, to be scored",
        description="Runs tasks (JSON lines with id, lang, kind, prefix, suffix) through the same "
        "pipeline as an editor's request and writes {id, text, raw, reason, logprobs, timings} "
        "per line. "
        "What the output file already holds is not run again. With --repo the tasks are made "
        "of a folder's code, and the scores are printed. "
        "Next edits (rows with before, history, text, cursor) need no model: {id, edits, kind, "
        "reason, ms} holds the edit that would be shown first, which may be of several "
        "neighbouring lines, or none.",
    )
    parser.add_argument("what", choices=["completion", "nextedit"], help="the kind of tasks")
    parser.add_argument("tasks", type=Path, nargs="?", help="a JSON lines file, or one as .xz")
    parser.add_argument("--repo", type=Path, help="a folder of code to make tasks of")
    parser.add_argument("--count", type=int, default=60, help="how many (default 60)")
    parser.add_argument(
        "--context-tokens",
        type=int,
        default=256,
        metavar="N",
        help="budget for lines of the folder's other files, as in the server (default 256)",
    )
    parser.add_argument("--out", type=Path, required=True, help="where the answers go")
    parser.add_argument(
        "--limit-per-lang", type=int, help="the first N tasks of a language and kind"
    )
    parser.add_argument("--kinds", default="", metavar="KIND,...", help="only tasks of these kinds")
    parser.add_argument("--sample", type=int, help="N tasks, the same ones every time")
    _add_pipeline(parser)
    parser.set_defaults(run=run)


def _add_pipeline(parser: argparse.ArgumentParser) -> None:
    """Declares how completions are made."""
    parser.add_argument("--raw", action="store_true", help="the model's text, without filters")
    parser.add_argument(
        "--as-editor",
        action="store_true",
        help="how much is asked for is decided by the cursor, not by the task's kind",
    )
    parser.add_argument(
        "--eagerness",
        choices=["eager", "balanced", "quiet"],
        help="how likely a suggestion has to be, as in the server (default: any is shown)",
    )
    parser.add_argument(
        "--fim",
        default="",
        metavar="NAME=VALUE,...",
        help="instead of the manifest's: order, near_lines, context_tokens, suffix_share",
    )
    editing.add_model(parser, "the default model")
    parser.add_argument("--provider", choices=NAMES, default="auto", help="what runs the model")


def run(args: argparse.Namespace) -> int:
    """Runs what is missing from the output file."""
    if args.what == "nextedit":
        return nextedit_tasks.run(args)
    from rich.console import Console
    from rich.progress import track

    from fimble.cli import repository_tasks

    every = wanted(args)
    done = {row["id"] for row in read(args.out)} if args.out.exists() else set()
    tasks = [task for task in every if task["id"] not in done]
    generator = lazy.load(args.model, args.threads, args.provider)
    fim = override(generator.manifest.fim, args.fim)
    others = repository_tasks.Others(args.repo, args.context_tokens) if args.repo else None
    with args.out.open("a", encoding="utf-8") as out:
        for task in track(tasks, "Completing", console=Console(stderr=True)):
            quoted = others.around(context_of(task)) if others else ()
            row = answer(
                generator,
                task,
                raw=args.raw,
                fim=fim,
                as_editor=args.as_editor,
                quoted=quoted,
                eagerness=args.eagerness,
            )
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
    if others:
        others.close()
        report(scores.score(every, read(args.out)))
    return 0


def wanted(args: argparse.Namespace) -> list[Task]:
    """The tasks of the folder or the file that the arguments name.

    Raises:
        UsageError: They name both or none, or what they name holds no tasks.
    """
    from fimble.cli import repository_tasks

    if (args.tasks is None) == (args.repo is None):
        raise UsageError("Either a file of tasks or --repo FOLDER is needed.")
    return repository_tasks.build(args.repo, args.count) if args.repo else chosen(args)


def chosen(args: argparse.Namespace) -> list[Task]:
    """The tasks of a file that the arguments ask for."""
    kinds = set(filter(None, args.kinds.split(",")))
    tasks = [task for task in read(args.tasks) if not kinds or kind(task) in kinds]
    return sample(limit(tasks, args.limit_per_lang), args.sample)


def sample(tasks: list[Task], count: int | None) -> list[Task]:
    """`count` tasks in an order that depends on their ids alone; a larger sample goes on."""
    if count is None:
        return tasks
    return sorted(tasks, key=lambda task: hashlib.sha256(str(task["id"]).encode()).digest())[:count]


def report(found: scores.Scores) -> None:
    """Prints the scores of the user's own code."""
    print(f"{found.count} completions, {found.median_ms:.0f} ms in the middle")
    print(f"shown                       {found.shown:5.1f} %   withheld: {found.reasons or 'none'}")
    print(f"exactly right, of all       {found.exact:5.1f} %")
    print(f"exactly right, of shown     {found.right:5.1f} %")
    print(f"first word right, of shown  {found.accepted:5.1f} %")
    print(f"likeness of the line        {found.similarity:5.1f} %")


def override(fim: Fim, changes: str) -> Fim:
    """The prompt's format with `name=value,...` changed.

    Raises:
        UsageError: A name is not known, or a value is of another type.
    """
    values: dict[str, Any] = {}
    for change in filter(None, changes.split(",")):
        name, _, value = change.partition("=")
        try:
            values[name] = type(getattr(fim, name))(value)
        except (AttributeError, ValueError) as error:
            raise UsageError(f"--fim: {change!r} cannot be set.") from error
    return dataclasses.replace(fim, **values)


def read(path: Path) -> list[Task]:
    """The rows of a task file; a last line cut short by an interruption is left out.

    Raises:
        UsageError: It cannot be read, or is not a file of tasks.
    """
    try:
        content = path.read_bytes()
        content = lzma.decompress(content) if path.suffix == ".xz" else content
        lines = content.decode().removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise UsageError(f"{path} cannot be read: {error}.") from error
    rows: list[Task] = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            row["id"]
        except (ValueError, TypeError, KeyError) as error:
            if number == len(lines):
                break
            raise UsageError(f"{path}, line {number}, is not a task.") from error
        rows.append(row)
    return rows


def limit(tasks: list[Task], count: int | None) -> list[Task]:
    """The first `count` tasks of every language and kind."""
    seen: Counter[tuple[str, str]] = Counter()
    kept = []
    for task in tasks:
        group = (language(task), kind(task))
        seen[group] += 1
        if count is None or seen[group] <= count:
            kept.append(task)
    return kept


def language(task: Task) -> str:
    """The task's language, "" if it says none."""
    return str(task.get("lang") or task.get("language") or "")


def kind(task: Task) -> str:
    """What the task is about: its kind, a next edit's category; "" if it says neither."""
    return str(task.get("kind") or task.get("category") or "")


def around(task: Task) -> tuple[str, str]:
    """The text before and after the cursor.

    Rows of HumanEval-Infilling (`prompt`) lost the line break between the missing line and the
    next one; a file in an editor has it, so it is given back.

    Raises:
        UsageError: The row is not a completion task.
    """
    try:
        if "prefix" in task:
            return str(task["prefix"]), str(task["suffix"])
        suffix = str(task["suffix"])
        return str(task["prompt"]), suffix if suffix.startswith("\n") else "\n" + suffix
    except KeyError as error:
        raise UsageError(f"The task {task['id']!r} has no {error}.") from error


def context_of(task: Task) -> CursorContext:
    """The cursor that a task asks about."""
    from fimble.core.completion import context
    from fimble.core.text import languages
    from fimble.core.text import snapshot as text

    prefix, suffix = around(task)
    uri, path = str(task.get("uri", f"task:{task['id']}")), str(task.get("path", ""))
    language_id = languages.of_name(language(task))
    snapshot = text.Snapshot(uri, path, language_id, None, prefix + suffix)
    return context.from_snapshot(snapshot, len(prefix))


def answer(
    generator: TextGenerator,
    task: Task,
    *,
    raw: bool = False,
    fim: Fim | None = None,
    as_editor: bool = False,
    quoted: tuple[Snippet, ...] = (),
    eagerness: str | None = None,
) -> Task:
    """One task's line of output."""
    from fimble.completion import pipeline
    from fimble.core.completion import filters
    from fimble.core.completion.gate import BARS, Gate

    gate = Gate(BARS[eagerness]) if eagerness else None
    block = task.get("kind") == "block"
    options = pipeline.Options(
        multiline=None if as_editor else block,
        max_new_tokens=128 if block else 64,
        filters=() if raw else filters.chosen(gate, withhold_dangerous=True),
        fim=fim,
        snippets=quoted,
    )
    result = pipeline.complete(generator, context_of(task), options)
    return row_of(task, result, raw=raw)


def row_of(task: Task, result: Completion, *, raw: bool = False) -> Task:
    """A completion as a line of output."""
    return {
        "id": task["id"],
        "text": result.raw if raw else result.shown,
        "raw": result.raw,
        "reason": result.reason,
        "logprobs": [round(value, 3) for value in result.logprobs],
        "timings": dataclasses.asdict(result.timings),
    }
