"""A value that the fix reads from the environment, where nobody has put it."""

from __future__ import annotations

import re

from fimble.core.fixes.base import Problem

_READS = re.compile(
    r"\bos\.environ|\bgetenv\b|\benviron\[|\bprocess\.env\b|\bimport\.meta\.env\b"
    r"|\bEnvironment\.GetEnvironmentVariable\b|\bENV\[|\benv::var\b"
)


def environment(problem: Problem, after: str) -> str:
    """Refuses a text that reads the environment more often than before.

    It silences rules about secrets, and the program fails, or has another value, from then on.
    """
    more = len(_READS.findall(after)) > len(_READS.findall(problem.text))
    return "it would read the value from the environment, where nobody has put it" if more else ""
