"""Sends responses: complete, or with the effect of a fault on the connection."""

from __future__ import annotations

import asyncio
import gzip
import os
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import HttpVersion11, web

from spotify.testing.sandbox.faults.fault import Cut, CutPoint, Drip, Effect, Garbage, Reset, Surplus
from spotify.testing.sandbox.http.messages import EncodedResponse

# `struct linger` with l_onoff=1 and l_linger=0: closing the socket resets the connection.
_RESET_ON_CLOSE: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)


class CancellableSleep:
    """Sleeps for request handlers; stopping the sandbox cancels those that sleep."""

    def __init__(self, sleep: Callable[[float], Awaitable[object]]) -> None:
        """Create it from a sleep function."""
        self._sleep: Final = sleep
        self._sleeping: set[asyncio.Task[object]] = set()

    async def __call__(self, seconds: float) -> None:
        """Sleep; return at once for 0 seconds."""
        if not seconds:
            return
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("CancellableSleep must be called in a task")
        self._sleeping.add(task)
        try:
            await self._sleep(seconds)
        finally:
            self._sleeping.discard(task)

    def cancel(self) -> None:
        """Cancel every sleeping task. It may be called in another thread than the tasks' own."""
        for task in list(self._sleeping):
            loop = task.get_loop()
            if loop is _running_loop():
                task.cancel()
            elif not loop.is_closed():
                loop.call_soon_threadsafe(task.cancel)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


async def deliver(
    incoming: web.BaseRequest, response: EncodedResponse | None, effect: Effect | None, sleep: CancellableSleep
) -> web.StreamResponse:
    """Send a response, or prepare it for the server to send.

    Args:
        incoming: The request.
        response: The response; None to end the connection without one.
        effect: The effect on the delivery, if any.
        sleep: The sleep function.
    """
    if response is None:
        return _disconnect(incoming, graceful=isinstance(effect, Reset) and effect.graceful)
    gzipped = "gzip" in incoming.headers.get("Accept-Encoding", "")
    if isinstance(effect, Garbage):
        gzipped = effect.body == "gzip-bomb" or (gzipped and effect.body != "oversized")
    try:
        match effect:
            case Cut(at=at):
                return await _send_half(incoming, response, at, gzipped=gzipped)
            case Drip():
                return await _send_pieces(incoming, response, effect, sleep, gzipped=gzipped)
            case Surplus(pause=pause):
                return await _send_twice(incoming, complete_response(response, gzipped=gzipped), pause, sleep)
            case _:
                return complete_response(response, gzipped=gzipped)
    except ConnectionError:  # the client has disconnected
        return _disconnect(incoming, graceful=True)


def complete_response(response: EncodedResponse, *, gzipped: bool) -> web.Response:
    """Return the complete response for the server to send, compressed if `gzipped` and not small."""
    content, is_gzip = response.payload(gzipped=gzipped)
    return web.Response(status=response.status, body=content, headers=_headers(response, is_gzip=is_gzip))


async def _send_half(
    incoming: web.BaseRequest, response: EncodedResponse, at: CutPoint, *, gzipped: bool
) -> web.StreamResponse:
    if at == "gzip":
        content = gzip.compress(response.body, mtime=0)
        headers = _headers(response, is_gzip=True)
        return web.Response(status=response.status, body=content[: len(content) // 2], headers=headers)
    content, is_gzip = response.payload(gzipped=gzipped)
    stream = web.StreamResponse(status=response.status, headers=_headers(response, is_gzip=is_gzip))
    if at == "chunked" and incoming.version >= HttpVersion11:
        stream.enable_chunked_encoding()
    else:
        stream.content_length = max(1, len(content))
    await stream.prepare(incoming)
    if half := content[: len(content) // 2]:
        await stream.write(half)
    _close(incoming)
    return stream


async def _send_pieces(
    incoming: web.BaseRequest, response: EncodedResponse, effect: Drip, sleep: CancellableSleep, *, gzipped: bool
) -> web.StreamResponse:
    content, is_gzip = response.payload(gzipped=gzipped)
    if not content:
        return complete_response(response, gzipped=False)
    stream = web.StreamResponse(status=response.status, headers=_headers(response, is_gzip=is_gzip))
    stream.content_length = len(content)
    await stream.prepare(incoming)
    for start in range(0, len(content), effect.piece):
        if start:
            await sleep(effect.pause)
        await stream.write(content[start : start + effect.piece])
    return stream


async def _send_twice(
    incoming: web.BaseRequest, response: web.Response, pause: float, sleep: CancellableSleep
) -> web.StreamResponse:
    await response.prepare(incoming)
    body = response.body if isinstance(response.body, bytes) else b""
    lines = [f"HTTP/1.1 {response.status} {response.reason}", *map(": ".join, response.headers.items()), "", ""]
    surplus = "\r\n".join(lines).encode() + body  # the server can send only one response to a request
    if not pause:
        # In one write with the response: between two, a client in another thread can send its next request.
        await web.StreamResponse.write_eof(response, body + surplus)
        return response
    await response.write_eof()
    await sleep(pause)
    if incoming.transport is not None:
        incoming.transport.write(surplus)
    return response


def _headers(response: EncodedResponse, *, is_gzip: bool) -> dict[str, str]:
    return {**response.headers, **({"Content-Encoding": "gzip"} if is_gzip else {})}


def _disconnect(incoming: web.BaseRequest, *, graceful: bool) -> web.Response:
    """End the connection. The server cannot send the returned response, and treats it like a client that left."""
    transport = incoming.transport
    if transport is not None and not graceful:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    else:
        _close(incoming)
    return web.Response()


def _close(incoming: web.BaseRequest) -> None:
    """Close the connection after the bytes written so far."""
    if incoming.transport is not None:
        incoming.transport.close()
