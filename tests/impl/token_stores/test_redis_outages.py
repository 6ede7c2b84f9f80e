"""Redis killed, restarted, paused and slow, and connections that break, while the store works."""

import asyncio
from contextlib import suppress

import pytest
from redis.asyncio import Redis

from spotify.errors import TokenStoreError
from spotify.impl.token_stores import RedisTokenStore
from spotify.testing import FakeClock
from tests.support.redis_contents import LOCKS, TOKENS, only
from tests.support.token_samples import KEY, token


class EventfulClock(FakeClock):
    """A clock in whose first sleep something happens."""

    def __init__(self, happens):
        super().__init__()
        self._happens = happens

    async def sleep(self, seconds, /):
        if not self.sleeps:
            self._happens()
        await super().sleep(seconds)


@pytest.fixture
async def store_at():
    """Makes a store that is closed after the test, however Redis is."""
    stores = []

    def make(server, **settings):
        stores.append(RedisTokenStore(server.url, **settings))
        return stores[-1]

    yield make
    for store in stores:
        await store.close()


async def enter(store):
    async with store.lock(KEY):
        pass


WORK = {
    "load": lambda store: store.load(KEY),
    "save": lambda store: store.save(KEY, token(1)),
    "delete": lambda store: store.delete(KEY),
    "lock": enter,
}


@pytest.mark.parametrize("work", WORK)
async def test_redis_away_is_an_error_that_says_where_it_should_be(work, redis_server, store_at):
    redis_server.kill()
    store = store_at(redis_server, clock=FakeClock())
    with pytest.raises(TokenStoreError, match=rf"Redis at 127\.0\.0\.1:{redis_server.port} cannot be reached"):
        await WORK[work](store)


@pytest.mark.parametrize("work", WORK)
async def test_redis_that_hangs_is_an_error_in_time(work, redis_server, store_at):
    store = store_at(redis_server, timeout=0.02, clock=FakeClock())
    redis_server.pause()
    with pytest.raises(TokenStoreError, match="did not answer in time"):
        await WORK[work](store)


@pytest.mark.parametrize("work", WORK)
async def test_after_redis_was_restarted_the_store_goes_on(work, persistent_redis_server, store_at):
    store = store_at(persistent_redis_server)
    await store.save(KEY, token(1))
    persistent_redis_server.restart()
    await WORK[work](store)
    assert await store.load(KEY) == (None if work == "delete" else token(1))


@pytest.mark.parametrize("work", WORK)
async def test_a_password_that_redis_does_not_accept_is_not_shown(work, redis_server, store_at):
    url = redis_server.url.replace("://", "://ana:HUSH@")
    async with RedisTokenStore(url) as store:
        with pytest.raises(TokenStoreError, match="does not accept the user or the password") as caught:
            await WORK[work](store)
    assert "HUSH" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__cause__.__context__!r}"


async def test_what_redis_refuses_is_an_error_that_shows_nothing_of_it(redis_server, redis_client, store_at):
    clock = FakeClock()
    store = store_at(redis_server, clock=clock)
    await store.save(KEY, token(1))
    await redis_client.config_set("maxmemory", 1)
    with pytest.raises(TokenStoreError, match=r"cannot be saved: Redis at \S+ refused \(OutOfMemoryError") as caught:
        await store.save(KEY, token(2))
    assert clock.sleeps == []
    assert "HUSH" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__cause__.__context__!r}"


async def test_a_save_waits_for_redis_to_come_back(redis_server, store_at):
    clock = EventfulClock(redis_server.start)
    store = store_at(redis_server, clock=clock)
    redis_server.kill()
    await store.save(KEY, token(1))
    assert await store.load(KEY) == token(1)
    assert len(clock.sleeps) == 1


async def test_a_save_does_not_wait_for_ever(redis_server, store_at):
    clock = FakeClock()
    store = store_at(redis_server, clock=clock, save_timeout=10.0)
    redis_server.kill()
    with pytest.raises(TokenStoreError, match="cannot be saved"):
        await store.save(KEY, token(1))
    assert 9.0 <= clock.monotonic() <= 10.0
    assert 10 <= len(clock.sleeps) <= 30


async def test_a_save_under_way_when_redis_hangs_is_done_when_it_goes_on(redis_server, store_at):
    store = store_at(redis_server, timeout=0.05, clock=EventfulClock(redis_server.resume))
    async with store.lock(KEY):
        redis_server.pause()
        await store.save(KEY, token(1))
    assert await store.load(KEY) == token(1)


