"""Assists: the work behind the offers of `fimble.core.actions`, one per file.

They generate, check and return edits of a snapshot. They know neither the protocol nor
documents that change: a caller whose document has moved on throws the outcome away.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from fimble.assist import (
    comment_block,
    document,
    explain,
    extract,
    generate,
    quick_fix,
    rewrite,
    update_docstring,
)
from fimble.assist.base import Ahead, Assist, Draft, Outcome, Progress, Task, required
from fimble.errors import FimbleError, UsageError

__all__ = [
    "AHEAD",
    "ASSISTS",
    "Ahead",
    "Assist",
    "Draft",
    "Outcome",
    "Progress",
    "Task",
    "required",
    "run",
]

ASSISTS: Mapping[str, Assist] = MappingProxyType(
    {
        "fix": quick_fix.quick_fix,
        "fix_all": quick_fix.fix_all,
        "extract_function": extract.extract_function,
        "extract_variable": extract.extract_variable,
        "inline_variable": extract.inline_variable,
        "split": extract.split_function,
        "rename": extract.rename_variable,
        "rewrite": rewrite.rewrite,
        "edit": rewrite.edit,
        "generate": generate.generate,
        "explain": explain.explain,
        "docstring.document": document.document,
        "docstring.all": document.document_all,
        "docstring.generate": update_docstring.document_or_update,
        "docstring.update": update_docstring.update_docstring,
        "comments.add": comment_block.comment_block,
    }
)
"""By the action id of the offers."""

AHEAD: Mapping[str, Ahead] = MappingProxyType(
    {"docstring.document": document.prefill, "docstring.update": document.prefill}
)
"""What may be read while the user still looks at the offers, by their action id."""


def run(action: str, task: Task, assists: Mapping[str, Assist] = ASSISTS) -> Outcome:
    """Runs an assist; one that cannot do its work says so in the outcome, without edits."""
    try:
        if action not in assists:
            raise UsageError(f"There is no action {action!r}.")
        return assists[action](task)
    except FimbleError as error:
        return Outcome(message=str(error))
