"""An HTTP server that records the exact bytes of requests, and sends given bytes as the response."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@dataclass(frozen=True)
class RawRequest:
    """One request as it was received.

    Attributes:
        line: The request line, without the line end.
        headers: Lower-case names with their values, including duplicates.
        body: The body.
    """

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def target(self) -> str:
        """The request target: path and query as they were received."""
        method, target, version = self.line.split(" ")
        assert method.isupper()
        assert version == "HTTP/1.1"
        return target


@dataclass
class RawServer:
    """A running server.

    Attributes:
        response: The bytes sent for each request.
        closes: Whether the connection is closed after a response.
        requests: The requests so far.
        leftover: Received bytes that are not a complete request.
        origin: The server's address.
    """

    response: bytes = OK
    closes: bool = False
    requests: list[RawRequest] = field(default_factory=list)
    leftover: bytes = b""
    origin: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Respond to the requests of one connection."""
        with contextlib.suppress(ConnectionError):
            while request := await self._read(reader):
                self.requests.append(request)
                writer.write(self.response)
                await writer.drain()
                if self.closes:
                    break
        writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> RawRequest | None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            self.leftover += error.partial
            return None
        line, *header_lines = head.removesuffix(b"\r\n\r\n").decode("ascii").split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (each.partition(":") for each in header_lines)]
        length = int(dict(headers).get("content-length", "0"))
        return RawRequest(line, headers, await reader.readexactly(length))


@contextlib.asynccontextmanager
async def raw_server(response: bytes = OK, *, closes: bool = False) -> AsyncIterator[RawServer]:
    """Run a server on a free port of the loopback interface."""
    running = RawServer(response, closes)
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0, limit=2**24)
    running.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield running
    finally:
        server.close()
        await server.wait_closed()
