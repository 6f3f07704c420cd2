"""The scenarios of cursortab.nvim (`server/eval/scenarios`, MIT): what is shown, and how near.

    python benchmarks/nextedit/scenarios.py FOLDER [--show]

A scenario is a window of a file, what was edited (also outside of the window), and the expected
window; without one the right answer is silence, at every cursor position that it names. Edited
lines that the window does not hold stand above it here, with their brackets closed. All steps of a
proposal are taken, as a model's answer rewrites its window; where a scenario says "accept" the
rules are asked again.

Score, as in that project: deltaChrF (character n-grams of the changed lines, over all scenarios
that expect something) x the harmonic mean of the share shown and the share quiet.
"""

from __future__ import annotations

import argparse
import collections
import re
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from fimble.completion.nextedit.proposal import Proposal, Silence, Situation
from fimble.completion.nextedit.propose import propose
from fimble.core.text import languages
from fimble.core.text.history import Change, History, between
from fimble.core.text.snapshot import Snapshot, apply_edits, offset_at

_PAIRS = {"(": ")", "[": "]", "{": "}"}
_APART = "\n\n"


@dataclass(frozen=True)
class Scenario:
    """A file of the folder.

    Attributes:
        name: Its name.
        head: What its header says, by key.
        parts: Its sections, by name.
    """

    name: str
    head: dict[str, str]
    parts: dict[str, str]

    @property
    def expected(self) -> str:
        """The window that should come out, "" for silence."""
        return self.parts.get("expected", "")

    @property
    def cursors(self) -> list[tuple[int, int]]:
        """Lines from 1 and columns from 0."""
        more = self.head.get("cursor-positions", "")
        places = [f"{self.head['row']}:{self.head['col']}", *filter(None, more.split(", "))]
        return [(int(row), int(column)) for row, column in (p.split(":") for p in places)]

    @property
    def edits(self) -> list[tuple[str, str]]:
        """What was edited: lines as they were, and as they are."""
        pieces = re.split(r"^<\|file\|>.*\n", self.parts.get("history", ""), flags=re.MULTILINE)
        marked = [re.split(r"<\|(?:old|new)\|>\n", piece) for piece in pieces if piece.strip()]
        return [(old.rstrip("\n"), new.rstrip("\n")) for _, old, new in marked]


