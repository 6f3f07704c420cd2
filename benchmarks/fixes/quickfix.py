"""Quick fixes over a file of real diagnostics: offered, right, one-shot baseline, time.

    python benchmarks/fixes/quickfix.py DATA.jsonl [--rows N] [--no-rules] [--left] [--json OUT]
        [--kept ROWS.jsonl] [--minutes M]

Right means, judged by ruff with every rule on: the finding is gone, no rule is broken more often
than before, the file parses. Inside means that every edit stands in the enclosing top-level
statement (a function, a class, an assignment) or in the blank lines around it. Imports are not
held against a fix: lines that only import, at the top of a file or under `TYPE_CHECKING`, may
come, go or change; how many fixes did that is printed beside it. --left measures only the rows
for which the rules have nothing. With --kept a later run goes on where an earlier one ended.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import textwrap
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, TypeGuard

import turns
from fimble.assist import fixing
from fimble.assist.checks import ParseChecker, RuffChecker
from fimble.assist.fixing import Options
from fimble.core.fixes import Problem, diffing, unit
from fimble.core.text import python, rewriting
from fimble.core.text.diagnostics import Diagnostic
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits, offset_at
from fimble.engine.cancel import CancelToken
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest

RULES = ("--isolated", "--select", "ALL", "--preview")
LAYOUT = "CPY001,D,E1,E2,E3,E5,W,COM,Q,I,INP,ANN,ERA,DOC"
"""Left to the formatter and the writer: layout, import order, missing documentation."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rows", type=int, help="a random sample of this size (seed 7)")
    parser.add_argument("--candidates", type=int, default=4)
    parser.add_argument("--deadline", type=float, default=15.0)
    parser.add_argument("--no-rules", action="store_true", help="the model only")
    parser.add_argument("--no-model", action="store_true", help="the rules only")
    parser.add_argument("--no-baseline", action="store_true")
    parser.add_argument("--left", action="store_true", help="only what the rules leave")
    parser.add_argument("--show", action="store_true", help="print every edit")
    args = turns.arguments(parser)
    rows = [json.loads(line) for line in args.data.read_text(encoding="utf-8").splitlines()]
    if args.rows:
        rows = random.Random(7).sample(rows, min(args.rows, len(rows)))
    generator = None if args.no_model else turns.generator(args)
    if args.no_rules:
        fixing.proposals = lambda problem, fixers=(): iter(())
    tasks = [(str(row["id"]), partial(measure, row, generator, args)) for row in rows]
    done = [row for row in turns.measured(tasks, args.kept, args.minutes) if "code" in row]
    report = summary(done, args)
    turns.tell(report, args.json)


def measure(row: dict[str, Any], generator: Any, args: argparse.Namespace) -> dict[str, Any]:
    snapshot, target = load(row)
    checkers = (ParseChecker(), RuffChecker((*RULES, "--ignore", LAYOUT)))
    if args.left and fixing.find(None, snapshot, target, checkers, CancelToken()).edits:
        return {}
    options = Options(candidates=args.candidates, deadline_s=args.deadline)
    found = fixing.find(generator, snapshot, target, checkers, CancelToken(), options)
    text = snapshot.text
    right = bool(found.edits) and judge(snapshot, target, found.edits)
    baseline = None
    if generator is not None and not args.no_baseline:
        baseline = one_shot(generator, snapshot, target)
    if args.show:
        print(f"{found.tried} tried in {found.seconds:.1f} s, once: {baseline}", flush=True)
        shown = [(snapshot.text[e.start : e.end], e.new_text) for e in found.edits]
        print(row["id"], row["code"], found.title or "model", found.verdict.reason, right, shown)
    return {
        "code": row["code"],
        "offered": bool(found.edits),
        "right": right,
        "inside": all(inside(text, target, e) or about_imports(text, e) for e in found.edits),
        "imports": not all(inside(text, target, e) for e in found.edits),
        "by_model": found.by_model,
        "seconds": found.seconds,
        "tried": found.tried,
        "baseline": baseline,
    }


def load(row: dict[str, Any]) -> tuple[Snapshot, Diagnostic]:
    """The document and the diagnostic, as a client sends them."""
    text, span = row["text"], row["range"]
    start, end = (offset_at(text, p["line"], p["character"]) for p in (span["start"], span["end"]))
    snapshot = Snapshot(f"file:///nowhere/at/all/{row['path']}", row["path"], "python", 1, text)
    return snapshot, Diagnostic(start or 0, end or 0, row["message"], row["code"], "Ruff")


