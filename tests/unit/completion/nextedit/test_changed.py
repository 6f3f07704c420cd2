"""Lines that were changed are told as they were and as they are, whatever led there."""

import random

from fimble.completion.nextedit.changed import hunks, net
from fimble.core.text.history import Change, History


def made(random_: random.Random) -> History:
    """A text with changes that overlap, touch and stand apart."""
    text = "".join(random_.choice("ab\n") for _ in range(30))
    history, changes = text, list[Change]()
    for _ in range(random_.randint(1, 6)):
        start = random_.randint(0, len(history))
        end = min(start + random_.randint(0, 4), len(history))
        new = "".join(random_.choice("xy\n") for _ in range(random_.randint(0, 3)))
        changes.append(Change(start, history[start:end], new))
        history = changes[-1].applied(history)
    return History(text, tuple(changes))


def test_all_changes_at_once_taken_back_are_the_text_before() -> None:
    numbers = random.Random(11)
    for _ in range(500):
        history = made(numbers)
        text, shift = history.text, 0
        for one in net(history):
            start, end = one.start + shift, one.end + shift
            text = text[:start] + one.old + text[end:]
            shift += len(one.old) - (one.end - one.start)
        assert text == history.before


def test_changed_lines_put_back_are_the_lines_before() -> None:
    numbers = random.Random(12)
    for _ in range(500):
        history = made(numbers)
        lines = history.text.split("\n")
        for hunk in reversed(hunks(history)):
            assert lines[hunk.first : hunk.end] == [*hunk.new]
            lines[hunk.first : hunk.end] = hunk.old
        assert "\n".join(lines) == history.before


def test_a_change_that_was_taken_back_by_hand_is_none() -> None:
    text = "one\ntwo\n"
    changes = (Change(4, "two", "three"), Change(4, "three", "two"))
    assert hunks(History(text, changes)) == []


def test_the_latest_change_is_known_in_what_it_was_added_to() -> None:
    changes = (Change(0, "one", "1"), Change(6, "three", "3"), Change(0, "1", "2"))
    first, second = hunks(History("one\n\n\nthree\n", (changes[0], changes[2])))[0:1] * 2
    assert first == second
    assert (first.old, first.new, first.latest) == (("one",), ("2",), True)
    found = hunks(History("one\n\n\nthree\n", (Change(0, "one", "1"), Change(4, "three", "3"))))
    assert [hunk.latest for hunk in found] == [False, True]
