"""A time without its zone: the same moment, with the zone of the machine."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from fimble.core.fixes import imports
from fimble.core.fixes.base import Problem, Proposal
from fimble.core.text.snapshot import Edit

_LOCAL = frozenset({"DTZ001", "DTZ002", "DTZ005", "DTZ006"})
_LOCALLY = "in the local time zone, with its zone"
_UTC = frozenset({"DTZ003", "DTZ004"})


def aware_time(problem: Problem) -> Iterator[Proposal]:
    """Proposes `.astimezone()`, or UTC where the call said UTC."""
    source = problem.source
    call = next((n for n in problem.nodes if isinstance(n, ast.Call)), None)
    if not problem.code.startswith("DTZ") or source is None or call is None:
        return
    func, end = source.of(call.func), source.end(call)
    if problem.code in _LOCAL and not func.endswith(".today"):
        yield Proposal(_LOCALLY, (Edit(end, end, ".astimezone()"),), changes=True)
        return
    owner = re.sub(r"\.?\w+$", "", func)
    owner = re.sub(r"(^|\.)date$", r"\1datetime", owner)
    extra: tuple[Edit, ...] = ()
    if owner == "datetime" and "import datetime\n" not in source.text:
        extra = imports.add(source, "datetime", "datetime")
    if problem.code in _UTC:
        zone = owner.rpartition(".")[0] + "." if "." in owner else ""
        if not zone:
            extra = imports.add(source, "datetime", "UTC")
        rest = "".join(f"{source.of(a)}, " for a in call.args)
        name = "now" if problem.code == "DTZ003" else "fromtimestamp"
        new = Edit(*source.span(call), f"{owner}.{name}({rest}tz={zone}UTC)")
        edits = (*extra, new)
        yield Proposal(
            "in UTC, with its zone", edits, loses=(source.span(call.func),), changes=True
        )
    elif not call.args and func.endswith("today"):
        day = ".date()" if problem.code == "DTZ011" else ""
        new = Edit(*source.span(call), f"{owner}.now().astimezone(){day}")
        yield Proposal(_LOCALLY, (*extra, new), loses=(source.span(call.func),), changes=True)
