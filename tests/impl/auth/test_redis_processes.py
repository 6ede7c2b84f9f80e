"""Processes that share a Redis, over real sockets, and what is left when one of them is killed or stalls."""

import asyncio
import signal

import pytest

from spotify.impl.token_stores import RedisTokenStore
from tests.support.served_accounts import KEY, serve

pytestmark = pytest.mark.slow


@pytest.fixture
async def served(persistent_redis_server):
    url = persistent_redis_server.url
    async with RedisTokenStore(url) as store, serve(store, url) as served:
        yield served


async def end_lease(served):
    """Do what Redis does when the time of the lock is over."""
    await served.store._connection.run("redis.call('DEL', KEYS[1])", keys=[served.store._names(KEY).lock])


async def test_eight_processes_share_one_refresh(served):
    assert await asyncio.gather(*(served.run() for _ in range(8))) == ["access-ana-1"] * 8
    assert served.accounts.refreshes == {"ana": 1}
    assert (await served.store.load(KEY)).refresh_token.reveal() == "ana-1"


async def test_the_others_go_on_when_one_is_killed_that_holds_the_lock(served):
    await served.run_killed_before_rotation()
    await end_lease(served)
    assert await asyncio.gather(*(served.run() for _ in range(2))) == ["access-ana-1"] * 2
    assert served.accounts.refreshes == {"ana": 1}


async def test_a_process_that_stalls_with_the_answer_on_its_way_loses_the_lock_and_not_the_token(served):
    process = served.start()
    overtaken = []

    async def stall():
        served.before_response = None
        process.send_signal(signal.SIGSTOP)
        await end_lease(served)
        # Its refresh token is spent already, and what came for it is with the one that stalls.
        overtaken.append(await served.run())
        process.send_signal(signal.SIGCONT)

    served.before_response = stall
    outcome = await process.outcome()
    assert (overtaken, outcome) == (["ReauthorizationRequiredError"], "access-ana-1")
    assert await served.run() == "access-ana-1"


async def test_a_process_that_stalls_before_its_request_was_served_takes_up_what_another_one_saved(served):
    process = served.start()

    async def stall():
        served.before_rotation = None
        process.send_signal(signal.SIGSTOP)
        await end_lease(served)
        assert await served.run() == "access-ana-1"
        process.send_signal(signal.SIGCONT)

    served.before_rotation = stall
    outcome = await process.outcome()
    assert outcome == "access-ana-1"
    assert served.accounts.refreshes == {"ana": 1}


async def test_redis_that_is_killed_and_comes_back_during_a_refresh_loses_no_rotation(served, persistent_redis_server):
    process = served.start()

    async def restart():
        served.before_response = None
        persistent_redis_server.restart()

    served.before_response = restart
    outcome = await process.outcome()
    assert outcome == "access-ana-1"
    assert (await served.store.load(KEY)).refresh_token.reveal() == "ana-1"
