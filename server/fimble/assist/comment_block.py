"""Adds comment lines above the statements of a block."""

from __future__ import annotations

from fimble.assist.base import Outcome, Progress, selection
from fimble.assist.document import proved
from fimble.assist.words import one_sentence
from fimble.core.actions import Arguments
from fimble.core.docstrings import comments, prompt
from fimble.core.docstrings.comments import Spot
from fimble.core.text import Edit, Snapshot, line_break
from fimble.engine.cancel import CancelToken
from fimble.errors import Terminated, UsageError
from fimble.generation import GenerationRequest, TextGenerator


def comment_block(
    generator: TextGenerator,
    snapshot: Snapshot,
    arguments: Arguments,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    """Comments `start` to `end`; a statement of which nothing fit can be said gets no comment.

    Raises:
        UsageError: There is no room for a comment.
        EditRejected: The edit would change code.
        EngineError: The runtime failed or the work was cancelled.
    """
    start, end = selection(snapshot, arguments)
    spots = comments.spots(snapshot, start, end)
    if not spots:
        raise UsageError("There is no statement here that could have a comment of its own.")
    edits: list[Edit] = []
    said: list[str] = []
    for index, spot in enumerate(spots):
        progress(f"{index + 1} of {len(spots)}", 100 * index // len(spots))
        words = _words(generator, snapshot, spots[0].offset, end, spot, edits, cancel)
        if words and words not in said:
            said.append(words)
            mark = comments.mark(snapshot.language_id)
            line = f"{spot.indent}{mark}{words}{line_break(snapshot.text)}"
            edits.append(Edit(spot.offset, spot.offset, line))
    if not edits:
        return Outcome(message="The model had nothing fit to say of this block.")
    return proved(snapshot, tuple(edits))


def _words(
    generator: TextGenerator,
    snapshot: Snapshot,
    start: int,
    end: int,
    spot: Spot,
    edits: list[Edit],
    cancel: CancelToken,
) -> str:
    """One comment, "" if it is unfit; the block with its comments so far is the prompt's end."""
    lead = f"{spot.indent}{comments.mark(snapshot.language_id)}".rstrip(" ")
    fim = generator.manifest.fim
    request = GenerationRequest(
        key=f"{snapshot.uri}#documentation",
        prompt=prompt.comment(snapshot, start, end, spot.offset, edits, lead, fim),
        max_new_tokens=28,
        stop=one_sentence(lambda _: None),
    )
    result = generator.generate(request, cancel)
    if cancel.cancelled:
        raise Terminated("The comments were cancelled.")
    return comments.fit(result.text, snapshot.text[spot.offset : spot.end])
