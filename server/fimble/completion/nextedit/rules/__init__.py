"""The rules, the surest first; one file each."""

from __future__ import annotations

from fimble.completion.nextedit.proposal import Rule
from fimble.completion.nextedit.rules.rename_follows import rename_follows
from fimble.completion.nextedit.rules.signature_follows import signature_follows

RULES: tuple[Rule, ...] = (rename_follows, signature_follows)
"""The first that has a proposal which is proved speaks."""
