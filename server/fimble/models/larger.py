"""Which installed model stands beside the one that is typed with: larger, of the same tokenizer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psutil

from fimble.engine import package_files
from fimble.engine.manifest import Manifest
from fimble.engine.tokenizer import LONGEST
from fimble.errors import MemoryShortError, ModelCorruptError, UsageError, told
from fimble.models import package
from fimble.models.cache import megabytes
from fimble.models.catalogue import needed_memory
from fimble.models.store import Installed, Store

AUTO = "auto"
"""The setting for the largest that fits, if one is installed."""
_PARTS = ("model", "normalizer", "pre_tokenizer", "added_tokens")
"""Of a tokenizer.json: what decides on ids."""


def find(store: Store, wanted: str, typed: Installed) -> Installed | None:
    """The package to be loaded. Quick: its bytes are not read, see `Store.ready`.

    Args:
        store: What is installed.
        wanted: A name, a folder, or `AUTO`.
        typed: What it is to stand beside.

    Returns:
        None if `AUTO` finds none, or the model is the same.

    Raises:
        ModelError: It is absent or broken, or there is not the memory for it.
        UsageError: Its tokenizer is another one, so the two cannot read each other's tokens.
    """
    if wanted == AUTO:
        return _largest(store, typed)
    found = store.find(wanted)
    if found.path.resolve() == typed.path.resolve():
        return None
    if not same_tokenizer(found, typed):
        raise UsageError(
            f"{found.name} has another tokenizer than {typed.name}.",
            "A larger model has to be of the same family.",
        )
    _require_memory(found)
    return found


def _largest(store: Store, typed: Installed) -> Installed | None:
    beside = [
        (package.size(found.path), found)
        for found in store.installed()
        if _does_the_same(found.manifest, typed.manifest)
    ]
    least = package.size(typed.path)
    for size, found in sorted(beside, key=lambda pair: -pair[0]):
        if size > least and _fits(size) and same_tokenizer(found, typed):
            return found
    return None


def _does_the_same(large: Manifest, typed: Manifest) -> bool:
    """Whether it fills in the middle and answers in a chat, as far as the other does."""
    infills = bool(large.fim.prefix) or not typed.fim.prefix
    return infills and large.chat.style == typed.chat.style and large.target == typed.target


def _require_memory(found: Installed) -> None:
    needed = needed_memory(package.size(found.path))
    available = psutil.virtual_memory().available
    if needed > available:
        raise MemoryShortError(
            f"{found.name} needs about {megabytes(needed)}, {megabytes(available)} are available."
        )


def _fits(size: int) -> bool:
    return bool(needed_memory(size) <= psutil.virtual_memory().available)


def same_tokenizer(one: Installed, other: Installed) -> bool:
    """Whether both turn every text into the same ids.

    Raises:
        ModelCorruptError: A tokenizer cannot be read.
    """
    first, second = (found.manifest.files.get(found.manifest.tokenizer) for found in (one, other))
    if first is not None and first == second:
        return True
    return _parts(one) == _parts(other)


def _parts(found: Installed) -> dict[str, Any]:
    path = Path(found.path) / found.manifest.tokenizer
    try:
        data = json.loads(package_files.read(found.path, found.manifest.tokenizer, LONGEST))
        return {name: data.get(name) for name in _PARTS}
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise ModelCorruptError(f"{path} is not a usable tokenizer: {told(error)}.") from error
