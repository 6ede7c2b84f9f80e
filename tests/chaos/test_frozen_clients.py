"""A client whose process is frozen at random, with a server that is slow, fails and sends too much.

`CHAOS_SEED` repeats the calls and the faults of a run. The sandbox's log is the judge.
"""

from __future__ import annotations

import asyncio
import os
import random

import pytest

from spotify.operations import BY_ID
from spotify.testing import Fault, SpotifySandbox
from spotify.testing.sandbox import Exchange
from tests.support.chaos_ledger import ExecutionCounter
from tests.support.frozen_client import TIMEOUT, FrozenClient

pytestmark = pytest.mark.slow

#: Freezes are shorter or longer than the timeout of the client.
LONGEST_FREEZE = 2 * TIMEOUT
MOST_FREEZES = 24

FAULTS = (
    Fault.reset(),
    Fault.reset(executed=True),
    Fault.status(500, executed=True),
    Fault.status(503, retry_after=0),
    Fault.delay(before=0.5 * TIMEOUT),
    Fault.delay(before=2.0 * TIMEOUT),
    Fault.delay(after=2.0 * TIMEOUT),
    Fault.status(504, executed=True).with_delay(execution=1.5 * TIMEOUT),
    Fault.surplus(),
    Fault.cut(),
)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this run, which is printed if the test fails."""
    seed = int(os.environ.get("CHAOS_SEED") or random.SystemRandom().randrange(2**32))
    request.node.add_report_section("call", "chaos", f"CHAOS_SEED={seed} repeats this run")
    return seed


class RandomFreezes:
    """Freezes a client while the sandbox handles its requests.

    Attributes:
        client: The client; None before it is started.
    """

    def __init__(self, rng: random.Random) -> None:
        self.client: FrozenClient | None = None
        self._rng = rng

    async def sleep(self, seconds: float) -> None:
        """Sleep in the sandbox: before the execution of a request, or between it and the response."""
        self._freeze(0.3)
        await asyncio.sleep(seconds)

    def observe(self, _exchange: Exchange) -> None:
        """Observe the sandbox: after the execution, before the response."""
        self._freeze(0.15)

    def _freeze(self, probability: float) -> None:
        client = self.client
        if client is None or not client.is_ready or client.freezes == MOST_FREEZES:
            return
        if self._rng.random() < probability:
            client.freeze(self._rng.uniform(0.0, LONGEST_FREEZE))


async def test_a_frozen_process_reports_what_was_executed(seed: int) -> None:
    freezes, counter = RandomFreezes(random.Random(seed)), ExecutionCounter()
    async with SpotifySandbox(fault_seed=seed, sleep=freezes.sleep) as sandbox:
        sandbox.player().play(sandbox.catalogue.long_album.uri)
        sandbox.add_observer(counter)
        sandbox.add_observer(freezes.observe)
        token = sandbox.issue_token(user=sandbox.catalogue.default_user.id)
        client = freezes.client = FrozenClient(sandbox.api_url, token, seed)
        try:
            await client.wait_until_ready()
            for fault in FAULTS:
                sandbox.fail("*", fault, probability=0.03)
            records, unexpected_errors, playlists = await client.report()
        finally:
            client.kill()
        held = {
            id_: [entry.item.uri for entry in playlist.entries if entry.item is not None]
            for id_, playlist in sandbox._state.playlists.items()
        }

    mismatches = [
        f"{operation} ended as {outcome} after {requests} requests and was executed {counter.executions[number]} times"
        for number, operation, idempotent, outcome, requests in records
        if BY_ID[operation].method != "GET"
        and not is_possible(outcome, counter.executions[number], is_idempotent=idempotent)
    ]
    assert mismatches == []
    assert unexpected_errors == []
    assert [write for id_, possible, write in playlists if held[id_] not in possible] == []
    assert client.freezes > 0
    assert len(counter.faults) > 0


def is_possible(outcome: str, executions: int, *, is_idempotent: bool) -> bool:
    """Return whether the outcome that a client reports for a write agrees with the number of its executions."""
    if outcome == "done" and not executions:
        return False
    if outcome == "not_done" and executions:
        return False
    return is_idempotent or executions <= 1
