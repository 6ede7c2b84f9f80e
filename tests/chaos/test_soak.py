"""Thousands of calls with faults and cancellations: neither the client nor the sandbox keeps anything of them."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from spotify import StaticTokenAuth
from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.errors import SpotifyError
from spotify.testing import Fault, SpotifySandbox
from tests.support.scaled_clock import ScaledClock

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),  # on a busy machine
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc"),
]

CALLS: Final = int(os.environ.get("SOAK_CALLS", "5000"))
CONCURRENCY: Final = 100
USERS: Final = 4
CANCELLED: Final = 0.05  # the share of calls that are cancelled

FAULTS: Final = (
    (Fault.status(500), 0.02),
    (Fault.status(503, retry_after=1), 0.01),
    (Fault.status(429, retry_after=1), 0.002),
    (Fault.status(401), 0.005),
    (Fault.reset(), 0.02),
    (Fault.reset(executed=True, graceful=True), 0.02),
    (Fault.cut(), 0.01),
    (Fault.garbage("html"), 0.01),
    (Fault.surplus(), 0.02),
    (Fault.drip(piece=200, pause=0.1), 0.005),
    (Fault.delay(before=5.0, after=60.0), 0.01),
    (Fault.delay(after=200.0), 0.002),
)


@dataclass(frozen=True)
class Footprint:
    """What this process holds.

    Attributes:
        objects: The objects that the garbage collector knows.
        blocks: The memory blocks of all objects.
    """

    objects: int
    blocks: int

    @classmethod
    def now(cls) -> Footprint:
        for _ in range(3):
            gc.collect()
        return cls(len(gc.get_objects()), sys.getallocatedblocks())


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class Soak:
    """Makes random calls of several users over one client, of few different responses: the sandbox caches responses."""

    def __init__(self, sandbox: SpotifySandbox, client: AsyncSpotifyClient, seed: int) -> None:
        self.sandbox, self.client = sandbox, client
        self.random = random.Random(seed)
        self.tokens = [
            sandbox.issue_token(user=sandbox.catalogue.default_user.id, expires_in=1e9) for _ in range(USERS)
        ]
        self.outcomes: Counter[str] = Counter()

    async def run(self, calls: int) -> None:
        """Make calls, `CONCURRENCY` at a time."""
        remaining = iter(range(calls))

        async def worker() -> None:
            for _ in remaining:
                self.outcomes[await self.outcome_of(self.next_call())] += 1

        async with asyncio.TaskGroup() as group:
            for _ in range(CONCURRENCY):
                group.create_task(worker())

    def next_call(self) -> Callable[[], Awaitable[object]]:
        """Return a call of a client that is created for it, as web applications do."""
        user = self.client.for_user(StaticTokenAuth(self.random.choice(self.tokens)))
        catalogue = self.sandbox.catalogue
        track, album = self.random.choice(catalogue.tracks[:20]), self.random.choice(catalogue.albums[:20])
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: user.tracks.get(track.id),
            lambda: user.tracks.get(catalogue.tracks[0].id),
            lambda: user.albums.get_tracks(album.id, limit=2),
            lambda: user.albums.get(album.id),
            lambda: user.library.save_items([album.uri]),
            user.player.get_devices,
            lambda: user.player.seek(1_000),
        ]
        return self.random.choice(calls)

    async def outcome_of(self, call: Callable[[], Awaitable[object]]) -> str:
        if self.random.random() >= CANCELLED:
            return await self.attempt(call)
        task = asyncio.create_task(self.attempt(call))
        for _ in range(self.random.randrange(40)):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return "cancelled" if task.cancelled() else task.result()

    async def attempt(self, call: Callable[[], Awaitable[object]]) -> str:
        try:
            await call()
        except SpotifyError as error:
            return type(error).__name__
        return "done"


async def test_thousands_of_calls_leave_no_task_descriptor_or_memory(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "spotify")  # pytest keeps captured records until the end of the test
    tasks_before, clock = asyncio.all_tasks(), ScaledClock(20.0)
    config = ClientConfig(timeout=2.0, max_concurrency=CONCURRENCY // 2, retry_base_delay=0.1, retry_budget=None)
    async with SpotifySandbox(time=clock.time, sleep=clock.sleep) as sandbox:
        descriptors_before = descriptors()
        async with sandbox.client(config=config, clock=clock) as client:
            sandbox.player().play(sandbox.catalogue.long_album.uri)
            soak = Soak(sandbox, client, seed=1)
            for fault, probability in FAULTS:
                sandbox.fail("*", fault, probability=probability)

            footprints: list[Footprint] = []
            for calls in (CALLS // 2, CALLS // 2):
                await soak.run(calls)
                sandbox.requests.clear()
                footprints.append(Footprint.now())

            # Both ends of the connections in use, and of the idle ones.
            assert descriptors() - descriptors_before <= 4 * config.max_concurrency
        request.node.add_report_section("call", "soak", f"{soak.outcomes} {footprints}")
        for _ in range(10):
            await asyncio.sleep(0.01)  # the sandbox notices that its connections are closed
        assert descriptors() <= descriptors_before

    assert asyncio.all_tasks() == tasks_before
    assert soak.outcomes["done"] > CALLS // 2
    assert soak.outcomes["cancelled"] > CALLS * CANCELLED / 4
    first, second = footprints
    assert second.objects - first.objects < CALLS // 20
    assert second.blocks - first.blocks < CALLS // 5
