"""Names that the model finds: for what was extracted, or for what is called badly."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet

from fimble.core.refactor.python.rename import snake
from fimble.core.text import prompt, python
from fimble.core.text.prompt import Prompt
from fimble.core.text.snapshot import Edit, Snapshot, apply_edits
from fimble.engine.cancel import CancelToken
from fimble.generation.request import GenerationRequest, TextGenerator

_SHOWN = 1200
"""Characters of code that the model sees on each side of a name."""
_TRIES = 4
_WORD = re.compile(r"[A-Za-z]\w{2,39}")


def find(
    generator: TextGenerator,
    snapshot: Snapshot,
    asked: Prompt,
    cancel: CancelToken,
    taken: AbstractSet[str],
    spelled: Callable[[str], str] = snake,
) -> str:
    """A name that the model says and that nothing has yet, "" if there is none.

    Args:
        generator: The model.
        snapshot: The document.
        asked: What ends where the name has to come.
        cancel: Ends it.
        taken: Names that mean something already.
        spelled: Writes a name as the language does.
    """
    for number in range(_TRIES):
        request = GenerationRequest(
            f"name {snapshot.uri}",
            asked,
            max_new_tokens=12,
            stop=_word_stop,
            temperature=0.8 if number else 0.0,
            seed=number,
        )
        said = generator.generate(request, cancel).text.strip()
        name = spelled(said) if _WORD.fullmatch(said) else ""
        if name and name not in taken and not keyword.iskeyword(name):
            return name
    return ""


def gap(generator: TextGenerator, before: str, after: str) -> Prompt:
    """Asks what stands between two texts."""
    return prompt.fim_prompt(before[-_SHOWN:], after[:_SHOWN], generator.manifest.fim)


def improved(
    generator: TextGenerator,
    snapshot: Snapshot,
    edits: tuple[Edit, ...],
    plain: tuple[str, ...],
    cancel: CancelToken,
) -> tuple[Edit, ...]:
    """The edits with better names for the functions that they add, where the model has some."""
    for old in plain:
        text = apply_edits(snapshot.text, edits)
        before, found, after = text.partition(f"def {old}")
        source = python.parse(text)
        if not found or source is None:
            continue
        taken = {n.id for n in ast.walk(source.tree) if isinstance(n, ast.Name)}
        taken |= {n.name for n in ast.walk(source.tree) if isinstance(n, python.Definition)}
        name = find(generator, snapshot, gap(generator, f"{before}def ", after), cancel, taken)
        if name:
            word = re.compile(rf"\b{re.escape(old)}\b")
            edits = tuple(Edit(e.start, e.end, word.sub(name, e.new_text)) for e in edits)
    return edits


def _word_stop(text: str) -> int | None:
    match = re.match(r"\s*\w*(?=\W)", text)
    return match.end() if match and text.strip() else None
