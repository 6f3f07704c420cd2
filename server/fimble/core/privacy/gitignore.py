"""The lines of a `.gitignore`, as git reads them.

Not by git: a program that runs in a repository of a stranger obeys its configuration, and asks
the disk for every answer. Not by regular expressions: they can run away. What git says and what
is said here is compared in the tests, on generated patterns and paths; a line that git cannot
mean anything by matches nothing, and raises nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fimble.core.privacy.wildmatch import Glob

_SPECIAL = frozenset(b"*?[\\")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line.

    Attributes:
        negative: Whether it takes back what earlier rules ignore.
        folders_only: Whether it speaks of folders alone.
        whole: Whether it is matched with the path from its file's folder on, not with the name.
        start: What it begins with, up to the first special character.
        end: What it ends with, behind the last special character.
        rest: The pattern behind `start`; None: there is none.
        fold: Whether ASCII letters match in either case.
    """

    negative: bool
    folders_only: bool
    whole: bool
    start: bytes
    end: bytes
    rest: Glob | None = field(compare=False)
    fold: bool = False

    def matches(self, path: bytes, *, folder: bool) -> bool:
        """Whether it speaks of a file or a folder.

        Args:
            path: The path from the rule's folder on, with slashes.
            folder: Whether it is a folder.
        """
        if self.folders_only and not folder:
            return False
        text = path if self.whole else path[path.rfind(b"/") + 1 :]
        text = text.lower() if self.fold else text
        if self.rest is None:
            return text == self.start
        if not (text.startswith(self.start) and text.endswith(self.end)):
            return False
        return self.rest.matches(text[len(self.start) :])


def parse(text: bytes, *, fold: bool = False) -> tuple[Rule, ...]:
    """The rules of a file, the last line, which counts most, first."""
    lines = text.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    rules = (rule(line, fold=fold) for line in reversed(lines))
    return tuple(found for found in rules if found is not None)


def rule(line: bytes, *, fold: bool = False) -> Rule | None:
    """The rule of a line, None for a comment and for one that can match nothing."""
    if line.startswith(b"#"):
        return None
    pattern = _trimmed(line.removesuffix(b"\r").partition(b"\0")[0])
    negative = pattern.startswith(b"!")
    pattern = pattern[negative:]
    folders_only = pattern.endswith(b"/")
    pattern = pattern[: len(pattern) - folders_only]
    whole = b"/" in pattern
    pattern = pattern.removeprefix(b"/") if whole else pattern
    if not pattern:
        return None
    special = next((at for at, byte in enumerate(pattern) if byte in _SPECIAL), len(pattern))
    start, rest = pattern[:special], pattern[special:]
    glob = Glob(rest, paths=whole, fold=fold) if rest else None
    end = _end(rest)
    start, end = (start.lower(), end.lower()) if fold else (start, end)
    return Rule(negative, folders_only, whole, start, end, glob, fold)


def ignores(rules: tuple[Rule, ...], path: bytes, *, folder: bool) -> bool | None:
    """What the first rule says that speaks of a path, None if none does."""
    for found in rules:
        if found.matches(path, folder=folder):
            return not found.negative
    return None


def _end(rest: bytes) -> bytes:
    """What a text has to end with: the plain characters behind its last star or question mark."""
    if b"[" in rest or b"\\" in rest:
        return b""
    plain = rest[max(rest.rfind(b"*"), rest.rfind(b"?")) + 1 :]
    return plain.removeprefix(b"/")  # `**/` is no folder at all, too


def _trimmed(line: bytes) -> bytes:
    """Without spaces at the end, but for those behind a backslash."""
    end = len(line.rstrip(b" "))
    backslashes = end - len(line[:end].rstrip(b"\\"))
    return line[: end + (backslashes % 2 and end < len(line))]
