"""A server of any protocol that repeats what it received, sends nonsense, or does not reply."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable


class MisbehavingServer:
    """Replies once on each connection, and closes it.

    Attributes:
        address: Host and port.
        reply: Returns the reply for the received bytes; None for no reply: the connection stays open until the client
            closes it.
        received: What was received on any connection.
        arrived: Set when something is received.
    """

    def __init__(self, reply: Callable[[bytes], bytes | None]) -> None:
        """Remember the reply; use `misbehaving_server`."""
        self.address = ""
        self.reply = reply
        self.received = b""
        self.arrived = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        """Close all connections, and each later one as soon as it sends something."""
        self.reply = lambda _: b""
        for writer in self._writers:
            writer.close()

    async def end(self) -> None:
        """Close all connections, and wait until that is done."""
        self.cut()
        await asyncio.gather(*self._tasks)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self._writers.add(writer)
        if (task := asyncio.current_task()) is not None:
            self._tasks.add(task)
        with contextlib.suppress(ConnectionError):
            data = await reader.read(2**20)
            self.received += data
            self.arrived.set()
            reply = self.reply(data)
            if reply is None:
                await reader.read()
            else:
                writer.write(reply)
                await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        self._writers.discard(writer)


@contextlib.asynccontextmanager
async def misbehaving_server(
    reply: Callable[[bytes], bytes | None] = lambda _: None,
) -> AsyncIterator[MisbehavingServer]:
    """Run a server on a free port of the loopback interface. By default it does not reply."""
    running = MisbehavingServer(reply)
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0)
    running.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield running
    finally:
        server.close()
        await running.end()
