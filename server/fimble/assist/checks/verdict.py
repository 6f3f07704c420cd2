"""The verdict on an edit: the finding is gone, nothing new came, nothing is hidden.

Findings are compared by how many there are of each kind, because positions, and numbers in
messages, move with every edit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fimble.assist.checks.base import Checker, Findings, NoAnswer
from fimble.core.text import python
from fimble.core.text.diagnostics import SYNTAX, Diagnostic
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits

_SUPPRESSION = re.compile(
    r"(#\s*(?:flake8:\s*)?noqa|#\s*(?:type:\s*ignore|pyright:|pylint:|ruff:|nosec|fmt:|mypy:)"
    r"|eslint-disable|@ts-(?:ignore|nocheck|expect-error)|biome-ignore"
    r"|//\s*nolint|NOSONAR|@SuppressWarnings|#\[allow\()(.*)",
    re.IGNORECASE,
)
_RULE = re.compile(r"[\w-]+")

_NAMES = frozenset({SYNTAX, "F821", "F822", "F823"})
"""What counts as new in a text that did not parse before: nothing else was looked for."""


_FAULT = re.compile(r"F\d|E9|syntax")
"""Kinds of ruff's findings that are more than style."""


@dataclass(frozen=True)
class Verdict:
    """What the checkers say of an edit.

    Attributes:
        reason: "" if it passes, else one word: `unchanged`, `suppressed`, `remains`, `new`, or
            `refused`, of a fix that no checker was asked about.
        detail: The kind of the finding that is in the way, or why it is refused.
        found: What is found of that kind after the edit.
        verified_by: The checkers that saw the finding before and do not any more.
        checked_by: The checkers that found nothing new.
    """

    reason: str = ""
    detail: str = ""
    found: tuple[Diagnostic, ...] = ()
    verified_by: tuple[str, ...] = ()
    checked_by: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        """What the user may be told: `verified by ruff`, `parses` or `not checked`."""
        if self.verified_by:
            return f"verified by {' and '.join(self.verified_by)}"
        others = [name for name in self.checked_by if name != "fimble"]
        if others:
            return f"nothing new for {' and '.join(others)}"
        return "parses" if self.checked_by else "not checked"


class Verifier:
    """Judges edits of one snapshot; what the checkers say before is asked once.

    Args:
        snapshot: The document before.
        target: The finding to remove, None where there is only to harm nothing.
        checkers: In order of their cost; the first refusal ends the questions.
        style: Whether new findings of style count too: in code that the user asked for they do
            not, for there is no better code yet.

    Attributes:
        snapshot: The document before.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        target: Diagnostic | None,
        checkers: Iterable[Checker],
        *,
        style: bool = True,
    ) -> None:
        self._style = style
        self.snapshot = snapshot
        self._target = target
        self._checkers = [c for c in checkers if c.covers(snapshot.language_id)]
        self._before: dict[str, Findings] = {}

    def before(self, checker: Checker) -> Findings:
        """What a checker finds in the unchanged document."""
        if checker.name not in self._before:
            kind = self._target.code if self._target else ""
            self._before[checker.name] = checker.check(self.snapshot, kind)
        return self._before[checker.name]

    def judge(self, edits: Sequence[Edit]) -> Verdict:
        """The verdict on `edits`, which may not overlap."""
        after = replace(self.snapshot, text=apply_edits(self.snapshot.text, edits))
        if after.text == self.snapshot.text:
            return Verdict("unchanged")
        if _silences_more(self.snapshot.text, after.text):
            return Verdict("suppressed")
        if after.language_id == "python" and not self._compiles(after.text):
            return Verdict("new", SYNTAX)
        verified: list[str] = []
        checked: list[str] = []
        for checker in self._checkers:
            refusal = self._ask(checker, after, edits, verified, checked)
            if refusal is not None:
                return refusal
        return Verdict(verified_by=tuple(verified), checked_by=tuple(checked))

    @property
    def silent(self) -> tuple[str, ...]:
        """Who gave no answer, and why: of those asked, and of the one that found the target."""
        for checker in self._checkers:
            if self._target is not None and self._target.source == checker.name:
                self.before(checker)
        return tuple(
            f"{name} gave no answer: {answer.reason}"
            for name, answer in self._before.items()
            if isinstance(answer, NoAnswer) and answer.reason
        )

    def _compiles(self, after: str) -> bool:
        """Whether Python's compiler takes a text, if it takes the one before."""
        return python.compiles(after) or not python.compiles(self.snapshot.text)

    def _ask(
        self,
        checker: Checker,
        after: Snapshot,
        edits: Sequence[Edit],
        verified: list[str],
        checked: list[str],
    ) -> Verdict | None:
        before = self.before(checker)
        found = before if isinstance(before, NoAnswer) else checker.check(after, self._kind)
        if isinstance(before, NoAnswer) or isinstance(found, NoAnswer):
            return None
        was, now = Counter(d.kind for d in before), Counter(d.kind for d in found)
        judged = set(_NAMES if was[SYNTAX] else now)
        if not self._style and checker.name == "ruff":
            judged = {kind for kind in judged if _FAULT.match(kind)}
        added = sorted(kind for kind in now if kind in judged and now[kind] > was[kind])
        if added:
            return Verdict("new", added[0], tuple(d for d in found if d.kind == added[0]))
        if self._target is not None and _holds(before, self._target):
            if now[self._target.kind] >= was[self._target.kind] or _untouched(
                found, self._target, edits
            ):
                return Verdict("remains", self._target.kind)
            verified.append(checker.name)
        checked.append(checker.name)
        return None

    @property
    def _kind(self) -> str:
        return self._target.code if self._target else ""


def _silences_more(before: str, after: str) -> bool:
    """Whether there are more comments that silence a tool, or one of them silences more rules."""
    was, now = _silencers(before), _silencers(after)
    if now.total() > was.total():
        return True
    gone = (was - now).keys()
    return any(
        all(tool != other or (rules and not (new and new <= rules)) for other, rules in gone)
        for tool, new in now - was
    )


def _silencers(text: str) -> Counter[tuple[str, frozenset[str]]]:
    """The comments that silence a tool, as its mark and the rules; none means every rule."""
    return Counter(
        (match[1].lower(), frozenset(_RULE.findall(match[2])))
        for match in _SUPPRESSION.finditer(text)
    )


def _holds(findings: Iterable[Diagnostic], target: Diagnostic) -> bool:
    """Whether the tool found the target itself; tools place one syntax error differently."""
    return any(
        d.kind == target.kind
        and (d.kind == SYNTAX or (d.start <= target.end and target.start <= d.end))
        for d in findings
    )


def _untouched(findings: Iterable[Diagnostic], target: Diagnostic, edits: Sequence[Edit]) -> bool:
    """Whether the target still stands where the edits moved it to."""
    if any(edit.start < target.end and target.start < edit.end for edit in edits):
        return False
    shift = sum(len(e.new_text) - (e.end - e.start) for e in edits if e.end <= target.start)
    return any(d.kind == target.kind and d.start == target.start + shift for d in findings)
