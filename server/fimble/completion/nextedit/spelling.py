"""A name as it is spelled in other conventions: `idPrefix`, `id_prefix`, `ID_PREFIX`."""

from __future__ import annotations

import re
from functools import lru_cache

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@lru_cache(maxsize=256)
def spellings(name: str) -> tuple[str, ...]:
    """The name itself, then in snake, camel, Pascal, upper and kebab case; "" for none."""
    parts = [part.lower() for part in _PART.findall(name)]
    if not parts:
        return (name, *[""] * 5)
    large = [part.capitalize() for part in parts]
    camel = parts[0] + "".join(large[1:])
    snake = "_".join(parts)
    return name, snake, camel, "".join(large), snake.upper(), "-".join(parts)


@lru_cache(maxsize=256)
def pattern(name: str) -> re.Pattern[str]:
    """What finds a name in any spelling, as a whole word."""
    known = sorted({s for s in spellings(name) if s}, key=len, reverse=True)
    return re.compile(rf"(?<![\w$-])(?:{'|'.join(map(re.escape, known))})(?![\w$-])")


def renamed(text: str, old: str, new: str) -> str:
    """A text with one name in place of another, in whatever spelling that stands."""
    as_old, as_new = spellings(old), spellings(new)

    def respelled(match: re.Match[str]) -> str:
        return as_new[as_old.index(match[0])] or new

    return pattern(old).sub(respelled, text)
