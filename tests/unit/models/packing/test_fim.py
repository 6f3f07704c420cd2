import pytest
from fimble.models.packing import fim

QWEN = ["<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|repo_name|>", "<|file_sep|>"]


@pytest.mark.parametrize(
    ("tokens", "prefix", "order"),
    [
        (QWEN, "<|fim_prefix|>", "suffix_first"),
        (QWEN[:3], "", "prefix_only"),
        (["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"], "<｜fim▁begin｜>", "prefix_first"),
        (["▁<PRE>", "▁<SUF>", "▁<MID>", "</s>"], "▁<PRE>", "prefix_first"),
        (["</s>"], "", "prefix_only"),
    ],
)
def test_a_tokenizer_says_how_its_model_infills(tokens, prefix, order):
    found = fim.spelling({token: n for n, token in enumerate(tokens)})
    assert (found.prefix, found.order) == (prefix, order)


def test_answers_end_at_ends_of_text_and_at_the_middle_tokens_themselves():
    ids = {token: n for n, token in enumerate([*QWEN, "<|endoftext|>", "<tool>"])}
    assert fim.stops(ids) == (0, 1, 2, 3, 4, 5)
