"""A checkpoint's tokenizer as a `tokenizer.json` whose special tokens are special."""

from __future__ import annotations

import json
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

from fimble.errors import CheckpointError, UnsupportedModelError

_QWEN2 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""Qwen2's split, as in its published tokenizer.json."""

_CONTROL, _USER_DEFINED = 3, 4


def from_gguf(fields: dict[str, Any]) -> str:
    """Rebuilds a byte-level BPE tokenizer; control and user-defined tokens become special.

    Raises:
        UnsupportedModelError: Its model or its pre-tokenizer is not known here.
    """
    kind, split = fields["tokenizer.ggml.model"], fields.get("tokenizer.ggml.pre", "default")
    if kind != "gpt2" or split not in ("qwen2", "smollm"):
        raise UnsupportedModelError(
            f"The tokenizer {kind!r} with split {split!r} is not supported.",
            "Export from a Hugging Face folder, which holds tokenizer.json.",
        )
    tokens: list[str] = fields["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"]]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    result = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    result.pre_tokenizer = _split(split)
    if split == "qwen2":
        result.normalizer = normalizers.NFC()
    result.decoder = decoders.ByteLevel()
    types = fields["tokenizer.ggml.token_type"]
    kinds = zip(tokens, types, strict=True)
    special = [token for token, kind in kinds if kind in (_CONTROL, _USER_DEFINED)]
    result.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    return str(result.to_str(pretty=False))


def walled(text: str) -> str:
    """The same `tokenizer.json` with every added token special, but for runs of white space.

    Qwen2.5-Coder and DeepSeek-Coder publish their fill-in-the-middle tokens as ordinary ones: text
    that spells one then is one.

    Raises:
        CheckpointError: It is no tokenizer.
    """
    try:
        content = json.loads(text)
        Tokenizer.from_str(text)
        tokens = [token for token in content["added_tokens"] if token["content"].strip()]
    except Exception as error:
        raise CheckpointError(f"tokenizer.json is no tokenizer: {error}.") from error
    if all(token["special"] for token in tokens):
        return text
    for token in tokens:
        token["special"] = True
    return json.dumps(content, ensure_ascii=False)


def special_ids(text: str) -> dict[str, int]:
    """Spelling and id of every special token of a `tokenizer.json`."""
    added = Tokenizer.from_str(text).get_added_tokens_decoder()
    return {token.content: index for index, token in added.items() if token.special}


def _split(name: str) -> pre_tokenizers.PreTokenizer:
    if name == "smollm":
        return pre_tokenizers.Sequence(
            [
                pre_tokenizers.Digits(individual_digits=True),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
            ]
        )
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_QWEN2), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
