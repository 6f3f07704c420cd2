"""A piece of code that the model is asked to write again, and how its answer goes back.

The piece is shown without its common indentation, as code in documents is; the answer gets it
back, with the document's line breaks.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

from fimble.core.text import snapshot as texts
from fimble.core.text.prompt import Prompt, chat_prompt
from fimble.core.text.snapshot import Snapshot

SYSTEM = "You are a careful programmer. You answer with code only."
_FENCE = "```"
_TOKENS_PER_CHARACTER = 0.5
_ROOM = 80
LONGEST = 4000
"""Characters of a piece: the piece and its answer have to fit into the model's window."""


@dataclass(frozen=True)
class Question:
    """What the model is asked.

    Attributes:
        prompt: Open for the answer.
        start: Where the piece begins.
        end: Where it ends.
        indent: What every line of the answer gets back.
        max_new_tokens: Room for the piece itself and some more.
    """

    prompt: Prompt
    start: int
    end: int
    indent: str
    max_new_tokens: int


def ask(
    snapshot: Snapshot, span: tuple[int, int], words: Callable[[str], str], room: int = _ROOM
) -> Question:
    """A question about whole lines of the document.

    Args:
        snapshot: The document.
        span: The piece, whole lines.
        words: Makes the user's message from the fenced code.
        room: How many tokens more than the piece the answer may have.
    """
    piece = snapshot.text[slice(*span)].replace("\r\n", "\n").rstrip("\n")
    indent = texts.indentation(piece)
    bare = textwrap.dedent(piece)
    if textwrap.indent(bare, indent) != piece:
        bare, indent = piece, ""
    opening = f"{_FENCE}{snapshot.language_id}\n"
    user = words(f"{opening}{bare}\n{_FENCE}")
    prompt = chat_prompt((("system", SYSTEM), ("user", user)), opening)
    return Question(prompt, *span, indent, int(len(piece) * _TOKENS_PER_CHARACTER) + room)


def fence_stop(text: str) -> int | None:
    """Stops where the answer's code ends."""
    end = text.find(_FENCE)
    return end if end >= 0 else None


def answer(question: Question, snapshot: Snapshot, said: str) -> str:
    """The document with the model's answer in the place of the piece."""
    code = said.strip("\n").rstrip()
    code = textwrap.indent(code, question.indent) if question.indent else code
    line_break = texts.line_break(snapshot.text)
    ends = snapshot.text[question.start : question.end].endswith("\n")
    code = re.sub(r"\r?\n", lambda _: line_break, code) + line_break * ends
    return snapshot.text[: question.start] + code + snapshot.text[question.end :]
