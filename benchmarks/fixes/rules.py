"""Every rule of quick fixes on programs made at random, which run before and after.

    python benchmarks/fixes/rules.py [--rules F401,S101] [--programs N] [--seed S] [--verified]

A program is one of `rule_programs.py`. Whatever fix is offered for a finding of the rule, the
program has to log the same as before. Where a rule repairs what fails (F821) it must not fail in
another way instead. With --verified ruff judges every fix too, as it does for a user; without it
the rules stand alone, which is harder.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from fimble.assist import fixing
from fimble.assist.checks import BUILT_IN, ParseChecker, ruff
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from rule_programs import PRELUDE, RULES, programs

_WRONG = (
    "'raised' [1]",
    "'raised' [2]",
    "'raised' [4]",
    "TypeError",
    "AttributeError",
    "ImportError",
    "UnboundLocalError",
)
"""As `kind_of` in the programs says it, and as an exception that leaves one is logged."""
_AGAIN = "F821"
LIMIT_S = 10.0
"""For a program, which takes milliseconds."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", default=",".join(RULES))
    parser.add_argument("--programs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verified", action="store_true")
    parser.add_argument("--show", action="store_true", help="print every difference")
    args = parser.parse_args()
    total: Counter[str] = Counter()
    for code in args.rules.split(","):
        texts = list(programs(code, 8 * args.programs, args.seed))
        found = judged(code, texts, verified=args.verified, most=args.programs)
        wrong = [case for case in found if case[2]]
        row = {"programs": found.programs, "findings": found.tried, "offered": len(found)}
        total.update(row | {"different": len(wrong)})
        print(code, json.dumps(row | {"different": len(wrong)}), flush=True)
        for before, after, what in wrong if args.show else wrong[:1]:
            print(f"--- {what}\n{changed(before)}\n--- becomes\n{changed(after)}\n", flush=True)
    print("all", json.dumps(total))
    sys.exit(1 if total["different"] else 0)


class Cases(list[tuple[str, str, str]]):
    """Text before, text after, and how they differ ("" if they do not).

    Attributes:
        programs: How many programs had a finding.
        tried: How many findings there were.
    """

    programs = 0
    tried = 0


def judged(code: str, texts: list[str], *, verified: bool = False, most: int = 10**9) -> Cases:
    """Every fix that is offered for a rule's findings in some programs."""
    rule, cases = code.split()[0], Cases()
    checkers = BUILT_IN if verified else (ParseChecker(),)
    for text, found in zip(texts, diagnostics(rule, texts), strict=True):
        if cases.programs >= most:
            break
        before: list[str] | None = None
        cases.programs += bool(found)
        for diagnostic in found[:3]:
            cases.tried += 1
            snapshot = Snapshot(
                "file:///nowhere/at/all/program.py", "program.py", "python", 1, text
            )
            fix = fixing.find(None, snapshot, diagnostic, checkers, CancelToken())
            if not fix.edits or fix.title.startswith("ruff's"):
                continue
            before = logged(text) if before is None else before
            after = apply_edits(text, fix.edits)
            what = difference(rule, before, logged(after))
            cases.append((text, after, what and f"{fix.title}: {what}"))
    return cases


def diagnostics(rule: str, texts: list[str]) -> list[list[Diagnostic]]:
    """The findings of a rule in each text, behind the part that all have; ruff is started once."""
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            Path(folder, f"{number}.py").write_text(text, "utf-8", newline="")
        command = [
            sys.executable,
            "-I",
            "-m",
            "ruff",
            "check",
            "--isolated",
            "--no-cache",
            "--quiet",
        ]
        command += ["--preview", "--select", rule, "--output-format", "json", folder]
        printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    rows: list[list[object]] = [[] for _ in texts]
    for row in json.loads(printed):
        rows[int(Path(row["filename"]).stem)].append(row)
    return [
        [d for d in ruff.findings(json.dumps(own), text) or () if d.code == rule and _own(d, text)]
        for own, text in zip(rows, texts, strict=True)
    ]


def _own(diagnostic: Diagnostic, text: str) -> bool:
    shared = "`log`" in diagnostic.message and diagnostic.code == _AGAIN
    return len(PRELUDE) - 40 <= diagnostic.start < len(text) and not shared


def logged(text: str) -> list[str]:
    """What a program logs; an exception that leaves it comes last."""
    seen: list[str] = []

    def log(*values: object) -> object:
        seen.append(" ".join(map(_shown, values)))
        return values[0]

    module = ModuleType("program")
    module.__dict__["log"] = log
    handler = logging.Handler()
    handler.emit = lambda record: seen.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("program")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    sys.modules["program"] = module
    try:
        with ended_after(LIMIT_S):
            exec(compile(text, "program", "exec"), module.__dict__)
    except (Exception, Endless) as error:  # noqa: BLE001 - what a program throws is compared
        seen.append(f"{type(error).__name__} {error}")
    finally:
        del sys.modules["program"]
    return seen


class Endless(BaseException):
    """A program did not end."""


@contextlib.contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """Raises `Endless` in what takes longer; only where the system has such an alarm."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise Endless

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _shown(value: object) -> str:
    """Its `repr`, without where it lies in memory and in which functions it was made.

    What is extracted is made in another function by its nature.
    """
    shown = repr(value).partition(" at 0x")[0]
    return re.sub(r"[\w.<>]+\.<locals>\.", "", shown)


def difference(rule: str, before: list[str], after: list[str]) -> str:
    """How what is logged differs, "" if it does not, or only as it should."""
    if rule == _AGAIN:
        new = [
            line for line in after if any(word in line for word in _WRONG) and line not in before
        ]
        return f"fails with {new[0]}" if new else ""
    if before == after:
        return ""
    at = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    return f"logs {after[at : at + 2]} for {before[at : at + 2]}"


def changed(text: str) -> str:
    """The part of a program that is its own."""
    return repr(text) if "\r" in text else text[len(PRELUDE) - 30 :].rpartition("\n\nfor _args")[0]


if __name__ == "__main__":
    main()
