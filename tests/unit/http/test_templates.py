from __future__ import annotations

import pytest
from fimble.http.templates import split


@pytest.mark.parametrize(
    ("prompt", "parts"),
    [
        ("<|fim_prefix|>def f(<|fim_suffix|>):<|fim_middle|>", ("def f(", "):")),
        ("<fim_prefix>a<fim_suffix>b<fim_middle>", ("a", "b")),
        ("<PRE> a <SUF>b <MID>", ("a", "b")),
        ("<|fim_prefix|><|fim_suffix|><|fim_middle|>", ("", "")),
        ("Context:\n\n<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>", ("Context:\n\na", "b")),
        (
            "<|fim_prefix|>a<|fim_suffix|>x = '<|fim_suffix|>'<|fim_middle|>",
            ("a", "x = '<|fim_suffix|>'"),
        ),
    ],
)
def test_templates_are_taken_apart(prompt: str, parts: tuple[str, str]) -> None:
    assert split(prompt) == parts


@pytest.mark.parametrize(
    "prompt",
    [
        "def f(x):",
        "TOKEN = '<|fim_prefix|>'\n",
        "<|fim_prefix|>a<|fim_middle|>",
        "<|fim_prefix|>a<|fim_suffix|>b",
        "<fim_prefix>a<|fim_suffix|>b<|fim_middle|>",
    ],
)
def test_other_text_stays_text(prompt: str) -> None:
    assert split(prompt) is None
