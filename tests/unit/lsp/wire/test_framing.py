import itertools

import pytest
from fimble.lsp.wire.framing import Framing, FramingError, framed
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 2\r\n\r\n",
        b"content-length: 2\r\n\r\n",
        b"CONTENT-LENGTH:2\r\n\r\n",
        b"Content-Length:  2 \n\n",
        b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\r\nContent-Type: utf8\r\n\r\n",
        b"\r\n\r\nContent-Length: 2\r\n\r\n",
        b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n",
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_headers_as_clients_spell_them(head: bytes, strict: bool) -> None:
    assert list(Framing(strict=strict).feed(head + b"{}" + head + b"[]")) == [b"{}", b"[]"]


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(0, 300)))
def test_messages_come_whole_however_the_stream_is_cut(
    bodies: list[bytes], cuts: list[int]
) -> None:
    stream, framing = b"".join(map(framed, bodies)), Framing(strict=True)
    places = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    pieces = [stream[a:b] for a, b in itertools.pairwise(places)]
    assert [body for piece in pieces for body in framing.feed(piece)] == bodies


GARBAGE = [
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
    b"Content-Length: 2\r\nHost: 127.0.0.1\r\n\r\n{}",
    b"Content-Length: 2\r\nOrigin: null\r\n\r\n{}",
    b"Content-Type: text/plain\r\n\r\n",
    b"Content-Length: -2\r\n\r\n{}",
    b"Content-Length: 2x\r\n\r\n{}",
    b"Content-Length 2\r\n\r\n{}",
    b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"Content-Length: " + b"9" * 12 + b"\r\n\r\n",
    b"c" * 5000,
    b"Content-Type: a\r\n" * 500,
]


@pytest.mark.parametrize("stream", GARBAGE)
def test_a_strict_reader_ends_at_what_is_not_lsp(stream: bytes) -> None:
    framing = Framing(strict=True)
    bytewise = (stream[place : place + 1] for place in range(len(stream)))
    with pytest.raises(FramingError):
        assert [body for byte in bytewise for body in framing.feed(byte)] == []


@pytest.mark.parametrize(
    "line", [b"warning: something\r\n", b"Content-Length: two\r\n\r\n", b"x\n"]
)
def test_a_pipe_may_hold_a_strange_line_between_messages(line: bytes) -> None:
    framing = Framing()
    assert list(framing.feed(framed(b"{}") + line + framed(b"[]"))) == [b"{}", b"[]"]


@pytest.mark.parametrize("stream", [b"Content-Length: 300000000\r\n\r\n", b"x" * 5000])
def test_what_would_take_the_memory_ends_a_pipe_too(stream: bytes) -> None:
    with pytest.raises(FramingError):
        list(Framing().feed(stream))