def one_shot(generator: LocalGenerator, snapshot: Snapshot, target: Diagnostic) -> bool:
    """The same model, asked once, its answer taken as it is."""
    problem = Problem(snapshot, target)
    span = unit.unit(problem)
    if span is None:
        return False
    question = unit.rewrite(problem, span)
    size = question.max_new_tokens
    request = GenerationRequest("once", question.prompt, size, rewriting.fence_stop)
    said = generator.generate(request, CancelToken()).text
    after = rewriting.answer(question, snapshot, said)
    return judge(snapshot, target, diffing.smallest(snapshot.text, after))


def judge(snapshot: Snapshot, target: Diagnostic, edits: tuple[Edit, ...]) -> bool:
    """See the module's docstring. Independent of `fimble.assist.checks.verdict`."""
    after = apply_edits(snapshot.text, edits)
    try:
        ast.parse(after)
    except SyntaxError:
        return False
    was, now = findings(snapshot.text, snapshot.path), findings(after, snapshot.path)
    new = [code for code in now if now[code] > was[code]]
    gone = now[target.code] < was[target.code]
    return gone and not new


def findings(text: str, path: str) -> Counter[str]:
    command = [sys.executable, "-m", "ruff", "check", *RULES, "--ignore", LAYOUT, "--no-cache"]
    command += ["--quiet", "--output-format", "json", "--stdin-filename", path, "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    return Counter(row["code"] for row in json.loads(done.stdout))


def inside(text: str, target: Diagnostic, edit: Edit) -> bool:
    """Whether an edit stands in the enclosing top-level statement, blank lines around included."""
    source = python.parse(text)
    assert source is not None
    places = [source.lines(*source.span(statement)) for statement in source.tree.body]
    for index, (start, end) in enumerate(places):
        if start <= target.start < end:
            before = places[index - 1][1] if index else 0
            after = places[index + 1][0] if index + 1 < len(places) else len(text)
            return before <= edit.start and edit.end <= after
    return False


def about_imports(text: str, edit: Edit) -> bool:
    """Whether the lines that an edit changes only import, before and after it."""
    source = python.parse(text)
    assert source is not None
    start, end = edit.start, edit.end
    if start < end or not edit.new_text.endswith("\n"):
        start, end = source.lines(start, end)
    for statement in source.tree.body:
        first, last = source.lines(*source.span(statement))
        if only_imports(source.of(statement)) and first < end and start < last:
            start, end = min(start, first), max(end, last)
    new = text[start : edit.start] + edit.new_text + text[edit.end : end]
    return only_imports(text[start:end]) and only_imports(new)


def only_imports(code: str) -> bool:
    try:
        body = ast.parse(textwrap.dedent(code)).body
    except SyntaxError:
        return False
    guarded = [part for s in body if is_guard(s) for part in s.body]
    rest = [s for s in body if not is_guard(s)]
    return all(isinstance(s, ast.Import | ast.ImportFrom) for s in (*rest, *guarded))


def is_guard(statement: ast.stmt) -> TypeGuard[ast.If]:
    return isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test)


def summary(done: list[dict[str, Any]], args: argparse.Namespace) -> dict[str, Any]:
    offered = [d for d in done if d["offered"]]
    seconds = sorted(d["seconds"] for d in done)
    asked = [d["baseline"] for d in done if d["baseline"] is not None]
    return {
        "rows": len(done),
        "model": None if args.no_model else args.model,
        "rules": not args.no_rules,
        "offered": share(len(offered), done),
        "offered_by_model": share(sum(d["by_model"] for d in offered), done),
        "offered_and_right": share(sum(d["right"] for d in offered), done),
        "right_of_offered": share(sum(d["right"] for d in offered), offered),
        "inside_unit_or_imports": share(sum(d["inside"] for d in offered), offered),
        "changes_imports_outside": sum(d["inside"] and d["imports"] for d in offered),
        "right_and_inside": share(sum(d["right"] and d["inside"] for d in offered), offered),
        "one_shot_right": share(sum(asked), asked),
        "seconds_p50": round(statistics.median(seconds), 2),
        "seconds_p95": round(seconds[int(0.95 * (len(seconds) - 1))], 2),
        "wrong": sorted(d["code"] for d in offered if not d["right"]),
        "not_offered": dict(Counter(d["code"] for d in done if not d["offered"])),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
    }


def share(count: int, of: list[Any]) -> str:
    return f"{count}/{len(of)} ({100 * count / len(of):.1f} %)" if of else "0/0"


if __name__ == "__main__":
    main()
