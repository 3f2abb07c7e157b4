"""Answers that HTTP libraries refuse to send: too early, cut off, or without an end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from http.client import responses

from tornado.iostream import IOStream, StreamClosedError

_LINGER_S = 0.5
_ENDLESS_PAUSE_S = 0.05
_POLL_S = 0.02


async def write_early(
    stream: IOStream, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    """Answer a request whose body is still on its way.

    The connection stays open for a moment, in which the client can read the answer: a connection
    that is closed on a body destroys what the client has not read yet.
    """
    await stream.write(_head(status, {**headers, "Connection": "close"}) + body)
    asyncio.get_running_loop().call_later(_LINGER_S, stream.close)


async def closed(stream: IOStream) -> None:
    """Wait until a connection has ended."""
    while not stream.closed():  # noqa: ASYNC110 - tornado may use the stream's one callback itself
        await asyncio.sleep(_POLL_S)


async def write_half(stream: IOStream, status: int, body: bytes) -> None:
    """Write half of the promised body, and hang up."""
    body = body or b" " * 64
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
    await stream.write(_head(status, headers) + body[: len(body) // 2])
    stream.close()


async def write_endlessly(stream: IOStream, part: str) -> None:
    """Write a header or a body that never ends, until the client hangs up.

    :param part: "headers" or "body".
    """
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    await stream.write(head + (b"X: " if part == "headers" else b"\r\n["))
    with suppress(StreamClosedError):
        while True:
            await stream.write(b" ")
            await asyncio.sleep(_ENDLESS_PAUSE_S)


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {responses.get(status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
