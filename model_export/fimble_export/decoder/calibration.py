"""What the inputs of each matrix look like on code: one pass over a bundled text.

The text is the project's own, in the eight languages that it is meant for; half of it is laid
out as fill-in-the-middle prompts, which is how the model is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import resources

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from fimble_export.decoder.attention import Cache, Rotary
from fimble_export.decoder.linear import Linear

TOKENS = 512
"""Of one sequence."""

_FIM = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>")


def sequences(tokenizer: str, limit: int) -> Tensor:
    """The bundled text as token ids, int64 `[sequences, TOKENS]`.

    Args:
        tokenizer: The text of `tokenizer.json`.
        limit: Sequences at most.
    """
    text = resources.files(__package__).joinpath("calibration.txt").read_text(encoding="utf-8")
    encoder = Tokenizer.from_str(tokenizer)
    ids = encoder.encode(text, add_special_tokens=False).ids
    found = [encoder.token_to_id(token) for token in _FIM]
    marks = [mark for mark in found if mark is not None]
    room = TOKENS - len(marks)
    whole = [ids[at : at + room] for at in range(0, len(ids) - room + 1, room)]
    step = max(1, len(whole) // limit)
    laid = [_laid_out(part, marks, n) for n, part in enumerate(whole[::step][:limit])]
    return torch.tensor(laid)


def _laid_out(part: list[int], marks: list[int], number: int) -> list[int]:
    """Suffix first, as prompts are; the suffix's share changes from one to the next."""
    if len(marks) != len(_FIM):
        return part
    prefix, suffix, middle = marks
    cut = len(part) * (6 + number % 4) // 10
    return [prefix, suffix, *part[cut:], middle, *part[:cut]]


class Inputs:
    """The hidden states `[sequences, TOKENS, hidden]` that the text has reached, block by block."""

    def __init__(self, hidden: Tensor, cache: Cache, rotary: Rotary) -> None:
        self._hidden, self._cache, self._rotary = hidden, cache, rotary

    def collect(self, block: nn.Module, *, products: bool) -> Mapping[str, Tensor]:
        """Goes through `block`, which is still unquantized.

        Returns:
            Name of each matrix in it -> mean of `x^2`, or of `x x^T`, over its inputs x.
        """
        found: dict[str, Tensor] = {}
        mean = _products if products else _squares
        hooks = [
            module.register_forward_pre_hook(_collector(found, name, mean))
            for name, module in block.named_modules()
            if isinstance(module, Linear)
        ]
        try:
            with torch.no_grad():
                self._hidden = block(self._hidden, self._cache, self._rotary)[0]
        finally:
            for hook in hooks:
                hook.remove()
        return found


def _squares(x: Tensor) -> Tensor:
    return x.square().mean(0)


def _products(x: Tensor) -> Tensor:
    return x.T @ x / len(x)


def _collector(
    found: dict[str, Tensor], name: str, mean: Callable[[Tensor], Tensor]
) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    def collect(module: nn.Module, arguments: tuple[Tensor, ...]) -> None:
        del module
        found[name] = mean(arguments[0].flatten(0, -2))

    return collect
