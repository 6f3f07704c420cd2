"""What a client sends, and whether it is still there."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from fimble.http.limits import Limits

_Result = TypeVar("_Result")


async def body(request: Request, limits: Limits) -> bytes:
    """The body, chunked or not. Starlette's own limit answers in plain text, and sets no time.

    Raises:
        HTTPException: It is too long, or takes too long.
        ClientDisconnect: The client is gone.
    """
    stated, got = request.headers.get("content-length", "0"), bytearray()
    too_long = HTTPException(413, f"the body is longer than {limits.body_bytes} bytes")
    if int(stated) > limits.body_bytes:
        raise too_long
    try:
        async with asyncio.timeout(limits.body_s), aclosing(request.stream()) as chunks:
            async for chunk in chunks:
                got += chunk
                if len(got) > limits.body_bytes:
                    raise too_long
    except TimeoutError as error:
        raise HTTPException(408, f"the body did not come in {limits.body_s:g} s") from error
    return bytes(got)


async def unless_gone(request: Request, work: Coroutine[Any, Any, _Result]) -> _Result:
    """What `work` gives; it is cancelled when the client goes.

    Raises:
        ClientDisconnect: It is gone.
    """
    tasks = asyncio.create_task(work), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if not tasks[0].done():
            raise ClientDisconnect
        return tasks[0].result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
