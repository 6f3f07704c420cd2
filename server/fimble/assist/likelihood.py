"""Which of several edits the model holds for the likeliest: it reads them and writes nothing.

An edit is worth the logarithm of how much likelier the text becomes by it: the lines around it
with the edit against the same lines without. What lies farther off is the same in both.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import groupby

from fimble.core.text import prompt
from fimble.core.text import snapshot as texts
from fimble.core.text.snapshot import Edit, Snapshot
from fimble.engine.cancel import CancelToken
from fimble.generation.request import GenerationRequest, TextGenerator

MOST = 40
"""Edits that are read."""
MARGIN, SURETY = 4.0, 12.0
"""How much likelier (natural logarithm) than the next an edit has to be to be believed, and how
much that and what it is worth itself come to together."""
_BEFORE, _AFTER = 800, 120
"""Characters that the model sees before the line of an edit, and that it judges behind the edit."""
_LONGEST = 3000
"""Characters that are judged at once."""


def likeliest(
    generator: TextGenerator,
    snapshot: Snapshot,
    edits: Sequence[Edit],
    cancel: CancelToken,
    *,
    until: float,
) -> Edit | None:
    """The edit that the model holds for clearly likelier than the others.

    Args:
        generator: Its model.
        snapshot: The document.
        edits: Each is an answer of its own; they may overlap.
        cancel: Ends it.
        until: A time of `time.perf_counter`; who has not read all by then believes none.
    """
    if not edits or len(edits) > MOST:
        return None
    found = list(_gains(generator, snapshot, edits, cancel, until))
    if len(found) < len(edits):
        return None
    found.sort(key=lambda pair: -pair[0])
    (best, edit), *others = found
    margin = best - others[0][0] if others else SURETY
    return edit if margin >= MARGIN and best + margin >= SURETY else None


def _gains(
    generator: TextGenerator,
    snapshot: Snapshot,
    edits: Sequence[Edit],
    cancel: CancelToken,
    until: float,
) -> Iterator[tuple[float, Edit]]:
    """What each edit is worth; edits of a line share what stands before it."""
    text = snapshot.text
    head = prompt.repository_header("", (), snapshot.path, generator.manifest.fim)

    def line(edit: Edit) -> int:
        return texts.line_start(text, edit.start)

    for begin, here in groupby(sorted(edits, key=lambda edit: edit.start), key=line):
        group = list(here)
        begin = max(begin, group[0].start - 2 * _BEFORE)
        start = max(texts.line_start(text, max(begin - _BEFORE, 0)), begin - 2 * _BEFORE, 0)
        shown = (*head, prompt.plain(text[start:begin] or "\n"))
        request = GenerationRequest(
            f"likelihood {snapshot.uri}", shown, deadline_s=until - time.perf_counter()
        )
        last = max(edit.end for edit in group)
        end = min(texts.line_end(text, min(last + _AFTER, len(text))), last + 2 * _AFTER)
        if end - begin > _LONGEST:
            return
        read = [text[begin:end]]
        read += [text[begin : e.start] + e.new_text + text[e.end : end] for e in group]
        plain, *changed = generator.scores(request, read, cancel) or (0.0,)
        for score, edit in zip(changed, group, strict=False):
            yield score - plain, edit
