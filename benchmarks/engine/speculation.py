"""A large model's answers with a small one's drafts: the same ids, and what a token takes.

    python benchmarks/engine/speculation.py --large NAME [--tasks ROWS.jsonl]

Suggestions (tasks as `fimble eval` takes them, or places in this project's own code) and code from
words (a chat that asks for a function). Each answer is made four times in turn: in the plain loop,
with what can be copied, with what the small model writes on where nothing can, and with the small
model's whole answer as the first draft, as it is known when it is on the screen already. Reading
the prompt is not counted, for either model; the small model's drafts are, its whole answer is not.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import machine
from fimble.cli import evaluate, repository_tasks
from fimble.completion import pipeline
from fimble.core.text.prompt import Prompt, chat_prompt
from fimble.engine import manifest as manifests
from fimble.engine.cancel import CancelToken
from fimble.engine.decode import Decoder
from fimble.engine.ort_model import OrtModel
from fimble.engine.tokenizer import Tokenizer
from fimble.generation.answer import Answer, GenerationResult, StopRule, Timings
from fimble.generation.request import GenerationRequest
from fimble.models.store import Store

WISHES = (
    "reverses the words of a sentence", "counts the lines of a file", "merges two sorted lists",
    "parses a date of the form YYYY-MM-DD", "groups a list of records by a key",
    "checks whether a string is a palindrome", "reads a CSV file into dictionaries",
    "returns the n largest numbers of a list", "flattens nested lists", "retries another function",
)  # fmt: skip
CHAT_TOKENS = 160
MODES = ("plain", "copies", "small", "answered")


@dataclass(frozen=True)
class Asked:
    """A prompt, and where its answer ends."""

    kind: str
    prompt: Prompt
    stop: StopRule | None
    tokens: int


@dataclass
class Times:
    """Of one mode and kind."""

    seconds: float = 0.0
    tokens: int = 0
    passes: int = 0
    unequal: list[int] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", default=str(machine.default_package()))
    parser.add_argument("--large", required=True, help="name or package folder")
    parser.add_argument("--tasks", type=Path, help="a JSON lines file, as for `fimble eval`")
    parser.add_argument("--count", type=int, default=200, help="answers in all")
    parser.add_argument("--seconds", type=float, default=200, help="then what there is counts")
    parser.add_argument("--skip", type=int, default=0, help="answers that another run made")
    parser.add_argument("--name", default="speculation")
    args = parser.parse_args()
    small, large = (Store().ready(name).path for name in (args.small, args.large))
    bench = Bench(small, large)
    until, times = time.monotonic() + args.seconds, dict[str, Times]()
    asked = list(requests(manifests.load(small), args.tasks, args.count))
    for number, request in enumerate(asked[args.skip :]):
        if time.monotonic() > until:
            break
        bench.compare(request, number, times)
    machine.write(args.name, {"large": large.name, "answers": bench.answers, **summary(times)})


def requests(manifest: manifests.Manifest, file: Path | None, count: int) -> Iterator[Asked]:
    """A chat for every three suggestions."""
    chats = count // 4
    if file:
        tasks = evaluate.sample(evaluate.read(file), count - chats)
    else:
        tasks = repository_tasks.build(machine.RESULTS.parents[1] / "server", count - chats)
    names = [f"make_{number}" for number in range(chats)]
    for number, task in enumerate(tasks):
        yield suggestion(manifest, task)
        if number % 3 == 2 and names:
            yield chat(names.pop(), WISHES[len(names) % len(WISHES)])


class _Recorder:
    """Remembers what it is asked, and says nothing."""

    def __init__(self, manifest: manifests.Manifest) -> None:
        self.manifest = manifest
        self.requests: list[GenerationRequest] = []

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        self.requests.append(request)
        return GenerationResult("", "cancelled", Timings())


def suggestion(manifest: manifests.Manifest, task: evaluate.Task) -> Asked:
    """What an editor's request at the task's place asks the model."""
    asked: Any = _Recorder(manifest)
    pipeline.complete(asked, evaluate.context_of(task), pipeline.Options())
    return Asked("suggestion", asked.requests[0].prompt, asked.requests[0].stop, 64)


def chat(name: str, wish: str) -> Asked:
    """A function from words."""
    words = f"Write a Python function `{name}` that {wish}. Only code."
    return Asked("words to code", chat_prompt([("user", words)], "```python\n"), None, CHAT_TOKENS)


class Bench:
    """Both models."""

    def __init__(self, small: Path, large: Path) -> None:
        self._manifest = manifests.load(large)
        self._tokenizer = Tokenizer.from_file(large / self._manifest.tokenizer, self._manifest)
        self._small = Decoder(_model(small))
        self._model = _Counting(_model(large))
        self._decoder = Decoder(self._model, self._small)
        self.answers = 0

    def compare(self, asked: Asked, number: int, times: dict[str, Times]) -> None:
        """Adds one answer in all modes, the order turning with the number."""
        ids = list(_encode(self._tokenizer, asked.prompt))[-1500:]
        guess = self._answer(self._small, ids, asked, {})[0]
        for decoder in (self._small, self._decoder):
            decoder.prefill(ids, CancelToken())
        found = {}
        for mode in sorted(MODES, key=lambda mode: (MODES.index(mode) + number) % len(MODES)):
            options: dict[str, Any] = {"speculate": mode != "plain"}
            if mode == "answered":
                options["guess"] = guess
            self._decoder._small = self._small if mode in ("small", "answered") else None  # in turn
            self._model.passes = 0
            found[mode] = self._answer(self._decoder, ids, asked, options)
            kept = times.setdefault(f"{asked.kind}: {mode}", Times())
            kept.seconds += found[mode][1]
            kept.tokens += len(found[mode][0])
            kept.passes += self._model.passes
        for mode in MODES:
            if found[mode][0] != found["plain"][0]:
                times[f"{asked.kind}: {mode}"].unequal.append(number)
        self.answers += 1

    def _answer(
        self, decoder: Decoder, ids: Sequence[int], asked: Asked, options: dict[str, Any]
    ) -> tuple[list[int], float]:
        """The ids, with the one that ends them, and the seconds they took."""
        stops = frozenset(self._manifest.stop_ids)
        answer = Answer(self._tokenizer, stops, asked.stop, asked.tokens)
        started, tokens = time.perf_counter(), []
        for step in decoder.steps(ids, CancelToken(), **options):
            tokens.append(step.token)
            if answer.push(step):
                break
        return tokens, time.perf_counter() - started


class _Counting:
    """A model whose passes are counted."""

    def __init__(self, model: OrtModel) -> None:
        self._model, self.passes = model, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def forward(self, ids: Sequence[int], **place: int) -> Any:
        self.passes += 1
        return self._model.forward(ids, **place)


def _model(folder: Path) -> OrtModel:
    return OrtModel(folder, manifests.load(folder), threads=machine.cores(), capacity=2048, slots=1)


def _encode(tokenizer: Tokenizer, prompt: Prompt) -> Iterator[int]:
    for segment in prompt:
        if segment.kind == "special":
            yield tokenizer.special(segment.text)
        else:
            yield from tokenizer.encode(segment.text)


def summary(times: dict[str, Times]) -> dict[str, Any]:
    """By kind and mode; ratios to the plain loop."""
    rows = {}
    for name, row in sorted(times.items()):
        plain = times[f"{name.partition(':')[0]}: plain"]
        rows[name] = {
            "ms_per_token": round(1000 * row.seconds / row.tokens, 2),
            "of_plain": round(row.seconds / plain.seconds, 3),
            "tokens_per_pass": round(row.tokens / max(1, row.passes), 2),
            "tokens": row.tokens,
            "unequal": row.unequal,
        }
    return rows


if __name__ == "__main__":
    main()
