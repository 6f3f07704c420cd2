"""Rewrites that users can ask for: the words for the model, and what its answer has to keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fimble.core.refactor.interface import kept, same_without_hints
from fimble.core.text import rewriting
from fimble.core.text.rewriting import Question
from fimble.core.text.snapshot import Snapshot

Guard = Callable[[Snapshot, str], bool]
"""The document before, and its text after: whether the rewrite may be offered."""

_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_CHAINED = re.compile(r"\.\s*(?:then|catch|finally)\s*\(")
_OF_PROMISES = frozenset({"then", "catch", "finally", "Promise", "resolve", "reject"})
_CALL = re.compile(r"\b(\w+)\(")


@dataclass(frozen=True)
class Request:
    """A rewrite.

    Attributes:
        title: In the menu.
        instruction: For the model.
        guard: What the answer has to keep.
        promise: What is sure of an answer that passed, for the user.
        languages: In which it is offered, empty for all.
    """

    title: str
    instruction: str
    guard: Guard
    promise: str
    languages: frozenset[str] = frozenset()


def interface_kept(snapshot: Snapshot, after: str) -> bool:
    """Names, parameters and exports stay."""
    return kept(snapshot.language_id, snapshot.text, after)


def hints_only(snapshot: Snapshot, after: str) -> bool:
    """Nothing but annotations and imports changed."""
    return same_without_hints(snapshot.text, after)


def simpler(snapshot: Snapshot, after: str) -> bool:
    """Shorter, with the same interface, strings and own functions."""
    before = snapshot.text
    lost = set(_STRING.findall(before)) - set(_STRING.findall(after))
    own = {
        name for name in _CALL.findall(before) if re.search(rf"(?:def|function) {name}\b", before)
    }
    return (
        interface_kept(snapshot, after)
        and len(after.split()) < len(before.split())
        and not lost
        and own <= set(_CALL.findall(after))
    )


def calls_kept(snapshot: Snapshot, after: str) -> bool:
    """The interface stays, and nothing that was called is called no more."""
    return interface_kept(snapshot, after) and set(_CALL.findall(snapshot.text)) <= set(
        _CALL.findall(after)
    )


def awaited(snapshot: Snapshot, after: str) -> bool:
    """The interface, the strings and what is called stay; fewer callbacks of promises do."""
    before = snapshot.text
    lost = set(_STRING.findall(before)) - set(_STRING.findall(after))
    calls = set(_CALL.findall(before)) - _OF_PROMISES
    fewer = len(_CHAINED.findall(after)) < len(_CHAINED.findall(before))
    more = after.count("await ") > before.count("await ") and (fewer or "callback" in before)
    return (
        interface_kept(snapshot, after) and more and not lost and calls <= set(_CALL.findall(after))
    )


def anything(snapshot: Snapshot, after: str) -> bool:
    """The user said what is to change."""
    return after != snapshot.text


_SCRIPTS = frozenset({"javascript", "typescript", "javascriptreact", "typescriptreact"})
_SAME = "names and parameters are the same; whether it does the same is for you to check"

REQUESTS: Mapping[str, Request] = MappingProxyType(
    {
        "simplify": Request(
            "Simplify", "Simplify this code. It must do exactly the same.", simpler, _SAME
        ),
        "type_hints": Request(
            "Add type hints",
            "Add type hints to the parameters and results. Change nothing else.",
            hints_only,
            "nothing but hints and imports was changed",
            frozenset({"python"}),
        ),
        "error_handling": Request(
            "Add error handling",
            "Add error handling for what can fail here. Keep everything else.",
            calls_kept,
            _SAME,
        ),
        "async": Request(
            "Convert to async/await",
            "Convert the callbacks or promises in this code to async and await.",
            awaited,
            f"{_SAME}, and its callers may have to await it",
            _SCRIPTS,
        ),
    }
)


def question(snapshot: Snapshot, span: tuple[int, int], instruction: str, room: int) -> Question:
    """Asks to write whole lines again as the instruction says."""

    def words(code: str) -> str:
        return f"{instruction}\n\nAnswer with the whole new code.\n\n{code}"

    return rewriting.ask(snapshot, span, words, room)
