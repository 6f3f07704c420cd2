"""What a language's text is read by: kinds of strings and comments, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Quoted:
    r"""A kind of string.

    Attributes:
        begin: What begins it, a pattern; its prefixes belong to it.
        end: What ends it, a template over the groups of `begin`: `"\\1` for `r(#*)"`.
        lines: Whether it may go on over a line's end.
        escape: The character that takes the next one's meaning, "" for none.
        doubled: Whether its end, said twice, is a character of it.
        holes: What begins and ends code inside of it.
        plain: A pattern of what looks like a hole and is none.
        heredoc: Whether it begins on the line below, and ends with a line of its own.
        nests: Whether its brackets stand inside of it in pairs.
    """

    begin: str
    end: str
    lines: bool = False
    escape: str = "\\"
    doubled: bool = False
    holes: Pairs = ()
    plain: str = ""
    heredoc: bool = False
    nests: bool = False


@dataclass(frozen=True)
class Lexicon:
    """How a language spells what may be open.

    Attributes:
        quotes: Its strings; of two that begin alike the longer one first.
        line_comments: Patterns of what begins a comment up to the line's end.
        block_comments: Patterns and ends (templates as of strings) of other comments.
        nested: Whether comments stand inside of comments.
        skipped: Patterns of tokens that only look like something else: `'a`, `?x`.
        regexes: Whether `/.../` is a literal where a value is expected.
        elements: Whether elements stand in code where a value is expected (JSX).
        text: What its text is where nothing is open.
        holes: What begins and ends code in its text and tags.
        line_brackets: Brackets that end with their line.
        closers: Closing brackets that also stand alone.
        prose: A pattern of what begins text that ends where a line is indented no deeper.
    """

    quotes: tuple[Quoted, ...] = ()
    line_comments: tuple[str, ...] = ()
    block_comments: Pairs = ()
    nested: bool = False
    skipped: tuple[str, ...] = ()
    regexes: bool = False
    elements: bool = False
    text: Literal["code", "page", "markdown", "prose"] = "code"
    holes: Pairs = ()
    line_brackets: str = ""
    closers: str = ""
    prose: str = ""


@dataclass(frozen=True)
class Open:
    """Something that is open.

    Attributes:
        kind: What it is. A region is text of another language: a script, a fence, an attribute.
            A soft bracket stands in a string or comment.
        begin: How it was begun, as it stands there; of an element and its tag `<name`.
        end: The text that closes it, "" where only a line's end does.
        offset: Where it begins, in the document.
        language: What stands inside of it.
        quoted: The kind of a string.
        until: The pattern that ends it, whatever is open inside of it; "" where that keeps it open.
    """

    kind: Literal["bracket", "string", "hole", "comment", "tag", "element", "region", "soft"]
    begin: str
    end: str
    offset: int
    language: str
    quoted: Quoted | None = None
    until: str = ""


Stack = tuple[Open, ...]
"""What is open, innermost last."""
