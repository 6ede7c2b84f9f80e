"""The cost of one call, without the transport and over a socket."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from benchmarks.constant_server import constant_server
from benchmarks.measuring import Effort, Timings, time_calls_in_turns
from benchmarks.payloads import ALBUM_ID, full_album, small_album
from benchmarks.table import Row, microseconds
from spotify import AsyncSpotifyClient, ClientConfig
from spotify.impl.system_clock import SystemClock
from spotify.impl.usage import DailyLimit, FileUsageLedger, UsageRateLimiter
from spotify.interfaces import Admission, HttpRequest, HttpResponse, Operation, RateLimiter
from spotify.interfaces.rate_limiter import PauseReason
from spotify.operations.catalogue import GET_ALBUM
from spotify.usage import Usage

_TOKEN = "t" * 200  # as long as Spotify's
_BUDGET = 60e-6
_OURS, _BARE = "ours", "bare"


class _InstantTransport:
    """Responds immediately from memory."""

    def __init__(self, body: bytes) -> None:
        self._response = HttpResponse(status=200, headers={"content-type": "application/json"}, body=body)

    async def send(self, _request: HttpRequest, /) -> HttpResponse:
        return self._response

    async def close(self) -> None:
        """Do nothing."""


def cpu_beyond_the_transport(effort: Effort) -> Iterator[Row]:
    """Measure the CPU time of a call from the service method to the model, minus that of its transport.

    The rest is the library's own cost: argument checks, request building, token, rate limiter, timeouts, disabled
    logging, and decoding a very small album.
    """
    timings = asyncio.run(_time_instant_calls(effort))
    seconds = timings.difference(_OURS, _BARE)
    yield Row(
        what="CPU of a call beyond its transport, logs off",
        measured=microseconds(seconds),
        limit=f"the budget, {microseconds(_BUDGET)}",
        ratio=seconds / _BUDGET,
        at_most=1.0,
    )


async def _time_instant_calls(effort: Effort) -> Timings:
    body = json.dumps({"type": "album", "id": ALBUM_ID, "uri": f"spotify:album:{ALBUM_ID}"}).encode()
    transport = _InstantTransport(body)
    request = HttpRequest(method="GET", url=f"https://api.spotify.com/v1/albums/{ALBUM_ID}")
    async with AsyncSpotifyClient(_TOKEN, transport=transport) as client:
        return await time_calls_in_turns(
            {_BARE: lambda: transport.send(request), _OURS: lambda: client.albums.get(ALBUM_ID, market="DE")},
            rounds=effort.rounds,
            calls=effort.calls * 10,
        )


def counting_calls(effort: Effort) -> Iterator[Row]:
    """Measure what the usage of the quota adds to a call: counting it, and a daily limit with a ledger in a file.

    The rate limiter beneath does nothing. The ledger is read before the first call and written after it.
    """
    for what, seconds, budget in (
        ("counting", asyncio.run(_time_counting(effort, has_limit=False)), 2e-6),
        ("counting, a daily limit and a file", asyncio.run(_time_counting(effort, has_limit=True)), 5e-6),
    ):
        yield Row(
            what=f"CPU that {what} adds to a call",
            measured=microseconds(seconds),
            limit=f"the budget, {microseconds(budget)}",
            ratio=seconds / budget,
            at_most=1.0,
        )


async def _time_counting(effort: Effort, *, has_limit: bool) -> float:
    operation, instant = GET_ALBUM, _InstantLimiter()
    admission = Admission(operation=operation, priority="bulk", since=0.0, max_wait=0.0, deadline=math.inf)
    with TemporaryDirectory() as directory:
        usage = Usage(ledger=FileUsageLedger(Path(directory) / "usage.json") if has_limit else None)
        daily_limit = DailyLimit(10**9, reserve=0.2, usage=usage, clock=SystemClock())
        metered = UsageRateLimiter(instant, usage=usage, daily_limit=daily_limit)

        async def send(limiter: RateLimiter, *, is_counted: bool) -> None:
            async with limiter.slot(admission):
                if is_counted:
                    usage.record_sent(operation, is_retry=False)

        timings = await time_calls_in_turns(
            {
                _BARE: lambda: send(instant, is_counted=False),
                _OURS: lambda: send(metered if has_limit else instant, is_counted=True),
            },
            rounds=effort.rounds,
            calls=effort.calls * 10,
        )
        await metered.close()
    return timings.difference(_OURS, _BARE)


class _InstantLimiter:
    """Lets every request pass."""

    def slot(self, _admission: Admission, /) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def pause(self, _seconds: float, /, *, operation: Operation | None, reason: PauseReason) -> None:
        """Do nothing."""


def sequential_get(effort: Effort) -> Iterator[Row]:
    """Measure the CPU time of GETs over a kept connection against aiohttp and `json.loads`.

    The server runs in another process. The saving of models against dictionaries grows with the response while the
    fixed cost of a call does not, so the row of the small album is informative only.
    """
    for body, at_most in ((full_album(), 1.15), (small_album(), None)):
        timings = asyncio.run(_time_gets(body, effort))
        yield Row(
            what=f"GET an album of {len(body) / 1000:.0f} KB, typed, CPU",
            measured=microseconds(timings.seconds(_OURS)),
            limit=f"aiohttp + json.loads, {microseconds(timings.seconds(_BARE))}",
            ratio=timings.ratio(_OURS, _BARE),
            at_most=at_most,
        )


async def _time_gets(body: bytes, effort: Effort) -> Timings:
    async with constant_server(body) as url, aiohttp.ClientSession() as session:
        config = ClientConfig(api_url=f"{url}/v1", accounts_url=url)
        address, headers = f"{url}/v1/albums/{ALBUM_ID}?market=DE", {"Authorization": f"Bearer {_TOKEN}"}

        async def get_bare() -> object:
            async with session.get(address, headers=headers) as response:
                return json.loads(await response.read())

        async with AsyncSpotifyClient(_TOKEN, config=config) as client:
            return await time_calls_in_turns(
                {_BARE: get_bare, _OURS: lambda: client.albums.get(ALBUM_ID, market="DE")},
                rounds=effort.rounds,
                calls=effort.calls,
            )
