from __future__ import annotations

import io
import json

from fimble.cli.progress import Bar, JsonLines, Lines
from rich.console import Console


def test_lines_say_each_tenth_once() -> None:
    stream = io.StringIO()
    lines = Lines(stream)
    lines.note("A note.")
    lines.start("tiny from the hub", 1_000_000)
    for done in (0, 50_000, 100_000, 140_000, 999_999, 1_000_000):
        lines.at(done)
    lines.finish()
    assert stream.getvalue().splitlines() == [
        "A note.",
        "tiny from the hub: 0 % of 1 MB",
        "tiny from the hub: 10 % of 1 MB",
        "tiny from the hub: 90 % of 1 MB",
        "tiny from the hub: 100 % of 1 MB",
    ]


def test_json_lines_say_each_percent_once_and_can_go_back() -> None:
    stream = io.StringIO()
    lines = JsonLines(stream)
    lines.note("A [note].")
    lines.start("tiny", 1000)
    for done in (0, 5, 10, 500, 0):
        lines.at(done)
    lines.finish()
    said = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert said[0] == {"note": "A [note]."}
    assert [line["done"] for line in said[1:]] == [0, 10, 500, 0]
    assert said[1] == {"transfer": "tiny", "done": 0, "total": 1000}


def test_the_bar_shows_label_and_size_and_leaves_notes_alone() -> None:
    stream = io.StringIO()
    bar = Bar(Console(file=stream, force_terminal=True, width=100))
    bar.start("tiny from the hub", 2_000_000)
    bar.at(1_000_000)
    bar.note("[red] is no markup here")
    bar.finish()
    bar.finish()
    assert "tiny from the hub" in stream.getvalue()
    assert "1.0/2.0 MB" in stream.getvalue()
    assert "[red] is no markup here" in stream.getvalue()
