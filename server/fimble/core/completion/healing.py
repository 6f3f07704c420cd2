"""What stands directly before the cursor and the model would rather write itself.

Byte-level BPE joins a space or a punctuation mark with the word behind it (`.push` is one token),
punctuation with punctuation, and the beginning of a word with its end. After `return `, `calls.` or
`retu` a model sees a piece that it hardly ever saw in training, and goes on badly: `calls. push`.
So the last space, tab, mark or piece of a word is left out of the prompt, and the answer has to
begin with it ("token healing"; Lundberg 2023).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = r"(?:(?<=\w)[^\w\s]| )?(?:[A-Z]?[a-z]{1,16}|[A-Z]{1,16})|_[a-z]{0,16}"
_MARKS = r" ?[^\w\s]{1,4}"
_PIECE = re.compile(rf"(?:{_WORD}|{_MARKS})\Z")


@dataclass(frozen=True)
class Healed:
    """A prefix without its end.

    Attributes:
        head: What the prompt holds.
        taken: What was taken off; `head + taken` is the prefix.
        required: Whether the answer has to begin with it. White space is only hoped for.
    """

    head: str
    taken: str
    required: bool

    def join(self, generated: str) -> str:
        """The answer as it continues the whole prefix."""
        return generated.removeprefix(self.taken)


def split(prefix: str) -> Healed:
    """Takes off one space, one tab, or the last marks or piece of a word and what joins it."""
    if prefix.endswith((" ", "\t")):
        return Healed(prefix[:-1], prefix[-1], False)
    match = _PIECE.search(prefix[-20:])
    if match is None:
        return Healed(prefix, "", False)
    return Healed(prefix[: len(prefix) - len(match[0])], match[0], True)
