"""The rules, the surest first; one file each."""

from __future__ import annotations

from fimble.completion.nextedit.proposal import Rule
from fimble.completion.nextedit.rules.repeat import repeat

RULES: tuple[Rule, ...] = (repeat,)
"""The first that has a proposal which is proved speaks."""
