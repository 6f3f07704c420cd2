"""A token that is missing, mistyped or one too many: every single edit after which the text parses.

Which of them is meant, a parser cannot know: where there are several, the model chooses.
"""

from __future__ import annotations

from fimble.core.fixes.base import Problem
from fimble.core.fixes.token_edits import CLOSERS, PAIRS, TOKEN, edits
from fimble.core.text import python, syntax
from fimble.core.text import snapshot as texts
from fimble.core.text.diagnostics import SYNTAX
from fimble.core.text.snapshot import Edit, apply_edits

SYNTAX_CODES = frozenset({SYNTAX, "invalid-syntax", "E999"})
MOST = 80
"""Repairs that are looked at; with more the fault is not understood."""
_TRIES = 3000
_SLACK = 1
"""So much worse than the best layout is no reason yet: code has its own."""


def repairs(problem: Problem) -> list[Edit]:
    """Single edits that leave no syntax error, those near the error first, none if too many.

    Whatever is unbalanced can be dropped, so a deletion counts only where nothing else parses.
    """
    found = list(_parsing(problem).values())
    if len(found) > MOST:
        return []
    if any(edit.new_text for edit, _ in found):
        found = [(edit, look) for edit, look in found if edit.new_text]
    best = max((layout for _, (layout, _) in found), default=0)
    return [edit for edit, (layout, _) in found if layout >= best - _SLACK]


def _parsing(problem: Problem) -> dict[str, tuple[Edit, tuple[int, bool]]]:
    """Edits after which the text parses, with how it looks then, by what they write.

    Edits that differ in white space write the same: the one that looks best stands for them.
    """
    text, language = problem.text, problem.snapshot.language_id
    parsed = syntax.parse(language, text)
    if parsed is None:
        return {}
    places = [problem.diagnostic.start, *syntax.error_offsets(parsed)[:3]]
    found: dict[str, tuple[Edit, tuple[int, bool]]] = {}
    broken: set[tuple[int, str, int]] = set()
    for count, edit in enumerate(edits(text, places, language)):
        if count > _TRIES:
            break
        key = len("".join(text[: edit.start].split())), edit.new_text, edit.end - edit.start
        if key in broken:
            continue
        after = apply_edits(text, [edit])
        bare = "".join(after.split())
        if bare not in found and syntax.error_offsets(
            syntax.edited(parsed, edit.start, edit.end, edit.new_text)
        ):
            broken.add(key)
        elif language != "python" or python.parse(after) is not None:
            look = _layout(after), _touches_a_word(text, edit)
            if bare not in found or look > found[bare][1]:
                found[bare] = edit, look
    return found


def _touches_a_word(text: str, edit: Edit) -> bool:
    """Whether it leaves no space inside a quote: there it counts."""
    around = text[max(edit.start - 1, 0) : edit.start] + text[edit.end : edit.end + 1]
    return any(c.isalnum() for c in around)


def _layout(text: str) -> int:
    """How many brackets close, lines below, at the indentation where they open, less the others.

    An empty block that begins its line counts as one of the others.
    """
    stack: list[int] = []
    score = 0
    for match in TOKEN.finditer(text):
        if match[0] in PAIRS:
            stack.append(match.start())
        elif match[0] in CLOSERS and stack:
            opened = stack.pop()
            first, last = (texts.line_start(text, at) for at in (opened, match.start()))
            if first != last and not text[last : match.start()].strip(" \t)]}"):
                same = texts.indentation(text[first:]) == texts.indentation(text[last:])
                score += 1 if same else -1
            elif not text[first:opened].strip() and text[opened : match.end()] == "{}":
                score -= 1
    return score
