"""What follows in Python where somebody has given a variable another name by hand."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from fimble.core.refactor.python import rename as renaming
from fimble.core.refactor.python.flow import is_set_before
from fimble.core.refactor.python.scopes import Occurrence, Scope, Scopes
from fimble.core.text import python
from fimble.core.text.python import Function, Source
from fimble.core.text.snapshot import Edit, apply_edits

_SURE = 2
"""Uses that have the new name by hand, where the definition has the old one still."""


def follow(
    scopes: Scopes, start: int, new: str, done: Callable[[int], bool]
) -> tuple[Edit, ...] | str:
    """The edits of the rename that was begun, in the text before it; those done are among them.

    What makes a rename unsafe that nobody asked for (a string may have the name, others may use it)
    is no reason here: the definition has its new name already, and its uses mean nothing.

    Args:
        scopes: The names before the rename.
        start: Where an occurrence begins that was changed by hand.
        new: The new name.
        done: Whether the occurrence that begins at an offset has the new name.

    Returns:
        The edits, or why the other occurrences may mean something still.
    """
    found = renaming.variable(scopes, start)
    if isinstance(found, str):
        return found
    here, owner = found
    reason = renaming.unclear(scopes, here, owner)
    if reason:
        return reason
    if not renaming.is_free(scopes, here, owner, new):
        return f"`{new}` means something else there."
    places = scopes.of_variable(here.name, owner)
    changed = [o for o in places if done(o.start)]
    if not _is_begun(scopes, owner, places, changed):
        return f"`{here.name}` may mean what it did."
    arguments = renaming.keywords(scopes, here, owner, new)
    edits = {*renaming.own(scopes, here, owner, new)}
    edits.update(() if isinstance(arguments, str) else arguments)
    return tuple(sorted(edits, key=lambda e: e.start))


def _is_begun(
    scopes: Scopes, owner: Scope, places: Sequence[Occurrence], changed: Sequence[Occurrence]
) -> bool:
    """Whether what was changed leaves uses without a meaning, or can be the beginning alone."""
    if not any(o.binds for o in changed):
        return len(changed) >= _SURE
    rest = [o for o in places if o not in changed]
    uses = [o.start for o in rest if not o.binds and o.scope is owner]
    kept = (o for o in rest if o.binds and o.scope is owner and _defines(scopes.source, o))
    if len(changed) > len(rest) or not any(kept):
        return True
    name, width = changed[0].name, len(changed[0].name)
    gone = [Edit(o.start, o.start + width, "_" * width) for o in changed]
    after = python.parse(apply_edits(scopes.source.text, gone))
    if after is None or not isinstance(owner.node, Function | ast.Module):
        return False
    return any(_is_set(scopes.source, at, name) and not _is_set(after, at, name) for at in uses)


def _defines(source: Source, binding: Occurrence) -> bool:
    """Whether a binding is more than a change or the end of what is defined elsewhere."""
    path = source.around(binding.start, binding.start + len(binding.name))
    statement = next((n for n in path if isinstance(n, ast.stmt)), None)
    changes = isinstance(statement, ast.AugAssign) and statement.target is path[0]
    return not changes and not isinstance(statement, ast.Delete)


def _is_set(source: Source, at: int, name: str) -> bool:
    """Whether the variable that is read at an offset has a value there for sure."""
    path = source.around(at, at + len(name))
    statement = next((n for n in path if isinstance(n, ast.stmt)), None)
    owner = next((n for n in path if isinstance(n, Function | ast.Module)), source.tree)
    return statement is not None and is_set_before(owner, name, statement, path)
