"""What follows where somebody has begun a refactoring by hand, by language."""

from __future__ import annotations

from collections.abc import Callable

from fimble.core.refactor.calls.values import Call, Declared
from fimble.core.refactor.python import elsewhere as python_elsewhere
from fimble.core.refactor.python import follow as python_follow
from fimble.core.refactor.python import rename as python_rename
from fimble.core.refactor.python import scopes
from fimble.core.refactor.python import signature as python_signature
from fimble.core.refactor.scripts import elsewhere as script_elsewhere
from fimble.core.refactor.scripts import follow as script_follow
from fimble.core.refactor.scripts import signature as script_signature
from fimble.core.refactor.scripts.extract_variable import LANGUAGES as SCRIPTS
from fimble.core.text import python, syntax
from fimble.core.text.snapshot import Edit, Snapshot


def rename(
    snapshot: Snapshot, start: int, new: str, done: Callable[[int], bool]
) -> tuple[Edit, ...] | str:
    """The edits of a rename, those that were made by hand among them.

    Args:
        snapshot: The document before the rename.
        start: Where a name begins that was changed by hand.
        new: What it was changed to.
        done: Whether the same was done to the name that begins at an offset.

    Returns:
        The edits, or why it cannot be told what belongs to the name; "" for another language.
    """
    if snapshot.language_id == "python":
        source = _python(snapshot)
        if source is None:
            return "the file did not parse before"
        return python_follow.follow(scopes.of_source(source), start, new, done)
    if snapshot.language_id in SCRIPTS:
        parsed = _script(snapshot)
        if parsed is None:
            return "the file did not parse before"
        return script_follow.follow(parsed, start, new, done)
    return ""


def is_of_file(snapshot: Snapshot, start: int) -> bool:
    """Whether the name that begins at an offset can be imported: the file's own."""
    if snapshot.language_id == "python":
        source = _python(snapshot)
        known = scopes.of_source(source) if source is not None else None
        found = python_rename.variable(known, start) if known is not None else ""
        return known is not None and not isinstance(found, str) and found[1] is known.module
    return snapshot.language_id in SCRIPTS


def rename_elsewhere(other: Snapshot, module: Snapshot, name: str, new: str) -> tuple[Edit, ...]:
    """The edits of another file that imports a name which became another one."""
    if name not in other.text:
        return ()
    if other.language_id == module.language_id == "python":
        source = _python(other)
        if source is None:
            return ()
        known = scopes.of_source(source)
        return python_elsewhere.rename(known, other.path, module.path, name, new)
    if {other.language_id, module.language_id} <= SCRIPTS:
        parsed = _script(other)
        if parsed is not None:
            return script_elsewhere.rename(parsed, other.path, module.path, name, new)
    return ()


def calls_elsewhere(other: Snapshot, module: Snapshot, function: Declared) -> tuple[Call, ...]:
    """The calls in another file that imports a function."""
    if function.name not in other.text or not function.is_of_file:
        return ()
    source = _python(other)
    if source is None:
        return ()
    known = scopes.of_source(source)
    return python_elsewhere.calls(known, other.path, module.path, function.name)


def function_at(snapshot: Snapshot, start: int, end: int) -> Declared | None:
    """The function in whose parameters `start..end` stands."""
    if snapshot.language_id in SCRIPTS:
        parsed = _script(snapshot)
        return None if parsed is None else script_signature.at(parsed, start, end)
    source = _python(snapshot)
    return None if source is None else python_signature.at(source, start, end)


def function_named(snapshot: Snapshot, start: int) -> Declared | None:
    """The function whose name begins at an offset."""
    if snapshot.language_id in SCRIPTS:
        parsed = _script(snapshot)
        return None if parsed is None else script_signature.named(parsed, start)
    source = _python(snapshot)
    return None if source is None else python_signature.named(source, start)


def called_at(snapshot: Snapshot, start: int, end: int) -> tuple[Declared, Call, int] | None:
    """The function called where `start..end` stands in the arguments, the call, and its shift."""
    source = _python(snapshot)
    return None if source is None else python_signature.called_at(source, start, end)


def calls(snapshot: Snapshot, function: Declared) -> tuple[tuple[Call, int], ...] | str:
    """The calls of a function for sure, each with how many parameters are filled without it.

    Returns:
        The reason where it cannot be told what calls the function.
    """
    if snapshot.language_id in SCRIPTS:
        parsed = _script(snapshot)
        return "" if parsed is None else script_signature.calls(parsed, function)
    source = _python(snapshot)
    return "" if source is None else python_signature.calls(source, function)


def _python(snapshot: Snapshot) -> python.Source | None:
    return python.parse(snapshot.text) if snapshot.language_id == "python" else None


def _script(snapshot: Snapshot) -> syntax.SyntaxTree | None:
    """The tree of a script, if it is one without an error."""
    parsed = syntax.parse(snapshot.language_id, snapshot.text)
    return None if parsed is None or parsed.root.has_error else parsed
