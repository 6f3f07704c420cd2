"""From a cursor to a suggestion: prompt, generation, filters. Shared by server, CLI and eval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fimble.core import budget, closing, healing, next_line, postprocess, prompt, scope, stop
from fimble.core.context import CursorContext
from fimble.core.healing import Healed
from fimble.core.postprocess import Candidate, Filter, Withheld
from fimble.core.prompt import Prompt
from fimble.engine.cancel import CancelToken
from fimble.engine.manifest import Fim
from fimble.generation import GenerationRequest, GenerationResult, TextGenerator, Timings
from fimble.retrieval.snippet import Snippet

COPIED_CHARACTERS = 6000
"""Of the document before the prompt that drafts come from: about 3 ms to index."""


@dataclass(frozen=True)
class Options:
    """How to complete.

    Attributes:
        multiline: True asks for a block, False for one line; None decides by the cursor, and a
            line that opens a bracket goes on until it is closed.
        max_new_tokens: At most so many tokens.
        filters: What judges the text, in this order.
        deadline_s: Seconds after which what there is is used.
        snippets: Text of other files for the prompt's header.
        repository: The name of the repository, "" if it is not known.
        header: Whether a header is made even without snippets: the file's path.
        fim: Instead of the manifest's, for measurements.
        watch: Told the suggestion so far, on the engine's thread; False ends it, for nobody
            wants it any more.
    """

    multiline: bool | None = None
    max_new_tokens: int = 64
    filters: tuple[Filter, ...] = postprocess.FILTERS
    deadline_s: float | None = None
    snippets: tuple[Snippet, ...] = ()
    repository: str = ""
    header: bool = False
    fim: Fim | None = None
    watch: Callable[[str], bool] | None = None


@dataclass(frozen=True)
class Completion:
    """A suggestion, or why there is none.

    Attributes:
        shown: Text to insert, "" if withheld.
        raw: What the model said.
        reason: Why nothing is shown, None if something is.
        finish_reason: As of the generation.
        timings: What it cost.
        insert_range: Offsets that `shown` replaces; mostly empty, at the cursor.
        logprobs: Natural log probability of each generated token.
        identity: What the client reports on it with, "" where nobody counts.
    """

    shown: str
    raw: str
    reason: str | None
    finish_reason: str
    timings: Timings
    insert_range: tuple[int, int]
    logprobs: tuple[float, ...] = ()
    identity: str = ""

    @property
    def replaced(self) -> int:
        """How many characters behind the cursor the suggestion replaces."""
        return self.insert_range[1] - self.insert_range[0]


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
    return candidates(generator, context, 1, options, cancel)[0]


def candidates(
    generator: TextGenerator,
    context: CursorContext,
    count: int,
    options: Options | None = None,
    cancel: CancelToken | None = None,
) -> tuple[Completion, ...]:
    """Up to `count` different suggestions, the model's first choice first.

    Returns:
        The first choice, shown or withheld, and those others that are shown and differ.

    Raises:
        EngineError: The runtime failed.
    """
    options = options or Options()
    cancel = cancel or CancelToken()
    finished = next_line.finished(context)
    lead = context.line_break if finished else ""
    answers = _generate(generator, context, lead, count, options, cancel)
    raw, result = answers[0]
    if finished is None and not raw.strip() and result.finish_reason in ("stop", "rule"):
        answers = _generate(generator, context, context.line_break, count, options, cancel)
    first, *others = (_judge(raw, result, context, options.filters) for raw, result in answers)
    distinct = {completion.shown: completion for completion in others if completion.shown}
    distinct.pop(first.shown, None)
    return (first, *distinct.values())


def prefill(
    generator: TextGenerator, context: CursorContext, options: Options, cancel: CancelToken
) -> None:
    """Prepares for `complete` at the same place, or behind what will be typed there.

    Raises:
        EngineError: The runtime failed.
    """
    lead = context.line_break if next_line.finished(context) else ""
    segments, _, _ = _prompt(context, lead, options, generator.manifest.fim)
    request = GenerationRequest(context.snapshot.uri, segments, options.max_new_tokens)
    generator.prefill(request, cancel)


def _generate(
    generator: TextGenerator,
    context: CursorContext,
    lead: str,
    count: int,
    options: Options,
    cancel: CancelToken,
) -> list[tuple[str, GenerationResult]]:
    """The answers as they continue the prefix, with what the prompt began them with."""
    segments, healed, outside = _prompt(context, lead, options, generator.manifest.fim)

    def whole(text: str) -> str:
        return lead + healed.join(text)

    rule = _stop_rule(context, healed.taken, options.multiline, whole)
    watch = options.watch
    request = GenerationRequest(
        key=context.snapshot.uri,
        prompt=segments,
        copied_from=outside,
        max_new_tokens=options.max_new_tokens,
        stop=rule if watch is None else stop.unless(rule, lambda text: watch(whole(text))),
        deadline_s=options.deadline_s,
        beginning=healed.taken if healed.required else "",
    )
    if count == 1:
        results: tuple[GenerationResult, ...] = (generator.generate(request, cancel),)
    else:
        results = generator.candidates(request, count, cancel)
    return [(whole(result.text), result) for result in results]


def _prompt(
    context: CursorContext, lead: str, options: Options, fim: Fim
) -> tuple[Prompt, Healed, str]:
    """The prompt, how its end was healed, and text before it that may be repeated."""
    fim = options.fim or fim
    healed = Healed(context.prefix, "", False) if lead else healing.split(context.prefix)
    head = healed.head
    # The prompt stays the same as an editor closes a bracket; the filters put up with the closer.
    behind = context.suffix[len(context.closers) :]
    prefix, suffix = budget.cut(head, behind, fim.context_tokens, fim.suffix_share)
    outside = head[: len(head) - len(prefix)][-COPIED_CHARACTERS:]
    header = _header(context, options, fim)
    return prompt.fim_prompt(prefix + lead, suffix, fim, header), healed, outside


def _header(context: CursorContext, options: Options, fim: Fim) -> prompt.Prompt:
    if not (options.snippets or options.header):
        return ()
    files = [(snippet.path, snippet.text) for snippet in options.snippets]
    return prompt.repository_header(options.repository, files, context.snapshot.path, fim)


def _stop_rule(
    context: CursorContext, taken: str, multiline: bool | None, whole: Callable[[str], str]
) -> stop.StopRule:
    if multiline is False:
        return stop.single_line()
    if multiline is None and scope.decide(context) == "line":
        return stop.closed_line(lambda text: bool(closing.missing(context, whole(text))))
    line_prefix = context.line_prefix
    return stop.block(line_prefix[: len(line_prefix) - len(taken)])


def _judge(
    raw: str, result: GenerationResult, context: CursorContext, filters: tuple[Filter, ...]
) -> Completion:
    candidate = Candidate(raw, context, logprobs=result.logprobs)
    judged: Candidate | Withheld
    if result.finish_reason == "cancelled":
        judged = Withheld("cancelled")
    else:
        judged = postprocess.run(candidate, filters)
    place = (context.offset, context.offset)
    completion = Completion(
        "", raw, None, result.finish_reason, result.timings, place, result.logprobs
    )
    if isinstance(judged, Withheld):
        return replace(completion, reason=judged.reason)
    place = (context.offset, context.offset + judged.replaced)
    shown = judged.text.replace("\r\n", "\n").replace("\n", context.line_break)
    return replace(completion, shown=shown, insert_range=place)
