"""An import or a variable that nothing uses, in the words of any tool: taken out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fimble.core.fixes.base import Problem, Proposal, replace
from fimble.core.python import Source, block_of
from fimble.core.text import Edit

_CODES = frozenset({"F401", "F841", "W0611", "W0612", "6133", "6192", "no-unused-vars"})
_SAYS = re.compile(
    r"unused|never (?:used|read)|not (?:accessed|used)|declared (?:and|but)", re.IGNORECASE
)
_IMPORT = re.compile(
    r"import\s++(?P<clause>[^;'\"\s][^;'\"]{0,2000}?)\s++from\s++['\"][^'\"\n]+['\"];?[ \t]*\r?\n?"
)
_PURE = (ast.Constant, ast.Name, ast.Lambda, ast.JoinedStr)


def unused_name(problem: Problem) -> Iterator[Proposal]:
    """Proposes the text without the import, or without the assignment but with its effects."""
    if problem.code not in _CODES and not _SAYS.search(problem.diagnostic.message):
        return
    name = problem.quoted.split(".")[-1].split(" as ")[-1].strip()
    if problem.source is not None:
        yield from _python(problem, problem.source, name)
    elif problem.snapshot.language_id.startswith(("javascript", "typescript")):
        yield from _script(problem, name)


def _python(problem: Problem, source: Source, name: str) -> Iterator[Proposal]:
    item = next((n for n in problem.nodes if isinstance(n, ast.stmt)), None)
    if isinstance(item, ast.Import | ast.ImportFrom):
        left = [a for a in item.names if (a.asname or a.name).split(".")[-1] != name]
        if len(left) == len(item.names):
            return
        if left and source.of(item).count("\n") == 0:
            head = source.text[source.span(item)[0] : source.span(item.names[0])[0]]
            code = head + ", ".join(source.of(a) for a in left)
            yield Proposal(f"drop `{name}`", (replace(source, item, code),))
        elif not left:
            yield Proposal(f"drop `{name}`", (_dropped(source, item),))
    elif isinstance(item, ast.Assign) and len(item.targets) == 1:
        if not isinstance(item.targets[0], ast.Name):
            return
        if isinstance(item.value, _PURE):
            yield Proposal(f"drop `{name}`", (_dropped(source, item),))
        else:
            start = source.span(item)[0]
            keep = Edit(start, source.span(item.value)[0], "")
            yield Proposal(f"drop `{name}`, keep what is done", (keep,))


def _dropped(source: Source, item: ast.stmt) -> Edit:
    """The statement with its line, or `pass` where a block would be empty."""
    if len(block_of(source.tree, item)) == 1 and item not in source.tree.body:
        return replace(source, item, "pass")
    return Edit(*source.lines(*source.span(item)), "")


def _script(problem: Problem, name: str) -> Iterator[Proposal]:
    for match in _IMPORT.finditer(problem.text):
        if not match.start() <= problem.diagnostic.start < match.end():
            continue
        clause = match["clause"]
        default, _, named = clause.partition("{")
        names = [part.strip() for part in named.rstrip("} \n").split(",") if part.strip()]
        left = [part for part in names if part.split(" as ")[-1].split()[-1] != name]
        first = default.strip(" ,\n")
        first = "" if first.split(" as ")[-1] == name else first
        parts = [first] * bool(first) + ([f"{{ {', '.join(left)} }}"] if left else [])
        edit = Edit(match.start("clause"), match.end("clause"), ", ".join(parts))
        if not parts:
            edit = Edit(match.start(), match.end(), "")
        if edit.new_text != clause:
            yield Proposal(f"drop `{name}`", (edit,))
