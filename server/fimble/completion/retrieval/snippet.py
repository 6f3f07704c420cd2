"""Pieces of other files, and how they are chosen under one budget."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fimble.core.completion.budget import CHARACTERS_PER_TOKEN


@dataclass(frozen=True)
class Snippet:
    """A piece of a file.

    Attributes:
        path: The file's path, relative to its workspace.
        text: Whole lines.
        score: How like the lines at the cursor it is, 0 to 1.
        file: The key under which the file was indexed; "" for the document that asks.
    """

    path: str
    text: str
    score: float
    file: str = ""


def best_first(snippets: Iterable[Snippet]) -> list[Snippet]:
    """Snippets in the order of their scores."""
    return sorted(snippets, key=lambda snippet: -snippet.score)


def pack(ranked: Iterable[Snippet], tokens: int, known: str) -> tuple[Snippet, ...]:
    """What fits, without doubles.

    Args:
        ranked: The best snippet first.
        tokens: The budget, about.
        known: Text that the prompt holds anyway; what stands in it is left out.

    Returns:
        Snippets by path and text: an order that does not change with the scores, so that the
        KV cache survives it.
    """
    room = tokens * CHARACTERS_PER_TOKEN
    chosen: list[Snippet] = []
    for snippet in ranked:
        text = snippet.text.strip("\n")
        cost = len(text) + len(snippet.path) + 4
        if cost > room or not text.strip() or text in known:
            continue
        if any(text in other.text or other.text in text for other in chosen):
            continue
        chosen.append(snippet)
        room -= cost
    return tuple(sorted(chosen, key=lambda snippet: (snippet.path, snippet.text)))
