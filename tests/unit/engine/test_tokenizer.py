from fimble.engine.tokenizer import LineEncoder, Tokenizer
from tokenizers import Tokenizer as HFTokenizer
from tokenizers import models, pre_tokenizers


def byte_tokenizer() -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = HFTokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return Tokenizer(tokenizer)


class Counting(Tokenizer):
    """Remembers what it was asked for."""

    def __init__(self, inner: Tokenizer) -> None:
        self._inner, self.encoded = inner, list[str]()

    def encode(self, text: str) -> list[int]:
        self.encoded.append(text)
        return self._inner.encode(text)


def test_lines_give_the_ids_of_the_text_and_only_new_ones_are_encoded() -> None:
    counting = Counting(byte_tokenizer())
    lines = LineEncoder(counting)
    assert lines.encode("a = 1\nb = 2\n") == byte_tokenizer().encode("a = 1\nb = 2\n")
    lines.encode("a = 1\nb = 23\n")
    assert counting.encoded == ["a = 1\n", "b = 2\n", "b = 23\n"]
    assert lines.encode("") == []
