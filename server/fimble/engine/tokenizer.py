"""Text to token ids and back, with a wall between special tokens and text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from tokenizers import AddedToken
from tokenizers import Tokenizer as HFTokenizer

from fimble.engine import package_files
from fimble.engine.manifest import Manifest
from fimble.engine.vocabulary import Vocabulary, alphabet
from fimble.errors import ModelCorruptError, told

LONGEST = 128 << 20
"""Bytes of a `tokenizer.json`; those of 256,000 tokens take 34 MB."""
_HINT = "Reinstall the model with `fimble model install --force`."
_NEVER_IN_TEXT = frozenset((0xC0, 0xC1, *range(0xF5, 0x100)))
"""Bytes that UTF-8 does not use."""
_TRIAL = "".join(map(chr, range(0x180))) + "\u4e2d\U0001f642"
"""Some models of `tokenizers` say only while they encode that they cannot."""


class Tokenizer:
    """A byte-level BPE tokenizer that never turns text into special tokens.

    Special is every added token that is not white space, whatever the file says of it: published
    tokenizers call fill-in-the-middle tokens ordinary ones. So is what the caller names.

    Args:
        tokenizer: Is changed.
        special: Ids of other special tokens.

    Raises:
        ModelCorruptError: A letter would be special.
    """

    def __init__(self, tokenizer: HFTokenizer, special: Collection[int] = ()) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._special = _wall(tokenizer) | frozenset(special)
        for byte, letter in alphabet().items():
            if byte not in _NEVER_IN_TEXT and self._model_id(letter) in self._special:
                raise ModelCorruptError(f"The model calls {letter!r} a special token.", _HINT)

    @classmethod
    def from_file(cls, path: Path, manifest: Manifest | None = None) -> Tokenizer:
        """Reads a `tokenizer.json`; what the manifest names or stops at is special, too.

        Raises:
            ModelCorruptError: It is missing or broken, or the manifest is another tokenizer's.
        """
        tokenizer = _read(path)
        if manifest is None:
            return cls(tokenizer)
        for spelling, token in manifest.special_ids.items():
            if tokenizer.token_to_id(spelling) != token:
                said = f"{spelling[:80]!r} is token {token}"
                raise ModelCorruptError(
                    f"The manifest says that {said}, and {path} does not.", _HINT
                )
        named = {token for spelling, token in manifest.special_ids.items() if spelling.strip()}
        return cls(tokenizer, named.union(manifest.stop_ids))

    def encode(self, text: str) -> list[int]:
        """Ids of plain text, none of them special; a lone surrogate counts as U+FFFD."""
        clean = text.encode("utf-8", "replace").decode("utf-8")
        ids = list(self._tokenizer.encode(clean, add_special_tokens=False).ids)
        if self._special.isdisjoint(ids):
            return ids
        return [letter for token in ids for letter in self._plain(token)]

    def _plain(self, token: int) -> Iterator[int]:
        """The token itself, or a special one in letters: merges, too, may spell what is special."""
        if token not in self._special:
            yield token
            return
        for letter in self._tokenizer.model.id_to_token(token) or "":
            index = self._model_id(letter)
            if index is not None and index not in self._special:
                yield index

    def _model_id(self, spelling: str) -> int | None:
        found: int | None = self._tokenizer.model.token_to_id(spelling)
        return found

    def special(self, spelling: str) -> int:
        """The id of a special token.

        Raises:
            ModelCorruptError: The tokenizer has no such token, or text may contain it.
        """
        token = self._tokenizer.token_to_id(spelling)
        if token is None or token not in self._special:
            raise ModelCorruptError(
                f"The tokenizer has no special token {spelling}, which the manifest names.", _HINT
            )
        return int(token)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Its tokens by what they spell; made when it is first asked for, in half a second."""
        return Vocabulary(self._tokenizer.get_vocab(with_added_tokens=False))

    def decode(self, ids: Sequence[int]) -> str:
        """Text of ids, special tokens left out; incomplete UTF-8 becomes U+FFFD."""
        plain = [token for token in ids if token not in self._special]
        return str(self._tokenizer.decode(plain, skip_special_tokens=True))


def _read(path: Path) -> HFTokenizer:
    try:
        data = package_files.read(path.parent, path.name, LONGEST)
        tokenizer = HFTokenizer.from_str(data.decode("utf-8"))
        tokenizer.encode(_TRIAL, add_special_tokens=False)
    except BaseException as error:
        if not (isinstance(error, Exception) or _is_panic(error)):
            raise
        raise ModelCorruptError(
            f"{path} is not a usable tokenizer: {told(error)}.", _HINT
        ) from error
    return tokenizer


def _is_panic(error: BaseException) -> bool:
    """Whether the library gave up: it says so by an exception of a kind of its own."""
    return type(error).__name__ == "PanicException"


def _wall(tokenizer: HFTokenizer) -> frozenset[int]:
    """Makes added tokens special; ids of those that are. Runs of white space stay text, and whole.

    What is added again is the same token with other properties.
    """
    tokenizer.encode_special_tokens = True
    added = tokenizer.get_added_tokens_decoder()
    for token in added.values():
        if token.special or token.content.strip():
            tokenizer.add_special_tokens(
                [AddedToken(token.content, special=True, normalized=False)]
            )
        else:
            tokenizer.add_tokens([AddedToken(token.content, special=False, normalized=False)])
    walled = tokenizer.get_added_tokens_decoder()
    return frozenset(index for index, token in walled.items() if token.special)


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
