"""Every write and a mixed load of reads through random faults, held against the sandbox's own books.

`CHAOS_SEED` repeats a run: it decides what is called, and which requests go wrong how.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from spotify.client import AsyncSpotifyClient
from spotify.config import ClientConfig
from spotify.errors import PartialWriteError, SpotifyError
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.operations import BY_ID
from spotify.testing import Fault, SpotifySandbox
from tests.support.chaos_ledger import Entry, Executions, Ledger, Witness
from tests.support.every_operation import BY_ID_ALONE, BY_METHODS
from tests.support.scaled_clock import ScaledClock

READS: Final = 10_000
WRITES_OF_EACH: Final = 12
BUILDERS: Final = 40
AT_ONCE: Final = 50
SPEED: Final = 100.0
DEADLINE: Final = 10.0
SLACK: Final = 3.0

FAULTS: Final[dict[str, tuple[Fault, float]]] = {
    "reset before": (Fault.reset(), 0.02),
    "reset after": (Fault.reset(executed=True), 0.02),
    "closed before": (Fault.reset(graceful=True), 0.01),
    "502 before": (Fault.status(502, body="html"), 0.02),
    "500 after": (Fault.status(500, executed=True), 0.02),
    "504 after": (Fault.status(504, executed=True, body="empty"), 0.01),
    "503 that says when": (Fault.status(503, retry_after=1), 0.01),
    "429": (Fault.status(429, retry_after=3), 0.003),
    "429 as a date": (Fault.status(429, retry_after=4, retry_after_as="date"), 0.001),
    "429 that says nothing": (Fault.status(429), 0.001),
    "429 that says zero": (Fault.status(429, retry_after=0), 0.001),
    "429 for a spent quota": (Fault.status(429, reason="QUOTA_EXCEEDED", retry_after=3), 0.001),
    "401": (Fault.status(401), 0.005),
    "cut": (Fault.cut(), 0.005),
    "cut chunk": (Fault.cut("chunked"), 0.005),
    "cut gzip": (Fault.cut("gzip"), 0.005),
    "page": (Fault.garbage("html"), 0.003),
    "page before": (Fault.garbage("html", executed=False), 0.003),
    "error object before": (Fault.garbage("error-object", executed=False), 0.003),
    "not UTF-8": (Fault.garbage("invalid-utf8"), 0.003),
    "half of the JSON": (Fault.garbage("broken-json"), 0.003),
    "other types": (Fault.garbage("wrong-types"), 0.003),
    "deep": (Fault.garbage("deep-nesting", size=100_000), 0.001),
    "bomb": (Fault.garbage("gzip-bomb", size=10_000_000), 0.0005),
    "elsewhere": (Fault.redirect(executed=True), 0.002),
    "too late": (Fault.delay(after=200.0), 0.002),
    "drip": (Fault.drip(piece=200, pause=1.0), 0.002),
}


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this run, which is shown if it fails."""
    seed = int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(2**32))
    request.node.add_report_section("call", "chaos", f"CHAOS_SEED={seed} repeats this run")
    return seed


