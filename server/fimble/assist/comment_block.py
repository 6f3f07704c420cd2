"""Adds comment lines above the statements of a block."""

from __future__ import annotations

from fimble.assist.base import Outcome, Task
from fimble.assist.document import proved
from fimble.assist.words import one_sentence
from fimble.core.docstrings import comments, prompt
from fimble.core.docstrings.comments import Spot
from fimble.core.text.snapshot import Edit, line_break
from fimble.errors import Terminated, UsageError
from fimble.generation.request import GenerationRequest


def comment_block(task: Task) -> Outcome:
    """Comments `start` to `end`; a statement of which nothing fit can be said gets no comment.

    Raises:
        UsageError: There is no room for a comment.
        EditRejected: The edit would change code.
        EngineError: The runtime failed or the work was cancelled.
    """
    snapshot, (start, end) = task.snapshot, task.selection
    spots = comments.spots(snapshot, start, end)
    if not spots:
        raise UsageError("There is no statement here that could have a comment of its own.")
    edits: list[Edit] = []
    said: list[str] = []
    for index, spot in enumerate(spots):
        task.progress(f"{index + 1} of {len(spots)}", 100 * index // len(spots))
        words = _words(task, spots[0].offset, end, spot, edits)
        if words and words not in said:
            said.append(words)
            mark = comments.mark(snapshot.language_id)
            line = f"{spot.indent}{mark}{words}{line_break(snapshot.text)}"
            edits.append(Edit(spot.offset, spot.offset, line))
    if not edits:
        return Outcome(message="The model had nothing fit to say of this block.")
    return proved(snapshot, tuple(edits))


def _words(task: Task, start: int, end: int, spot: Spot, edits: list[Edit]) -> str:
    """One comment, "" if it is unfit; the block with its comments so far is the prompt's end."""
    snapshot, fim = task.snapshot, task.generator.manifest.fim
    lead = f"{spot.indent}{comments.mark(snapshot.language_id)}".rstrip(" ")
    request = GenerationRequest(
        key=f"{snapshot.uri}#documentation",
        prompt=prompt.comment(snapshot, start, end, spot.offset, edits, lead, fim),
        max_new_tokens=28,
        stop=one_sentence(lambda _: None),
    )
    result = task.generator.generate(request, task.cancel)
    if task.cancel.cancelled:
        raise Terminated("The comments were cancelled.")
    return comments.fit(result.text, snapshot.text[spot.offset : spot.end])
