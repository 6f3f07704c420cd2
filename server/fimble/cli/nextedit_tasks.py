"""`fimble eval nextedit`: what would be shown after each task's edits, without a model."""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING, Any

from fimble.errors import UsageError

if TYPE_CHECKING:
    from fimble.completion.nextedit.proposal import Situation

Task = dict[str, Any]


def run(args: argparse.Namespace) -> int:
    """Writes the answers to all tasks that the arguments ask for.

    Raises:
        UsageError: There is no file of tasks, or a task is of another kind.
    """
    from fimble.cli import evaluate

    if args.tasks is None or args.repo is not None:
        raise UsageError("Next edits need a file of tasks.")
    with args.out.open("w", encoding="utf-8") as out:
        for task in evaluate.chosen(args):
            out.write(json.dumps(answer(task), ensure_ascii=False) + "\n")
    return 0


def situation(task: Task) -> Situation:
    """The document of a task, behind its last edit.

    Raises:
        UsageError: The task is no task of a next edit, or its history leads to another text.
    """
    from fimble.completion.nextedit.proposal import Situation
    from fimble.core.text import languages
    from fimble.core.text.history import Change, History
    from fimble.core.text.snapshot import Snapshot

    try:
        changes = tuple(Change(h["start"], h["old"], h["new"]) for h in task["history"])
        history = History(task["before"], changes)
        path, text, cursor = str(task.get("path", "")), str(task["text"]), int(task["cursor"])
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"The task {task['id']!r} is none of a next edit: {error!r}.") from error
    try:
        reached = history.text
    except ValueError as error:
        raise UsageError(f"The history of {task['id']!r} does not fit: {error}.") from error
    if reached != text:
        raise UsageError(f"The history of {task['id']!r} leads to another text.")
    language = languages.of_path(path) or languages.of_name(str(task.get("lang", "")))
    return Situation(Snapshot(f"task:{task['id']}", path, language, None, text), cursor, history)


def answer(task: Task) -> Task:
    """One task's line of output: the edit that is shown first, in milliseconds of this machine."""
    from fimble.completion.nextedit.proposal import Proposal
    from fimble.completion.nextedit.propose import propose

    asked = situation(task)
    begin = time.perf_counter()
    found = propose(asked)
    taken = round((time.perf_counter() - begin) * 1000, 2)
    shown = found.steps[:1] if isinstance(found, Proposal) else ()
    return {
        "id": task["id"],
        "edits": [
            {"start": s.edit.start, "end": s.edit.end, "new": s.edit.new_text} for s in shown
        ],
        "kind": found.kind if isinstance(found, Proposal) else "",
        "reason": found.reason,
        "ms": taken,
    }
