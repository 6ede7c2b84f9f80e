"""A TCP server that answers everything with the same bytes, whatever the protocol."""

import asyncio
import contextlib
import re
from contextlib import asynccontextmanager

_COMMAND = re.compile(rb"^\*\d+\r$", re.MULTILINE)


@asynccontextmanager
async def answering(reply, *, unasked=False):
    """Run a server on a free port of the loopback interface; yields its address.

    Args:
        reply: The bytes for each command or other piece of data received; None to close the connection instead.
        unasked: Whether they are also sent when a connection is made.
    """

    async def serve(reader, writer):
        with contextlib.suppress(OSError):
            if unasked:
                writer.write(reply)
            while data := await reader.read(65_536):
                if reply is None:
                    break
                # A client may send several commands of Redis at once, and then waits for as many replies.
                writer.write(reply * max(1, len(_COMMAND.findall(data))))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
