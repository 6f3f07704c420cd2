"""LSP's types out of JSON: what is not of its type is refused, not made into it."""

from __future__ import annotations

from typing import Any

import cattrs
from lsprotocol.types import ErrorCodes
from pygls.protocol import default_converter

from fimble.lsp.wire import own
from fimble.lsp.wire.messages import Refused

_SHOWN = 3
"""Mistakes that a refusal names."""


def converter() -> cattrs.Converter:
    """The converter of pygls, but a text is no number, a number no text, and 1.5 no line."""
    made: cattrs.Converter = default_converter()  # type: ignore[no-untyped-call]
    made.register_structure_hook(int, _whole)
    made.register_structure_hook(str, _text)
    own.add_to(made)
    return made


def structure(reader: cattrs.Converter, content: dict[str, Any], kind: type[Any] | None) -> Any:
    """A message as an object.

    Args:
        reader: Made by `converter`.
        content: The message.
        kind: Its class; None leaves the parameters as nested objects.

    Raises:
        Refused: Its parameters are not what the method takes.
    """
    try:
        return reader.structure(content, kind)  # type: ignore[arg-type]
    except Exception as error:  # the feature boundary: cattrs lets everything through
        sentence = f"The parameters of {content['method']} are wrong: {_mistakes(error)}."
        raise Refused(ErrorCodes.InvalidParams, sentence, content.get("id")) from error


def _mistakes(error: Exception) -> str:
    """Where, and what was expected there; never what stands there."""
    if isinstance(error, RecursionError):
        return "they are nested too deeply"
    found = cattrs.transform_error(error, path="message")
    return "; ".join(found[:_SHOWN]) or type(error).__name__


def _whole(given: object, kind: type[Any]) -> Any:
    """Also asked for what derives from it: truth values, and enumerations of numbers."""
    if kind is not int:
        return kind(given)
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    raise ValueError("not a whole number")


def _text(given: object, kind: type[Any]) -> Any:
    """Also asked for enumerations of texts."""
    if kind is not str:
        return kind(given)
    if isinstance(given, str):
        return given
    raise ValueError("not a text")