class Chaos:
    """A sandbox in which much goes wrong, a client of it, and both sets of books."""

    def __init__(self, sandbox: SpotifySandbox, client: AsyncSpotifyClient, witness: Witness, seed: int) -> None:
        self.sandbox, self.catalogue, self.witness = sandbox, sandbox.catalogue, witness
        self.ledger = Ledger(client._executor)
        self.client = client._view(self.ledger)
        self.executions = Executions()
        sandbox.add_observer(self.executions)
        self.random = random.Random(seed)
        self.wrong: list[str] = []

    def begin(self) -> None:
        """Let things go wrong, and more of them with writes, of which there are fewer."""
        for target, share in (("PUT *", 3.0), ("POST *", 3.0), ("DELETE *", 3.0), ("*", 1.0)):
            for fault, probability in FAULTS.values():
                self.sandbox.fail(target, fault, probability=share * probability)

    def falsehood(self, entry: Entry) -> str | None:
        """Return what is not true of a write as the client tells it."""
        executed = self.executions.counts[entry.number]
        if entry.operation.method == "GET":
            return None
        if entry.outcome == "done" and not executed:
            return f"{entry} was not executed"
        if entry.outcome == "not_done" and executed:
            return f"{entry} was executed"
        if executed > 1 and not entry.idempotent:
            return f"{entry} was executed {executed} times"
        return None

    def summary(self) -> str:
        """Return the figures of the run."""
        ended = Counter(entry.outcome for entry in self.ledger.entries)
        faults = sum(self.executions.faults.values())
        return (
            f"{len(self.ledger.entries):,} calls: {ended['done']:,} done, {ended['not_done']:,} not done, "
            f"{ended['unknown']:,} unknown; {self.witness.sent:,} requests, {faults:,} faults of "
            f"{len(self.executions.faults)} kinds, {self.witness.windows} windows"
        )

    async def attempt(self, call: Callable[[], Awaitable[object]]) -> SpotifyError | None:
        """Make a call; return the error that it ended with, if any."""
        try:
            await call()
        except SpotifyError as error:
            return error
        return None

    def call_of(self, operation_id: str) -> Callable[[], Awaitable[object]]:
        if operation_id in BY_METHODS:
            return lambda: BY_METHODS[operation_id](self.client, self.catalogue)
        arguments: dict[str, Any] = {name: make(self.catalogue) for name, make in BY_ID_ALONE[operation_id].items()}
        return lambda: self.client.call(operation_id, **arguments)

    def checked_read(self) -> Callable[[], Awaitable[object]]:
        """Return a read whose result is known beforehand."""
        track, album = self.random.choice(self.catalogue.tracks), self.random.choice(self.catalogue.albums)

        async def read_track() -> None:
            found = await self.client.tracks.get(track.id)
            if (found.id, found.name, found.duration_ms) != (track.id, track.name, track.duration_ms):
                self.wrong.append(f"{found} instead of {track}")

        async def read_tracks_of_album() -> None:
            found = await self.client.albums.get_tracks(album.id).collect()
            if [each.id for each in found] != [each.id for each in album.tracks]:
                self.wrong.append(f"other tracks than those of {album}")

        return self.random.choice([read_track, read_tracks_of_album])


@asynccontextmanager
async def chaos(seed: int) -> AsyncIterator[Chaos]:
    clock = ScaledClock(SPEED)
    sandbox = SpotifySandbox(fault_seed=seed, time=clock.time, sleep=clock.sleep)
    async with sandbox:

        class Tokens:
            """A user's tokens, of which there is always another one."""

            token = sandbox.issue_token(user=sandbox.catalogue.default_user.id, expires_in=1e9)

            async def get_access_token(self) -> str:
                return self.token

            async def invalidate(self, access_token: str, /) -> None:
                if access_token == self.token:
                    self.token = sandbox.issue_token(user=sandbox.catalogue.default_user.id, expires_in=1e9)

        config = ClientConfig(
            api_url=sandbox.api_url,
            accounts_url=sandbox.accounts_url,
            timeout=1.0,
            deadline=DEADLINE,
            max_concurrency=AT_ONCE,
            max_response_bytes=5_000_000,
            quota_mode="extended",
            retry_budget=1_000,
            strict_decoding=True,
        )
        transport = AiohttpTransport(config)
        witness = Witness(transport, clock)
        async with AsyncSpotifyClient(auth_provider=Tokens(), transport=witness, clock=clock, config=config) as client:
            sandbox.player().play(sandbox.catalogue.long_album.uri)
            yield Chaos(sandbox, client, witness, seed)
        await transport.close()


async def run_all(work: list[Callable[[], Awaitable[object]]], rng: random.Random) -> None:
    """Do the work in a random order, so much of it at once."""
    rng.shuffle(work)
    waiting = iter(work)

    async def worker() -> None:
        for piece in waiting:
            await piece()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(worker())


