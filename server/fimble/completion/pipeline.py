"""From a cursor to a suggestion: prompt, generation, filters. Shared by server, CLI and eval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate

from fimble.completion.retrieval.snippet import Snippet
from fimble.core.completion import (
    closing,
    filters,
    next_line,
    prompting,
    scope,
    stop,
    trigger,
)
from fimble.core.completion.context import CursorContext
from fimble.core.completion.filters import Candidate, Filter, Withheld
from fimble.core.completion.gate import Verdict
from fimble.core.completion.healing import Healed
from fimble.core.completion.prompting import Prompts
from fimble.core.text import prompt
from fimble.engine.cancel import CancelToken
from fimble.engine.manifest import Fim
from fimble.generation.answer import GenerationResult, Timings
from fimble.generation.request import GenerationRequest, TextGenerator

SECOND_CHOICE = frozenset(
    {"repeats_suffix", "repeats_line", "syntax", "indentation", "unresolved_name"}
)
"""Reasons to ask once more: the model knows what to say, but not here."""


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
        header: Whether the file's path is said without snippets; None says it of a blank file,
            of which nothing else is known.
        quick: Whether a quicker prompt may do where much of the whole prompt would
            have to be read first: for a user who types.
        fim: Instead of the manifest's, for measurements.
        watch: Told the suggestion so far, on the engine's thread; False ends it, for nobody
            wants it any more.
    """

    multiline: bool | None = None
    max_new_tokens: int = 96
    filters: tuple[Filter, ...] = filters.FILTERS
    deadline_s: float | None = None
    snippets: tuple[Snippet, ...] = ()
    repository: str = ""
    header: bool | None = None
    quick: bool = False
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
        verdict: What the gate expected of it, None where it was not asked.
        identity: What the client reports on it with, "" where nobody counts.
        quick: Whether the model was asked a quicker prompt than the whole one.
    """

    shown: str
    raw: str
    reason: str | None
    finish_reason: str
    timings: Timings
    insert_range: tuple[int, int]
    logprobs: tuple[float, ...] = ()
    verdict: Verdict | None = None
    identity: str = ""
    quick: bool = False

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
    refused = trigger.refused(context)
    if refused:
        place = (context.offset, context.offset)
        return (Completion("", "", refused, "refused", Timings(), place),)
    options = options or Options()
    cancel = cancel or CancelToken()
    finished = next_line.finished(context)
    asked = _ask(generator, context, context.line_break if finished else "", options)
    results = asked.answers(generator, count, cancel)
    if finished is None and asked.is_blank(results[0]):
        asked = _ask(generator, context, context.line_break, options)
        results = asked.answers(generator, count, cancel)
    first, *others = (_judge(asked, result, context, options.filters) for result in results)
    if count == 1 and first.reason in SECOND_CHOICE and _ended(results[0]) and results[0].pieces:
        other = generator.generate(asked.leaving(results[0]), cancel)
        first = _better(first, _judge(asked, other, context, options.filters))
    distinct = {completion.shown: completion for completion in others if completion.shown}
    distinct.pop(first.shown, None)
    return (first, *distinct.values())


def _better(first: Completion, second: Completion) -> Completion:
    """The second choice if there is one, at the cost of both; the prompt was the same."""
    ended = second.finish_reason in ("cancelled", "deadline")
    timings = replace(
        first.timings,
        total_ms=first.timings.total_ms + second.timings.total_ms,
        new_tokens=first.timings.new_tokens + second.timings.new_tokens,
    )
    return replace(second if second.shown or ended else first, timings=timings)


def prefill(
    generator: TextGenerator, context: CursorContext, options: Options, cancel: CancelToken
) -> None:
    """Prepares for `complete` at the same place, or behind what will be typed there.

    Raises:
        EngineError: The runtime failed.
    """
    if trigger.refused(context):
        return
    lead = context.line_break if next_line.finished(context) else ""
    said = _prompts(context, lead, options, generator)
    key, limit = context.snapshot.uri, options.max_new_tokens
    generator.prefill(GenerationRequest(key, said.whole, limit, quick=said.quick), cancel)


@dataclass(frozen=True)
class _Asked:
    """A request, and what its answers mean at the cursor.

    Attributes:
        request: What is asked of the model.
        lead: What the prompt begins the answer with.
        healed: How the prompt's end was healed.
    """

    request: GenerationRequest
    lead: str
    healed: Healed

    def whole(self, text: str) -> str:
        """The answer as it continues the document's prefix."""
        return self.lead + self.healed.join(text)

    def is_blank(self, result: GenerationResult) -> bool:
        """Whether the model has nothing to say at the cursor."""
        said = self.whole(result.text).strip()
        return not said and _ended(result)

    def answers(
        self, generator: TextGenerator, count: int, cancel: CancelToken
    ) -> tuple[GenerationResult, ...]:
        """The first choice, and more where more than one is asked for."""
        if count == 1:
            return (generator.generate(self.request, cancel),)
        return generator.candidates(self.request, count, cancel)

    def leaving(self, result: GenerationResult) -> GenerationRequest:
        """Asks for the likeliest answer that leaves another one where that was least sure."""
        begun, ends = self.request.beginning, list(accumulate(result.pieces))
        places = [place for place, said in enumerate(ends) if len(said) > len(begun)]
        place = min(places, key=result.logprobs.__getitem__, default=0)
        kept, avoided = "".join(result.pieces[:place]), "".join(result.pieces[: place + 1])
        beginning = max(begun, kept, key=len)
        left = self.request.deadline_s
        if left is not None:
            left = max(0.0, left - result.timings.total_ms / 1000)
        return replace(self.request, beginning=beginning, avoid=avoided, deadline_s=left)


