"""The client's documents as snapshots."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from pygls.workspace import TextDocument

from fimble.core.text import Snapshot


def take_snapshot(document: TextDocument) -> Snapshot:
    """The document as it is now; pygls changes it under a handler that awaits."""
    path = PurePosixPath(unquote(urlsplit(document.uri).path)).name
    return Snapshot(
        document.uri, path, document.language_id or "", document.version, document.source
    )