async def test_a_save_goes_through_where_redis_came_back_empty(redis_server, store_at):
    store = store_at(redis_server)
    async with store.lock(KEY):
        redis_server.restart()
        await store.save(KEY, token(1))
    assert await store.load(KEY) == token(1)


@pytest.mark.parametrize("step", ["request", "answer"])
@pytest.mark.parametrize("work", WORK)
async def test_a_connection_that_breaks_is_replaced_whether_the_work_was_done_or_not(
    work, step, redis_proxy, redis_server, store_at
):
    store = store_at(redis_proxy)
    async with store.lock(KEY):
        await store.save(KEY, token(1))
    await store.delete(KEY)
    await store.save(KEY, token(1))

    async def cut(data):
        redis_proxy.on_request = redis_proxy.on_reply = None
        redis_proxy.cut()

    if step == "answer":
        redis_proxy.on_reply = cut
    else:
        redis_proxy.on_request = cut
    await WORK[work](store)
    assert redis_proxy.on_request is redis_proxy.on_reply is None
    assert await store_at(redis_server).load(KEY) == (None if work == "delete" else token(1))


@pytest.mark.parametrize("forgotten", [None, TOKENS], ids=["all is there", "the number is lost"])
async def test_a_lock_whose_taking_nobody_confirmed_is_taken_up_by_the_next_try(
    forgotten, redis_server, redis_client, store_at
):
    store = store_at(redis_server, timeout=0.05)
    await enter(store)
    redis_server.pause()
    with pytest.raises(TokenStoreError, match="lock"):
        await enter(store)
    redis_server.resume()
    while not await redis_client.keys(LOCKS):  # it was told to, and does so now
        pass
    if forgotten is not None:
        await redis_client.delete(await only(redis_client, forgotten))
    async with asyncio.timeout(5):
        await enter(store)
    assert not await redis_client.keys(LOCKS)


async def test_a_lock_that_cannot_be_given_back_spoils_nothing_and_is_taken_up_by_the_next_try(
    persistent_redis_server, store_at
):
    store = store_at(persistent_redis_server)
    async with store.lock(KEY):
        await store.save(KEY, token(1))
        persistent_redis_server.kill()
    persistent_redis_server.start()
    async with asyncio.timeout(5):
        await enter(store)


async def test_a_lock_that_is_given_back_late_is_not_taken_from_the_next_holder(redis_proxy, redis_client, store_at):
    store = store_at(redis_proxy, timeout=0.05)
    await enter(store)
    go_on = asyncio.Event()

    async def delay(request):
        redis_proxy.on_request = None
        await go_on.wait()

    async def scripts_run():
        return (await redis_client.info("commandstats"))["cmdstat_evalsha"]["calls"]

    async with store.lock(KEY):
        redis_proxy.on_request = delay
    async with asyncio.timeout(5), store.lock(KEY):
        before = await scripts_run()
        go_on.set()
        while await scripts_run() == before:
            pass
        assert await redis_client.keys(LOCKS)


async def test_slow_answers_are_waited_for(redis_proxy, redis_server, redis_client, store_at):
    store = store_at(redis_proxy)
    async with store.lock(KEY):
        asked = asyncio.Event()

        async def note(request):
            asked.set()

        redis_proxy.on_request = note
        redis_proxy.forward_replies.clear()
        saving = asyncio.create_task(store.save(KEY, token(1)))
        await asked.wait()
        assert not saving.done()
        redis_proxy.forward_replies.set()
        await saving
    assert await redis_client.hexists(await only(redis_client, TOKENS), "document")


async def test_the_errors_of_a_client_of_the_callers_are_told_in_the_same_way(redis_server):
    async with Redis.from_url(redis_server.url, socket_timeout=0.02, retry=None) as client:
        redis_server.pause()
        with pytest.raises(TokenStoreError, match="did not answer in time"):
            await RedisTokenStore(client).load(KEY)
        redis_server.kill()
        with pytest.raises(TokenStoreError, match="cannot be reached"):
            await RedisTokenStore(client).load(KEY)


async def test_a_store_can_be_closed_while_redis_is_away(redis_server, store_at):
    store = store_at(redis_server, timeout=0.05)
    await enter(store)
    redis_server.pause()
    with suppress(TokenStoreError):
        await store.load(KEY)
    await store.close()
