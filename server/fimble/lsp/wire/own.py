"""Parameters of the requests that LSP does not have: read and refused as LSP's own are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn, override
from lsprotocol import types

from fimble.lsp import protocol


@attrs.frozen
class NextEditParams:
    """Where the user is.

    Attributes:
        text_document: The document, and its version where the client says it.
        position: The cursor.
    """

    text_document: types.OptionalVersionedTextDocumentIdentifier
    position: types.Position


@attrs.frozen
class NextEditRequest:
    """Asks for the edits that follow from the last one."""

    id: int | str
    params: NextEditParams
    method: str
    jsonrpc: str


TYPES: Mapping[str, type[Any]] = MappingProxyType(
    {protocol.NEXT_EDIT: NextEditRequest, protocol.COPILOT_INLINE_EDIT: NextEditRequest}
)
"""Method -> its message."""


def add_to(converter: cattrs.Converter) -> None:
    """Teaches a converter the names that members have in JSON."""
    renamed = make_dict_structure_fn(
        NextEditParams, converter, text_document=override(rename="textDocument")
    )
    converter.register_structure_hook(NextEditParams, renamed)
