"""What no parser is quick on: it may take its time, but not everybody else's."""

from __future__ import annotations

import threading
import time

from fimble.core.text import syntax

SLOW = "<<A\n" * 12_000


def test_other_threads_work_while_a_text_is_parsed() -> None:
    silences = [0.0]
    parsed = threading.Event()

    def look() -> None:
        last = time.monotonic()
        while not parsed.wait(0.02):
            now = time.monotonic()
            silences.append(now - last)
            last = now

    looking = threading.Thread(target=look)
    looking.start()
    started = time.monotonic()
    tree = syntax.parse("html", SLOW)
    took = time.monotonic() - started
    parsed.set()
    looking.join()
    assert tree is not None
    assert took < 1.0 or max(silences) < took / 2


def test_a_text_in_pieces_is_parsed_as_a_whole() -> None:
    text = "".join(f"def f_{n}(é):\n    return 'ü{n}'\n" for n in range(4_000))
    parsed = syntax.parse("python", text)
    assert parsed is not None
    assert not parsed.root.has_error
    assert parsed.root.end_byte == len(text.encode())
    assert parsed.root.text == text.encode()
    edited = syntax.edited(parsed, 4, 7, "other")
    assert edited.source(edited.root.children[0]).startswith("def other(é)")
