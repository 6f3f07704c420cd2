"""The assist behind `fimble.generate`: a request in words becomes code at the cursor."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from fimble.assist import beside, packages
from fimble.assist.base import Outcome, Task, required
from fimble.assist.checks import BUILT_IN, Verifier
from fimble.assist.rewrite import Rewrite, judged
from fimble.core.insertion import placed, wish
from fimble.core.text import prompt, rewriting
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.errors import UsageError
from fimble.generation.answer import StopRule
from fimble.generation.request import GenerationRequest

CANDIDATES = 4
DEADLINE_S = 60.0
"""No attempt is begun after so many seconds."""
LONGEST_S = 120.0
"""So long an answer that ended at the token limit may go on."""
MAX_TOKENS = 400
CONTINUATIONS = 3
"""So often an answer goes on: 1,600 tokens in all."""
_TELLING = 12
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
    why, told = "the model wrote nothing whole", Outcome()
    for said in _answers(task, request):
        edits = placed(snapshot, offset, said, instruction)
        found = judged(verifier, (offset, offset), edits) if edits else None
        why = found.reason if found is not None else "the model only repeated what is there"
        outcome = _outcome(snapshot, found) if found is not None and found.edits else Outcome()
        if outcome.edits and not outcome.warning:
            return outcome
        if told.edits:
            break
        told = outcome
    return told if told.edits else Outcome(message=f"Nothing was written: {why}.")


def _outcome(snapshot: Snapshot, found: Rewrite) -> Outcome:
    level = found.verdict.level
    after = apply_edits(snapshot.text, found.edits)
    said = (
        ("The project neither has nor declares what this imports", packages.unknown),
        ("Nothing declares what this uses, where it is used", beside.unknown),
    )
    warnings = [
        f"{what}: {', '.join(f'`{name}`' for name in names)}."
        for what, unknown in said
        if (names := unknown(snapshot, after))
    ]
    warning = " ".join(warnings)
    return Outcome(found.edits, f"Written ({level}). {warning}".rstrip(), level, warning=warning)


def _answers(task: Task, request: GenerationRequest) -> Iterator[str]:
    """What the model says, greedy first, as long as there is time; only what is whole."""
    until = time.perf_counter() + DEADLINE_S
    for number in range(CANDIDATES):
        left = until - time.perf_counter()
        if task.cancel.cancelled or left <= 0:
            return
        temperature = 0.7 if number else 0.0
        asked = replace(request, temperature=temperature, seed=number, deadline_s=left)
        said = _whole(task, asked, number + 1)
        if said.strip():
            yield said


def _whole(task: Task, request: GenerationRequest, attempt: int) -> str:
    """One answer; where it ends at the token limit the model goes on. "" if it does not end."""
    said, until = "", time.perf_counter() + LONGEST_S
    task.progress(f"writing, attempt {attempt}")
    task.draft("")
    for number in range(CONTINUATIONS + 1):
        left = until - time.perf_counter() if number else request.deadline_s
        if task.cancel.cancelled or (left is not None and left <= 0):
            return ""
        prompt_so_far = (*request.prompt, prompt.plain(said)) if said else request.prompt
        stop = _drafted(task, attempt, said)
        asked = replace(request, prompt=prompt_so_far, stop=stop, deadline_s=left)
        result = task.generator.generate(asked, task.cancel)
        if result.finish_reason in ("stop", "rule"):
            return (said if result.text else said.rstrip("`")) + result.text
        if result.finish_reason != "length" or _goes_round(said, result.text):
            return ""
        said += result.text
    return ""


def _goes_round(said: str, more: str) -> bool:
    """Whether a continuation says only what was said: it would never end."""
    lines = [line.strip() for line in more.split("\n") if len(line.strip()) > _TELLING]
    return bool(said) and bool(lines) and all(line in said for line in lines)


def _drafted(task: Task, attempt: int, before: str) -> StopRule:
    """Ends where the code does, and shows the code while it grows."""
    shown, text = 0, task.snapshot.text
    asked = wish.lines_at(
        task.snapshot, min(max(required(task.arguments, "start", int), 0), len(text))
    )

    def rule(more: str) -> int | None:
        nonlocal shown
        said = before + more
        end = rewriting.fence_stop(said)
        if end is None and asked and more.endswith("\n"):
            end = wish.another(said, asked[-1], text)
        if end is not None or len(more) >= shown + _SHOWN_EVERY:
            shown = len(more)
            task.draft(said[:end])
            task.progress(f"writing, attempt {attempt}, line {len(said[:end].splitlines())}")
        return None if end is None else max(end - len(before), 0)

    return rule


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


_COMMENT_OF = {"python": "#", "sql": "--", "html": "<!--", "css": "/*", "shellscript": "#"}
