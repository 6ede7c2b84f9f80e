"""Thousands of calls through random faults: the outcomes that the client reports must match the sandbox's log.

`CHAOS_SEED` repeats a run: it determines the calls and the faults of their requests.
"""

from __future__ import annotations

import asyncio
import functools
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.errors import SpotifyError
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.operations import BY_ID
from spotify.testing import Fault, SpotifySandbox
from tests.support.chaos_ledger import CallLedger, CallRecord, ExecutionCounter, NumberingTransport, WaitingClock
from tests.support.every_operation import BY_ID_ALONE, BY_METHODS
from tests.support.playlist_writes import PlaylistWrite
from tests.support.refusals import REFUSALS

pytestmark = pytest.mark.slow

READS: Final = 800
WRITES_PER_OPERATION: Final = 6
PLAYLIST_WRITES: Final = 20
FREEZES: Final = 8
CONCURRENCY: Final = 16
SPEED: Final = 20.0
DEADLINE: Final = 2.0

FAULTS: Final[dict[str, tuple[Fault, float]]] = {
    "reset before": (Fault.reset(), 0.02),
    "reset after": (Fault.reset(executed=True), 0.02),
    "closed before": (Fault.reset(graceful=True), 0.01),
    "502 before": (Fault.status(502, body="html"), 0.02),
    "500 after": (Fault.status(500, executed=True), 0.02),
    "504 after": (Fault.status(504, executed=True, body="empty"), 0.01),
    "503 with Retry-After": (Fault.status(503, retry_after=1), 0.01),
    "429": (Fault.status(429, retry_after=3), 0.003),
    "429 with a date": (Fault.status(429, retry_after=4, retry_after_as="date"), 0.001),
    "429 without Retry-After": (Fault.status(429), 0.001),
    "429 with zero": (Fault.status(429, retry_after=0), 0.001),
    "429 quota exceeded": (Fault.status(429, reason="QUOTA_EXCEEDED", retry_after=3), 0.001),
    "401": (Fault.status(401), 0.005),
    "401 about a scope": (REFUSALS["scope missing, 401"].fault, 0.002),
    "403 for the owner": (REFUSALS["owner without Premium"].fault, 0.002),
    "403 for the user": (REFUSALS["user not registered"].fault, 0.002),
    "403 page": (REFUSALS["page of a gateway"].fault, 0.002),
    "403 about an object": (REFUSALS["object refused"].fault, 0.002),
    "cut": (Fault.cut(), 0.005),
    "cut chunk": (Fault.cut("chunked"), 0.005),
    "cut gzip": (Fault.cut("gzip"), 0.005),
    "page": (Fault.garbage("html"), 0.003),
    "page before": (Fault.garbage("html", executed=False), 0.003),
    "error object before": (Fault.garbage("error-object", executed=False), 0.003),
    "invalid UTF-8": (Fault.garbage("invalid-utf8"), 0.003),
    "half of the JSON": (Fault.garbage("broken-json"), 0.003),
    "wrong types": (Fault.garbage("wrong-types"), 0.003),
    "deep nesting": (Fault.garbage("deep-nesting", size=100_000), 0.001),
    "gzip bomb": (Fault.garbage("gzip-bomb", size=10_000_000), 0.0005),
    "redirect": (Fault.redirect(executed=True), 0.002),
    "slow": (Fault.delay(before=4.0, after=4.0), 0.01),
    "timeout": (Fault.delay(after=200.0), 0.002),
    "executed after the 504": (Fault.status(504, executed=True).with_delay(execution=20.0), 0.005),
    "late": (Fault.delay(before=30.0), 0.002),
    "surplus": (Fault.surplus(), 0.02),
    "drip": (Fault.drip(piece=200, pause=0.2), 0.002),
}
QUOTA_READS: Final = 150
DAILY_QUOTA: Final = 120
LIMITED_OPERATION: Final = "get-an-album"
OPERATION_LIMIT: Final = Fault.status(429, retry_after=120)
"""A wait so long that it concerns one operation."""


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this run, which is printed if the test fails."""
    seed = int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(2**32))
    request.node.add_report_section("call", "chaos", f"CHAOS_SEED={seed} repeats this run")
    return seed


class Chaos:
    """A sandbox with faults, its client, and the records of both."""

    def __init__(
        self,
        sandbox: SpotifySandbox,
        client: AsyncSpotifyClient,
        transport: NumberingTransport,
        clock: WaitingClock,
        seed: int,
    ) -> None:
        self.clock = clock
        self.sandbox, self.catalogue, self.transport = sandbox, sandbox.catalogue, transport
        self.ledger = CallLedger(client._executor)
        self.client = client._view(self.ledger)
        hurried = client.with_options(deadline=DEADLINE)
        self.hurried = hurried._view(self.ledger.with_deadline(hurried._executor, DEADLINE))
        self.counter = ExecutionCounter()
        sandbox.add_observer(self.counter)
        self.random = random.Random(seed)
        self.wrong_results: list[str] = []

    def add_faults(self) -> None:
        """Add each fault at least twice, and by probability: a higher one for writes, which are fewer."""
        for fault, _ in FAULTS.values():
            self.sandbox.fail("*", fault, times=2, after=self.random.randrange(READS // 2))
        self.sandbox.fail(LIMITED_OPERATION, OPERATION_LIMIT, times=1, after=1)
        for target, factor in (("PUT *", 3.0), ("POST *", 3.0), ("DELETE *", 3.0), ("*", 1.0)):
            for fault, probability in FAULTS.values():
                self.sandbox.fail(target, fault, probability=factor * probability)

    def mismatch(self, record: CallRecord) -> str | None:
        """Return how the reported outcome of a write differs from its executions."""
        executions = self.counter.executions[record.number]
        if record.operation.method == "GET":
            return None
        if record.outcome == "done" and not executions:
            return f"{record} was not executed"
        if record.outcome == "not_done" and executions:
            return f"{record} was executed"
        if executions > 1 and not record.idempotent:
            return f"{record} was executed {executions} times"
        return None

    def summary(self) -> str:
        """Return the figures of the run."""
        outcomes = Counter(record.outcome for record in self.ledger.records)
        return (
            f"{len(self.ledger.records):,} calls: {outcomes['done']:,} done, {outcomes['not_done']:,} not done, "
            f"{outcomes['unknown']:,} unknown; {self.transport.sent:,} requests, "
            f"{sum(self.counter.faults.values()):,} faults, {self.transport.pauses} pauses"
        )

    async def attempt(self, call: Callable[[], Awaitable[object]]) -> SpotifyError | None:
        """Make a call, and return its error."""
        try:
            await call()
        except SpotifyError as error:
            return error
        return None

    async def freeze(self) -> None:
        """Let the client stand still, for less than the timeout or longer."""
        self.stand_still(self.random.uniform(0.2, 1.5))

    stand_still = staticmethod(time.sleep)

    def call_of(self, operation_id: str) -> Callable[[], Awaitable[object]]:
        """Return a call of an operation with valid arguments, with or without a deadline."""
        client = self.random.choice([self.client, self.hurried])
        if operation_id in BY_METHODS:
            return lambda: BY_METHODS[operation_id](client, self.catalogue)
        arguments: dict[str, Any] = {name: make(self.catalogue) for name, make in BY_ID_ALONE[operation_id].items()}
        return lambda: client.call(operation_id, **arguments)

    def checked_read(self) -> Callable[[], Awaitable[object]]:
        """Return a read that checks its result."""
        track, album = self.random.choice(self.catalogue.tracks), self.random.choice(self.catalogue.albums)

        async def read_track() -> None:
            result = await self.client.tracks.get(track.id)
            if (result.id, result.name, result.duration_ms) != (track.id, track.name, track.duration_ms):
                self.wrong_results.append(f"{result} instead of {track}")

        async def read_tracks_of_album() -> None:
            tracks = await self.client.albums.get_tracks(album.id).collect()
            if [track.id for track in tracks] != [track.id for track in album.tracks]:
                self.wrong_results.append(f"wrong tracks of {album}")

        return self.random.choice([read_track, read_tracks_of_album])


class ReissuedTokens:
    """Auth provider of the default user that issues a new token after each 401."""

    def __init__(self, sandbox: SpotifySandbox) -> None:
        self._sandbox = sandbox
        self._token = self._issue()

    async def get_access_token(self) -> str:
        return self._token

    async def invalidate(self, access_token: str, /) -> None:
        if access_token == self._token:
            self._token = self._issue()

    def _issue(self) -> str:
        return self._sandbox.issue_token(user=self._sandbox.catalogue.default_user.id, expires_in=1e9)


@asynccontextmanager
async def chaos(seed: int) -> AsyncIterator[Chaos]:
    clock = WaitingClock(SPEED)
    with SpotifySandbox.in_thread(fault_seed=seed, time=clock.time, sleep=clock.sleep) as sandbox:
        config = ClientConfig(
            api_url=sandbox.api_url,
            accounts_url=sandbox.accounts_url,
            timeout=1.0,
            max_concurrency=CONCURRENCY,
            max_response_bytes=5_000_000,
            retry_budget=1_000,
            strict_decoding=True,
        )
        transport = NumberingTransport(AiohttpTransport(config), clock)
        try:
            async with AsyncSpotifyClient(
                auth_provider=ReissuedTokens(sandbox), transport=transport, clock=clock, config=config
            ) as client:
                sandbox.player().play(sandbox.catalogue.long_album.uri)
                yield Chaos(sandbox, client, transport, clock, seed)
        finally:
            await transport.close()


async def run_concurrently(calls: list[Callable[[], Awaitable[object]]], rng: random.Random) -> None:
    """Make the calls in a random order, `CONCURRENCY` at a time."""
    rng.shuffle(calls)
    remaining = iter(calls)

    async def worker() -> None:
        for call in remaining:
            await call()

    async with asyncio.TaskGroup() as group:
        for _ in range(CONCURRENCY):
            group.create_task(worker())


async def test_reported_outcomes_match_what_was_executed(seed: int, request: pytest.FixtureRequest) -> None:
    async with chaos(seed) as run:
        operations = (*BY_METHODS, *BY_ID_ALONE)
        reads = [operation for operation in operations if BY_ID[operation].method == "GET"]
        writes = [operation for operation in operations if BY_ID[operation].method != "GET"]
        playlist_writes = [PlaylistWrite(run.client, run.catalogue, number) for number in range(PLAYLIST_WRITES)]
        for write in playlist_writes:
            await write.prepare()
        calls = [run.call_of(run.random.choice(reads)) for _ in range(READS // 2)]
        calls += [run.checked_read() for _ in range(READS // 2)]
        calls += [run.call_of(operation) for operation in writes for _ in range(WRITES_PER_OPERATION)]
        calls += [run.freeze] * FREEZES
        calls += [run.call_of(LIMITED_OPERATION) for _ in range(10)]  # a random choice may leave it out
        attempts: list[Callable[[], Awaitable[object]]] = [functools.partial(run.attempt, call) for call in calls]

        run.add_faults()
        await run_concurrently([*attempts, *(write.write for write in playlist_writes)], run.random)
        run.sandbox.clear_faults()

        request.node.add_report_section("call", "chaos", run.summary())
        records = run.ledger.records
        assert run.ledger.unexpected_errors == []
        assert run.wrong_results == []
        assert [mismatch for record in records if (mismatch := run.mismatch(record))] == []
        assert run.transport.sent_while_paused == 0
        assert all(record.waited < DEADLINE for record in records if record.deadline)
        assert any(record.waited for record in records)  # on a busy machine the deadline can end each of those waits
        for write in playlist_writes:
            entries = await run.client.playlists.get_items(write.id).collect()
            actual = [entry.item.uri for entry in entries if entry.item is not None]
            assert actual in write.possible(), f"{write}, and there are {len(actual)} items"
        # The run met every fault, pauses, and calls that succeeded after a retry.
        assert run.counter.faults.keys() == {str(fault) for fault, _ in FAULTS.values()} | {str(OPERATION_LIMIT)}
        # The sandbox has all operations, whatever the refusals seem to say.
        assert run.client.quota.mode == "auto"
        assert run.client.quota.refused == frozenset()
        assert run.transport.pauses > 0
        assert any(record.outcome == "done" and record.requests > 1 for record in records)


async def test_a_daily_quota_stops_all_calls_until_the_next_day(seed: int, request: pytest.FixtureRequest) -> None:
    async with chaos(seed) as run:
        reads = [operation for operation in (*BY_METHODS, *BY_ID_ALONE) if BY_ID[operation].method == "GET"]
        calls = [run.call_of(run.random.choice(reads)) for _ in range(QUOTA_READS)]
        calls += [run.checked_read() for _ in range(QUOTA_READS)]
        attempts: list[Callable[[], Awaitable[object]]] = [functools.partial(run.attempt, call) for call in calls]

        for fault, probability in FAULTS.values():
            run.sandbox.fail("*", fault, probability=probability)
        run.sandbox.configure(daily_quota=DAILY_QUOTA)
        await run_concurrently(attempts, run.random)
        run.sandbox.clear_faults()

        request.node.add_report_section("call", "chaos", run.summary())
        refused = [exchange for exchange in run.sandbox.requests if exchange.fault is None and exchange.status == 429]
        # Those in flight at the first two refusals; after these, all operations are closed.
        assert 0 < len(refused) <= 2 * CONCURRENCY
        assert run.transport.sent_while_paused == 0
        assert run.ledger.unexpected_errors == []
        assert run.wrong_results == []
        assert run.client.quota.refused == frozenset()
        assert {closure.reason for closure in run.client.usage.closed} == {"quota_exceeded"}
        run.clock.advance(86_400.0)
        assert (await run.client.albums.get(run.catalogue.albums[0].id)).id == run.catalogue.albums[0].id
        assert run.client.usage.closed == ()
