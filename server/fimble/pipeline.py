"""From a cursor to a suggestion: prompt, generation, filters. Shared by server, CLI and eval."""

from __future__ import annotations

from dataclasses import dataclass

from fimble.core import budget, healing, next_line, postprocess, prompt, stop
from fimble.core.context import CursorContext
from fimble.core.postprocess import Candidate, Withheld
from fimble.engine.cancel import CancelToken
from fimble.generation import GenerationRequest, TextGenerator, Timings


@dataclass(frozen=True)
class Options:
    """How to complete.

    Attributes:
        multiline: Whether the suggestion may be more than one line.
        max_new_tokens: At most so many tokens.
        filters: Whether the filters judge the text.
        deadline_s: Seconds after which what there is is used.
    """

    multiline: bool = False
    max_new_tokens: int = 64
    filters: bool = True
    deadline_s: float | None = None


@dataclass(frozen=True)
class Completion:
    """A suggestion, or why there is none.

    Attributes:
        shown: Text to insert, "" if withheld.
        raw: What the model said.
        reason: Why nothing is shown, None if something is.
        finish_reason: As of the generation.
        timings: What it cost.
        insert_range: Offsets that `shown` replaces; empty at the cursor.
    """

    shown: str
    raw: str
    reason: str | None
    finish_reason: str
    timings: Timings
    insert_range: tuple[int, int]


def complete(
    generator: TextGenerator,
    context: CursorContext,
    options: Options | None = None,
    cancel: CancelToken | None = None,
) -> Completion:
    """Completes at the cursor; blocks, so it runs whole on the engine's thread.

    Raises:
        EngineError: The runtime failed.
    """
    options = options or Options()
    fim = generator.manifest.fim
    head, taken = healing.split(context.prefix)
    lead = next_line.lead(context)
    prefix, suffix = budget.cut(head, context.suffix, fim.context_tokens, fim.suffix_share)
    request = GenerationRequest(
        key=context.snapshot.uri,
        prompt=prompt.fim_prompt(prefix + lead, suffix, fim),
        max_new_tokens=options.max_new_tokens,
        stop=None if options.multiline else stop.single_line(),
        deadline_s=options.deadline_s,
    )
    result = generator.generate(request, cancel or CancelToken())
    raw = lead + healing.join(result.text, taken)
    shown, reason = raw, None
    if result.finish_reason == "cancelled":
        shown, reason = "", "cancelled"
    elif options.filters:
        judged = postprocess.run(Candidate(raw, context))
        shown = "" if isinstance(judged, Withheld) else judged.text
        reason = judged.reason if isinstance(judged, Withheld) else None
    place = (context.offset, context.offset)
    return Completion(shown, raw, reason, result.finish_reason, result.timings, place)
