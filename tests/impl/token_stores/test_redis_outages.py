"""`RedisTokenStore` with a Redis that is killed, restarted, paused or slow, and with broken connections."""

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
    """A clock that calls a function in its first sleep."""

    def __init__(self, function):
        super().__init__()
        self._function = function

    async def sleep(self, seconds, /):
        if not self.sleeps:
            self._function()
        await super().sleep(seconds)


@pytest.fixture
async def store_at():
    """A function that returns a store, which is closed after the test."""
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
async def test_an_unreachable_redis_raises_with_its_address(work, redis_server, store_at):
    redis_server.kill()
    store = store_at(redis_server, clock=FakeClock())
    with pytest.raises(TokenStoreError, match=rf"Redis at 127\.0\.0\.1:{redis_server.port} cannot be reached"):
        await WORK[work](store)


@pytest.mark.parametrize("work", WORK)
async def test_a_hanging_redis_raises_after_the_timeout(work, redis_server, store_at):
    store = store_at(redis_server, timeout=0.02, clock=FakeClock())
    redis_server.pause()
    with pytest.raises(TokenStoreError, match="did not respond in time"):
        await WORK[work](store)


@pytest.mark.parametrize("work", WORK)
async def test_the_store_works_after_a_restart_of_redis(work, persistent_redis_server, store_at):
    store = store_at(persistent_redis_server)
    await store.save(KEY, token(1))
    persistent_redis_server.restart()
    await WORK[work](store)
    assert await store.load(KEY) == (None if work == "delete" else token(1))


@pytest.mark.parametrize("work", WORK)
async def test_a_wrong_password_is_not_shown(work, redis_server, store_at):
    url = redis_server.url.replace("://", "://ana:HUSH@")
    async with RedisTokenStore(url) as store:
        with pytest.raises(TokenStoreError, match="does not accept the user or the password") as caught:
            await WORK[work](store)
    assert "HUSH" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__cause__.__context__!r}"


async def test_a_refusal_of_redis_raises_without_the_token(redis_server, redis_client, store_at):
    clock = FakeClock()
    store = store_at(redis_server, clock=clock)
    await store.save(KEY, token(1))
    await redis_client.config_set("maxmemory", 1)
    with pytest.raises(TokenStoreError, match=r"cannot be saved: Redis at \S+ refused .*\(OutOfMemoryError") as caught:
        await store.save(KEY, token(2))
    assert clock.sleeps == []
    assert "HUSH" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__cause__.__context__!r}"


async def test_a_save_is_retried_during_an_outage(redis_server, store_at):
    clock = EventfulClock(redis_server.start)
    store = store_at(redis_server, clock=clock)
    redis_server.kill()
    await store.save(KEY, token(1))
    assert await store.load(KEY) == token(1)
    assert len(clock.sleeps) == 1


async def test_a_save_fails_after_the_save_timeout(redis_server, store_at):
    clock = FakeClock()
    store = store_at(redis_server, clock=clock, save_timeout=10.0)
    redis_server.kill()
    with pytest.raises(TokenStoreError, match="cannot be saved"):
        await store.save(KEY, token(1))
    assert 9.0 <= clock.monotonic() <= 10.0
    assert 10 <= len(clock.sleeps) <= 30


async def test_a_save_is_retried_while_redis_hangs(redis_server, store_at):
    store = store_at(redis_server, timeout=0.2, clock=EventfulClock(redis_server.resume))
    redis_server.pause()
    await store.save(KEY, token(1))
    assert await store_at(redis_server).load(KEY) == token(1)


async def test_a_save_succeeds_after_redis_lost_its_data(redis_server, store_at):
    store = store_at(redis_server)
    async with store.lock(KEY):
        redis_server.restart()
        await store.save(KEY, token(1))
    assert await store.load(KEY) == token(1)


@pytest.mark.parametrize("step", ["request", "reply"])
@pytest.mark.parametrize("work", WORK)
async def test_a_broken_connection_is_replaced_before_and_after_execution(
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

    if step == "reply":
        redis_proxy.on_reply = cut
    else:
        redis_proxy.on_request = cut
    await WORK[work](store)
    assert redis_proxy.on_request is redis_proxy.on_reply is None
    assert await store_at(redis_server).load(KEY) == (None if work == "delete" else token(1))


@pytest.mark.parametrize("lost", [None, TOKENS], ids=["complete", "without the fencing token"])
async def test_an_unconfirmed_lock_is_acquired_by_the_next_try(lost, redis_proxy, redis_client, store_at):
    store = store_at(redis_proxy)
    await enter(store)
    redis_proxy.forward_replies.clear()
    entering = asyncio.create_task(enter(store))
    while not await redis_client.keys(LOCKS):
        pass
    redis_proxy.go_down()
    with pytest.raises(TokenStoreError, match="lock"):
        await entering
    redis_proxy.is_down = False
    redis_proxy.forward_replies.set()
    if lost is not None:
        await redis_client.delete(await only(redis_client, lost))
    async with asyncio.timeout(30):
        await enter(store)
    assert not await redis_client.keys(LOCKS)


async def test_a_lock_that_cannot_be_released_is_acquired_by_the_next_try(persistent_redis_server, store_at):
    store = store_at(persistent_redis_server)
    async with store.lock(KEY):
        await store.save(KEY, token(1))
        persistent_redis_server.kill()
    persistent_redis_server.start()
    async with asyncio.timeout(30):
        await enter(store)


async def test_a_late_release_does_not_release_the_lock_of_the_next_holder(redis_proxy, redis_client, store_at):
    store = store_at(redis_proxy, timeout=0.5)
    await enter(store)
    resume = asyncio.Event()

    async def delay(request):
        redis_proxy.on_request = None
        await resume.wait()

    async def scripts_run():
        return (await redis_client.info("commandstats"))["cmdstat_evalsha"]["calls"]

    async with store.lock(KEY):
        redis_proxy.on_request = delay
    async with asyncio.timeout(30), store.lock(KEY):
        before = await scripts_run()
        resume.set()
        while await scripts_run() == before:
            pass
        assert await redis_client.keys(LOCKS)


async def test_a_slow_reply_is_waited_for(redis_proxy, redis_server, redis_client, store_at):
    store = store_at(redis_proxy)
    async with store.lock(KEY):
        redis_proxy.forward_replies.clear()
        before = len(redis_proxy.requests)
        saving = asyncio.create_task(store.save(KEY, token(1)))
        await redis_proxy.wait_for_requests(before + 1)
        assert not saving.done()
        redis_proxy.forward_replies.set()
        await saving
    assert await redis_client.hexists(await only(redis_client, TOKENS), "document")


async def test_errors_of_a_client_passed_by_the_caller_are_the_same(redis_server):
    async with Redis.from_url(redis_server.url, socket_timeout=0.02, retry=None) as client:
        redis_server.pause()
        with pytest.raises(TokenStoreError, match="did not respond in time"):
            await RedisTokenStore(client).load(KEY)
        redis_server.kill()
        with pytest.raises(TokenStoreError, match="cannot be reached"):
            await RedisTokenStore(client).load(KEY)


async def test_a_store_can_be_closed_during_an_outage(redis_server, store_at):
    store = store_at(redis_server, timeout=0.05)
    with suppress(TokenStoreError):
        await enter(store)
    redis_server.pause()
    with suppress(TokenStoreError):
        await store.load(KEY)
    await store.close()
