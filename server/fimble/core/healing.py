"""White space before the cursor that the model would rather write itself.

Byte-level BPE joins the last space or tab with the word behind it: after `return ` or an
indentation a model sees a piece that it hardly ever saw in training, and often says another
space. So the last one is left out of the prompt and taken off the answer ("token healing";
Lundberg 2023).
"""

from __future__ import annotations


def split(prefix: str) -> tuple[str, str]:
    """The prefix for the prompt, and what was taken off it: one space, one tab or nothing."""
    if prefix.endswith((" ", "\t")):
        return prefix[:-1], prefix[-1]
    return prefix, ""


def join(generated: str, taken: str) -> str:
    """The answer as it continues the whole prefix."""
    return generated.removeprefix(taken)