def _ask(generator: TextGenerator, context: CursorContext, lead: str, options: Options) -> _Asked:
    said = _prompts(context, lead, options, generator)
    healed = said.healed
    request = GenerationRequest(
        key=context.snapshot.uri,
        prompt=said.whole,
        quick=said.quick,
        copied_from=said.outside,
        max_new_tokens=options.max_new_tokens,
        deadline_s=options.deadline_s,
        beginning=healed.taken if healed.required else "",
    )
    asked = _Asked(request, lead, healed)
    rule, watch = _stop_rule(context, healed.taken, options.multiline, asked.whole), options.watch
    if watch is not None:
        rule = stop.unless(rule, lambda text: watch(asked.whole(text)))
    return replace(asked, request=replace(request, stop=rule))


def _prompts(
    context: CursorContext, lead: str, options: Options, generator: TextGenerator
) -> Prompts:
    fim = options.fim or generator.manifest.fim
    said = prompting.at(context, lead, fim, _header(context, options, fim))
    return said if options.quick else replace(said, quick=())


def _header(context: CursorContext, options: Options, fim: Fim) -> prompt.Prompt:
    snapshot = context.snapshot
    header = options.header
    if header is None:
        header = bool(snapshot.path) and not snapshot.text.strip()
    if not (options.snippets or header):
        return ()
    files = [(snippet.path, snippet.text) for snippet in options.snippets]
    return prompt.repository_header(options.repository, files, snapshot.path, fim)


def _stop_rule(
    context: CursorContext, taken: str, multiline: bool | None, whole: Callable[[str], str]
) -> stop.StopRule:
    if context.above_text:
        return stop.line_above()
    if multiline is False:
        return stop.single_line()
    if multiline is None and scope.decide(context) == "line":
        return stop.closed_line(lambda text: closing.is_open(context, whole(text)))
    line_prefix = context.line_prefix
    return stop.block(line_prefix[: len(line_prefix) - len(taken)])


def _ended(result: GenerationResult) -> bool:
    """Whether the answer came to an end of its own, not to a limit."""
    return result.finish_reason in ("stop", "rule")


def _judge(
    asked: _Asked, result: GenerationResult, context: CursorContext, rules: tuple[Filter, ...]
) -> Completion:
    raw = asked.whole(result.text)
    text = raw if _ended(result) else stop.whole_lines(raw)
    candidate = Candidate(text, context, logprobs=result.logprobs)
    judged: Candidate | Withheld
    if result.finish_reason == "cancelled":
        judged = Withheld("cancelled")
    else:
        judged = filters.run(candidate, rules)
    place = (context.offset, context.offset)
    completion = Completion(
        "",
        raw,
        None,
        result.finish_reason,
        result.timings,
        place,
        result.logprobs,
        judged.verdict,
        quick=result.quick > 0,
    )
    if isinstance(judged, Withheld):
        return replace(completion, reason=judged.reason)
    place = (context.offset, context.offset + judged.replaced)
    shown = judged.text.replace("\r\n", "\n").replace("\n", context.line_break)
    return replace(completion, shown=shown, insert_range=place)
