"""How often a next edit is proposed while somebody types, and how often it came true.

    python benchmarks/nextedit/silence.py TRACE.jsonl ... [--pause MS] [--most N] [--show]

Replays typing: a first row that names its source, then {"t", "doc", "set": text} or {"t", "doc",
"edits": [[start, end, text], ...]}. After every edit that is followed by a pause, the rules are
asked. A proposal came true if a later text of the document has its lines between the same
neighbours. With --pause 0 every prefix is a request.
"""

from __future__ import annotations

import argparse
import collections
import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fimble.completion.nextedit.proposal import Proposal, Situation, Step
from fimble.completion.nextedit.propose import propose
from fimble.core.text import languages
from fimble.core.text.history import History
from fimble.core.text.snapshot import Snapshot, apply_edits, line_end, line_start


@dataclass(frozen=True)
class Moment:
    """A document behind an edit.

    Attributes:
        number: Which edit of the trace it was.
        path: The document.
        text: Its text.
        cursor: Where the edit ended.
        history: What was done to the document.
        pause: Milliseconds until the next edit.
    """

    number: int
    path: str
    text: str
    cursor: int
    history: History
    pause: float


@dataclass
class Offer:
    """What was proposed, at the first moment that it was.

    Attributes:
        moment: When.
        proposal: What.
        before: The lines around its first step.
        after: The lines that it makes of them.
        true: Whether a later text of the document has these lines.
    """

    moment: Moment
    proposal: Proposal
    before: str
    after: str
    true: bool = False

    @property
    def path(self) -> str:
        """The document."""
        return self.moment.path


def main() -> None:
    """Prints a row per trace, and what was proposed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("traces", type=Path, nargs="+")
    parser.add_argument("--pause", type=float, default=300, help="milliseconds (default 300)")
    parser.add_argument("--most", type=int, help="requests per trace")
    parser.add_argument("--show", action="store_true", help="print the proposals")
    args = parser.parse_args()
    print("| trace | requests | shown | new ones | came true | kinds | p95 ms |")
    print("|---|---|---|---|---|---|---|")
    for path in args.traces:
        replay(path, args.pause, args.most, show=args.show)


def replay(path: Path, pause: float, most: int | None, *, show: bool) -> None:
    """Asks the rules at every settled state of one trace."""
    latest: dict[str, Moment] = {}
    offers: dict[tuple[str, str], Offer] = {}
    kinds: collections.Counter[str] = collections.Counter()
    times: list[float] = []
    for moment in moments(path):
        latest[moment.path] = moment
        for offer in offers.values():
            offer.true = offer.true or (offer.path == moment.path and offer.after in moment.text)
        if moment.pause < pause or len(times) == most:
            continue
        begin = time.perf_counter()
        found = asked(moment, [m for m in latest.values() if m.path != moment.path])
        times.append(1000 * (time.perf_counter() - begin))
        if isinstance(found, Proposal):
            before, after = lines_of(moment.text, found.steps[0])
            kinds[found.kind] += 1
            offers.setdefault((moment.path, after), Offer(moment, found, before, after))
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else 0
    print(
        f"| {path.stem} | {len(times)} | {kinds.total()} | {len(offers)} "
        f"| {sum(offer.true for offer in offers.values())} | {dict(kinds)} | {p95:.1f} |",
        flush=True,
    )
    for offer in offers.values() if show else ():
        said = "true" if offer.true else "false"
        print(f"    {offer.moment.number} {offer.proposal.kind} {said}: {offer.proposal.reason}")
        print(f"        {offer.before!r}\n     -> {offer.after!r}")


def asked(moment: Moment, others: list[Moment]) -> object:
    """What the rules say at a moment, the other documents of the trace being open."""

    def snapshot(of: Moment) -> Snapshot:
        return Snapshot(f"trace:{of.path}", of.path, languages.of_path(of.path), None, of.text)

    here, *open_too = (snapshot(one) for one in (moment, *others))
    return propose(Situation(here, moment.cursor, moment.history, tuple(open_too)))


def moments(path: Path) -> Iterator[Moment]:
    """The documents of a trace behind each of its edits."""
    first, *rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    points = "code points" in first.get("offsets", "")
    texts: dict[str, History] = {}
    edits = [row for row in rows if "edits" in row or "set" in row]
    for number, row in enumerate(edits):
        name, known = row["doc"], texts.get(row["doc"], History(""))
        if "set" in row:
            texts[name] = History(row["set"])
            continue
        text, cursor = known.text, 0
        for start, end, new in row["edits"]:
            start, end = (at if points else code_point(text, at) for at in (start, end))
            text, cursor = text[:start] + new + text[end:], start + len(new)
        texts[name] = known.typed(text)
        following = edits[number + 1]["t"] if number + 1 < len(edits) else float("inf")
        yield Moment(number, name, text, cursor, texts[name], following - row["t"])


def code_point(text: str, offset: int) -> int:
    """An offset in UTF-16 units as one in code points."""
    if text.isascii():
        return offset
    return len(text.encode("utf-16-le")[: 2 * offset].decode("utf-16-le", "replace"))


def lines_of(text: str, step: Step) -> tuple[str, str]:
    """The lines around a step, before and after it, with one more on either side."""
    start = line_start(text, max(line_start(text, step.edit.start) - 1, 0))
    end = line_end(text, min(line_end(text, step.edit.end) + 1, len(text)))
    after = apply_edits(text, [step.edit])
    return text[start:end], after[start : end + len(after) - len(text)]


if __name__ == "__main__":
    main()
