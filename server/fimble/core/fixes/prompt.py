"""How the model is asked for a fix, and how its answer is read.

The unit is shown without its common indentation, as code in documents is, and the answer gets
it back.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from fimble.core import text as texts
from fimble.core.fixes.base import Problem
from fimble.core.prompt import Prompt, chat_prompt

SYSTEM = "You are a careful programmer. You answer with code only."
_FENCE = "```"


@dataclass(frozen=True)
class Question:
    """What the model is asked.

    Attributes:
        prompt: Open for the answer.
        start: Where the unit begins.
        end: Where it ends.
        indent: What every line of the answer gets back.
    """

    prompt: Prompt
    start: int
    end: int
    indent: str


def rewrite(problem: Problem, span: tuple[int, int], example: str = "") -> Question:
    """Asks to write the unit anew."""
    unit = problem.text[slice(*span)].replace("\r\n", "\n").rstrip("\n")
    indent = texts.indentation(unit)
    bare = textwrap.dedent(unit)
    if textwrap.indent(bare, indent) != unit:
        bare, indent = unit, ""
    language, found = problem.snapshot.language_id, problem.diagnostic
    shown = f"For example:\n\n{example}\n\n" if example else ""
    line = problem.text[texts.line_start(problem.text, found.start) :].split("\n")[0].strip()
    user = (
        f"{shown}A checker says about the line `{line}`:\n{found.message}"
        f"{f' ({found.code})' if found.code else ''}\n\n"
        f"Write this {language} code again with that fixed, and nothing else changed:\n\n"
        f"{_FENCE}{language}\n{bare}\n{_FENCE}"
    )
    opening = f"{_FENCE}{language}\n"
    prompt = chat_prompt((("system", SYSTEM), ("user", user)), opening)
    return Question(prompt, *span, indent)


def fence_stop(text: str) -> int | None:
    """Stops where the answer's code ends."""
    end = text.find(_FENCE)
    return end if end >= 0 else None


def answer(question: Question, problem: Problem, said: str) -> str:
    """The document with the model's answer in the place of the unit."""
    code = said.strip("\n").rstrip()
    code = textwrap.indent(code, question.indent) if question.indent else code
    line_break = texts.line_break(problem.text)
    ends = problem.text[question.start : question.end].endswith("\n")
    code = re.sub(r"\r?\n", lambda _: line_break, code) + line_break * ends
    return problem.text[: question.start] + code + problem.text[question.end :]
