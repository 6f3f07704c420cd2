"""Offers a fix for every diagnostic at the place, and one for all of its kind."""

from __future__ import annotations

from fimble.core.actions.base import ActionContext, Offer

KIND = "quickfix"
_LONGEST = 80


def quick_fix(context: ActionContext) -> tuple[Offer, ...]:
    """`Fix: <message>` and `Fix all ...` for each diagnostic."""
    offers: list[Offer] = []
    kinds: set[str] = set()
    for index, found in enumerate(context.diagnostics):
        arguments = {
            "start": found.start,
            "end": found.end,
            "message": found.message,
            "code": found.code,
            "source": found.source,
        }
        title = f"Fix: {_short(found.message)}"
        offers.append(Offer(title, KIND, "fix", arguments, index))
        if found.code and found.code not in kinds:
            kinds.add(found.code)
            every = f"Fix all {found.code} in this file"
            offers.append(Offer(every, KIND, "fix_all", {"code": found.code}, index))
    return tuple(offers)


def _short(message: str) -> str:
    line = message.strip().split("\n")[0]
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
