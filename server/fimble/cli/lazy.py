"""A model that is loaded when it is first asked: many requests need none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fimble.engine.cancel import CancelToken
    from fimble.engine.manifest import Manifest
    from fimble.generation.answer import GenerationResult
    from fimble.generation.request import GenerationRequest, TextGenerator
    from fimble.generation.room import Load


_LARGE_SLOTS = 1
"""Prompts whose keys and values a larger model keeps: 57 KB a token with 1.5 billion weights."""


def installed(name: str | None, threads: int | None) -> LazyGenerator:
    """The model of a name or folder, None for the best one; asking it may raise `ModelError`."""
    return LazyGenerator(partial(load, name, threads) if name else partial(best, threads))


def best(threads: int | None) -> TextGenerator:
    """The default model with a larger one beside it, if one is installed. Raises `ModelError`."""
    from fimble.generation.room import Large, Room
    from fimble.models.larger import AUTO

    def tell(problem: str) -> None:
        print(f"fimble: {problem}", file=sys.stderr)

    find = partial(find_beside, None, threads, "auto")
    return Room(load(None, threads), Large(find, tell, AUTO))


def load(name: str | None, threads: int | None, provider: str = "auto") -> TextGenerator:
    """The same at once. Raises `ModelError`."""
    from fimble.generation.local import LocalGenerator
    from fimble.models.store import DEFAULT_MODEL, Store

    package = Store().ready(name or DEFAULT_MODEL).path
    return LocalGenerator.from_package(package, threads=threads, provider=provider)


def find_beside(
    name: str | None, threads: int | None, provider: str, wanted: str, typed: TextGenerator
) -> Load | None:
    """Finds a larger model for `generation.room`.

    Args:
        name: Of the model that is typed with, None for the default one.
        threads: Of the runtime.
        provider: What runs it.
        wanted: As the setting says.
        typed: The model of `name`.

    Raises:
        FimbleError: It cannot be used.
    """
    from fimble.generation.local import LocalGenerator
    from fimble.models import larger
    from fimble.models.store import DEFAULT_MODEL, Store

    store = Store()
    found = larger.find(store, wanted, store.find(name or DEFAULT_MODEL))
    if found is None or not isinstance(typed, LocalGenerator):
        return None

    def load(between: Callable[[], None]) -> TextGenerator:
        return LocalGenerator.from_package(
            store.ready(found.name).path,
            threads=threads,
            provider=provider,
            slots=_LARGE_SLOTS,
            small=typed,
            between=between,
        )

    return load


class LazyGenerator:
    """A `TextGenerator` in front of another one.

    Args:
        load: Makes that; its errors come out of the first call.
    """

    def __init__(self, load: Callable[[], TextGenerator]) -> None:
        self._load = load

    @cached_property
    def _loaded(self) -> TextGenerator:
        return self._load()

    @property
    def manifest(self) -> Manifest:
        """See `TextGenerator.manifest`."""
        return self._loaded.manifest

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> GenerationResult:
        """See `TextGenerator.generate`."""
        return self._loaded.generate(request, cancel)

    def candidates(
        self, request: GenerationRequest, count: int, cancel: CancelToken
    ) -> tuple[GenerationResult, ...]:
        """See `TextGenerator.candidates`."""
        return self._loaded.candidates(request, count, cancel)

    def scores(
        self, request: GenerationRequest, texts: Sequence[str], cancel: CancelToken
    ) -> tuple[float, ...]:
        """See `TextGenerator.scores`."""
        return self._loaded.scores(request, texts, cancel)

    def prefill(self, request: GenerationRequest, cancel: CancelToken) -> None:
        """See `TextGenerator.prefill`."""
        self._loaded.prefill(request, cancel)
