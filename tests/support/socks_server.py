"""A SOCKS5 proxy without authentication, for connections to IPv4 addresses and host names (RFC 1928)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def socks_server() -> AsyncIterator[tuple[str, list[str]]]:
    """Run the proxy; yields its URL and the addresses that clients connect to."""
    targets: list[str] = []
    relays: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\5\0")
        kind = (await reader.readexactly(4))[3]
        if kind == 1:
            host = socket.inet_ntoa(await reader.readexactly(4))
        else:
            host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        targets.append(f"{host}:{port}")
        there_reader, there_writer = await asyncio.open_connection(host, port)
        writer.write(b"\5\0\0\1" + bytes(6))
        for source, sink in ((reader, there_writer), (there_reader, writer)):
            relay = asyncio.create_task(_relay(source, sink))
            relays.add(relay)
            relay.add_done_callback(relays.discard)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}", targets
    finally:
        server.close()
        await asyncio.gather(*relays)


async def _relay(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
    sink.close()
