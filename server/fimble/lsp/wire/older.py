"""What older or careless clients say otherwise, put as LSP 3.18 puts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any


def _invoked(params: Any) -> Any:
    """The kind was 0 where the user asked before LSP settled on 1."""
    context = params.get("context") if isinstance(params, dict) else None
    if isinstance(context, dict) and context.get("triggerKind") == 0:
        return {**params, "context": {**context, "triggerKind": 1}}
    return params


def _object(params: Any) -> Any:
    """An object without members may be left out."""
    return {} if params is None else params


def _nothing(params: Any) -> Any:
    """Parameters where there are none are of no use."""
    return None


READINGS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "textDocument/inlineCompletion": _invoked,
        "initialized": _object,
        "shutdown": _nothing,
        "exit": _nothing,
    }
)
"""By method."""


def read(method: str, params: Any) -> Any:
    """The parameters as they are meant."""
    reading = READINGS.get(method)
    return reading(params) if reading else params
