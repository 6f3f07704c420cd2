"""The rules, the surest first; one file each."""

from __future__ import annotations

from fimble.completion.nextedit.proposal import Rule

RULES: tuple[Rule, ...] = ()
"""The first that has a proposal which is proved speaks."""
