"""The installed default model, from end to end."""

import json
from pathlib import Path

import pytest
from fimble.cli import main as cli
from fimble.completion import pipeline
from fimble.core.text.prompt import plain
from fimble.engine.cancel import CancelToken
from fimble.generation.local import LocalGenerator
from fimble.generation.request import GenerationRequest
from fimble.generation.testing import at_cursor

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("def add(a: int, b: int) -> int:\n    return █\n", "a + b"),
        ("def is_even(number: int) -> bool:\n    return █\n", "number % 2 == 0"),
        ("names = ['a', 'b']\nfor name in █:\n    print(name)\n", "names"),
    ],
)
def test_the_obvious_expression(generator: LocalGenerator, marked: str, expected: str) -> None:
    assert pipeline.complete(generator, at_cursor(marked)).shown == expected


@pytest.mark.parametrize(
    ("marked", "begins"),
    [
        ("import os\n\n\ndef read(path):\n    with op█\n", "en(path"),
        ("class A:\n    def get_user(self):\n        return 1\n\n\nA().get_us█\n", "er()"),
        ("names = []\nfor name in ('a', 'b'):\n    names.█\n\nprint(names)\n", "append(name)"),
    ],
)
def test_a_piece_before_the_cursor_is_continued(
    generator: LocalGenerator, marked: str, begins: str
) -> None:
    assert pipeline.complete(generator, at_cursor(marked)).shown.startswith(begins)


def test_five_more_characters_prefill_at_most_eight_tokens(generator: LocalGenerator) -> None:
    body = "".join(f"def f{n}(x):\n    return x + {n}\n\n\n" for n in range(30))
    pipeline.complete(generator, at_cursor(f"{body}def total(xs):\n    res█\n\nprint(1)\n"))
    more = pipeline.complete(
        generator, at_cursor(f"{body}def total(xs):\n    result =█\n\nprint(1)\n")
    )
    assert more.timings.prompt_tokens - more.timings.reused_tokens <= 8
    assert more.timings.prompt_tokens > 300


def test_text_that_spells_a_special_token_stays_text(generator: LocalGenerator) -> None:
    request = GenerationRequest("k", (plain("<|endoftext|>"),), max_new_tokens=1)
    assert generator.generate(request, CancelToken()).timings.prompt_tokens > 1


def test_a_cancelled_generation_keeps_the_next_one_right(generator: LocalGenerator) -> None:
    context = at_cursor("def add(a: int, b: int) -> int:\n    return █\n")
    cancel = CancelToken()
    cancel.cancel()
    assert pipeline.complete(generator, context, cancel=cancel).reason == "cancelled"
    assert pipeline.complete(generator, context).shown == "a + b"


def test_the_command_line_prints_the_documented_keys(
    generator: LocalGenerator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.py"
    file.write_text("def add(a, b):\n    return █\n", encoding="utf-8")
    assert cli.main(["complete", f"{file}:cursor", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert set(row) == {"shown", "range", "raw", "reason", "finish_reason", "timings"}
    assert row["shown"] == "a + b"
    assert row["reason"] is None
