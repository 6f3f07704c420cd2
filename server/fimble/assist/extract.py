"""The assists that extract a function or variable, inline one, and rename it meaningfully.

The edit comes of the syntax tree alone; the model only finds a name, and where it finds none
there is a plain one.
"""

from __future__ import annotations

import ast
import re

from fimble.assist import names
from fimble.assist.base import Outcome, Task
from fimble.checks import BUILT_IN, Verifier
from fimble.core import prompt, python, syntax
from fimble.core.diagnostics import Diagnostic
from fimble.core.fixes import Problem
from fimble.core.fixes.split import split
from fimble.core.refactor import extract_function as functions
from fimble.core.refactor import extract_script as scripts
from fimble.core.refactor import extract_variable as variables
from fimble.core.refactor import inline_variable as inlining
from fimble.core.refactor.rename import rename
from fimble.core.refactor.scopes import Scopes
from fimble.core.text import Edit, Snapshot
from fimble.errors import UsageError

_SHOWN = 2400
"""Characters of code that the model sees to find a better name."""
GAP = "\ufffc"
"""Where the name goes, in a draft; no source text holds it."""


def extract_function(task: Task) -> Outcome:
    """Moves the selected statements into a function of their own."""
    scopes, (start, end) = _scopes(task.snapshot), task.selection
    found = functions.extractable(scopes, start, end)
    if isinstance(found, str):
        return Outcome(message=found)
    task.progress("looking for a name")
    draft = functions.extract_function(scopes, found, GAP)
    taken = _taken(scopes)
    name = _free(_named(task, draft, taken) or "extracted", taken)
    return _checked(task.snapshot, functions.extract_function(scopes, found, name), f"`{name}`")


def extract_variable(task: Task) -> Outcome:
    """Gives the selected expression a name."""
    if task.snapshot.language_id in scripts.LANGUAGES:
        return _script_variable(task)
    scopes, (start, end) = _scopes(task.snapshot), task.selection
    found = variables.extractable(scopes.source, start, end)
    if isinstance(found, str):
        return Outcome(message=found)
    task.progress("looking for a name")
    draft = variables.extract_variable(scopes.source, found, GAP)
    taken = _taken(scopes)
    name = _free(_named(task, draft, taken) or "value", taken)
    edits = variables.extract_variable(scopes.source, found, name)
    return _checked(task.snapshot, edits, f"`{name}`")


def _script_variable(task: Task) -> Outcome:
    snapshot = task.snapshot
    parsed = syntax.parse(snapshot.language_id, snapshot.text)
    if parsed is None:
        raise UsageError("The file is too long.")
    found = scripts.extractable(parsed, *task.selection)
    if isinstance(found, str):
        return Outcome(message=found)
    task.progress("looking for a name")
    taken = set(re.findall(r"\w+", snapshot.text))
    draft = scripts.extract_variable(parsed, found, GAP)
    name = _named(task, draft, taken) or "value"
    name = _free(re.sub(r"_(\w)", lambda m: m[1].upper(), name), taken)
    return _checked(snapshot, scripts.extract_variable(parsed, found, name), f"`{name}`")


def inline_variable(task: Task) -> Outcome:
    """Puts the value of the variable at the cursor where it is read; needs no model."""
    scopes, (start, _) = _scopes(task.snapshot), task.selection
    found = inlining.inlinable(scopes, start)
    if isinstance(found, str):
        return Outcome(message=found)
    edits = inlining.inline_variable(scopes, found)
    return _checked(task.snapshot, edits, f"`{found.name}` is gone")


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
    scopes, (start, _) = _scopes(task.snapshot), task.selection
    here = next((o for o in scopes.occurrences if o.start <= start <= o.start + len(o.name)), None)
    owner = scopes.owner(here) if here else None
    if here is None or owner is None:
        return Outcome(message="There is no variable of this file at the cursor.")
    task.progress("looking for a name")
    whole = scopes.source.text[slice(*_around(scopes, owner.node))][:_SHOWN]
    asked = prompt.chat_prompt(
        (
            ("system", "You name things clearly."),
            ("user", f"Suggest a better name for `{here.name}` in this code.\n\n{whole}"),
        ),
        "A better name is `",
    )
    taken = _taken(scopes) | {here.name}
    name = names.find(task.generator, task.snapshot, asked, task.cancel, taken)
    edits = rename(scopes, here.start, name) if name else None
    if not edits:
        return Outcome(message=f"No better name was found for `{here.name}`.")
    return _checked(task.snapshot, edits, f"`{here.name}` is `{name}` now")


def _around(scopes: Scopes, node: ast.AST) -> tuple[int, int]:
    return scopes.source.span(node) if hasattr(node, "lineno") else (0, len(scopes.source.text))


def _scopes(snapshot: Snapshot) -> Scopes:
    if snapshot.language_id != "python":
        raise UsageError("This works in Python only, so far.")
    source = python.parse(snapshot.text)
    if source is None:
        raise UsageError("The file does not parse.", "Fix that first.")
    return Scopes(source)


def _taken(scopes: Scopes) -> set[str]:
    return {o.name for o in scopes.occurrences}


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    return next(f"{name}_{n}" for n in range(2, 1000) if f"{name}_{n}" not in taken)


def _named(task: Task, draft: tuple[Edit, ...], taken: set[str]) -> str:
    """A free name for the first place that the draft leaves open; "" if the model has none."""
    first = min(draft, key=lambda edit: edit.start)
    head, _, tail = first.new_text.partition(GAP)
    text = task.snapshot.text
    asked = names.gap(task.generator, text[: first.start] + head, tail + text[first.end :])
    return names.find(task.generator, task.snapshot, asked, task.cancel, taken)


def _checked(snapshot: Snapshot, edits: tuple[Edit, ...], what: str) -> Outcome:
    verdict = Verifier(snapshot, None, BUILT_IN).judge(edits)
    if verdict.reason == "new" and verdict.detail in ("syntax", "F821", "F823"):
        return Outcome(message=f"Nothing was changed: it would bring {verdict.detail}.")
    return Outcome(edits, f"Done: {what}.", "scopes checked")
