"""A server in another process that returns the same JSON for every request."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parent.parent
_END_OF_REQUEST: Final = b"\r\n\r\n"


@asynccontextmanager
async def constant_server(body: bytes, *, cache_control: str = "") -> AsyncGenerator[str]:
    """Serve the body with a `Cache-Control` header; yield the server's URL."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.constant_server", cache_control, stdin=PIPE, stdout=PIPE, cwd=_ROOT
    )
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(body)
        process.stdin.write_eof()
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


class _Server(asyncio.Protocol):
    """Answers each GET with the same bytes, so that the server is not what limits the clients."""

    def __init__(self, response: bytes) -> None:
        self._response = response
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._received = (self._received + data).split(_END_OF_REQUEST)
        for _ in requests:
            self._transport.write(self._response)


async def _serve(body: bytes, cache_control: str) -> None:
    headers = [
        "HTTP/1.1 200 OK",
        "Content-Type: application/json; charset=utf-8",
        f"Content-Length: {len(body)}",
        *([f"Cache-Control: {cache_control}"] if cache_control else []),
    ]
    response = "\r\n".join(headers).encode() + _END_OF_REQUEST + body
    server = await asyncio.get_running_loop().create_server(lambda: _Server(response), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(sys.stdin.buffer.read(), sys.argv[1]))
