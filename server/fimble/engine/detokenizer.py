"""Text as it grows, never half a character."""

from __future__ import annotations

from fimble.engine.tokenizer import Tokenizer

_REPLACEMENT = "\ufffd"


class Detokenizer:
    """Turns ids into text one by one.

    Byte-level BPE splits characters over tokens: text is held back while it ends in an
    incomplete UTF-8 sequence. Decoding starts at the last place known to be whole, so the cost
    of a token does not grow with the text.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._pending: list[int] = []

    def push(self, token: int) -> str:
        """The text that `token` completes, possibly none."""
        self._pending.append(token)
        text = self._tokenizer.decode(self._pending)
        if text.endswith(_REPLACEMENT) and len(self._pending) < 4:
            return ""
        self._pending.clear()
        return text

    def flush(self) -> str:
        """What is left at the end, broken characters as U+FFFD."""
        text = self._tokenizer.decode(self._pending) if self._pending else ""
        self._pending.clear()
        return text
