"""Test doubles: `FakeModel` under the engine, `ScriptedGenerator` under the features."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence

import numpy as np

from fimble.core.completion.context import CursorContext
from fimble.core.text.snapshot import Snapshot
from fimble.engine.cancel import CancelToken
from fimble.engine.manifest import (
    Architecture,
    Chat,
    Fim,
    Graph,
    Manifest,
    Provenance,
    Scheme,
)
from fimble.engine.model import Logits
from fimble.errors import Terminated
from fimble.generation.answer import FinishReason, GenerationResult, StopRule, Timings
from fimble.generation.request import GenerationRequest, variants

CURSOR = "█"


def at_cursor(marked: str, language_id: str = "python") -> CursorContext:
    """The context of a text with one `█`."""
    offset = marked.index(CURSOR)
    text = marked.replace(CURSOR, "", 1)
    return CursorContext(Snapshot("file:///test", "test", language_id, 1, text), offset)


class FakeModel:
    """A `CausalLM` whose choice depends on every id that its cache holds.

    A wrong trim, slot or position therefore changes the ids. `passes` records
    `(slot, past, ids)`.
    """

    def __init__(self, *, vocab: int = 17, capacity: int = 64, slots: int = 2) -> None:
        self.vocab_size, self.capacity, self.slots = vocab, capacity, slots
        self.passes: list[tuple[int, int, tuple[int, ...]]] = []
        self.terminated = 0
        self._cached: list[list[int]] = [[] for _ in range(slots)]

    def next_id(self, ids: Sequence[int]) -> int:
        """The greedy continuation of a whole sequence."""
        return (sum(i * (n % 5 + 1) for n, i in enumerate(ids)) + 3) % self.vocab_size

    def forward(self, ids: Sequence[int], *, slot: int, past: int, want: int) -> Logits:
        """See `CausalLM.forward`."""
        self.passes.append((slot, past, tuple(ids)))
        cached = [*self._cached[slot][:past], *ids]
        if len(self._cached[slot]) < past or len(cached) > self.capacity:
            raise AssertionError("the pass claims positions that the slot does not have")
        self._cached[slot] = cached
        logits = np.zeros((want, self.vocab_size), np.float32)
        for row in range(want):
            logits[row, self.next_id(cached[: len(cached) - want + row + 1])] = 1.0
        return logits

    def fork(self, slot: int, length: int, *, rows: int, room: int) -> FakeBatch:
        """See `CausalLM.fork`."""
        return FakeBatch(self, [self._cached[slot][:length] for _ in range(rows)], length + room)

    def terminate(self) -> None:
        """Counts the calls."""
        self.terminated += 1


class FakeBatch:
    """What `FakeModel.fork` makes."""

    def __init__(self, model: FakeModel, rows: list[list[int]], capacity: int) -> None:
        self._model, self._rows, self._capacity = model, rows, capacity

    def forward(self, ids: Sequence[int]) -> Logits:
        """See `Batch.forward`."""
        logits = np.zeros((len(self._rows), self._model.vocab_size), np.float32)
        for row, (cached, token) in enumerate(zip(self._rows, ids, strict=True)):
            cached.append(token)
            if len(cached) > self._capacity:
                raise AssertionError("the rows are full")
            logits[row, self._model.next_id(cached)] = 1.0
        return logits


def manifest(name: str = "scripted") -> Manifest:
    """A manifest with Qwen's fill-in-the-middle tokens."""
    fim = Fim(
        "<|fim_prefix|>",
        "<|fim_suffix|>",
        "<|fim_middle|>",
        repo_name="<|repo_name|>",
        file_sep="<|file_sep|>",
        order="suffix_first",
    )
    return Manifest(
        name=name,
        family="qwen2",
        target="cpu",
        architecture=Architecture(1, 8, 2, 1, 4, 16, 32, 2048),
        graph=Graph(),
        fim=fim,
        chat=Chat("chatml"),
        scheme=Scheme("fp32", 32, 0),
        provenance=Provenance(),
        stop_ids=(0,),
    )


def _cut(text: str, rule: StopRule | None) -> int | None:
    """Where the rule ends a text that grows by a word."""
    ends = (match.end() for match in re.finditer(r"\s*\w+|\W", text)) if rule else ()
    cuts = (rule(text[:end]) for end in ends) if rule else ()
    return next((cut for cut in cuts if cut is not None), None)


class ScriptedGenerator:
    """A `TextGenerator` that says what `script` says for a prompt's text and the beginning.

    While `hold` is set, generations wait until they are cancelled; while `far` is, whole prompts
    count as unread, and quicker ones are answered.

    Args:
        script: Prompt to answer.
        tokens: Whether results tell their tokens: one for each word, the first one the least
            sure.
        limited: Whether answers end at the request's limit of tokens, one for each word.
    """

    def __init__(
        self, script: Callable[[str], str], *, tokens: bool = False, limited: bool = False
    ) -> None:
        self.manifest = manifest()
        self._tokens = tokens
        self._limited = limited
        self.hold = self.far = False
        self.requests: list[GenerationRequest] = []
        self.prefilled: list[GenerationRequest] = []
        self._script = script

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        """See `TextGenerator.generate`."""
        self.requests.append(request)
        if self.hold:
            stopped = threading.Event()
            with cancel.on_cancel(stopped.set):
                stopped.wait(30)
            return GenerationResult("", "cancelled", Timings())
        if cancel.cancelled:
            raise Terminated("The request was cancelled.")
        quick = int(self.far and bool(request.quick))
        asked = request.quick[0] if quick else request.prompt
        prompt = "".join(s.text for s in asked if s.kind == "text")
        text = request.beginning + self._script(prompt + request.beginning)
        words = re.findall(r"\s*\w+|\W", text)
        pieces = tuple(words) if self._tokens else ()
        sure = tuple(-1.0 / (1 + place) for place in range(len(pieces)))
        ends: FinishReason = (
            "length" if self._limited and len(words) > request.max_new_tokens else "stop"
        )
        text = "".join(words[: request.max_new_tokens]) if ends == "length" else text
        cut = _cut(text, request.stop)
        if cut is None:
            return GenerationResult(text, ends, Timings(new_tokens=len(text)), sure, pieces, quick)
        return GenerationResult(text[:cut], "rule", Timings(new_tokens=cut), sure, pieces, quick)

    def candidates(
        self, request: GenerationRequest, count: int, cancel: CancelToken
    ) -> tuple[GenerationResult, ...]:
        """See `TextGenerator.candidates`. A script that varies them counts `requests`."""
        return tuple(self.generate(variant, cancel) for variant in variants(request, count))

    def scores(
        self, request: GenerationRequest, texts: Sequence[str], cancel: CancelToken
    ) -> tuple[float, ...]:
        """See `TextGenerator.scores`. What the script says begins the likely texts (0, not -9)."""
        said = self.generate(request, cancel).text
        return tuple(0.0 if text.startswith(said) else -9.0 for text in texts)

    def prefill(self, request: GenerationRequest, cancel: CancelToken) -> None:
        """See `TextGenerator.prefill`. Remembers the request in `prefilled`."""
        self.prefilled.append(request)
