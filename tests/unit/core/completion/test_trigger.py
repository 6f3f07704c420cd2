from dataclasses import dataclass

import pytest
from fimble.core.completion import trigger
from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Snapshot
from fimble.generation.testing import at_cursor
from hypothesis import given
from hypothesis import strategies as st


@dataclass(frozen=True)
class All:
    pause_in_words: bool = True
    pause_before_text: bool = True
    pause_in_comments: bool = True
    pause_in_strings: bool = True
    pause_in_empty_files: bool = True
    pause_in_long_lines: bool = True


@dataclass(frozen=True)
class Nothing(All):
    pause_in_words: bool = False
    pause_before_text: bool = False
    pause_in_comments: bool = False
    pause_in_strings: bool = False
    pause_in_empty_files: bool = False
    pause_in_long_lines: bool = False


PLACES = [
    ("  █\n", "empty_file"),
    ("x" * 2001 + "█", "long_line"),
    ("fo█o = 1", "in_word"),
    ("x = █ + y", "before_text"),
    ("# a comment█\n", "in_comment"),
    ("x = 'abc█'\n", "in_string"),
    ("foo(█)", None),
    ("<p>█</p>", None),
    ("x = [█],\n", None),
    ("x = █\n", None),
]


@pytest.mark.parametrize(("marked", "reason"), PLACES)
def test_nobody_wants_a_suggestion_there(marked: str, reason: str | None) -> None:
    assert trigger.paused(at_cursor(marked), All()) == reason


@pytest.mark.parametrize("marked", [marked for marked, _ in PLACES])
def test_every_reason_has_its_setting(marked: str) -> None:
    assert trigger.paused(at_cursor(marked), Nothing()) is None


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["python", "css", "x"]))
def test_any_cursor_has_an_answer(before: str, after: str, language: str) -> None:
    context = at_cursor(f"{before}█{after}".replace("█", "", before.count("█")), language)
    assert trigger.paused(context, Nothing()) is None
    trigger.paused(context, All())


@pytest.mark.parametrize(
    ("uri", "language", "reason"),
    [
        ("file:///p/.env", "plaintext", "secrets"),
        ("file:///p/%2Eenv", "plaintext", "secrets"),
        ("file:///home/.aws/config", "ini", "secrets"),
        ("untitled:a", "dotenv", "secrets"),
        ("file:///p/auth.py", "python", None),
        ("file:///p/passwords.py", "python", None),
        ("file:///p/appsettings.json", "json", None),
    ],
)
def test_where_secrets_are_kept_nothing_is_suggested(
    uri: str, language: str, reason: str | None
) -> None:
    snapshot = Snapshot(uri, uri.rpartition("/")[2], language, 1, "x = 1")
    assert trigger.refused(CursorContext(snapshot, 5)) == reason
