"""Where the bytes of a checkpoint come from: one protocol, and the hub.

A source is asked for the file *from an offset*, so what one source has delivered before it
failed, another goes on with. The wheels are in `wheels.py`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import httpx

from fimble.errors import DownloadError
from fimble.models.catalogue import Entry, HubFile
from fimble.models.wheels import WheelSource

HUB = "https://huggingface.co"
GIVE_UP_SECONDS = 5.0
_CHUNK = 1 << 20

Transit = Callable[[int], None]
"""Told how many bytes have arrived that the source cannot hand over yet."""


class Source(Protocol):
    """Something that can deliver the bytes of one file."""

    @property
    def label(self) -> str:
        """What to call it in messages."""

    def read(self, start: int, transit: Transit) -> Iterator[bytes]:
        """The file's bytes from `start` on, in chunks.

        Raises:
            DownloadError: It does not answer, does not have the file, or broke off.
        """


@dataclass(frozen=True)
class HubSource:
    """A file in a repository of the Hugging Face hub, or of a mirror named by `HF_ENDPOINT`."""

    file: HubFile
    endpoint: str = HUB
    give_up_seconds: float = GIVE_UP_SECONDS

    @property
    def label(self) -> str:
        """The hub's host name."""
        return httpx.URL(self.endpoint).host

    @property
    def url(self) -> str:
        """Where the file is."""
        return (
            f"{self.endpoint.rstrip('/')}/{self.file.repository}"
            f"/resolve/{self.file.revision}/{self.file.file}"
        )

    def read(self, start: int, transit: Transit) -> Iterator[bytes]:
        """Streams the file; see `Source.read`."""
        if not self._answers():
            raise DownloadError(f"{self.label} does not answer.")
        try:
            yield from _stream(self.url, start)
        except httpx.HTTPStatusError as error:
            raise DownloadError(f"{self.label} says {error.response.status_code}.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DownloadError(
                f"{self.label} broke off: {error or type(error).__name__}."
            ) from error

    def _answers(self) -> bool:
        """Whether the host answers at all, within the limit.

        In a thread of its own: looking up the name blocks in the system's resolver, which no
        timeout of the HTTP library bounds. A thread that hangs there ends with the process.
        """
        answered = threading.Event()

        def ask() -> None:
            try:
                httpx.head(self.url, timeout=self.give_up_seconds)
            except (httpx.HTTPError, httpx.InvalidURL, OSError):
                return
            answered.set()

        thread = threading.Thread(target=ask, name="fimble-hub-probe", daemon=True)
        thread.start()
        thread.join(self.give_up_seconds)
        return answered.is_set()


def _stream(url: str, start: int) -> Iterator[bytes]:
    headers = {"Range": f"bytes={start}-"} if start else {}
    headers["Accept-Encoding"] = "identity"
    timeout = httpx.Timeout(30.0, connect=GIVE_UP_SECONDS)
    with httpx.stream("GET", url, headers=headers, follow_redirects=True, timeout=timeout) as reply:
        reply.raise_for_status()
        skip = start if reply.status_code != httpx.codes.PARTIAL_CONTENT else 0
        for chunk in reply.iter_bytes(_CHUNK):
            if skip >= len(chunk):
                skip -= len(chunk)
                continue
            yield chunk[skip:]
            skip = 0


def sources_of(entry: Entry) -> tuple[Source, ...]:
    """All sources of `entry`, in the order in which they are tried.

    `HF_HUB_OFFLINE` leaves the hub out and `HF_ENDPOINT` replaces its address, as they do for
    the hub's own client.
    """
    found: list[Source] = []
    if entry.hub is not None and not _truthy(os.environ.get("HF_HUB_OFFLINE", "")):
        found.append(HubSource(entry.hub, os.environ.get("HF_ENDPOINT") or HUB))
    if entry.wheels:
        found.append(WheelSource(entry.wheels))
    return tuple(found)


def _truthy(value: str) -> bool:
    return value.strip().upper() in {"1", "ON", "YES", "TRUE"}
