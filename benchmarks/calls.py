"""The cost of one call, without the transport and over a socket."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import msgspec

from benchmarks.constant_server import constant_server
from benchmarks.measuring import Effort, Timings, time_calls_in_turns
from benchmarks.payloads import ALBUM_ID, full_album, small_album, tiny_album
from benchmarks.plain_models import plain
from benchmarks.table import Row, microseconds
from spotify import AsyncSpotifyClient, ClientConfig
from spotify.impl.system_clock import SystemClock
from spotify.impl.usage import FileUsageLedger, LimitedUsage, UsageRateLimiter
from spotify.interfaces import Admission, HttpRequest, HttpResponse, Operation, RateLimiter
from spotify.interfaces.rate_limiter import PauseReason
from spotify.models import Album
from spotify.operations.catalogue import GET_ALBUM
from spotify.usage import Usage

TOKEN = "t" * 200
"""An access token as long as Spotify's."""

_BUDGET = 60e-6
_OURS, _BARE = "ours", "bare"


def ids() -> Iterator[str]:
    """Yield distinct ids: equal reads that are concurrent are one request."""
    return (f"{number:022}" for number in count())


class InstantTransport:
    """Responds immediately from memory."""

    def __init__(self, body: bytes) -> None:
        self._response = HttpResponse(status=200, headers={"content-type": "application/json"}, body=body)

    async def send(self, _request: HttpRequest, /) -> HttpResponse:
        """Return the response."""
        return self._response

    async def close(self) -> None:
        """Do nothing."""


def cpu_beyond_the_transport(effort: Effort) -> Iterator[Row]:
    """Measure the CPU time of a call from the service method to the model, minus that of its transport.

    The rest is the library's own cost: argument checks, request building, token, rate limiter, timeouts, disabled
    logging, the check of what a transport of the application returns, and decoding a very small album.
    """
    timings = asyncio.run(_time_instant_calls(effort))
    seconds = timings.difference(_OURS, _BARE)
    yield Row(
        what="CPU of a call beyond its transport, logs off",
        measured=microseconds(seconds),
        limit=f"the budget, {microseconds(_BUDGET)}",
        ratio=seconds / _BUDGET,
        at_most=1.0,
        known_miss=1.47,
    )


async def _time_instant_calls(effort: Effort) -> Timings:
    transport, numbered = InstantTransport(tiny_album()), ids()
    request = HttpRequest(method="GET", url=f"https://api.spotify.com/v1/albums/{ALBUM_ID}")
    async with AsyncSpotifyClient(TOKEN, transport=transport) as client:
        return await time_calls_in_turns(
            {_BARE: lambda: transport.send(request), _OURS: lambda: client.albums.get(next(numbered), market="DE")},
            rounds=effort.rounds,
            calls=effort.calls * 10,
        )


def counting_calls(effort: Effort) -> Iterator[Row]:
    """Measure what the usage of the quota adds to a call: counting it, and a daily limit with a ledger in a file.

    The rate limiter beneath does nothing. The ledger is read before the first call and written after it.
    """
    for what, seconds, budget, known_miss in (
        ("counting", asyncio.run(_time_counting(effort, has_limit=False)), 2e-6, None),
        ("counting, a daily limit and a file", asyncio.run(_time_counting(effort, has_limit=True)), 2e-6, 1.35),
    ):
        yield Row(
            what=f"CPU that {what} adds to a call",
            measured=microseconds(seconds),
            limit=f"the budget, {microseconds(budget)}",
            ratio=seconds / budget,
            at_most=1.0,
            known_miss=known_miss,
        )


async def _time_counting(effort: Effort, *, has_limit: bool) -> float:
    operation, instant = GET_ALBUM, _InstantLimiter()
    admission = Admission(operation=operation, priority="bulk", since=0.0, max_wait=0.0, deadline=math.inf)
    with TemporaryDirectory() as directory:
        clock = SystemClock()
        usage = Usage(now=clock.time)
        if has_limit:
            ledger = FileUsageLedger(Path(directory) / "usage.json")
            usage = LimitedUsage(10**9, reserve=0.2, now=clock.time, ledger=ledger)
        metered = UsageRateLimiter(instant, usage=usage, now=clock.time)

        async def send(limiter: RateLimiter, *, is_counted: bool) -> None:
            async with limiter.slot(admission):
                if is_counted:
                    usage.record_sent(operation, "bulk", is_retry=False)

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
    """Measure the CPU time of GETs of distinct albums over a kept connection against aiohttp and msgspec.

    msgspec decodes into plain dataclasses with the same fields. The server runs in another process.
    """
    for markets, body, at_most, known in (("without", small_album(), 1.1, 1.45), ("with", full_album(), 1.0, None)):
        timings = asyncio.run(_time_gets(body, effort))
        yield Row(
            what=f"GET an album {markets} markets ({len(body) / 1000:.0f} KB), CPU",
            measured=microseconds(timings.seconds(_OURS)),
            limit=f"aiohttp + msgspec, {microseconds(timings.seconds(_BARE))}",
            ratio=timings.ratio(_OURS, _BARE),
            at_most=at_most,
            known_miss=known,
        )


async def _time_gets(body: bytes, effort: Effort) -> Timings:
    decoder, numbered, headers = msgspec.json.Decoder(plain(Album)), ids(), {"Authorization": f"Bearer {TOKEN}"}
    async with constant_server(body) as url, aiohttp.ClientSession() as session:

        async def get_bare() -> object:
            async with session.get(f"{url}/v1/albums/{next(numbered)}?market=DE", headers=headers) as response:
                return decoder.decode(await response.read())

        config = ClientConfig(api_url=f"{url}/v1", accounts_url=url)
        async with AsyncSpotifyClient(TOKEN, config=config) as client:
            return await time_calls_in_turns(
                {_BARE: get_bare, _OURS: lambda: client.albums.get(next(numbered), market="DE")},
                rounds=effort.rounds,
                calls=max(1, effort.calls // 2),
            )
