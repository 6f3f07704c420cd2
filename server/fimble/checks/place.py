"""Where a document stands on this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname


def local_path(uri: str) -> Path | None:
    """The file of a `file:` URI, None for any other."""
    parts = urlsplit(uri)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" and parts.path else None


def folder_of(uri: str) -> Path:
    """The folder that a tool should run in: the nearest one that exists above the document."""
    path = local_path(uri)
    parents = path.parents if path else ()
    return next((p for p in parents if p.is_dir()), Path(tempfile.gettempdir()))
