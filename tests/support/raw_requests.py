"""Requests with bytes that HTTP clients do not send."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

MALFORMED = (
    b"\xff\xfe",
    b"\xc3",
    b"%FF",
    b"a" * 3_000,
    b'"',
    b'"\\377"',
    b"\\",
    b"=;=",
    b"\xe2\x80\xa8",
    b"a/../b",
)


async def raw_status(url: str, target: bytes, *headers: bytes) -> int:
    """Send a GET request to the server at `url`, and return the status of the response."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: " + address.netloc.encode(), b"Connection: close", *headers]
    writer.write(b"\r\n".join([*lines, b"", b""]))
    status_line = (await reader.read()).partition(b"\r\n")[0]
    writer.close()
    await writer.wait_closed()
    return int(status_line.split()[1])
