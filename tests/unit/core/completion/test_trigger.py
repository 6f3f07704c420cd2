from dataclasses import fields, replace

import pytest
from fimble.core.completion import trigger
from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Snapshot
from fimble.generation.testing import at_cursor
from fimble.lsp.settings import Settings
from hypothesis import given
from hypothesis import strategies as st

PAUSES = [field.name for field in fields(Settings) if field.name.startswith("pause_")]
ALL, NOTHING = (replace(Settings(), **dict.fromkeys(PAUSES, here)) for here in (True, False))

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
    assert trigger.paused(at_cursor(marked), ALL) == reason


@pytest.mark.parametrize("marked", [marked for marked, _ in PLACES])
def test_every_reason_has_its_setting(marked: str) -> None:
    assert trigger.paused(at_cursor(marked), NOTHING) is None


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["python", "css", "x"]))
def test_any_cursor_has_an_answer(before: str, after: str, language: str) -> None:
    context = at_cursor(f"{before}█{after}".replace("█", "", before.count("█")), language)
    assert trigger.paused(context, NOTHING) is None
    trigger.paused(context, ALL)


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
