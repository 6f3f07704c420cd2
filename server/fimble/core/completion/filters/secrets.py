"""A model that has read the world's code remembers keys and passwords. None of them is shown."""

from __future__ import annotations

from fimble.core.completion.filters.base import Candidate, Withheld
from fimble.core.privacy.secrets import text


def secrets(candidate: Candidate) -> Candidate | Withheld:
    """Withholds keys of known services and passwords that are written out.

    What the document itself already holds is the user's own; placeholders are none.
    """
    snapshot = candidate.context.snapshot
    written = candidate.context.line_prefix + candidate.text
    for secret in text.found(written, snapshot.language_id):
        if secret not in snapshot.text:
            return Withheld("secret")
    return candidate
