"""Workers that are killed and frozen at random while they share a login. The token endpoint's record is the judge."""

import random
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from spotify.impl.token_stores import FileTokenStore, RedisTokenStore
from tests.support.rotating_accounts import RotatingAccounts
from tests.support.served_accounts import KEY, serve
from tests.support.worker_chaos import WorkerChaos

pytestmark = pytest.mark.slow

SEEDS = range(2)


@asynccontextmanager
async def served_from(kind, accounts, request):
    """Serve the accounts service with a store; yields it, and what ends the lease of the lock and the wait for it."""
    if kind == "file":
        directory = request.getfixturevalue("tmp_path") / "tokens"
        async with serve(FileTokenStore(directory), directory, accounts) as served:
            yield served, {}
        return
    url = request.getfixturevalue("redis_server").url
    async with RedisTokenStore(url) as store, Redis.from_url(url) as client, serve(store, url, accounts) as served:
        names = store._names(KEY)
        yield (
            served,
            {
                "end_lease": lambda: client.delete(names.lock),
                "end_wait": lambda: client.delete(names.holders),
            },
        )


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rotates", [True, False], ids=["rotating", "not rotating"])
@pytest.mark.parametrize("kind", ["file", "redis"])
async def test_a_login_is_lost_only_with_a_worker_killed_in_its_exchange(kind, rotates, seed, request):
    accounts = RotatingAccounts(rotates=rotates, expires_in=0)
    async with served_from(kind, accounts, request) as (served, ends):
        chaos = WorkerChaos(served, random.Random(seed), **ends)
        await chaos.run(workers=3, times=4)
        served.before_rotation = served.before_response = None
        for end in ends.values():
            await end()
        outcome = await served.run()
        stored = (await served.store.load(KEY)).refresh_token.reveal()
    if not chaos.is_lost:
        assert "ReauthorizationRequiredError" not in chaos.reports
    if not chaos.is_lost or outcome != "ReauthorizationRequiredError":
        assert outcome == f"access-ana-{accounts.refreshes['ana']}"
        assert stored == f"ana-{accounts.current('ana')}"
