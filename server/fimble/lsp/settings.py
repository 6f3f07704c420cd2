"""What users can set, declared once; editors and docs are checked against it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from fimble.errors import SettingsError


def _whole(default: int, least: int, most: int) -> int:
    value: int = field(default=default, metadata={"least": least, "most": most})
    return value


def _one_of(default: str, **known: str) -> str:
    """Values, and what each means."""
    value: str = field(default=default, metadata={"known": known})
    return value


GONE = MappingProxyType(
    {
        "confidence": (
            "The setting confidence is gone: what is shown is decided by how likely it is right.",
            "Set eagerness instead, to eager, balanced or quiet.",
        ),
        "context_sources": (
            "The setting context_sources is gone: definitions and recent edits helped nobody.",
            "Set context_tokens to 0 if nothing is to be quoted.",
        ),
    }
)
"""Settings of older versions, and what a user who has them is told."""


def _names(*known: str) -> tuple[str, ...]:
    value: tuple[str, ...] = field(default=(), metadata={"known": known})
    return value


@dataclass(frozen=True)
class Settings:
    """Sent by the client under the names below; docs/settings.md says how.

    Attributes:
        enabled: Whether suggestions come while typing; one asked for always comes.
        disabled_languages: LSP language identifiers without suggestions while typing.
        debounce_ms: How long typing must pause before a suggestion is computed; not waited for
            when the user asks for one.
        max_new_tokens: Longest suggestion, in tokens.
        deadline_ms: A suggestion that takes longer is cut where it stands; 0 waits for ever.
        candidates: How many suggestions to compute for a user who asks for them.
        eagerness: How likely a suggestion has to be before it is shown while typing.
        context_tokens: Budget for text of other files, and far lines of the same one, in the
            prompt; 0 leaves it out.
        withhold_dangerous: Whether plainly dangerous code is withheld.
        menu_first: Whether the completion menu has the suggestion first, not last.
        pause_in_words: Nothing while typing inside a word.
        pause_before_text: Nothing while typing before other text on the line.
        pause_in_comments: Nothing while typing in a comment.
        pause_in_strings: Nothing while typing in a string.
        pause_in_empty_files: Nothing while typing in a file that is blank.
        pause_in_long_lines: Nothing while typing in a line of more than 2,000 characters.
        next_edits: Whether the edit that follows from the last one is proposed.
        next_edits_off: Kinds of such edits that are not proposed.
        statistics: Whether `fimble stats` counts requests and acceptances, and whether the gate
            learns of them, on this machine.
        checkers: Other tools that also verify fixes; naming one is trusting the workspace, whose
            own program and configuration may then be run.
    """

    enabled: bool = True
    disabled_languages: tuple[str, ...] = ()
    debounce_ms: int = _whole(40, 0, 5_000)
    max_new_tokens: int = _whole(96, 1, 1024)
    deadline_ms: int = _whole(5000, 0, 600_000)
    candidates: int = _whole(3, 1, 8)
    eagerness: str = _one_of(
        "balanced",
        eager="Shows all that is not plainly wrong.",
        balanced="Shows what may well be right.",
        quiet="Shows what is probably right.",
    )
    context_tokens: int = _whole(256, 0, 1024)
    withhold_dangerous: bool = True
    menu_first: bool = False
    pause_in_words: bool = True
    pause_before_text: bool = True
    pause_in_comments: bool = False
    pause_in_strings: bool = False
    pause_in_empty_files: bool = True
    pause_in_long_lines: bool = True
    next_edits: bool = True
    next_edits_off: tuple[str, ...] = _names(
        "rename", "signature", "repeat", "import", "debris", "field"
    )
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
    errors += [SettingsError(*told) for name, told in GONE.items() if name in options]
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
        values = setting.metadata["known"]
        if isinstance(given, str) and given in values:
            return given
        raise _wrong(setting, f"one of {', '.join(values)}", given)
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
