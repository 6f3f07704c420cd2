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
_READ_SECONDS = 30.0
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
    """A file in a repository of the Hugging Face hub, or of a mirror named by `HF_ENDPOINT`.

    Attributes:
        file: Which file.
        size: Its length in bytes; a reply of another length (a log-in page, say) is refused unread.
        endpoint: Scheme and host.
        give_up_seconds: How long the host may take to answer at all.
    """

    file: HubFile
    size: int
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
            yield from self._stream(start)
        except httpx.HTTPStatusError as error:
            raise DownloadError(f"{self.label} says {error.response.status_code}.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise DownloadError(f"{self.label} broke off: {reason}.") from error

    def _stream(self, start: int) -> Iterator[bytes]:
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        timeout = httpx.Timeout(_READ_SECONDS, connect=self.give_up_seconds)
        with httpx.stream(
            "GET", self.url, headers=headers, follow_redirects=True, timeout=timeout
        ) as reply:
            reply.raise_for_status()
            skip = 0 if reply.status_code == httpx.codes.PARTIAL_CONTENT else start
            if (length := _length(reply)) not in (None, self.size - start + skip):
                raise DownloadError(f"{self.label} has another file: {length} bytes.")
            for chunk in reply.iter_bytes(_CHUNK):
                yield chunk[skip:]
                skip = max(0, skip - len(chunk))

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


def _length(reply: httpx.Response) -> int | None:
    """Bytes of the body, if the server states them."""
    stated = reply.headers.get("Content-Length", "")
    return int(stated) if stated.isdecimal() else None


def sources_of(entry: Entry) -> tuple[Source, ...]:
    """All sources of `entry`, in the order in which they are tried.

    `HF_HUB_OFFLINE` leaves the hub out and `HF_ENDPOINT` replaces its address, as they do for
    the hub's own client.
    """
    found: list[Source] = []
    if entry.hub is not None and not _truthy(os.environ.get("HF_HUB_OFFLINE", "")):
        found.append(HubSource(entry.hub, entry.bytes, os.environ.get("HF_ENDPOINT") or HUB))
    if entry.wheels:
        found.append(WheelSource(entry.wheels))
    return tuple(found)


def _truthy(value: str) -> bool:
    return value.strip().upper() in {"1", "ON", "YES", "TRUE"}
