"""Answers HTTP requests with the model of this process, on the engine's thread."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import AsyncGenerator, Callable
from typing import Literal

from fimble.core.completion import budget
from fimble.core.text.prompt import Prompt, fim_prompt, plain
from fimble.engine.cancel import CancelToken
from fimble.engine.manifest import Manifest
from fimble.errors import EngineError, FimbleError
from fimble.generation.answer import GenerationResult, StopRule
from fimble.generation.request import GenerationRequest, TextGenerator
from fimble.generation.worker import Worker
from fimble.http.protocol import BadRequestError, CompletionRequest, Piece

_SLOT = "http"
_SEED_BITS = 63


class LocalCompleter:
    """A `Completer`. Requests take turns, in the order they came.

    Args:
        worker: Owns the model.
        manifest: The model's.
    """

    def __init__(self, worker: Worker[TextGenerator], manifest: Manifest) -> None:
        self._worker, self._manifest = worker, manifest
        self._numbers = itertools.count()

    @property
    def models(self) -> tuple[str, ...]:
        """The one model there is."""
        return (self._manifest.name,)

    async def complete(self, request: CompletionRequest) -> AsyncGenerator[Piece, None]:
        """See `Completer.complete`."""
        prompt = self._prompt(request)
        loop = asyncio.get_running_loop()
        news: asyncio.Queue[Piece | None] = asyncio.Queue()

        def tell(piece: Piece) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens
                loop.call_soon_threadsafe(news.put_nowait, piece)

        def job(generator: TextGenerator, cancel: CancelToken) -> Piece | FimbleError:
            return _generate(generator, request, prompt, tell, cancel)

        key = str(next(self._numbers))  # no request overtakes another
        work = asyncio.create_task(self._worker.run(key, job))
        work.add_done_callback(lambda _: news.put_nowait(None))
        try:
            while (piece := await news.get()) is not None:
                yield piece
            last = work.result()
        finally:
            work.cancel()
        if isinstance(last, Piece):
            yield last
        else:
            raise last or EngineError("The model does not answer.", "Fimble's log says why.")

    def _prompt(self, request: CompletionRequest) -> Prompt:
        """What the model reads. Without any text it is asked as in an empty file."""
        fim = self._manifest.fim
        prefix, suffix = budget.cut(
            request.prompt, request.suffix, fim.context_tokens, fim.suffix_share
        )
        if request.prompt and not request.suffix:
            return (plain(prefix),)
        prompt = fim_prompt(prefix, suffix, fim)
        if not prompt:
            raise BadRequestError("this model cannot begin without a text", "prompt")
        return prompt


async def start(worker: Worker[TextGenerator], load: Callable[[], TextGenerator]) -> LocalCompleter:
    """Loads the model; takes seconds.

    Args:
        worker: Will own it.
        load: Makes it.

    Raises:
        FimbleError: It does not load.
    """
    await worker.load(load)
    manifest = await worker.run("", lambda generator, _: generator.manifest)
    if manifest is None:
        raise EngineError("The model does not load.", "Fimble's log says why.")
    return LocalCompleter(worker, manifest)


def _generate(
    generator: TextGenerator,
    request: CompletionRequest,
    prompt: Prompt,
    tell: Callable[[Piece], None],
    cancel: CancelToken,
) -> Piece | FimbleError:
    """Generates, telling the text as it grows; the last piece, or what went wrong."""
    stop, sent = stop_at(request.stop), 0

    def watch(text: str) -> int | None:
        nonlocal sent
        cut, safe = stop(text), len(text) - held_back(text, request.stop)
        if cut is None and safe > sent:
            tell(Piece(text[sent:safe]))
            sent = safe
        return cut

    generation = GenerationRequest(
        key=_SLOT,
        prompt=prompt,
        max_new_tokens=request.max_tokens,
        stop=watch,
        temperature=request.temperature,
        top_p=request.top_p,
        seed=secrets.randbits(_SEED_BITS) if request.seed is None else request.seed,
    )
    try:
        return _last(generator.generate(generation, cancel), sent)
    except FimbleError as error:
        return error


def stop_at(texts: tuple[str, ...]) -> StopRule:
    """Ends before the first of `texts`."""

    def rule(text: str) -> int | None:
        found = [at for stop in texts if (at := text.find(stop)) >= 0]
        return min(found, default=None)

    return rule


def held_back(text: str, stops: tuple[str, ...]) -> int:
    """How many characters at the end of `text` may be the beginning of a stop text."""
    return max(
        (
            length
            for stop in stops
            for length in range(1, min(len(stop), len(text) + 1))
            if text.endswith(stop[:length])
        ),
        default=0,
    )


def _last(result: GenerationResult, sent: int) -> Piece:
    reason: Literal["stop", "length"] = "length" if result.finish_reason == "length" else "stop"
    timings = result.timings
    return Piece(result.text[sent:], reason, timings.prompt_tokens, timings.new_tokens)
