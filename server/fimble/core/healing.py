"""White space before the cursor that the model would rather write itself.

Byte-level BPE joins a space with the word behind it: after `return ` a model sees a lone space
that it hardly ever saw in training, and often says a second one. So a single space is left
out of the prompt and taken off the answer ("token healing"; Lundberg 2023).
"""

from __future__ import annotations


def split(prefix: str) -> tuple[str, str]:
    """The prefix for the prompt, and what was taken off it: one space or nothing."""
    if prefix.endswith(" ") and not prefix[-2:-1].isspace() and len(prefix) > 1:
        return prefix[:-1], " "
    return prefix, ""


def join(generated: str, taken: str) -> str:
    """The answer as it continues the whole prefix."""
    return generated.removeprefix(taken)
