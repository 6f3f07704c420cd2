"""Models named by their id on the Hugging Face hub, `owner/name`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import MappingProxyType

from fimble.errors import CheckpointError

_ID = re.compile(r"[\w.-]+/[\w.-]+")
_FILES = ("config.json", "tokenizer.json", "*.safetensors", "*.safetensors.index.json")
_QUIET = MappingProxyType(
    {
        "HF_HUB_DISABLE_TELEMETRY": "1",  # else it tells what is installed, and what runs it
        "HF_HUB_DISABLE_XET": "1",  # a second client, with telemetry and log files of its own
        "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
    }
)


def locate(source: str) -> Path:
    """The path `source`, or the folder into which the model of that id is downloaded.

    Settings of the hub's own client apply: `HF_ENDPOINT`, `HF_HUB_OFFLINE`, `HF_TOKEN`, `HF_HOME`;
    the token goes out only for a model that the hub does not give without.

    Raises:
        CheckpointError: It cannot be had.
    """
    path = Path(source).expanduser()
    if path.exists() or not _ID.fullmatch(source):
        return path
    os.environ.update(_QUIET)  # read when the client is imported
    import httpx
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return _downloaded(source)
    except (HfHubHTTPError, LocalEntryNotFoundError, httpx.HTTPError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CheckpointError(
            f"{source} is neither here nor could it be downloaded from the hub: {reason}",
            "Check the name and the network, or give a folder.",
        ) from error


def _downloaded(source: str) -> Path:
    """Asks without the user's token first: most models are public, and need not know who asks."""
    from huggingface_hub import get_token, snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    files = list(_FILES)
    try:
        return Path(snapshot_download(source, allow_patterns=files, token=False))
    except (GatedRepoError, RepositoryNotFoundError):
        if get_token() is None:
            raise
    return Path(snapshot_download(source, allow_patterns=files, token=True))
