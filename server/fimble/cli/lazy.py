"""A model that is loaded when it is first asked: many requests need none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fimble.engine.cancel import CancelToken
    from fimble.engine.manifest import Manifest
    from fimble.generation.answer import GenerationResult
    from fimble.generation.request import GenerationRequest, TextGenerator


def installed(name: str | None, threads: int | None) -> LazyGenerator:
    """The model of a name or folder, None for the default one; asking it may raise `ModelError`."""
    return LazyGenerator(partial(load, name, threads))


def load(name: str | None, threads: int | None, provider: str = "auto") -> TextGenerator:
    """The same at once. Raises `ModelError`."""
    from fimble.generation.local import LocalGenerator
    from fimble.models.store import DEFAULT_MODEL, Store

    package = Store().ready(name or DEFAULT_MODEL).path
    return LocalGenerator.from_package(package, threads=threads, provider=provider)


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