class Builder:
    """A write of several requests to a playlist of its own, and what became of it."""

    def __init__(self, run: Chaos, number: int) -> None:
        self.run, self.number = run, number
        self.kind = ("add", "add and verify", "replace", "remove")[number % 4]
        uris = [track.uri for track in run.catalogue.tracks]
        start = number * 17 % (len(uris) - 600)
        self.before, self.wanted = uris[start : start + 150], uris[start + 200 : start + 200 + 50 * (number % 5 + 3)]
        if self.kind == "remove":
            self.before = self.wanted = uris[start : start + 300]
        self.id = ""
        self.error: SpotifyError | None = None

    async def prepare(self) -> None:
        playlists = self.run.client.playlists
        self.id = (await playlists.create(f"Builder {self.number}")).id
        await playlists.add_items(self.id, self.before)

    async def write(self) -> None:
        playlists = self.run.client.playlists
        if self.kind == "replace":
            self.error = await self.run.attempt(lambda: playlists.replace_items(self.id, self.wanted))
        elif self.kind == "remove":
            self.error = await self.run.attempt(lambda: playlists.remove_items(self.id, uris=self.wanted))
        else:
            verify = self.kind == "add and verify"
            self.error = await self.run.attempt(lambda: playlists.add_items(self.id, self.wanted, verify=verify))

    async def check(self) -> None:
        entries = await self.run.client.playlists.get_items(self.id).collect()
        held = [entry.item.uri for entry in entries if entry.item is not None]
        assert held in self._possible(), f"{self.kind} ended with {self.error!r}, and there are {len(held)} items"

    def _possible(self) -> list[list[str]]:
        """What the playlist can hold, if what was said of the write is true."""
        applied, unknown, error = self.wanted, list[str](), self.error
        if isinstance(error, PartialWriteError):
            applied, unknown = list(error.applied), list(error.unknown)
            assert [*error.applied, *error.unknown, *error.not_applied] == self.wanted
        elif error is not None:
            # Nothing was confirmed. If there were more requests, what is unknown is the first of them alone.
            applied, unknown = [], self.wanted[:100] if error.may_have_been_executed else []
        return [self._after(applied), self._after(applied + unknown)]

    def _after(self, written: list[str]) -> list[str]:
        if self.kind == "remove":
            return [uri for uri in self.before if uri not in set(written)]
        if self.kind == "replace":
            return written or self.before
        return self.before + written


async def test_nothing_is_lost_or_doubled_whatever_goes_wrong(seed: int, request: pytest.FixtureRequest) -> None:
    async with chaos(seed) as run:
        reads = [each for each in (*BY_METHODS, *BY_ID_ALONE) if BY_ID[each].method == "GET"]
        writes = [each for each in (*BY_METHODS, *BY_ID_ALONE) if BY_ID[each].method != "GET"]
        builders = [Builder(run, number) for number in range(BUILDERS)]
        for builder in builders:
            await builder.prepare()
        chosen = [run.call_of(run.random.choice(reads)) for _ in range(READS // 2)]
        chosen += [run.checked_read() for _ in range(READS // 2)]
        chosen += [run.call_of(operation) for operation in writes for _ in range(WRITES_OF_EACH)]
        work: list[Callable[[], Awaitable[object]]] = [lambda call=call: run.attempt(call) for call in chosen]  # type: ignore[misc]
        work += [builder.write for builder in builders]

        run.begin()
        await run_all(work, run.random)
        run.sandbox.clear_faults()

        request.node.add_report_section("call", "chaos", run.summary())
        assert run.ledger.strangers == []
        assert run.wrong == []
        assert run.witness.windows > 0
        assert run.witness.sent_in_window == 0
        assert max(entry.seconds for entry in run.ledger.entries) < DEADLINE + SLACK
        assert [falsehood for entry in run.ledger.entries if (falsehood := run.falsehood(entry))] == []
        for builder in builders:
            await builder.check()
