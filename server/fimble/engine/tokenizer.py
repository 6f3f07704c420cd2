"""Text to token ids and back, with a wall between special tokens and text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from tokenizers import Tokenizer as HFTokenizer

from fimble.engine.vocabulary import Vocabulary
from fimble.errors import ModelCorruptError


class Tokenizer:
    """A byte-level BPE tokenizer that never turns text into special tokens."""

    def __init__(self, tokenizer: HFTokenizer) -> None:
        tokenizer.encode_special_tokens = True
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer

    @classmethod
    def from_file(cls, path: Path) -> Tokenizer:
        """Reads a `tokenizer.json`.

        Raises:
            ModelCorruptError: It is missing or broken.
        """
        try:
            return cls(HFTokenizer.from_str(path.read_text(encoding="utf-8")))
        except Exception as error:
            raise ModelCorruptError(
                f"{path} is not a usable tokenizer: {error}.",
                "Reinstall the model with `fimble model install`.",
            ) from error

    def encode(self, text: str) -> list[int]:
        """Ids of plain text; a lone surrogate counts as U+FFFD."""
        clean = text.encode("utf-8", "replace").decode("utf-8")
        return list(self._tokenizer.encode(clean, add_special_tokens=False).ids)

    def special(self, spelling: str) -> int:
        """The id of a special token.

        Raises:
            ModelCorruptError: The tokenizer has no such token.
        """
        token = self._tokenizer.token_to_id(spelling)
        if token is None:
            raise ModelCorruptError(
                f"The tokenizer has no token {spelling}, which the manifest names.",
                "Reinstall the model with `fimble model install`.",
            )
        return int(token)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Its tokens by what they spell; made when it is first asked for, in half a second."""
        return Vocabulary(self._tokenizer.get_vocab(with_added_tokens=False))

    def decode(self, ids: Sequence[int]) -> str:
        """Text of ids, special tokens left out; incomplete UTF-8 becomes U+FFFD."""
        return str(self._tokenizer.decode(list(ids), skip_special_tokens=True))


class LineEncoder:
    """Encodes a text that is asked for again after every keystroke: only new lines cost.

    Byte-level BPE may join what a line break separates, so the ids are not always those of the
    whole text: good enough to draft from, not for a prompt.
    """

    _LINES = 20_000

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._encode = lru_cache(self._LINES)(lambda line: tuple(tokenizer.encode(line)))

    def encode(self, text: str) -> list[int]:
        """Ids of `text`, about."""
        return [token for line in text.splitlines(keepends=True) for token in self._encode(line)]
