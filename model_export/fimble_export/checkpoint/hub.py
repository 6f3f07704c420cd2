"""Models named by their id on the Hugging Face hub, `owner/name`."""

from __future__ import annotations

import re
from pathlib import Path

from fimble.errors import CheckpointError

_ID = re.compile(r"[\w.-]+/[\w.-]+")
_FILES = ("config.json", "tokenizer.json", "*.safetensors", "*.safetensors.index.json")


def locate(source: str) -> Path:
    """The path `source`, or the folder into which the model of that id is downloaded.

    Settings of the hub's own client apply: `HF_ENDPOINT`, `HF_HUB_OFFLINE`, `HF_TOKEN`, `HF_HOME`.

    Raises:
        CheckpointError: It cannot be had.
    """
    path = Path(source).expanduser()
    if path.exists() or not _ID.fullmatch(source):
        return path
    import httpx
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(source, allow_patterns=list(_FILES)))
    except (HfHubHTTPError, LocalEntryNotFoundError, httpx.HTTPError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CheckpointError(
            f"{source} is neither here nor could it be downloaded from the hub: {reason}",
            "Check the name and the network, or give a folder.",
        ) from error
