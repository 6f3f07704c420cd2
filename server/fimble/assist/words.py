"""The model fills a skeleton's slots, one generation per slot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fimble.core.docstrings import detect, prompt, skeleton, words
from fimble.core.docstrings.facts import Item
from fimble.core.docstrings.skeleton import Line, Style
from fimble.core.text.snapshot import Snapshot
from fimble.engine.cancel import CancelToken
from fimble.errors import Terminated
from fimble.generation.request import GenerationRequest, TextGenerator

_SLOT_TOKENS = {"summary": 40}
_OTHER_TOKENS = 28
_RETRY_TEMPERATURE = 0.7
_SHOWN_EVERY = 12
"""Characters between two reports of a text that grows; the first word is at once."""


@dataclass(frozen=True)
class Filled:
    """Words for every slot.

    Attributes:
        words: By slot key.
        fallbacks: Keys whose words are a fixed phrase, because the model's were unfit twice.
        new_tokens: What the model generated, retries included.
    """

    words: dict[str, str]
    fallbacks: tuple[str, ...] = ()
    new_tokens: int = 0


def fill(
    generator: TextGenerator,
    snapshot: Snapshot,
    item: Item,
    style: Style,
    lines: tuple[Line, ...],
    cancel: CancelToken,
    show: Callable[[str], None],
    given: dict[str, str] | None = None,
) -> Filled:
    """Fills the slots in order; each sees the documentation so far.

    Args:
        generator: The model.
        snapshot: The document.
        item: What is documented.
        style: How.
        lines: The skeleton.
        cancel: Ends the work.
        show: Called with the text so far of the slot at hand.
        given: Words that are there already, by slot key.

    Raises:
        Terminated: `cancel` was set.
        EngineError: The runtime failed.
    """
    limit = detect.summary_limit(snapshot, item, style)
    source = prompt.code(snapshot, item)
    found, fallbacks, spent = dict(given or {}), list[str](), 0
    for index, line in enumerate(lines):
        if not line.slot or line.key in found:
            continue
        started = skeleton.started(style, lines[: index + 1], found, item.place.indent)
        for lead, temperature in _attempts(item, style, line):
            asked = prompt.slot(snapshot, item, style, started + lead, generator.manifest.fim)
            request = GenerationRequest(
                key=_key(snapshot),
                prompt=asked,
                max_new_tokens=_SLOT_TOKENS.get(line.slot, _OTHER_TOKENS),
                stop=one_sentence(show, style.frame.closing.strip()),
                temperature=temperature,
                top_p=0.9,
                seed=1,
            )
            said, tokens = _said(generator, request, cancel)
            spent += tokens
            fit = words.fit(lead + said, line, item, style, source, found, limit)
            if fit:
                found[line.key] = fit
                break
        else:
            found[line.key] = words.fallback(line, item, style)
            fallbacks.append(line.key)
    return Filled(found, tuple(fallbacks), spent)


def _said(
    generator: TextGenerator, request: GenerationRequest, cancel: CancelToken
) -> tuple[str, int]:
    """The answer, cut to whole clauses where the limit broke it off, and its tokens."""
    result = generator.generate(request, cancel)
    if cancel.cancelled:
        raise Terminated("The documentation was cancelled.")
    broken = result.finish_reason == "length"
    text = words.broken_off(result.text) if broken else result.text
    return text, result.timings.new_tokens


def prefill(
    generator: TextGenerator, snapshot: Snapshot, item: Item, style: Style, cancel: CancelToken
) -> None:
    """Reads the code for a `fill` that may come, so that its first words come at once.

    Raises:
        EngineError: The runtime failed.
    """
    started = skeleton.started(style, style.lines(item)[:1], {}, item.place.indent)
    asked = prompt.slot(snapshot, item, style, started, generator.manifest.fim)
    generator.prefill(GenerationRequest(_key(snapshot), asked), cancel)


def _key(snapshot: Snapshot) -> str:
    return f"{snapshot.uri}#documentation"


def _attempts(item: Item, style: Style, line: Line) -> tuple[tuple[str, float], ...]:
    """Greedy, then sampled; a summary of which the model made a tag is begun for it."""
    lead = ""
    if line.slot == "summary" and not line.head:
        lead = f"This {item.kind}" if style.frame.inline else f" This {item.kind}"
    return ("", 0.0), (lead, _RETRY_TEMPERATURE)


def one_sentence(show: Callable[[str], None], closing: str = "") -> Callable[[str], int | None]:
    """Stops at a line break, behind a full stop or where the model closes the comment itself.

    Args:
        show: Gets the text while it grows.
        closing: What ends the comment.
    """
    shown = -_SHOWN_EVERY
    ends = (("\n", 0), (". ", 1), *([(closing, 0)] if closing else []))

    def rule(text: str) -> int | None:
        nonlocal shown
        if " " in text.strip() and len(text) - shown >= _SHOWN_EVERY:
            shown = len(text)
            show(text.strip())
        body = text.lstrip()
        found = [at + kept for mark, kept in ends if (at := body.find(mark)) > 0]
        return len(text) - len(body) + min(found) if found else None

    return rule