def main() -> None:
    """Prints a row per scenario that expects something, and the score."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="print what was proposed, or why not")
    args = parser.parse_args()
    deltas, shown, quiet, times = list[float](), list[bool](), list[bool](), list[float]()
    for path in sorted(args.folder.glob("*.txtar")):
        scenario = read(path)
        for cursor in scenario.cursors:
            window, said = played(scenario, cursor, times)
            if not scenario.expected:
                quiet.append(window == scenario.parts["buffer.txt"])
                continue
            shown.append(window != scenario.parts["buffer.txt"])
            before = scenario.parts["buffer.txt"]
            deltas.append(
                delta_chrf(*(t.splitlines() for t in (before, window, scenario.expected)))
            )
            print(f"{scenario.name:40} {deltas[-1]:5.1f}", said if args.show else "")
    rates = statistics.mean(shown), statistics.mean(quiet)
    delta, gate = statistics.mean(deltas), statistics.harmonic_mean(rates)
    print(f"\nshown {rates[0]:.0%} of {len(shown)}, quiet {rates[1]:.0%} of {len(quiet)}")
    print(f"deltaChrF {delta:.1f}, score {delta / 100 * gate:.3f}")
    p50, p90 = statistics.median(times), statistics.quantiles(times, n=10)[-1]
    print(f"p50 {p50:.1f} ms, p90 {p90:.1f} ms")


def read(path: Path) -> Scenario:
    """A scenario's sections; they begin with `-- name --`."""
    text, *parts = re.split(r"^-- (.+) --\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    head = dict(re.findall(r"^([\w-]+): (.*)$", text, flags=re.MULTILINE))
    return Scenario(path.stem, head, dict(zip(parts[::2], parts[1::2], strict=True)))


def played(scenario: Scenario, cursor: tuple[int, int], times: list[float]) -> tuple[str, str]:
    """The window once the scenario's requests are answered, and what the first answer said."""
    history, lead, window = history_of(scenario)
    place = offset_at(window, cursor[0] - 1, 0) or 0
    at, said = lead + place + cursor[1], ""
    for step in scenario.parts["steps"].split("\n"):
        if not step.startswith("request-completion"):
            continue
        begin = time.perf_counter()
        found = answer(scenario, history, min(at, len(history.text)))
        times.append(1000 * (time.perf_counter() - begin))
        said = said or f"{getattr(found, 'kind', 'silent')}: {found.reason}"
        if isinstance(found, Proposal):
            text = apply_edits(history.text, [s.edit for s in found.steps])
            lead += sum(
                len(s.edit.new_text) - (s.edit.end - s.edit.start)
                for s in found.steps
                if s.edit.end <= lead
            )
            change = between(history.text, text)
            history = History(history.before, (*history.changes, *([change] if change else [])))
    return history.text[lead:], said


def answer(scenario: Scenario, history: History, cursor: int) -> Proposal | Silence:
    """What the rules say."""
    language = languages.of_name(scenario.head["language"])
    path = scenario.head["file"]
    snapshot = Snapshot("scenario:" + path, path, language, None, history.text)
    return propose(Situation(snapshot, cursor, history))


def history_of(scenario: Scenario) -> tuple[History, int, str]:
    """The edits as changes of one text, where its window begins, and the window."""
    window = scenario.parts["buffer.txt"]
    outside = [(old, new) for old, new in scenario.edits if new not in window]
    lead = "".join(f"{new}{closed(new)}{_APART}" for _, new in outside)
    text, changes = lead + window, list[Change]()
    for old, new in reversed(scenario.edits):
        start = text.rfind(new) if new in window else text.find(new)
        change = between(new, old)
        if change is not None and start >= 0:
            back = Change(start + change.start, change.old, change.new)
            text = back.applied(text)
            changes.insert(0, Change(back.start, back.new, back.old))
    return History(text, tuple(changes)), len(lead), window


def closed(text: str) -> str:
    """What closes the brackets that a piece of a file leaves open."""
    stack: list[str] = []
    for sign in text:
        if sign in _PAIRS:
            stack.append(_PAIRS[sign])
        elif stack and sign == stack[-1]:
            stack.pop()
    return "".join(f"\n{sign}" for sign in reversed(stack))


def delta_chrf(before: list[str], candidate: list[str], reference: list[str]) -> float:
    """ChrF of the changed lines alone, 0 to 100."""
    return chrf(changed(before, candidate), changed(before, reference))


def changed(before: list[str], after: list[str]) -> str:
    """The lines of a text between those that it begins and ends with like another."""
    most = min(len(before), len(after))
    head = next((n for n in range(most) if before[n] != after[n]), most)
    rest = most - head
    tail = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    return "\n".join(after[head : len(after) - tail])


def chrf(candidate: str, reference: str, order: int = 6, beta: float = 2) -> float:
    """Character n-gram F score (Popović 2015), averaged over the orders that either text has."""
    scores = []
    for n in range(1, order + 1):
        ours, theirs = (
            collections.Counter(text[i : i + n] for i in range(len(text) - n + 1))
            for text in (candidate, reference)
        )
        if not ours and not theirs:
            continue
        same = (ours & theirs).total()
        p, r = (same / c.total() if c else 0.0 for c in (ours, theirs))
        scores.append((1 + beta**2) * p * r / (beta**2 * p + r) if p and r else 0.0)
    return 100 * statistics.mean(scores) if scores else 100.0


if __name__ == "__main__":
    main()
