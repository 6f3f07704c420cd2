import pytest
from fimble.core.completion.context import Selected, with_selected
from fimble.core.completion.debounce import Rhythm
from fimble.core.completion.reuse import ReuseCache, Suggested
from fimble.generation.testing import at_cursor


def suggested(marked: str, text: str) -> Suggested[str]:
    context = at_cursor(marked)
    return Suggested(context.prefix, context.suffix, text, text)


@pytest.mark.parametrize(
    ("now", "rest"),
    [
        ("x = █\ny", "abc + 1"),
        ("x = a█\ny", "bc + 1"),
        ("x = abc + █\ny", "1"),
        ("x = b█\ny", None),
        ("x = a█\nyz", None),
        ("x =█\ny", None),
        ("x = abc + 1█\ny", None),
    ],
)
def test_typing_along_and_deleting_back_reuses(now: str, rest: str | None) -> None:
    cache: ReuseCache[str] = ReuseCache()
    cache.put("file:///test", suggested("x = █\ny", "abc + 1"))
    found = cache.find(at_cursor(now))
    assert (found and found[1]) == rest


@pytest.mark.parametrize(
    ("now", "rest", "added"),
    [
        ("x = foo(█)\ny", "'a', b)", ")"),
        ("x = foo('█')\ny", "a', b)", "')"),
        ("x = foo(█\ny", "'a', b)", ""),
        ("x = foo(█]\ny", None, ""),
        ("x = fo█)\ny", None, ""),
    ],
)
def test_closers_that_the_editor_adds_are_replaced(now: str, rest: str | None, added: str) -> None:
    cache: ReuseCache[str] = ReuseCache()
    cache.put("file:///test", suggested("x = █\ny", "foo('a', b)"))
    found = cache.find(at_cursor(now))
    assert (found and found[1]) == rest
    if found:
        assert found[0].added(at_cursor(now)) == added


CLOSED = {"(": ")", "[": "]", "{": "}"}


def states(text: str, added: str = "") -> list[str]:
    """What an editor makes of a text that is typed: the text so far and what it closed itself.

    `added` stands there already and is typed over too.
    """
    found = []
    for place, mark in enumerate(text):
        behind = text[place - 1] if place else ""
        if added.startswith(mark) and behind != "\\":
            added = added[1:]
        elif mark in CLOSED:
            added = CLOSED[mark] + added
        elif mark in "\"'`" and (not behind.isalnum() or behind in "rbf"):
            added = mark + added
        found.append(f"{text[: place + 1]}█{added}")
    return found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "re.match(r'\\d+', s)"),
        ("python", "re.match(b'ab', [s])"),
        ("python", 'f"{name}: {items[0]}", {"a": 1}'),
        ("javascript", "`http://${host}:${ports[0]}`, f(x)"),
        ("javascript", "f({ a: [1, 2], b: 'c' }, \"d\")"),
        ("csharp", 'f($"{Name} is {Age}")'),
        ("ruby", 'puts("#{a} is #{b[0]}")'),
    ],
)
def test_typing_along_keeps_a_suggestion(language: str, text: str) -> None:
    start = at_cursor("x = █\ny", language)
    cache: ReuseCache[str] = ReuseCache()
    cache.put("file:///test", Suggested(start.prefix, start.suffix, text, text))
    for state in states(text)[:-1]:
        found = cache.find(at_cursor(f"x = {state}\ny", language))
        assert found is not None, state
        assert found[1] == text[len(state.partition("█")[0]) :]


def test_the_latest_suggestion_wins_and_old_ones_go() -> None:
    cache: ReuseCache[str] = ReuseCache(documents=1, per_document=2)
    for text in ("one", "two", "three"):
        cache.put("file:///test", suggested("█", text))
    assert [kept.text for kept in cache._kept["file:///test"]] == ["two", "three"]
    found = cache.find(at_cursor("t█"))
    assert found is not None
    assert found[1] == "hree"
    cache.put("file:///other", suggested("█", "four"))
    assert cache.find(at_cursor("█")) is None


def test_a_forgotten_document_has_no_suggestions() -> None:
    cache: ReuseCache[str] = ReuseCache()
    cache.put("file:///test", suggested("█", "one"))
    cache.forget("file:///test")
    assert cache.find(at_cursor("█")) is None


def test_a_withheld_answer_is_remembered_for_its_own_place_only() -> None:
    cache: ReuseCache[str] = ReuseCache()
    cache.put("file:///test", suggested("x█", ""))
    assert cache.find(at_cursor("x█")) is not None
    assert cache.find(at_cursor("xy█")) is None


def test_the_pause_grows_where_answers_come_later_than_keystrokes() -> None:
    fast = Rhythm().after_answer(90).after_gap(200)
    assert fast.delay_ms(40) == 40
    slow = Rhythm(gap_ms=120).after_answer(900)
    assert slow.delay_ms(40) == pytest.approx(90)
    assert Rhythm(gap_ms=400, latency_ms=900).delay_ms(40) == 160
    assert slow.delay_ms(0) == 0


def test_a_long_pause_is_no_rhythm() -> None:
    assert Rhythm(gap_ms=100).after_gap(5_000).gap_ms == 100


def test_a_selected_menu_item_is_completed_further() -> None:
    context = with_selected(at_cursor("os.pa█\n"), Selected(3, 5, "path"))
    assert (context.prefix, context.suffix) == ("os.path", "\n")


@pytest.mark.parametrize(
    ("marked", "text", "replaced"),
    [
        ("foo(█)\ny", "bar", 0),
        ("foo(█)\ny", "bar).baz([1], 'a')", 1),
        ("foo(a, bar█)\ny", "[1], b) + 1", 1),
        ("foo([█])\ny", "b]) + f(c)", 2),
        ("foo('█')\ny", "b', [c])", 2),
        ("foo(bar(█))\ny", "a), c", 0),
        ('print(f"{█}")\ny', 'a}, {b[0]}")', 3),
    ],
)
@pytest.mark.parametrize("over", [True, False])
def test_a_closer_that_stood_there_is_neither_doubled_nor_lost(
    marked: str, text: str, replaced: int, over: bool
) -> None:
    """Typed over or inserted before: what goes on at any place leads to the same document."""
    before = at_cursor(marked)
    made = suggested(marked, text)
    wanted = before.prefix + text + before.suffix[replaced:]
    reused = 0
    for state in states(text, before.suffix.split("\n")[0] if over else ""):
        typed, _, behind = state.partition("█")
        context = at_cursor(
            f"{before.prefix}{typed}█{behind}\ny"
            if over
            else f"{before.prefix}{typed}█{behind}{before.suffix}"
        )
        rest = made.rest(context)
        if rest is not None:
            reused += 1
            cut = replaced + len(made.added(context))
            assert context.prefix + rest + context.suffix[cut:] == wanted, state
    assert reused
