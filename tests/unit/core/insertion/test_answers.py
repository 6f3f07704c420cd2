"""Answers that repeat the file: nothing is doubled, what is new is kept, the file parses."""

import random
import re

import pytest
from fimble.core.insertion import placed
from fimble.core.text import syntax
from fimble.core.text.snapshot import Snapshot, apply_edits

from tests.unit.core.insertion.programs import PROGRAMS, Program, answers, file_of

ASKED = "a small piece that the file lacks so far"
IDS = [f"{p.language}-{n}" for n, p in enumerate(PROGRAMS)]


def inserted(program: Program, said: str, line_break: str = "\n") -> str:
    text, cursor = file_of(program, ASKED)
    cursor += text.count("\n", 0, cursor) * (len(line_break) - 1)
    text = text.replace("\n", line_break)
    snapshot = Snapshot("file:///a", "a", program.language, 1, text)
    return apply_edits(text, placed(snapshot, cursor, said, ASKED))


def judge(program: Program, said: str, after: str) -> None:
    story = f"--- said\n{said}\n--- after\n{after}"
    for pattern in program.once:
        found = re.findall(pattern, after, re.MULTILINE)
        assert len(found) == 1, f"{pattern} {len(found)} times\n{story}"
    assert after.count(ASKED) == 1, story
    text, _ = file_of(program, ASKED)
    assert syntax.errors(program.language, after) <= syntax.errors(program.language, text), story
    assert not re.search(r"existing code|rest of the|Example usage", after, re.IGNORECASE), story
    if program.example and program.language != "go":
        assert program.example not in after, story
    lines = iter(re.sub(r"[ \t]+", " ", after).split("\n"))
    for line in filter(None, text.split("\n")):
        assert any(line.split() == other.split() for other in lines), f"lost {line}\n{story}"
    if program.new_import and program.new_import in said:
        assert after.count(program.new_import) == 1, story
        first = after.index(program.new_import)
        assert first < after.index(program.new.split("\n")[0]), story


@pytest.mark.parametrize("number", range(len(PROGRAMS)), ids=IDS)
def test_an_answer_that_repeats_the_file_doubles_nothing(number: int) -> None:
    program = PROGRAMS[number]
    for seed in range(40):
        said = answers(program, ASKED, random.Random(seed))
        judge(program, said, inserted(program, said))


@pytest.mark.parametrize("number", range(len(PROGRAMS)), ids=IDS)
def test_windows_line_breaks_stay(number: int) -> None:
    program = PROGRAMS[number]
    for seed in range(8):
        said = answers(program, ASKED, random.Random(seed))
        after = inserted(program, said, "\r\n")
        assert after.count("\n") == after.count("\r\n")
        judge(program, said, after.replace("\r\n", "\n"))


@pytest.mark.parametrize("number", range(len(PROGRAMS)), ids=IDS)
def test_an_answer_that_only_repeats_the_file_changes_nothing(number: int) -> None:
    program = PROGRAMS[number]
    text, _ = file_of(program, ASKED)
    assert inserted(program, text) == text
    assert inserted(program, text.replace(ASKED, "")) == text


def damaged(said: str, rng: random.Random) -> str:
    """An answer that is cut, or lacks or doubles lines."""
    lines = said.split("\n")
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(lines))
        how = rng.randrange(4)
        if how == 0:
            lines = lines[at:]
        elif how == 1:
            lines = lines[: at + 1]
        elif how == 2:
            del lines[at : at + 1]
        else:
            lines.insert(at, rng.choice([*lines, "}", "import (", "from x import", "```", "é(\\"]))
        lines = lines or [""]
    return "\n".join(lines)


@pytest.mark.parametrize("number", range(len(PROGRAMS)), ids=IDS)
def test_whatever_is_said_anywhere_nothing_of_the_file_is_lost(number: int) -> None:
    program = PROGRAMS[number]
    text, _ = file_of(program, ASKED)
    for seed in range(60):
        rng = random.Random(seed)
        said = damaged(answers(program, ASKED, rng), rng)
        snapshot = Snapshot("file:///a", "a", program.language, 1, text)
        after = apply_edits(text, placed(snapshot, rng.randrange(len(text) + 1), said, ASKED))
        signs = iter(after)
        lost = next(
            (at for at, sign in enumerate(text) if sign not in signs and sign.strip()), None
        )
        assert lost is None, f"--- said\n{said}\n--- after\n{after}\n--- lost {text[lost:][:40]!r}"
