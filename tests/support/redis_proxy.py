"""A proxy before a Redis server, so that a test decides when what passes, and where a connection breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeAlias

Hook: TypeAlias = Callable[[bytes], Awaitable[object]]


class RedisProxy:
    """Passes bytes on between its own port and the server's, at the test's pace.

    A Redis that is slow in the middle of work is one whose answers are held back: no test has to sleep for that.

    Attributes:
        url: What clients connect to.
        requests: What clients sent, as it came: one entry for each command or pipeline, as a rule.
        requests_pass: Requests are passed on while it is set; as it is at first.
        answers_pass: Answers are passed on while it is set; as it is at first.
        on_request: Awaited with each request before it is passed on. `cut` may be called in it.
        on_answer: Awaited with each answer before it is passed on. The server has done its work by then.
    """

    def __init__(self, server_port: int) -> None:
        """Take the server's port; use `running`, or the fixture `redis_proxy`."""
        self.url = ""
        self.requests: list[bytes] = []
        self.requests_pass = asyncio.Event()
        self.answers_pass = asyncio.Event()
        self.requests_pass.set()
        self.answers_pass.set()
        self.on_request: Hook | None = None
        self.on_answer: Hook | None = None
        self._server_port = server_port
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def running(cls, server_port: int) -> AsyncIterator[RedisProxy]:
        """Listen on a free port of the loopback interface for as long as the context lasts."""
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

    async def _serve(self, client_reader: asyncio.StreamReader, client_writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(client_writer)
        try:
            # No server behind the proxy is a connection that breaks at once.
            with suppress(OSError, asyncio.CancelledError):
                server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
                self._writers.add(server_writer)
                await asyncio.gather(
                    self._pass_requests(client_reader, server_writer), self._pass_answers(server_reader, client_writer)
                )
        finally:
            self._tasks.discard(task)
            client_writer.transport.abort()
            self._writers.discard(client_writer)

    async def _pass_requests(self, client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        try:
            while data := await client.read(1 << 20):
                self.requests.append(data)
                await self.requests_pass.wait()
                if self.on_request is not None:
                    await self.on_request(data)
                server.write(data)
                await server.drain()
        finally:
            self._close(server)

    async def _pass_answers(self, server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            while data := await server.read(1 << 20):
                await self.answers_pass.wait()
                if self.on_answer is not None:
                    await self.on_answer(data)
                client.write(data)
                await client.drain()
        finally:
            self._close(client)

    def _close(self, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()
        self._writers.discard(writer)
