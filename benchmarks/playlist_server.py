"""A server in another process that serves one long playlist with a latency."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from aiohttp import web

from benchmarks.payloads import saved_tracks

_ROOT: Final = Path(__file__).resolve().parent.parent


@asynccontextmanager
async def playlist_server(*, items: int, limit: int, latency: float) -> AsyncIterator[str]:
    """Serve a playlist; yield the server's URL.

    Args:
        items: The number of items.
        limit: The number of items per page, regardless of the requested limit.
        latency: Seconds before each response.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.playlist_server", str(items), str(limit), str(latency), stdout=PIPE, cwd=_ROOT
    )
    try:
        assert process.stdout is not None
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


async def _serve(items: int, limit: int, latency: float) -> None:
    pages = {str(offset): _page(offset, items, limit) for offset in range(0, items, limit)}

    async def respond(request: web.BaseRequest) -> web.Response:
        await asyncio.sleep(latency)
        body = pages[request.query.get("offset", "0")]
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    runner = web.ServerRunner(web.Server(respond, access_log=None), handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


def _page(offset: int, items: int, limit: int) -> bytes:
    page = json.loads(saved_tracks(offset, min(limit, items - offset), with_markets=False))
    link = page["href"].partition("?")[0]
    following = f"{link}?offset={offset + limit}&limit={limit}" if offset + limit < items else None
    entries = [
        {"added_at": entry["added_at"], "is_local": False, "item": {**entry["track"], "type": "track"}}
        for entry in page["items"]
    ]
    return json.dumps(
        {**page, "items": entries, "limit": limit, "next": following, "offset": offset, "total": items}
    ).encode()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
