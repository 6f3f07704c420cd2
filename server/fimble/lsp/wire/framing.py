"""LSP's base protocol: a block of headers, an empty line, and as many bytes as it promised.

No input or output here: bytes go in as they come, bodies come out as they are whole.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

_log = logging.getLogger(__name__)
LARGEST = 256 * 2**20
"""Bytes of a body; whatever promises more is no editor."""
_LONGEST_HEADERS = 4096
_BEGINNINGS = (b"", b"C", b"c", b"\r", b"\n")
_DIGITS = 12
"""Of a length, leading zeros counted."""


def framed(body: bytes) -> bytes:
    """A message as it is sent."""
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class FramingError(Exception):
    """The stream holds something that is no message, or none that could be meant."""


class Framing:
    """Cuts a stream into the bodies of its messages.

    Header names may be in any case, with or without a space behind the colon, and lines may end
    with a bare line feed. `Content-Type` is not looked at: LSP knows UTF-8 alone.

    Args:
        strict: Whether any other line between messages ends the stream, as on a socket, where
            it may come from a browser. Otherwise it is skipped: a pipe belongs to the editor.
        largest: Bytes of a body.

    Attributes:
        largest: The same.
    """

    def __init__(self, *, strict: bool = False, largest: int = LARGEST) -> None:
        self.largest = largest
        self._strict = strict
        self._buffer = bytearray()
        self._length: int | None = None
        self._headers = 0
        """Bytes of the header block so far."""
        self._inside = False
        """Whether the block has ended, and its body follows."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Takes bytes; gives the bodies that are whole with them.

        Raises:
            FramingError: The stream is of no use from here on.
        """
        self._buffer += data
        while True:
            if not self._inside and not self._read_headers():
                return
            length = self._length or 0
            if len(self._buffer) < length:
                return
            body = bytes(self._buffer[:length])
            del self._buffer[:length]
            self._length, self._headers, self._inside = None, 0, False
            yield body

    def _read_headers(self) -> bool:
        """Reads lines until the block ends; False where more bytes are needed for that."""
        if self._strict and self._buffer[:1] not in _BEGINNINGS:
            raise FramingError("bytes that begin no header of LSP")
        while (end := self._buffer.find(b"\n", 0, _LONGEST_HEADERS + 1)) >= 0:
            line = bytes(self._buffer[:end]).strip()
            del self._buffer[: end + 1]
            if line:
                self._headers += end + 1
                self._read(line)
            elif self._length is not None:
                self._inside = True
                return True
            elif self._strict and self._headers:
                raise FramingError("a header block without Content-Length")
            if self._headers > _LONGEST_HEADERS:
                raise FramingError("a header block without an end")
        if len(self._buffer) > _LONGEST_HEADERS:
            raise FramingError("a line without an end")
        return False

    def _read(self, line: bytes) -> None:
        name, colon, value = line.partition(b":")
        name, value = name.strip().lower(), value.strip()
        if name == b"content-length" and colon and value.isdigit() and len(value) <= _DIGITS:
            length = int(value)
            if length > self.largest:
                raise FramingError(f"a message of {length} bytes")
            if self._length not in (None, length):
                raise FramingError("two lengths for one message")
            self._length = length
        elif name != b"content-type" or not colon:
            if self._strict:
                raise FramingError("a line that is no header of LSP")
            _log.warning("Skipped a line of %d bytes that is no header of LSP", len(line))
