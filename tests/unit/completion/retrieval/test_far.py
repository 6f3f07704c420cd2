import random

from fimble.completion.retrieval import far
from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Snapshot

PIECE = "rows = database.fetch(query)\ncount = len(rows)\nreport(count, rows, query)\n"
APART = "\n" * 16
FILLER = APART + "".join(f"colour_{n} = shape_{n}.paint({n})\n" for n in range(400)) + APART


def at(before: str, after: str = "") -> CursorContext:
    snapshot = Snapshot("file:///a.py", "a.py", "python", 1, before + after)
    return CursorContext(snapshot, len(before))


def test_what_a_prompt_does_not_reach_is_found_above_and_below() -> None:
    typed = "rows = database.fetch(query)\ncount = len(rows)\nreport("
    for context in (at(PIECE + FILLER + typed), at(typed, "\n" + FILLER + PIECE)):
        (found,) = far.similar(context)
        assert "report(count, rows, query)" in found.text
        assert (found.path, found.file) == ("a.py", "")


def test_what_a_prompt_holds_is_not_said_again() -> None:
    typed = "rows = database.fetch(query)\ncount = len(rows)\nreport("
    assert far.similar(at(PIECE + typed)) == []
    assert far.similar(at(typed, "\n" + PIECE)) == []
    assert far.similar(at(PIECE + FILLER + "x = 1\n")) == []


def test_nothing_of_the_prompt_and_all_of_the_rest_is_looked_at() -> None:
    chance = random.Random(1)
    for _ in range(200):
        lines = [f"name_{chance.randrange(40)} = call_{n}()" for n in range(chance.randrange(300))]
        text = "\n".join(lines)
        offset = chance.randint(0, len(text))
        context = at(text[:offset], text[offset:])
        before, after = far.near(context)
        reached = before + after
        assert text[offset - len(before) : offset + len(after)] == reached
        for snippet in far.similar(context):
            assert snippet.text in text
            assert snippet.text not in reached
