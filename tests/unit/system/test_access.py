"""One piece says for every socket which addresses and which tokens will do."""

from __future__ import annotations

import pytest
from fimble.errors import UsageError
from fimble.system import access

VARIABLE = "FIMBLE_TEST_TOKEN"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.2", "127.0.0.2"),
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("localhost", "127.0.0.1"),
    ],
)
def test_loopback_addresses(host: str, address: str) -> None:
    assert access.loopback(host, "") == address


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "::", "[::]", "192.168.1.2", "example.com", "", "::1%lo", "localhost.", "127.1"],
)
def test_other_addresses_are_refused(host: str) -> None:
    with pytest.raises(UsageError, match=r"this machine alone\. Say where"):
        access.loopback(host, "Say where.")


def test_a_new_token_is_strong_and_never_the_same() -> None:
    tokens = {access.strong(access.new_token(), "it", "") for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 40


@pytest.mark.parametrize("text", ["x" * 16, "x" * 1024, "with a space and a ~"])
def test_a_chosen_token(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(VARIABLE, text)
    assert access.chosen_token(VARIABLE) == text


@pytest.mark.parametrize(
    "text", ["short", "x" * 15, "x" * 1025, "pässword of some length", "a\nb" * 9, " " + "\t" * 20]
)
def test_a_weak_one_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(UsageError, match=f"{VARIABLE} holds is no token: it takes 16") as caught:
        access.chosen_token(VARIABLE)
    assert text not in str(caught.value)


@pytest.mark.parametrize("value", [None, ""])
def test_none_is_chosen(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    if value is not None:
        monkeypatch.setenv(VARIABLE, value)
    assert access.chosen_token(VARIABLE) is None


@pytest.mark.parametrize("given", ["", "tok", "token ", "Token", "tokenx", "tok\ud800n", "tokén"])
def test_only_the_token_is_let_in(given: str) -> None:
    assert access.admits("token", "token")
    assert not access.admits("token", given)
    assert not access.admits("tok?n", given)
