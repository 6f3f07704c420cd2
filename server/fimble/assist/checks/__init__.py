"""Checkers: what other tools say about a text, and the verdict on an edit."""

from __future__ import annotations

from fimble.assist.checks.base import Checker, Findings, NoAnswer
from fimble.assist.checks.parse import ParseChecker
from fimble.assist.checks.ruff import RuffChecker
from fimble.assist.checks.verdict import Verdict, Verifier

__all__ = [
    "BUILT_IN",
    "Checker",
    "Findings",
    "NoAnswer",
    "ParseChecker",
    "RuffChecker",
    "Verdict",
    "Verifier",
]

BUILT_IN: tuple[Checker, ...] = (ParseChecker(), RuffChecker())
"""They come with Fimble. `fimble.assist.checks.external` finds the others."""
