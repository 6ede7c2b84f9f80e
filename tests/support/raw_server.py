"""A server that writes down the very bytes which come, and answers with the very bytes that it is told to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@dataclass(frozen=True)
class RawRequest:
    """One request as it came.

    Attributes:
        line: The request line, without its end.
        headers: Names in small letters with their values; a name that came twice is there twice.
        body: The body.
    """

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def target(self) -> str:
        """What is asked for: path and query as they came."""
        method, target, version = self.line.split(" ")
        assert method.isupper()
        assert version == "HTTP/1.1"
        return target


@dataclass
class RawServer:
    """A running server.

    Attributes:
        answer: The bytes that answer each request.
        closes: Whether the connection ends with the answer.
        requests: The requests so far.
        leftover: Bytes that came and are no request.
    """

    answer: bytes = OK
    closes: bool = False
    requests: list[RawRequest] = field(default_factory=list)
    leftover: bytes = b""
    origin: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        with contextlib.suppress(ConnectionError):
            while request := await self._read(reader):
                self.requests.append(request)
                writer.write(self.answer)
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
        line, *rest = head.removesuffix(b"\r\n\r\n").decode("ascii").split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (each.partition(":") for each in rest)]
        length = int(dict(headers).get("content-length", "0"))
        return RawRequest(line, headers, await reader.readexactly(length))


@contextlib.asynccontextmanager
async def raw_server(answer: bytes = OK, *, closes: bool = False) -> AsyncIterator[RawServer]:
    """Run a server on a free port of this machine; `origin` is its address."""
    running = RawServer(answer, closes)
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0, limit=2**24)
    running.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield running
    finally:
        server.close()
        await server.wait_closed()
