"""A proxy for a Redis server, with which a test delays requests and replies, and breaks connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

Hook: TypeAlias = Callable[[bytes], Awaitable[object]]


class RedisProxy:
    """Forwards bytes between its own port and the server's.

    A test simulates a slow Redis by holding replies back, without sleeping.

    Attributes:
        url: The URL for clients.
        requests: The data received from clients: usually one entry per command or pipeline.
        is_down: Whether connections are broken at once, as if there were no server. See `go_down`.
        forward_requests: Requests are forwarded while this is set, as it is initially.
        forward_replies: Replies are forwarded while this is set, as it is initially.
        on_request: Awaited with each request before it is forwarded. It may call `cut`.
        on_reply: Awaited with each reply before it is forwarded, after the server has executed the command.
    """

    def __init__(self, server_port: int) -> None:
        """Remember the server's port; use `running`, or the fixture `redis_proxy`."""
        self.url = ""
        self.requests: list[bytes] = []
        self.is_down = False
        self.forward_requests = asyncio.Event()
        self.forward_replies = asyncio.Event()
        self.forward_requests.set()
        self.forward_replies.set()
        self.on_request: Hook | None = None
        self.on_reply: Hook | None = None
        self._server_port = server_port
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._requests_changed = asyncio.Condition()

    @classmethod
    @asynccontextmanager
    async def running(cls, server_port: int) -> AsyncIterator[RedisProxy]:
        """Listen on a free port of the loopback interface, in a context."""
        proxy = cls(server_port)
        listener = await asyncio.start_server(proxy._serve, "127.0.0.1", 0)
        proxy.url = f"redis://127.0.0.1:{listener.sockets[0].getsockname()[1]}/0"
        try:
            yield proxy
        finally:
            listener.close()
            for task in proxy._tasks:
                task.cancel()
            await asyncio.gather(*proxy._tasks, return_exceptions=True)
            proxy.cut()

    def cut(self) -> None:
        """Break all connections. Later ones are accepted."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def go_down(self) -> None:
        """Break all connections, and later ones too until `is_down` is set to False. The server keeps its data."""
        self.is_down = True
        self.cut()

    async def wait_for_requests(self, count: int) -> None:
        """Wait until `requests` has at least `count` entries."""
        async with self._requests_changed:
            await self._requests_changed.wait_for(lambda: len(self.requests) >= count)

    async def _serve(self, client_reader: asyncio.StreamReader, client_writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(client_writer)
        try:
            # Without a server the connection breaks at once.
            with suppress(OSError, asyncio.CancelledError):
                if self.is_down:
                    return
                server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
                self._writers.add(server_writer)
                await asyncio.gather(
                    self._forward_requests(client_reader, server_writer),
                    self._forward_replies(server_reader, client_writer),
                )
        finally:
            self._tasks.discard(task)
            client_writer.transport.abort()
            self._writers.discard(client_writer)

    async def _forward_requests(self, client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        try:
            while data := await client.read(1 << 20):
                async with self._requests_changed:
                    self.requests.append(data)
                    self._requests_changed.notify_all()
                await self.forward_requests.wait()
                if self.on_request is not None:
                    await self.on_request(data)
                server.write(data)
                await server.drain()
        finally:
            self._close(server)

    async def _forward_replies(self, server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            while data := await server.read(1 << 20):
                await self.forward_replies.wait()
                if self.on_reply is not None:
                    await self.on_reply(data)
                client.write(data)
                await client.drain()
        finally:
            self._close(client)

    def _close(self, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()
        self._writers.discard(writer)
