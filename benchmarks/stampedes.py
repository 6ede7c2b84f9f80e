"""What many calls do when they all find the same door closed: an expired token, a rate limit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from time import monotonic
from typing import Final

from benchmarks.measuring import THOROUGH, Effort
from benchmarks.payloads import ALBUM_ID
from benchmarks.table import Row
from spotify import AsyncSpotifyClient, ClientConfig
from spotify.interfaces import HttpRequest, HttpResponse
from spotify.testing import SpotifySandbox

_LATENCY: Final = 0.01
_WINDOW: Final = 1.0  # seconds, the shortest that Spotify asks to wait


def token_requests(effort: Effort) -> Iterator[Row]:
    """Count the token requests of 1,000 calls that start with a token which has expired, at a sandbox."""
    calls = 1_000 if effort is THOROUGH else 20
    requests = asyncio.run(_count_token_requests(calls))
    yield Row(
        what=f"token requests for {calls:,} calls on an expired token",
        measured=str(requests),
        limit="one",
        ratio=float(requests),
        at_most=1.0,
    )


async def _count_token_requests(calls: int) -> int:
    async with SpotifySandbox() as sandbox:
        albums = [album.id for album in sandbox.catalogue.albums]
        async with sandbox.client(client_id=sandbox.client_id, client_secret=sandbox.client_secret) as client:
            await client.albums.get(albums[0])
            sandbox.expire_all_tokens()
            before = len(sandbox.token_requests)
            await asyncio.gather(*(client.albums.get(albums[number % len(albums)]) for number in range(calls)))
            return len(sandbox.token_requests) - before


def rate_limit_window(effort: Effort) -> Iterator[Row]:
    """Count the requests that 1,000 calls send while a 429 forbids them, beside those that were on the wire before."""
    calls, window = (1_000, _WINDOW) if effort is THOROUGH else (100, 0.05)
    server = _LimitedServer(window)
    asyncio.run(_call_all(server, calls))
    yield Row(
        what=f"requests of {calls:,} calls sent while a 429 window is open",
        measured=str(server.sent_in_window),
        limit=f"on the wire when it opened, {server.on_the_wire_at_opening}",
        ratio=server.sent_in_window / server.on_the_wire_at_opening,
        at_most=0.0,
    )


class _LimitedServer:
    """A transport to a server that takes some requests, then none for a while, then all."""

    def __init__(self, window: float) -> None:
        self.sent_in_window = 0
        self.on_the_wire_at_opening = 0
        self._window = window
        self._left = 30
        self._on_the_wire = 0
        self._told_at: float | None = None

    async def send(self, _request: HttpRequest, /) -> HttpResponse:
        if self._told_at is not None and monotonic() < self._told_at + self._window:
            self.sent_in_window += 1
        self._on_the_wire += 1
        self._left -= 1
        refused = self._left < 0 and self._told_at is None
        await asyncio.sleep(_LATENCY)
        self._on_the_wire -= 1
        if refused:
            if self._told_at is None:
                self._told_at = monotonic()
                self.on_the_wire_at_opening = self._on_the_wire
            return HttpResponse(status=429, headers={"retry-after": str(self._window)})
        body = {"type": "album", "id": ALBUM_ID, "uri": f"spotify:album:{ALBUM_ID}"}
        return HttpResponse(status=200, body=json.dumps(body).encode())

    async def close(self) -> None:
        """Nothing was opened."""


async def _call_all(server: _LimitedServer, calls: int) -> None:
    config = ClientConfig(max_retry_wait=60.0)
    async with AsyncSpotifyClient("token", transport=server, config=config) as client:
        await asyncio.gather(*(client.albums.get(f"{number:022}") for number in range(calls)))
