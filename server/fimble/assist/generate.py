"""The assist behind `fimble.generate`: a request in words becomes code at the cursor."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from fimble.assist.base import Outcome, Task, required
from fimble.assist.rewrite import judged
from fimble.checks import BUILT_IN, Verifier
from fimble.core import prompt, rewriting, wish
from fimble.core import text as texts
from fimble.core.refactor.insertion import placed
from fimble.core.text import Snapshot
from fimble.errors import UsageError
from fimble.generation import GenerationRequest, StopRule

CANDIDATES = 4
DEADLINE_S = 60.0
MAX_TOKENS = 400
_BEFORE, _AFTER = 2400, 800
_SHOWN_EVERY = 16
"""Characters between two drafts: about ten a second."""


def generate(task: Task) -> Outcome:
    """Writes what the instruction, or the comment at the cursor, asks for."""
    snapshot = task.snapshot
    offset = min(max(required(task.arguments, "start", int), 0), len(snapshot.text))
    given = task.arguments.get("instruction")
    instruction = given.strip() if isinstance(given, str) else wish.comment_at(snapshot, offset)
    if not instruction:
        raise UsageError("There is no instruction, and no comment at the cursor.")
    verifier = Verifier(snapshot, None, BUILT_IN, style=False)
    request = GenerationRequest(
        f"generate {snapshot.uri}",
        question(snapshot, offset, instruction),
        max_new_tokens=MAX_TOKENS,
    )
    why, until = "the model wrote nothing whole", time.perf_counter() + DEADLINE_S
    for number in range(CANDIDATES):
        left = until - time.perf_counter()
        if task.cancel.cancelled or left <= 0:
            break
        stop, temperature = _drafted(task, number + 1), 0.7 if number else 0.0
        asked = replace(request, stop=stop, temperature=temperature, seed=number, deadline_s=left)
        result = task.generator.generate(asked, task.cancel)
        if result.finish_reason not in ("stop", "rule") or not result.text.strip():
            continue
        edits = placed(snapshot, offset, _cleaned(snapshot, result.text))
        if not edits:
            why = "the model only repeated what is there"
            continue
        found = judged(verifier, (offset, offset), edits)
        if found.edits:
            level = found.verdict.level
            return Outcome(found.edits, f"Written ({level}).", level)
        why = found.reason
    return Outcome(message=f"Nothing was written: {why}.")


def _drafted(task: Task, attempt: int) -> StopRule:
    """Ends where the code does, and shows the code while it grows."""
    shown = 0
    task.progress(f"writing, attempt {attempt}")
    task.draft("")

    def rule(text: str) -> int | None:
        nonlocal shown
        end = rewriting.fence_stop(text)
        if end is not None or len(text) >= shown + _SHOWN_EVERY:
            shown = len(text)
            task.draft(text[:end])
            task.progress(f"writing, attempt {attempt}, line {len(text[:end].splitlines())}")
        return end

    return rule


def _cleaned(snapshot: Snapshot, said: str) -> str:
    """The answer without our mark, and without the file's own lines at its end."""
    lines = _MARKED.sub("", said).rstrip().split("\n")
    known = {line.strip() for line in snapshot.text.split("\n")}
    while lines and (not lines[-1].strip() or _is_known_comment(lines[-1].strip(), known)):
        lines.pop()
    return "\n".join(lines)


def _is_known_comment(line: str, known: set[str]) -> bool:
    return line.startswith(wish.MARKS) and line in known


def question(snapshot: Snapshot, offset: int, instruction: str) -> prompt.Prompt:
    """Shows the file around the cursor and asks for the missing code."""
    at = texts.line_end(snapshot.text, offset)
    before = snapshot.text[max(0, at - _BEFORE) : at]
    after = snapshot.text[at : at + _AFTER]
    language = snapshot.language_id
    mark = f"{_COMMENT_OF.get(language, '//')} HERE"
    shown = f"The file {snapshot.path}:\n\n```{language}\n{before}\n{mark}{after}\n```\n\n"
    user = (
        f"{shown if (before + after).strip() else ''}Write the {language} code for this"
        f"{f', to be inserted at `{mark}`' if (before + after).strip() else ''}: {instruction}\n\n"
        "Answer with the new code only, without what is there already."
    )
    messages = (("system", rewriting.SYSTEM), ("user", user))
    return prompt.chat_prompt(messages, f"```{language}\n")


_MARKED = re.compile(r"^.*\bHERE\b.*\n?", re.MULTILINE)
_COMMENT_OF = {"python": "#", "sql": "--", "html": "<!--", "css": "/*", "shellscript": "#"}
