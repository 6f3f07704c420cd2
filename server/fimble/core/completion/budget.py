"""How much of a document the model sees."""

from __future__ import annotations

CHARACTERS_PER_TOKEN = 3.0
"""Of code under the models' tokenizers, on the low side."""


def cut(prefix: str, suffix: str, tokens: int, suffix_share: float) -> tuple[str, str]:
    """The text nearest to the cursor that fits `tokens`, about.

    Cut points stand at line starts and move in steps of a quarter of the budget, so that the
    start of the prompt stays the same while the user types, and the KV cache with it.

    Args:
        prefix: Text before the cursor.
        suffix: Text after the cursor.
        tokens: The budget for both.
        suffix_share: Part of it for the suffix, 0 to 1.
    """
    behind = int(tokens * suffix_share * CHARACTERS_PER_TOKEN)
    before = int(tokens * CHARACTERS_PER_TOKEN) - min(len(suffix), behind)
    return _last(prefix, before), _first(suffix, behind)


def _last(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    step = max(1, limit // 4)
    start = -(-(len(text) - limit) // step) * step
    line = text.find("\n", start) + 1
    return text[line:] if 0 < line < start + step // 2 else text[start:]


def _first(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    line = text.rfind("\n", 0, limit) + 1
    return text[: line or limit]
