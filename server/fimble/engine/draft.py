"""Drafts from what was already said: prompt lookup (Saxena 2023; Yang et al. 2023)."""

from __future__ import annotations

from collections.abc import Sequence


def lookup(ids: Sequence[int], *, length: int, ngram: int = 3) -> list[int]:
    """What followed the last earlier occurrence of the sequence's last `ngram` ids.

    Args:
        ids: Prompt and generated ids.
        length: At most so many drafted ids.
        ngram: Ids that must agree; shorter sequences draft nothing.

    Returns:
        Drafted ids, possibly none.
    """
    if length <= 0 or len(ids) <= ngram:
        return []
    tail = list(ids[-ngram:])
    last = tail[-1]
    for end in range(len(ids) - 2, ngram - 2, -1):
        if ids[end] == last and list(ids[end - ngram + 1 : end + 1]) == tail:
            return list(ids[end + 1 : end + 1 + length])
    return []
