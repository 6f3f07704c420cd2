"""The assists that extract a function or variable, inline one, and rename it meaningfully.

The edit comes of the syntax tree alone; the model only finds a name, and where it finds none
there is a plain one.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from fimble.assist import names, project
from fimble.assist.base import Outcome, Task
from fimble.assist.checks import BUILT_IN, Verifier
from fimble.core.docstrings import renamed
from fimble.core.fixes import Problem
from fimble.core.fixes.split import split
from fimble.core.refactor import by_language
from fimble.core.refactor.by_language import GAP, Draft, Refactoring
from fimble.core.text import prompt
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits
from fimble.errors import UsageError

_SHOWN = 2400
"""Characters of code that the model sees to find a better name."""


def extract_function(task: Task) -> Outcome:
    """Moves the selected statements into a function of their own."""
    language = _language(task)
    return _with_name(task, language, language.extract_function(*task.selection), "extracted")


def extract_variable(task: Task) -> Outcome:
    """Gives the selected expression a name."""
    language = _language(task)
    return _with_name(task, language, language.extract_variable(*task.selection), "value")


def inline_variable(task: Task) -> Outcome:
    """Puts the value of the variable at the cursor where it is read; needs no model."""
    found = _language(task).inline_variable(task.selection[0])
    if isinstance(found, str):
        return Outcome(message=found)
    name, edits = found
    return _checked(task.snapshot, edits, f"`{name}` is gone")


def split_function(task: Task) -> Outcome:
    """Moves the part with the most branches of the function at the cursor into one of its own."""
    snapshot, (start, _) = task.snapshot, task.selection
    problem = Problem(snapshot, Diagnostic(start, start, "", "C901"))
    proposal = next(split(problem), None)
    if proposal is None:
        return Outcome(message="No part of this function can stand alone.")
    task.progress("looking for a name")
    edits = names.improved(task.generator, snapshot, proposal.edits, proposal.names, task.cancel)
    return _checked(snapshot, edits, "one part is a function of its own now")


def rename_variable(task: Task) -> Outcome:
    """Gives the name at the cursor a better one, everywhere in its scope."""
    language, (start, _) = _language(task), task.selection
    variable = language.variable(start)
    if isinstance(variable, str):
        return Outcome(message=variable)
    task.progress("looking for a name")
    whole = task.snapshot.text[variable.start : variable.end][:_SHOWN]
    asked = prompt.chat_prompt(
        (
            ("system", "You name things clearly."),
            ("user", f"Suggest a better name for `{variable.name}` in this code.\n\n{whole}"),
        ),
        "A better name is `",
    )
    taken = language.taken() | {variable.name}
    name = _found(task, language, asked, taken)
    edits = language.rename(start, name) if name else ()
    if not edits:
        return Outcome(message=f"No better name was found for `{variable.name}`.")
    place = task.snapshot, variable.start, variable.end
    edits = (*edits, *renamed.edits(*place, variable.name, name))
    return _checked(task.snapshot, edits, f"`{variable.name}` is `{name}` now")


def _language(task: Task) -> Refactoring:
    found = by_language.of(task.snapshot)
    if isinstance(found, str):
        raise UsageError(found)
    return found


def _with_name(task: Task, language: Refactoring, draft: Draft | str, plain: str) -> Outcome:
    """The outcome of a draft with a name that fits the place, or a plain one."""
    if isinstance(draft, str):
        return Outcome(message=draft)
    task.progress("looking for a name")
    first = min(draft, key=lambda edit: edit.start)
    head, _, tail = first.new_text.partition(GAP)
    text, taken = task.snapshot.text, language.taken()
    asked = names.gap(task.generator, text[: first.start] + head, tail + text[first.end :])
    name = _free(_found(task, language, asked, taken) or plain, taken)
    return _checked(task.snapshot, by_language.named(draft, name), f"`{name}`")


def _found(task: Task, language: Refactoring, asked: prompt.Prompt, taken: AbstractSet[str]) -> str:
    """A name that the model says, as the language spells it; "" if there is none."""
    return names.find(task.generator, task.snapshot, asked, task.cancel, taken, language.spelled)


def _free(name: str, taken: AbstractSet[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}_{n}" for n in range(2, 1000) if f"{name}_{n}" not in taken)


def _checked(snapshot: Snapshot, edits: tuple[Edit, ...], what: str) -> Outcome:
    why = project.broken(snapshot, apply_edits(snapshot.text, edits))
    if why:
        return Outcome(message=f"Nothing was changed: {why}.")
    verdict = Verifier(snapshot, None, BUILT_IN).judge(edits)
    if verdict.reason == "new" and verdict.detail in ("syntax", "F821", "F823"):
        return Outcome(message=f"Nothing was changed: it would bring {verdict.detail}.")
    return Outcome(edits, f"Done: {what}.", "scopes checked")
