"""Sending an answer: whole, or as a fault would have it."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import HttpVersion11, web

from spotify.testing.sandbox.faults.effects import Cut, CutPoint, Drip, Effect, Garbage, Reset
from spotify.testing.sandbox.http.messages import EncodedResponse

# `struct linger` on and zero: closing the socket resets the connection.
_RESET_ON_CLOSE: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class CancellableSleep:
    """Waits on behalf of handlers; stopping the sandbox does not wait for them."""

    def __init__(self, sleep: Callable[[float], Awaitable[object]]) -> None:
        """`sleep` waits so many seconds."""
        self._sleep: Final = sleep
        self._waiting: set[asyncio.Task[object]] = set()

    async def __call__(self, seconds: float) -> None:
        """Wait; no time at all is not waited for."""
        if not seconds:
            return
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can wait")
        self._waiting.add(task)
        try:
            await self._sleep(seconds)
        finally:
            self._waiting.discard(task)

    def cancel(self) -> None:
        """Cancel every task that waits."""
        for task in self._waiting:
            task.cancel()


async def deliver(
    incoming: web.BaseRequest, answer: EncodedResponse | None, effect: Effect | None, pause: CancellableSleep
) -> web.StreamResponse:
    """Send an answer, or start to; what is returned is for the server to finish.

    Args:
        incoming: What is answered.
        answer: What to send; None for nothing at all.
        effect: What is done to it while it is sent.
        pause: Waits so many seconds.
    """
    if answer is None:
        return _hang_up(incoming, graceful=isinstance(effect, Reset) and effect.graceful)
    gzipped = "gzip" in incoming.headers.get("Accept-Encoding", "")
    if isinstance(effect, Garbage):
        gzipped = effect.body == "gzip-bomb" or (gzipped and effect.body != "oversized")
    try:
        match effect:
            case Cut(at=at):
                return await _half(incoming, answer, at, gzipped=gzipped)
            case Drip():
                return await _drip(incoming, answer, effect, pause, gzipped=gzipped)
            case _:
                return whole(answer, gzipped=gzipped)
    except ConnectionError:  # the caller has gone
        return _hang_up(incoming, graceful=True)


def whole(answer: EncodedResponse, *, gzipped: bool) -> web.Response:
    """All of an answer, compressed if that is accepted and worth it."""
    content, is_gzip = answer.payload(gzipped=gzipped)
    response = web.Response(status=answer.status, body=content, headers=answer.headers)
    if is_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return response


async def _half(
    incoming: web.BaseRequest, answer: EncodedResponse, at: CutPoint, *, gzipped: bool
) -> web.StreamResponse:
    if at == "gzip":
        content = gzip.compress(answer.body, mtime=0)
        half = web.Response(status=answer.status, body=content[: len(content) // 2], headers=answer.headers)
        half.headers["Content-Encoding"] = "gzip"
        return half
    content, is_gzip = answer.payload(gzipped=gzipped)
    response = _streamed(answer, is_gzip=is_gzip)
    if at == "chunked" and incoming.version >= HttpVersion11:
        response.enable_chunked_encoding()
    else:
        response.content_length = max(1, len(content))
    await response.prepare(incoming)
    if half_content := content[: len(content) // 2]:
        await response.write(half_content)
    _close(incoming)
    return response


async def _drip(
    incoming: web.BaseRequest, answer: EncodedResponse, effect: Drip, pause: CancellableSleep, *, gzipped: bool
) -> web.StreamResponse:
    content, is_gzip = answer.payload(gzipped=gzipped)
    if not content:
        return whole(answer, gzipped=False)
    response = _streamed(answer, is_gzip=is_gzip)
    response.content_length = len(content)
    await response.prepare(incoming)
    for start in range(0, len(content), effect.piece):
        if start:
            await pause(effect.pause)
        await response.write(content[start : start + effect.piece])
    return response


def _streamed(answer: EncodedResponse, *, is_gzip: bool) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    if is_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _hang_up(incoming: web.BaseRequest, *, graceful: bool) -> web.Response:
    """End the connection; what is returned cannot be sent any more, which the server takes for a caller who left."""
    transport = incoming.transport
    if transport is not None and not graceful:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    else:
        _close(incoming)
    return web.Response()


def _close(incoming: web.BaseRequest) -> None:
    """Close the connection behind what was written."""
    if incoming.transport is not None:
        incoming.transport.close()
