"""A change is done again where lines are as they were, and nowhere else."""

import random

import pytest
from fimble.completion.nextedit.proposal import Proposal
from fimble.completion.nextedit.propose import propose
from fimble.completion.nextedit.rules.repeat import repeat
from fimble.core.text.snapshot import apply_edits

from tests.unit.completion.nextedit.typing import after, situation


def follows(*texts: str, language: str = "python") -> str:
    """The text once everything is taken; unchanged where nothing is proposed."""
    asked = situation(*texts, language=language)
    return next(iter(after(repeat, asked).values()), asked.snapshot.text)


def test_an_equal_line_is_changed_alike_whatever_its_indentation() -> None:
    text = "a = get('x', None)\nif a:\n    a = get('x', None)\n"
    once = text.replace("None", "0", 1)
    assert follows(text, once) == text.replace("None", "0")


def test_several_lines_are_one_change() -> None:
    block = "start(one)\nstop(one)\n"
    text = f"{block}\npass\n\n{block}"
    changed = text.replace(block, "with run(one):\n    pass\n", 1)
    assert follows(text, changed) == text.replace(block, "with run(one):\n    pass\n")


def test_two_changes_tell_what_may_differ() -> None:
    lines = [f"log.info('{n}', {n}_id, 'shared')\n" for n in ("ab", "cd", "ef", "gh")]
    changed = [line.replace("log.info", "logger.debug") for line in lines]
    texts = ["".join(lines), "".join([changed[0], *lines[1:]]), "".join([*changed[:2], *lines[2:]])]
    assert follows(*texts[:2]) == texts[1]
    assert follows(*texts) == "".join(changed)
    other = "log.info('ef', ef_id, 'other')\n"
    texts = [text.replace(lines[2], other) for text in texts]
    assert follows(*texts) == "".join(changed).replace(changed[2], other)


def test_the_new_text_takes_the_names_of_its_place() -> None:
    lines = [f"on(this: {n}, event: Map[{n}])\n" for n in ("Win", "Doc", "Elem")]
    changed = [
        line.replace("])", f"] & {{ target: {n} }})")
        for line, n in zip(lines, ("Win", "Doc", "Elem"), strict=True)
    ]
    texts = ["".join([*changed[:n], *lines[n:]]) for n in range(3)]
    assert follows(*texts, language="typescript") == "".join(changed)


def test_added_lines_go_between_the_same_neighbours() -> None:
    pair = "a = open(path)\nb = read(a)\n"
    text = f"{pair}\n\n{pair}\n\n{pair}"
    new = pair.replace("\nb", "\nseek(a)\nb")
    texts = [text, text.replace(pair, new, 1), text.replace(pair, new, 2)]
    assert follows(*texts[:2]) == texts[1]
    assert follows(*texts) == text.replace(pair, new)


QUIET = {
    "a short line may be any": ("return\nx()\nreturn\n", "break\nx()\nreturn\n"),
    "spaces inside make another line": (
        "f(timeout=default)\ntimeout = default\n",
        "f(timeout=default, retry=3)\ntimeout = default\n",
    ),
    "a line was taken out": ("print(total)\nx = 1\nprint(total)\n", "x = 1\nprint(total)\n"),
    "a blank line was added": (
        "a = 10\nb = 20\n\na = 10\nb = 20\n",
        "a = 10\n\nb = 20\n\na = 10\nb = 20\n",
    ),
    "a line was added once": (
        "start()\nstop()\n\nstart()\nstop()\n",
        "start()\nrun()\nstop()\n\nstart()\nstop()\n",
    ),
    "a comment was added": (
        "x = compute(1)\ny = 2\nx = compute(1)\n",
        "x = compute(1)  # once\ny = 2\nx = compute(1)\n",
    ),
    "a block was pasted": (
        "x = compute(1)\ny = 2\nx = compute(1)\n",
        f"{'z = 2' + chr(10)}" * 9 + "x = compute(2)\ny = 2\nx = compute(1)\n",
    ),
    "the change is not finished": (
        "x = compute(1)\ny = 2\nx = compute(1)\n",
        "x = max(compute(1)\ny = 2\nx = compute(1)\n",
    ),
    "the like line is the user's own": ("x = compute(1)\n", "x = compute(2)\nx = compute(2)\n"),
}


@pytest.mark.parametrize("case", QUIET)
def test_where_one_change_says_too_little_nothing_is_proposed(case: str) -> None:
    texts = QUIET[case]
    assert follows(*texts) == texts[-1]


def test_a_comment_that_was_there_may_be_changed_alike() -> None:
    text = "def f():\n    # see the old page\n    pass\n\n\ndef g():\n    # see the old page\n    pass\n"
    assert follows(text, text.replace("old", "new", 1)) == text.replace("old", "new")


def test_what_was_passed_over_stays() -> None:
    lines = [f"run(step, {n})\n" for n in "1234"]
    first = lines[0].replace("run", "run_all")
    texts = ["".join(lines), "".join([first, *lines[1:]])]
    texts.append(texts[1].replace("run(step, 3)", "run_all(step, 3)"))
    assert follows(*texts) == texts[-1].replace("run(step, 4)", "run_all(step, 4)")


def test_lines_that_became_different_things_say_nothing_of_others() -> None:
    line = "url = start_page\n"
    texts = [line * 3, f"url = '/one'\n{line * 2}", f"url = '/one'\n{line}url = '/two'\n"]
    assert follows(*texts) == texts[-1]


def test_line_breaks_stay_as_they_are() -> None:
    text = "call(one, two)\r\npass\r\ncall(one, two)\r\n"
    once = text.replace("two", "three,\r\n    four", 1)
    assert follows(text, once) == text.replace("two", "three,\r\n    four")


def test_in_any_program_only_like_lines_are_changed_and_the_chain_ends() -> None:
    made = random.Random(7)
    proposed = 0
    for _ in range(200):
        names = [made.choice(["alpha", "beta", "gamma"]) for _ in range(12)]
        lines = [f"{made.choice(['run', 'stop'])}({name}, {made.randint(0, 1)})" for name in names]
        text = "".join(f"{line}\n" for line in lines)
        chosen = made.randrange(len(lines))
        new = made.choice(
            [lines[chosen].replace(", ", ", 2, "), lines[chosen].replace("(", "_all(")]
        )
        changed = "".join(f"{new if n == chosen else line}\n" for n, line in enumerate(lines))
        result = follows(text, changed)
        like = {lines[chosen]}
        expected = "".join(f"{new if line in like else line}\n" for line in lines)
        assert result == expected
        proposed += result != changed
        assert follows(text, changed, result) == result
    assert proposed > 50


def test_a_step_taken_leads_to_the_next_until_nothing_is_left() -> None:
    lines = "value = fetch(key)\n\n"
    text = f"key = 1\nfetch = print\n\n{lines * 5}"
    texts = [text, text.replace("fetch(key)", "fetch(key, key)", 1)]
    taken = 0
    while isinstance(found := propose(situation(*texts)), Proposal):
        texts.append(apply_edits(texts[-1], [found.steps[0].edit]))
        taken += 1
        assert taken < 10
    assert taken == 4
    assert texts[-1].count("fetch(key, key)") == 5
