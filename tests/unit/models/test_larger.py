"""Which installed model stands beside the one that is typed with."""

from __future__ import annotations

import json
from collections import namedtuple
from pathlib import Path
from typing import Any

import psutil
import pytest
from fimble.errors import (
    MemoryShortError,
    ModelCorruptError,
    ModelNotInstalledError,
    UnknownModelError,
    UsageError,
)
from fimble.models import larger
from fimble.models.larger import AUTO
from fimble.models.store import Installed, Store

from .fakes import FILES, entry, write_package

TOKENIZER: dict[str, Any] = {"model": {"vocab": {"a": 0}, "merges": []}, "added_tokens": []}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache", (entry(),))


def installed(
    store: Store, name: str, size: int, tokenizer: object = TOKENIZER, indent: int | None = None
) -> Installed:
    text = json.dumps(tokenizer, indent=indent).encode()
    files = {**FILES, "model.onnx.data": b"w" * size, "tokenizer.json": text}
    write_package(store.cache.model(name), name, files)
    return store.find(name)


@pytest.fixture
def typed(store: Store) -> Installed:
    return installed(store, "typed", 1000)


def names(found: Installed | None) -> str | None:
    return found.name if found else None


def test_the_largest_of_the_family_stands_beside_it(store: Store, typed: Installed) -> None:
    assert larger.find(store, AUTO, typed) is None
    installed(store, "smaller", 10)
    installed(store, "medium", 2000, indent=1)  # other bytes, the same tokenizer
    other = {**TOKENIZER, "model": {"vocab": {"b": 0}, "merges": []}}
    installed(store, "other", 9000, other)
    assert names(larger.find(store, AUTO, typed)) == "medium"
    installed(store, "large", 3000)
    assert names(larger.find(store, AUTO, typed)) == "large"
    assert larger.find(store, AUTO, store.find("large")) is None


def test_one_of_another_tokenizer_is_refused_with_the_reason(
    store: Store, typed: Installed
) -> None:
    other = {**TOKENIZER, "added_tokens": [{"id": 1, "content": "<|x|>"}]}
    installed(store, "other", 9000, other)
    with pytest.raises(UsageError, match="other has another tokenizer than typed"):
        larger.find(store, "other", typed)


@pytest.mark.parametrize("text", [b"[]", b"\xff", b"[" * 100_000, b"{"])
def test_a_tokenizer_that_is_none_is_told(store: Store, typed: Installed, text: bytes) -> None:
    write_package(store.cache.model("odd"), "odd", {**FILES, "tokenizer.json": text})
    with pytest.raises(ModelCorruptError, match="not a usable tokenizer"):
        larger.find(store, "odd", typed)


def test_one_that_is_named_may_be_smaller_but_not_the_same(store: Store, typed: Installed) -> None:
    installed(store, "smaller", 10)
    assert names(larger.find(store, "smaller", typed)) == "smaller"
    assert larger.find(store, "typed", typed) is None
    assert larger.find(store, str(typed.path), typed) is None


def test_what_is_absent_says_so(store: Store, typed: Installed) -> None:
    with pytest.raises(ModelNotInstalledError):
        larger.find(store, "tiny", typed)
    with pytest.raises(UnknownModelError):
        larger.find(store, "nothing", typed)


def test_what_does_not_fit_the_memory_is_passed_over_or_refused(
    store: Store, typed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(store, "medium", 2000)
    installed(store, "large", 40_000)
    memory = namedtuple("memory", "available")(30_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    assert names(larger.find(store, AUTO, typed)) == "medium"
    with pytest.raises(MemoryShortError, match="large needs about"):
        larger.find(store, "large", typed)
