"""Processes that share a Redis, over real sockets, and the state after one of them is killed or stalls."""

import asyncio
import signal
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from spotify import ClientConfig, PkceAuth
from spotify.credentials import Secret
from spotify.errors import RefreshUnfinishedError
from spotify.impl.redis.connection import nothing
from spotify.impl.system_clock import SystemClock
from spotify.impl.token_stores import RedisTokenStore
from tests.support.scaled_clock import SkippingClock
from tests.support.served_accounts import KEY, serve

pytestmark = pytest.mark.slow


@pytest.fixture
async def served(persistent_redis_server):
    url = persistent_redis_server.url
    async with RedisTokenStore(url) as store, serve(store, url) as served:
        served.store_url = url
        yield served


async def end_lease(served):
    """Delete the lock, as Redis does when its lease expires."""
    await served.store._connection.run(
        "redis.call('DEL', KEYS[1])", parse=nothing, keys=[served.store._names(KEY).lock]
    )


async def test_eight_processes_share_one_refresh(served):
    assert await asyncio.gather(*(served.run() for _ in range(8))) == ["access-ana-1"] * 8
    assert served.accounts.refreshes == {"ana": 1}
    assert (await served.store.load(KEY)).refresh_token.reveal() == "ana-1"


async def test_processes_continue_after_the_holder_of_the_lock_is_killed(served):
    await served.run_killed_before_rotation()
    await end_lease(served)
    assert await asyncio.gather(*(served.run() for _ in range(2))) == ["access-ana-1"] * 2
    assert served.accounts.refreshes == {"ana": 1}


async def test_refresh_may_take_longer_than_the_lease(served):
    """The second worker does not get the lock as long as the first one runs, whatever the lease is."""
    rotated, released = asyncio.Event(), asyncio.Event()

    async def hold():
        served.before_response = None
        rotated.set()
        await released.wait()

    served.before_response = hold
    async with worker_of(served) as first, worker_of(served) as second:
        refreshing = asyncio.create_task(first.get_access_token())
        await rotated.wait()
        waiting = asyncio.create_task(second.get_access_token())
        await asyncio.sleep(2 * LEASE)  # only how long the case lasts
        released.set()
        assert await asyncio.gather(refreshing, waiting) == ["access-ana-1"] * 2
    assert served.accounts.refreshes == {"ana": 1}


LEASE = 1.5


@asynccontextmanager
async def worker_of(served, *, clock=None):
    config = ClientConfig(accounts_url=served.url)
    async with RedisTokenStore(served.store_url, lock_lifetime=LEASE) as store:
        auth = PkceAuth("app", "http://127.0.0.1:8000/callback", user="ana", store=store, config=config, clock=clock)
        yield auth
        await auth.close()


class SignallingClock(SystemClock):
    """A clock that sets an event when a task sleeps by it."""

    def __init__(self):
        self.is_used = asyncio.Event()

    async def sleep(self, seconds, /):
        self.is_used.set()
        await super().sleep(seconds)


async def test_a_worker_waits_for_the_token_of_a_process_that_stalls_after_the_rotation(served):
    process, clock = served.start(), SignallingClock()
    waiting = []

    async def stall():
        served.before_response = None
        process.send_signal(signal.SIGSTOP)
        await end_lease(served)
        # The stored refresh token is already used, and only the stalled process gets its replacement.
        waiting.append(asyncio.create_task(worker.get_access_token()))
        is_used = asyncio.create_task(clock.is_used.wait())
        await asyncio.wait([is_used, *waiting], return_when=asyncio.FIRST_COMPLETED)
        is_used.cancel()
        process.send_signal(signal.SIGCONT)

    served.before_response = stall
    async with worker_of(served, clock=clock) as worker:
        assert await process.outcome() == "access-ana-1"
        assert await waiting.pop() == "access-ana-1"
    assert served.accounts.refreshes == {"ana": 1}


async def test_a_login_works_again_with_a_process_that_continues_after_others_gave_up(served):
    process = served.start()

    async def stall():
        served.before_response = None
        process.send_signal(signal.SIGSTOP)
        await end_lease(served)
        for _ in range(2):
            with pytest.raises(RefreshUnfinishedError):
                await worker.get_access_token()
        process.send_signal(signal.SIGCONT)

    served.before_response = stall
    async with worker_of(served, clock=SkippingClock()) as worker:
        assert await process.outcome() == "access-ana-1"
        assert await worker.get_access_token() == "access-ana-1"
    assert served.accounts.refreshes == {"ana": 1}


async def test_a_new_login_makes_up_for_a_process_that_never_continues(served):
    process = served.start()

    async def stall():
        served.before_response = None
        process.send_signal(signal.SIGSTOP)
        await end_lease(served)
        with pytest.raises(RefreshUnfinishedError):
            await worker.get_access_token()
        async with served.store.lock(KEY):
            await served.store.save(KEY, of_new_login(await served.store.load(KEY)))
            assert await served.store.unfinished(KEY) is None
        process.send_signal(signal.SIGCONT)

    served.before_response = stall
    async with worker_of(served, clock=SkippingClock()) as worker:
        assert await process.outcome() == await worker.get_access_token() == "access-of-login"


def of_new_login(token):
    now = datetime.now(UTC)
    changes = {"access_token": Secret("access-of-login"), "refresh_token": Secret("of-login"), "issued_at": now}
    return replace(token, **changes, expires_at=now + timedelta(hours=1))


async def test_process_that_stalls_before_the_rotation_uses_the_token_of_another(served):
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


async def test_restart_of_redis_during_a_refresh_does_not_lose_the_rotated_token(served, persistent_redis_server):
    process = served.start()

    async def restart():
        served.before_response = None
        persistent_redis_server.restart()

    served.before_response = restart
    outcome = await process.outcome()
    assert outcome == "access-ana-1"
    assert (await served.store.load(KEY)).refresh_token.reveal() == "ana-1"
