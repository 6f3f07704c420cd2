"""The messages that microsoft/lsprotocol generates of LSP's metamodel: each is answered once."""

import asyncio
import json
import lzma
import os
from collections import Counter
from pathlib import Path
from typing import Any

from tests.unit.lsp.wire.talk import talk

VECTORS = Path(__file__).parents[3] / "data" / "lsprotocol" / "vectors.jsonl.xz"
EVERY = 1 if "FIMBLE_THOROUGH" in os.environ else 8
"""Of the vectors every so manieth is said; with FIMBLE_THOROUGH all are."""


def vectors() -> list[bytes]:
    return lzma.open(VECTORS).read().splitlines()[::EVERY]


def wanted(vector: bytes) -> tuple[bool, Any]:
    """Whether a message is answered, and with which id."""
    content = json.loads(vector)
    if content.get("jsonrpc") != "2.0":
        return True, _identity(content.get("id"))
    if "method" not in content:
        is_answer = (
            content.keys() & {"result", "error"} and _identity(content.get("id")) is not None
        )
        return not is_answer, _identity(content.get("id"))
    return "id" in content, _identity(content.get("id"))


def _identity(given: Any) -> Any:
    if isinstance(given, float) and given.is_integer():
        return int(given)
    return given if isinstance(given, int | str) and not isinstance(given, bool) else None


async def test_each_is_answered_once_by_a_server_that_lives_on() -> None:
    async with talk() as client:
        client.server.protocol.on_exit = lambda why: None
        for vector in vectors():
            client.heard.clear()
            client.say(vector)
            answered, identity = wanted(vector)
            if answered:
                await client.answer(identity)
            else:
                await asyncio.sleep(0)
            mistakes = [m for m in client.heard if "method" not in m]
            assert len(mistakes) == answered, (vector, client.heard)
            if b'"shutdown"' in vector:
                client.server.protocol._shutdown = False  # and go on
        client.ask("alive", "textDocument/unknown")
        assert (await client.answer("alive"))["error"]["code"] == -32601


async def test_all_of_them_at_once() -> None:
    async with talk() as client:
        client.server.protocol.on_exit = lambda why: None
        expected: Counter[Any] = Counter()
        for vector in vectors():
            if b'"shutdown"' not in vector:
                client.say(vector)
                answered, identity = wanted(vector)
                expected[identity] += answered
        await client.until(lambda: _answers(client).total() >= expected.total())
        await asyncio.sleep(0.1)
        assert _answers(client) == +expected


def _answers(client: Any) -> Counter[Any]:
    return Counter(m["id"] for m in client.heard if "method" not in m and m["id"] != "first")
