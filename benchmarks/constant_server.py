"""A server in another process that returns the same JSON for every request."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import web

_ROOT: Final = Path(__file__).resolve().parent.parent


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


async def _serve(body: bytes, cache_control: str) -> None:
    headers = {"Cache-Control": cache_control} if cache_control else {}

    async def respond(_request: web.BaseRequest) -> web.Response:
        return web.Response(body=body, content_type="application/json", charset="utf-8", headers=headers)

    runner = web.ServerRunner(web.Server(respond, access_log=None), handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.stdin.buffer.read(), sys.argv[1]))
