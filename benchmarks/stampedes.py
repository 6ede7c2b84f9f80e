"""Many concurrent calls with an expired token, or during a 429."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from time import monotonic, time
from typing import Final

from benchmarks.measuring import THOROUGH, Effort
from benchmarks.payloads import ALBUM_ID
from benchmarks.table import Row
from spotify import AsyncSpotifyClient, ClientConfig
from spotify.interfaces import HttpRequest, HttpResponse
from spotify.testing import FakeClock, SpotifySandbox

_LATENCY: Final = 0.01
_LIFETIME: Final = 3_600.0  # seconds
_WINDOW: Final = 1.0  # seconds; the shortest Retry-After of Spotify


def token_requests(effort: Effort) -> Iterator[Row]:
    """Count the token requests of 1,000 concurrent reads of distinct tracks with a token that is no longer valid.

    Either its lifetime has passed, which the client knows, or Spotify refuses it before that.
    """
    calls = 1_000 if effort is THOROUGH else 20
    for what, is_known in (("an expired token", True), ("a token that is refused", False)):
        requests = asyncio.run(_count_token_requests(calls, is_known=is_known))
        yield Row(
            what=f"token requests for {calls:,} calls on {what}",
            measured=str(requests),
            limit="one",
            ratio=float(requests),
            at_most=1.0,
        )


async def _count_token_requests(calls: int, *, is_known: bool) -> int:
    clock = FakeClock(start=time())
    async with SpotifySandbox(time=clock.time, token_lifetime=_LIFETIME) as sandbox:
        tracks = [track.id for track in sandbox.catalogue.tracks[: calls + 1]]
        credentials = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
        async with sandbox.client(**credentials, clock=clock) as client:
            await client.tracks.get(tracks.pop())
            if is_known:
                clock.advance(_LIFETIME + 1.0)
            else:
                sandbox.expire_all_tokens()
            before = len(sandbox.token_requests)
            await asyncio.gather(*map(client.tracks.get, tracks))
            return len(sandbox.token_requests) - before


def rate_limit_window(effort: Effort) -> Iterator[Row]:
    """Count the requests of 1,000 calls that are sent during the pause after a 429."""
    calls, window = (1_000, _WINDOW) if effort is THOROUGH else (100, 0.05)
    server = _LimitedServer(window)
    asyncio.run(_call_all(server, calls))
    yield Row(
        what=f"requests of {calls:,} calls sent during the pause after a 429",
        measured=str(server.sent_in_pause),
        limit=f"pending at its start, {server.pending_at_start}",
        ratio=server.sent_in_pause / server.pending_at_start,
        at_most=0.0,
    )


class _LimitedServer:
    """A transport that accepts 30 requests, then answers 429 once, and accepts requests after the pause."""

    def __init__(self, window: float) -> None:
        self.sent_in_pause = 0
        self.pending_at_start = 0
        self._window = window
        self._left = 30
        self._pending = 0
        self._refused_at: float | None = None

    async def send(self, _request: HttpRequest, /) -> HttpResponse:
        if self._refused_at is not None and monotonic() < self._refused_at + self._window:
            self.sent_in_pause += 1
        self._pending += 1
        self._left -= 1
        refused = self._left < 0 and self._refused_at is None
        await asyncio.sleep(_LATENCY)
        self._pending -= 1
        if refused:
            if self._refused_at is None:
                self._refused_at = monotonic()
                self.pending_at_start = self._pending
            return HttpResponse(status=429, headers={"retry-after": str(self._window)})
        body = {"type": "album", "id": ALBUM_ID, "uri": f"spotify:album:{ALBUM_ID}"}
        return HttpResponse(status=200, body=json.dumps(body).encode())

    async def close(self) -> None:
        """Do nothing."""


async def _call_all(server: _LimitedServer, calls: int) -> None:
    config = ClientConfig(max_retry_wait=60.0)
    async with AsyncSpotifyClient("token", transport=server, config=config) as client:
        await asyncio.gather(*(client.albums.get(f"{number:022}") for number in range(calls)))
