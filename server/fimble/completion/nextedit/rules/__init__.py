"""The rules, the surest first; one file each."""

from __future__ import annotations

from fimble.completion.nextedit.proposal import Rule
from fimble.completion.nextedit.rules.await_follows import await_follows
from fimble.completion.nextedit.rules.field_follows import field_follows
from fimble.completion.nextedit.rules.missing_import import missing_import
from fimble.completion.nextedit.rules.rename_follows import rename_follows
from fimble.completion.nextedit.rules.repeat import repeat
from fimble.completion.nextedit.rules.signature_follows import signature_follows
from fimble.completion.nextedit.rules.unused_import import unused_import

RULES: tuple[Rule, ...] = (
    rename_follows,
    signature_follows,
    await_follows,
    field_follows,
    repeat,
    missing_import,
    unused_import,
)
"""The first that has a proposal which is proved speaks."""
