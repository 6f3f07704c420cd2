"""One connection: uvicorn's, with the limits that it leaves to a proxy in front of it.

uvicorn has no limit of time for a head or for a body that is not read, answers what is not HTTP in
plain text, and beyond its limit of connections refuses the new ones, however long the others have
rested. It looks away from a client that sends a second request before it has the first answer, and
does not see it go; this does.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Literal, cast

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from fimble.http import protocol
from fimble.http.limits import Limits

_Phase = Literal["new", "sending", "answering", "resting", "refused"]


class Config(uvicorn.Config):
    """uvicorn's configuration, and our limits."""

    limits = Limits()


class Connection(H11Protocol):
    """Answers the requests of one client."""

    config: Config
    _phase: _Phase = "new"
    _since = 0.0
    _timer: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Takes a client, and makes room for it."""
        super().connection_made(transport)
        self._limits = self.config.limits
        self._enter("new")
        if len(self.connections) > self._limits.connections:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        for timer in (self._timer, self._stuck):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes what the client has sent."""
        if self._phase == "refused":
            return
        super().data_received(data)
        if self._answering() and self.flow.read_paused and not self.cycle.more_body:
            self._read_ahead()
        self._watch()

    def on_response_complete(self) -> None:
        """The answer is out."""
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """The client does not read its answer."""
        super().pause_writing()
        self._stuck = self.loop.call_later(self._limits.write_s, self.transport.abort)

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        if self._stuck is not None:
            self._stuck.cancel()

    def send_400_response(self, msg: str) -> None:
        """Answers what is not HTTP, as long as nothing else has been answered."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return self.transport.abort()
        if self._answering():  # its body is broken: this is its answer, the app's would be a second
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        body = json.dumps(protocol.failure("this is no valid HTTP request")).encode()
        headers = [
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        answer = h11.Response(status_code=400, headers=headers, reason="Bad Request")
        for event in (answer, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.write_eof()  # closing now would reset what the client has yet to read
        self._enter("refused")

    def _answering(self) -> bool:
        cycle: Any = self.cycle  # None before the first request
        return cycle is not None and not (cycle.response_complete or cycle.disconnected)

    def _read_ahead(self) -> None:
        """Goes on reading behind a whole request: only so is it seen when the client leaves."""
        if len(self.conn.trailing_data[0]) > self._limits.ahead_bytes:
            self.transport.abort()
        else:
            self.flow.resume_reading()

    def _watch(self) -> None:
        """Gives the client the time of what it does now; while it does the same, time runs on."""
        if self._answering():
            phase: _Phase = "answering"
        elif self.conn.trailing_data[0] or self.conn.their_state is h11.SEND_BODY:
            phase = "new" if self._phase == "new" else "sending"  # its time runs since it came
        else:
            phase = "resting"
        if self._phase not in (phase, "refused"):
            self._enter(phase)

    def _enter(self, phase: _Phase) -> None:
        self._phase, self._since = phase, self.loop.time()
        if self._timer is not None:
            self._timer.cancel()
        limits = self._limits
        seconds = {"resting": limits.rest_s, "refused": limits.linger_s}.get(phase, limits.head_s)
        waits = phase == "answering"  # the app looks after that
        self._timer = None if waits else self.loop.call_later(seconds, self._close)

    def _close(self) -> None:
        if self.transport.get_write_buffer_size():  # closing would wait for the client to read it
            self.transport.abort()
        else:
            self.transport.close()

    def _make_room(self) -> None:
        """Closes the connection that has rested longest; this one where all others are busy."""
        others = cast("set[Connection]", self.connections)
        oldest = min((c for c in others if not c._answering()), key=lambda c: c._since)
        others.discard(oldest)
        oldest.transport.abort()
