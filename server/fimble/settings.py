"""What users can set, declared once."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fimble.errors import SettingsError


@dataclass(frozen=True)
class Settings:
    """Sent by the client as `initializationOptions`, under the names below.

    Attributes:
        debounce_ms: How long typing must pause before a suggestion is computed; not waited for
            when the user asks for one.
        max_new_tokens: Longest suggestion, in tokens.
        deadline_ms: A suggestion that takes longer is cut where it stands.
    """

    debounce_ms: int = 40
    max_new_tokens: int = 64
    deadline_ms: int = 5000


def from_options(options: object) -> Settings:
    """Reads settings; names that are not known are left to newer versions.

    Raises:
        SettingsError: A value is not a whole number of at least 0.
    """
    if not isinstance(options, Mapping):
        return Settings()
    known: dict[str, Any] = {}
    for field in dataclasses.fields(Settings):
        if field.name not in options:
            continue
        value = options[field.name]
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise SettingsError(
                f"The setting {field.name} must be a whole number, not {value!r}.",
                f"Its default, {field.default}, is used.",
            )
        known[field.name] = value
    return Settings(**known)
