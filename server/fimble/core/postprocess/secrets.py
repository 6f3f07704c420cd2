"""A model that has read the world's code remembers keys and passwords. None of them is shown."""

from __future__ import annotations

import re

from fimble.core.postprocess.base import Candidate, Withheld

_KEYS = re.compile(
    r"\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\bsk-[A-Za-z0-9_-]{20,}|\bAIza[0-9A-Za-z_-]{35}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\beyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{10,}"
)
_ASSIGNED = re.compile(
    r"(?:passw(?:or)?d|secret|api_?key|access_?key|auth_?token|private_?key)\w*[\"']?\s*"
    r"(?::\s*\w+\s*)?(?:=|:|=>|:=)\s*[\"']([^\"'\s]{6,})[\"']",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"example|placeholder|changeme|change_me|your|dummy|fake|test|sample|secret|password|xxx"
    r"|\*\*\*|[<>{}$%]|^[a-z]+(?:[-_. ][a-z]+)*$",
    re.IGNORECASE,
)


def secrets(candidate: Candidate) -> Candidate | Withheld:
    """Withholds keys of known services and passwords that are written out.

    What the document itself already holds is the user's own; placeholders are none.
    """
    text = candidate.context.line_prefix + candidate.text
    known = candidate.context.snapshot.text
    for match in _KEYS.finditer(text):
        if match[0] not in known:
            return Withheld("secret")
    for match in _ASSIGNED.finditer(text):
        if match[1] not in known and not _PLACEHOLDER.search(match[1]):
            return Withheld("secret")
    return candidate
