"""Skeletons: the forced part of a documentation text, with slots for the model's words.

A skeleton is a tuple of lines. The same lines are written twice: raw, as far as they are filled,
into the prompt of the next slot; and whole, wrapped and escaped, into the document.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fimble.core.docstrings.facts import Item, Parameter


@dataclass(frozen=True)
class Line:
    """One paragraph of a documentation text.

    Attributes:
        head: What stands before the slot.
        slot: The kind of words that fill it, "" if all is forced: "summary", "parameter",
            "attribute", "generic", "returns", "yields", "raises", "panics", "safety".
        about: What the slot is about: a parameter's or an exception's name.
        tail: What stands behind the slot.
        hang: White space before the paragraph's further lines.
    """

    head: str = ""
    slot: str = ""
    about: str = ""
    tail: str = ""
    hang: str = ""

    @property
    def key(self) -> str:
        """Identifies the slot within its skeleton."""
        return f"{self.slot} {self.about}".strip()


BLANK = Line()


@dataclass(frozen=True)
class Frame:
    """What makes a text a documentation text.

    Attributes:
        opening: Begins it; "" if every line carries a prefix of its own.
        prefix: Begins every line but the opening's.
        closing: Ends it.
        inline: Whether the first line stands beside the opening.
    """

    opening: str
    prefix: str
    closing: str
    inline: bool = False


@dataclass(frozen=True)
class Style:
    """A way to lay documentation out.

    Attributes:
        name: As users write it.
        frame: What surrounds it.
        lines: The skeleton of an item.
        escape: Makes the model's words harmless inside the frame.
        sentences: Whether entries begin with a capital and end with a full stop.
        imperative: Whether a function's summary is a command: "Return ...", not "Returns ...".
    """

    name: str
    frame: Frame
    lines: Callable[[Item], tuple[Line, ...]]
    escape: Callable[[str], str]
    sentences: bool = True
    imperative: bool = False


def started(style: Style, lines: tuple[Line, ...], words: Mapping[str, str], indent: str) -> str:
    """The text up to the slot of the last line, not wrapped; the model continues it."""
    frame = style.frame
    shown = [line.head + words.get(line.key, "") + line.tail for line in lines[:-1]]
    shown.append(lines[-1].head)
    if not frame.opening:
        return (
            "\n".join(f"{indent}{frame.prefix}{text}".rstrip() for text in shown[:-1])
            + ("\n" if len(shown) > 1 else "")
            + f"{indent}{frame.prefix}{shown[-1]}".rstrip(" ")
        )
    joints = [f"\n{indent}{frame.prefix}{text}" for text in shown]
    first = frame.opening + shown[0] if frame.inline else frame.opening + joints[0]
    rest = [joint if text else joint.rstrip(" ") for joint, text in zip(joints, shown, strict=True)]
    return (indent + first + "".join(rest[1:])).rstrip(" ")


def render(
    style: Style, lines: tuple[Line, ...], words: Mapping[str, str], indent: str, width: int
) -> str:
    """The whole text, without the first line's indentation and a final line break.

    Args:
        style: Gives the frame.
        lines: The skeleton.
        words: What fills each slot, by key.
        indent: White space before every line; a tab counts as four columns.
        width: The longest line, in columns; longer words stay whole.
    """
    room = width - len(indent.expandtabs(4)) - len(style.frame.prefix)
    return _framed(style.frame, paragraphs(style, lines, words, room), indent)


def paragraphs(
    style: Style, lines: tuple[Line, ...], words: Mapping[str, str], room: int
) -> list[str]:
    """The filled lines, wrapped to `room` columns, without a frame."""
    out: list[str] = []
    for line in lines:
        filled = line.head + style.escape(words.get(line.key, "")) + line.tail
        if not filled.strip() or not line.slot:
            out.append(filled.rstrip())
            continue
        out += textwrap.wrap(
            filled.strip(),
            max(room, 40),
            initial_indent=filled[: len(filled) - len(filled.lstrip())],
            subsequent_indent=line.hang,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return out


def _framed(frame: Frame, out: list[str], indent: str) -> str:
    opening = frame.opening
    if opening == '"""' and any("\\" in text for text in out):
        opening = "r" + opening
    if frame.inline and len(out) == 1:
        return opening + out[0] + frame.closing
    prefixed = [f"{indent}{frame.prefix}{text}".rstrip() for text in out]
    if not frame.opening:
        return "\n".join(prefixed)[len(indent) :]
    if frame.inline:
        prefixed[0] = opening + out[0]
    else:
        prefixed.insert(0, opening)
    return "\n".join([*prefixed, indent + frame.closing])


def entries(
    parameters: tuple[Parameter, ...], slot: str, head: Callable[[Parameter], str], hang: str
) -> tuple[Line, ...]:
    """One line for each parameter or attribute."""
    return tuple(Line(head(p), slot, p.name, hang=hang) for p in parameters)


def unchanged(words: str) -> str:
    """The escape of a frame in which nothing is special."""
    return words
