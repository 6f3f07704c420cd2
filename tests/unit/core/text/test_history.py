"""What the user did, from the texts alone."""

import random
import string

from fimble.core.text.history import KEPT, LARGEST, LONGEST, Change, History, between, of_words


def _typed(*texts: str) -> History:
    history = History(texts[0])
    for text in texts[1:]:
        history = history.typed(text)
    return history


def _keys(text: str, at: int, keys: str) -> list[str]:
    """The texts while `keys` are typed at a place; "<" deletes the character before it."""
    found = [text]
    for key in keys:
        if key == "<":
            text, at = text[: at - 1] + text[at:], at - 1
        else:
            text, at = text[:at] + key + text[at:], at + 1
        found.append(text)
    return found


def test_a_typed_word_is_one_change() -> None:
    history = _typed(*_keys("a = \n", 4, "word"))
    assert history.changes == (Change(4, "", "word"),)
    assert history.text == "a = word\n"


def test_a_name_that_is_deleted_and_typed_anew_is_one_change() -> None:
    history = _typed(*_keys("total = 1\n", 5, "<<<<<sum"))
    assert history.changes == (Change(0, "total", "sum"),)


def test_a_name_that_is_changed_at_both_ends_is_one_change() -> None:
    first = _keys("user_first_name = 1\n", 4, "<<<<your")
    second = _keys(first[-1], 15, "<<<<word")
    changes = _typed(*first, *second).changes
    assert [(c.old, c.new) for c in changes] == [("user_first_name", "your_first_word")]


def test_a_selected_name_that_is_typed_over_is_one_change() -> None:
    history = _typed("f(old)", "f(n)", "f(ne)", "f(new)")
    assert history.changes == (Change(2, "old", "new"),)


def test_inserted_lines_are_one_change() -> None:
    text = "def f():\n    pass\n"
    history = _typed(*_keys(text, 8, "\n    x = 1\n    y = 2"))
    assert [c.new.strip() for c in history.changes] == ["x = 1\n    y = 2"]


def test_what_is_typed_between_brackets_that_the_editor_closed_is_one_change() -> None:
    history = _typed("f", "f()", "f(a)", "f(a[])", "f(a[1])", "f(a[1], {})", "f(a[1], {b})")
    assert history.changes == (Change(1, "", "(a[1], {b})"),)


def test_an_edit_elsewhere_is_another_change() -> None:
    first = _keys("one\ntwo\n", 3, "!")
    history = _typed(*first, *_keys(first[-1], 8, "!"))
    assert history.changes == (Change(3, "", "!"), Change(8, "", "!"))
    assert [*history.texts()] == ["one\ntwo\n", "one!\ntwo\n", "one!\ntwo!\n"]


def test_a_name_changed_in_lines_that_were_just_typed_is_another_change() -> None:
    first = _keys("\n", 0, "first = 1\nsecond = first\n")
    history = _typed(*first, *_keys(first[-1], 5, "<<<<<other"))
    assert [(c.old, c.new) for c in history.changes][-1] == ("first", "other")
    assert len(history.changes) == 2


def test_what_is_taken_back_is_no_change() -> None:
    texts = _keys("f(old)", 5, "<<<new")
    assert _typed(*texts, *reversed(texts)).changes == ()
    both = [*texts, *_keys(texts[-1] + "\nx\n", 8, "y")]
    history = _typed(*both, *reversed(both[-2:]))
    assert ("old", "new") in [(c.old, c.new) for c in history.changes]


def test_a_formatter_is_not_what_was_typed_before() -> None:
    history = _typed("a=1\nb=2\nc=3\n", "a=1\nb=20\nc=3\n", "a = 1\nb = 20\nc = 3\n")
    assert history.changes[0] == Change(7, "", "0")
    assert len(history.changes) == 2


def test_another_file_s_text_is_no_edit() -> None:
    other = "x" * (LARGEST + 1)
    assert _typed("a", "ab", other) == History(other)
    assert _typed("a", "ab", "y" * (LONGEST + 1)).changes == ()


def test_few_changes_are_kept_and_they_still_lead_to_the_text() -> None:
    text, texts = "\n" * 200, list[str]()
    for line in range(100):
        text = text[: 4 * line] + "ab" + text[4 * line :]
        texts.append(text)
    history = _typed("\n" * 200, *texts)
    assert len(history.changes) == KEPT
    assert [*history.texts()][-1] == text == history.text


def test_any_typing_is_replayed() -> None:
    rng, letters = random.Random(5), string.ascii_letters + " \n\t()[]{}\U0001f600éß"
    for _ in range(300):
        text = "".join(rng.choices(letters, k=rng.randrange(60)))
        history = History(text)
        for _ in range(rng.randrange(60)):
            start = rng.randrange(len(text) + 1)
            end = min(len(text), start + rng.choice([0, 0, 0, 1, 5]))
            text = text[:start] + "".join(rng.choices(letters, k=rng.randrange(4))) + text[end:]
            history = history.typed(text)
            assert [*history.texts()][-1] == text
            assert all(c.old != c.new for c in history.changes)


def test_between_is_the_smallest_change() -> None:
    assert between("same", "same") is None
    assert between("aXc", "aYYc") == Change(1, "X", "YY")
    assert between("aaa", "aaaa") == Change(3, "", "a")
    assert between("", "new") == Change(0, "", "new")
    assert between("old", "") == Change(0, "old", "")
    long = "x" * 10_000_000
    assert between(long + "a" + long, long + "bc" + long) == Change(len(long), "a", "bc")


def test_parts_of_words_become_whole_words() -> None:
    def whole(old: str, new: str) -> tuple[int, str, str]:
        change = between(old, new)
        assert change is not None
        found = of_words(old, change)
        assert found.applied(old) == new
        return found.start, found.old, found.new

    assert whole("f(count)", "f(counter)") == (2, "count", "counter")
    assert whole("f(xcount)", "f(count)") == (2, "xcount", "count")
    assert whole("a.first_b", "a.second_b") == (2, "first_b", "second_b")
    assert whole("x", "x = 1") == (1, "", " = 1")
    assert whole("$a = 1", "$ab = 1") == (0, "$a", "$ab")
    assert whole("foobar", "foo.bar") == (0, "foobar", "foo.bar")


def test_places_are_followed_through_a_change() -> None:
    change = Change(4, "old", "newer")
    assert change.moved(0, 4) == (0, 4)
    assert change.moved(7, 9) == (9, 11)
    assert change.moved(3, 5) is None
    assert Change(4, "", "x").moved(4, 6) == (5, 7)
    assert Change(4, "", "x").moved(2, 4) == (2, 4)
