"""What users can set, declared once; editors and docs are checked against it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fimble.errors import SettingsError


def _whole(default: int, least: int, most: int) -> int:
    value: int = field(default=default, metadata={"least": least, "most": most})
    return value


def _names(default: tuple[str, ...], *known: str) -> tuple[str, ...]:
    value: tuple[str, ...] = field(default=default, metadata={"known": known})
    return value


@dataclass(frozen=True)
class Settings:
    """Sent by the client under the names below; docs/settings.md says how.

    What is of the `machine` may name a package to be loaded: no workspace can set it.

    Attributes:
        enabled: Whether suggestions come while typing; one asked for always comes.
        disabled_languages: LSP language identifiers without suggestions while typing.
        debounce_ms: How long typing must pause before a suggestion is computed; not waited for
            when the user asks for one.
        max_new_tokens: Longest suggestion, in tokens.
        deadline_ms: A suggestion that takes longer is cut where it stands; 0 waits for ever.
        candidates: How many suggestions to compute for a user who asks for them.
        confidence: What the model holds for less likely, in percent per token, is withheld; 0
            shows everything.
        context_tokens: Budget for text of other files in the prompt; 0 leaves it out.
        context_sources: Which text that is, the most useful first: lines like those at the
            cursor, definitions of used names, recent edits.
        withhold_dangerous: Whether plainly dangerous code is withheld.
        menu_first: Whether the completion menu has the suggestion first, not last.
        pause_in_words: Nothing while typing inside a word.
        pause_before_text: Nothing while typing before other text on the line.
        pause_in_comments: Nothing while typing in a comment.
        pause_in_strings: Nothing while typing in a string.
        pause_in_empty_files: Nothing while typing in a file that is blank.
        pause_in_long_lines: Nothing while typing in a line of more than 2,000 characters.
        large_model: The model beside the one that is typed with, which answers all that is not
            typed: `auto` (the largest installed one that fits the memory), `none`, a name or a
            package's folder.
        statistics: Whether `fimble stats` counts requests and acceptances, on this machine.
        checkers: Other tools that also verify fixes; naming one is trusting the workspace, whose
            own program and configuration may then be run.
    """

    enabled: bool = True
    disabled_languages: tuple[str, ...] = ()
    debounce_ms: int = _whole(40, 0, 5_000)
    max_new_tokens: int = _whole(96, 1, 1024)
    deadline_ms: int = _whole(5000, 0, 600_000)
    candidates: int = _whole(3, 1, 8)
    confidence: int = _whole(55, 0, 100)
    context_tokens: int = _whole(256, 0, 1024)
    context_sources: tuple[str, ...] = _names(("similar",), "similar", "definitions", "edits")
    withhold_dangerous: bool = True
    menu_first: bool = False
    pause_in_words: bool = True
    pause_before_text: bool = True
    pause_in_comments: bool = False
    pause_in_strings: bool = False
    pause_in_empty_files: bool = True
    pause_in_long_lines: bool = True
    large_model: str = field(default="auto", metadata={"machine": True})
    statistics: bool = True
    checkers: tuple[str, ...] = ()


def read(options: object) -> tuple[Settings, tuple[SettingsError, ...]]:
    """Reads settings: every right value is used, every wrong one is an error beside them.

    Args:
        options: What the client sent: the settings, or an object that holds them as `fimble`.
            Names that are not known are left to newer versions.
    """
    if isinstance(options, Mapping) and isinstance(options.get("fimble"), Mapping):
        options = options["fimble"]
    if not isinstance(options, Mapping):
        return Settings(), ()
    values: dict[str, Any] = {}
    errors: list[SettingsError] = []
    for setting in dataclasses.fields(Settings):
        if setting.name in options:
            try:
                values[setting.name] = _value(setting, options[setting.name])
            except SettingsError as error:
                errors.append(error)
    return Settings(**values), tuple(errors)


def _value(setting: dataclasses.Field[Any], given: object) -> Any:
    if isinstance(setting.default, bool):
        if isinstance(given, bool):
            return given
        raise _wrong(setting, "true or false", given)
    if isinstance(setting.default, int):
        return _number(setting, given)
    if isinstance(setting.default, str):
        if isinstance(given, str) and given.strip():
            return given.strip()
        raise _wrong(setting, "a name", given)
    known = setting.metadata.get("known")
    if isinstance(given, list | tuple) and all(
        isinstance(item, str) and (known is None or item in known) for item in given
    ):
        return tuple(given)
    raise _wrong(setting, f"a list of {', '.join(known) if known else 'texts'}", given)


def _number(setting: dataclasses.Field[Any], given: object) -> int:
    least, most = setting.metadata["least"], setting.metadata["most"]
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    if isinstance(given, int) and not isinstance(given, bool) and least <= given <= most:
        return given
    raise _wrong(setting, f"a whole number from {least} to {most}", given)


def _wrong(setting: dataclasses.Field[Any], wanted: str, given: object) -> SettingsError:
    shown = list(setting.default) if isinstance(setting.default, tuple) else setting.default
    return SettingsError(
        f"The setting {setting.name} must be {wanted}, not {given!r}.",
        f"Its default, {shown}, is used.",
    )
