"""`RedisTokenStore`: keys, the lock and its fencing tokens."""

import asyncio
import subprocess
import sys

import pytest
from redis import Redis as SynchronousRedis
from redis.asyncio import Redis

from spotify.errors import TokenStoreError, TokenSupersededError
from spotify.impl.token_stores import RedisTokenStore
from spotify.testing import FakeClock
from tests.support.redis_contents import HOLDERS, LOCKS, TOKENS, end_lease, everything, only
from tests.support.token_samples import DAMAGES, KEY, damaged, token


@pytest.fixture
async def store(redis_server):
    async with RedisTokenStore(redis_server.url) as store:
        yield store


@pytest.fixture
async def other(redis_server):
    """The store of another worker."""
    async with RedisTokenStore(redis_server.url) as store:
        yield store


async def enter(store):
    async with store.lock(KEY):
        pass


async def acquire(store):
    """Acquire the lock, and never release it."""
    await store._lock.acquire(store._names(KEY))


async def test_workers_share_tokens(store, other):
    await store.save(KEY, token(1))
    assert await other.load(KEY) == token(1)


async def test_prefixes_do_not_share_tokens(store, redis_server):
    await store.save(KEY, token(1))
    async with RedisTokenStore(redis_server.url, prefix="other") as other:
        assert await other.load(KEY) is None


async def test_the_keys_hide_the_user_and_are_on_one_node_of_a_cluster(store, redis_client):
    async with store.lock(KEY):
        await store.save(KEY, token(1))
        keys = [key.decode() for key in await redis_client.keys()]
    assert sorted(key.partition("{")[0] for key in keys) == [
        "spotify:token-holders:",
        "spotify:token-lock:",
        "spotify:token:",
    ]
    assert len({key.partition("{")[2] for key in keys}) == 1
    assert not any("ana" in key for key in keys)


async def test_a_token_never_expires_and_a_fencing_token_without_one_does(store, redis_client):
    await enter(store)
    key = await only(redis_client, TOKENS)
    lifetimes = [await redis_client.ttl(key)]
    await store.save(KEY, token(1))
    lifetimes.append(await redis_client.ttl(key))
    await enter(store)
    lifetimes.append(await redis_client.ttl(key))
    await store.delete(KEY)
    lifetimes.append(await redis_client.ttl(key))
    assert lifetimes == [pytest.approx(86400, abs=100), -1, -1, pytest.approx(86400, abs=100)]


@pytest.mark.parametrize("decode_responses", [False, True])
async def test_a_client_passed_by_the_caller_is_used_and_stays_open(redis_server, decode_responses):
    async with Redis.from_url(redis_server.url, decode_responses=decode_responses) as client:
        store = RedisTokenStore(client)
        async with store.lock(KEY):
            await store.save(KEY, token(1))
        await store.close()
        connection = client.connection_pool._available_connections[0]
        assert connection.is_connected
        assert await store.load(KEY) == token(1)


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_token_raises_without_its_contents_and_is_unchanged(damage, store, redis_client):
    await store.save(KEY, token(1))
    name = await only(redis_client, TOKENS)
    document = damaged(await redis_client.hget(name, "document"), damage)
    await redis_client.hset(name, "document", document)
    with pytest.raises(TokenStoreError, match="cannot be used") as of_load:
        await store.load(KEY)
    with pytest.raises(TokenStoreError, match="delete it"):
        await store.save(KEY, token(2))
    assert await redis_client.hget(name, "document") == document
    assert "HUSH" not in f"{of_load.value!r} {vars(of_load.value)} {of_load.value.__context__!r}"


async def test_bytes_that_a_client_of_the_caller_cannot_decode_raise(redis_server, redis_client, store):
    await store.save(KEY, token(1))
    await redis_client.hset(await only(redis_client, TOKENS), "document", b"HUSH\xff")
    async with Redis.from_url(redis_server.url, decode_responses=True) as client:
        with pytest.raises(TokenStoreError, match="UnicodeDecodeError") as caught:
            await RedisTokenStore(client).load(KEY)
    assert "HUSH" not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__cause__.__context__!r}"


async def test_another_type_of_value_raises(store, redis_client):
    await store.save(KEY, token(1))
    name = await only(redis_client, TOKENS)
    await redis_client.set(name, "HUSH")
    with pytest.raises(TokenStoreError, match=r"refused .*WRONGTYPE"):
        await store.load(KEY)
    with pytest.raises(TokenStoreError, match="WRONGTYPE"):
        await store.save(KEY, token(2))
    assert await redis_client.get(name) == b"HUSH"


async def test_the_lock_of_a_dead_worker_ends_with_its_lease(redis_server, other):
    async with RedisTokenStore(redis_server.url, lock_lifetime=0.05) as dead:
        await acquire(dead)
    await enter(other)


async def test_the_lease_has_the_configured_lifetime(redis_server, redis_client):
    async with RedisTokenStore(redis_server.url, lock_lifetime=700.0) as store, store.lock(KEY):
        assert await redis_client.pttl(await only(redis_client, LOCKS)) == pytest.approx(700_000, abs=60_000)


def store_that_renews_often(url, **settings):
    """Return a store that renews its lock every 0.1 seconds. The lease is longer, as the test may be slow."""
    store = RedisTokenStore(url, lock_lifetime=0.3, **settings)
    store._lock._lease = 600_000
    return store


async def test_the_lease_is_renewed_while_the_lock_is_held(redis_server, redis_client):
    async with store_that_renews_often(redis_server.url) as store, store.lock(KEY):
        lock = await only(redis_client, LOCKS)
        for _ in range(2):
            await redis_client.persist(lock)  # does not end until it is renewed
            async with asyncio.timeout(30):
                while await redis_client.pttl(lock) == -1:
                    pass


async def test_a_lost_lock_is_not_renewed(redis_server, redis_client, other):
    async with RedisTokenStore(redis_server.url, lock_lifetime=0.03) as store:
        names = store._names(KEY)
        async with store._lock.hold(names) as held:
            await redis_client.set(names.lock, "another worker")
            async with asyncio.timeout(30):
                await store._lock._renew(names, held)
        assert await redis_client.get(names.lock) == b"another worker"
        assert await redis_client.pttl(names.lock) == -1


async def test_a_lease_is_renewed_after_redis_was_unavailable(redis_server, redis_client, redis_proxy):
    async with store_that_renews_often(redis_proxy.url, timeout=0.5) as store, store.lock(KEY):
        lock = await only(redis_client, LOCKS)
        await redis_client.persist(lock)
        redis_proxy.forward_requests.clear()
        async with asyncio.timeout(30):
            await redis_proxy.wait_for_requests(len(redis_proxy.requests) + 2)
            redis_proxy.forward_requests.set()
            await redis_client.persist(lock)
            while await redis_client.pttl(lock) == -1:
                pass


async def test_a_late_holder_does_not_overwrite_a_newer_token(store, other, redis_client):
    async with store.lock(KEY):
        await end_lease(redis_client)
        async with other.lock(KEY):
            await other.save(KEY, token(2))
        with pytest.raises(TokenSupersededError, match="lock was held for too long"):
            await store.save(KEY, token(1))
        assert await store.load(KEY) == token(2)


async def test_a_late_holder_saves_if_there_is_no_newer_token(store, other, redis_client):
    # The next holder's refresh may fail, because the late one has used the refresh token: its token must not be lost.
    async with store.lock(KEY):
        await end_lease(redis_client)
        async with other.lock(KEY):
            await store.save(KEY, token(1))
            assert await other.load(KEY) == token(1)
            await other.save(KEY, token(2))
    assert await store.load(KEY) == token(2)


async def test_a_late_holder_does_not_restore_a_deleted_token(store, other, redis_client):
    async with store.lock(KEY):
        await end_lease(redis_client)
        async with other.lock(KEY):
            await other.delete(KEY)
        with pytest.raises(TokenSupersededError):
            await store.save(KEY, token(1))
    assert await store.load(KEY) is None


async def test_a_late_holder_does_not_release_the_lock_of_the_next(store, other, redis_client):
    async with store.lock(KEY):
        await end_lease(redis_client)
        await acquire(other)
    assert await redis_client.exists(await only(redis_client, LOCKS))


async def test_a_token_saved_outside_the_lock_is_the_newest(store, other):
    async with store.lock(KEY):
        await other.save(KEY, token(2))
        with pytest.raises(TokenSupersededError):
            await store.save(KEY, token(1))
    await store.save(KEY, token(3))
    assert await store.load(KEY) == token(3)


async def test_a_task_started_inside_the_lock_has_its_fencing_token(store, other, redis_client):
    async with store.lock(KEY):
        late = asyncio.create_task(save_when(released := asyncio.Event(), store))
        await asyncio.sleep(0)
    async with other.lock(KEY):
        await other.save(KEY, token(2))
    released.set()
    with pytest.raises(TokenSupersededError):
        await late


async def save_when(event, store):
    await event.wait()
    await store.save(KEY, token(1))


async def fencing_token(store, redis):
    async with store.lock(KEY):
        return int(await redis.hget(await only(redis, TOKENS), "granted"))


async def test_fencing_tokens_increase_although_redis_lost_its_data(store, redis_client):
    numbers = [await fencing_token(store, redis_client)]
    numbers.append(await fencing_token(store, redis_client))
    await redis_client.flushall()
    numbers.append(await fencing_token(store, redis_client))
    assert numbers == sorted(set(numbers))


async def test_fencing_tokens_increase_although_the_servers_clock_was_set_back(store, redis_client):
    await fencing_token(store, redis_client)
    later = 4_000_000_000_000_000
    await redis_client.hset(await only(redis_client, TOKENS), "granted", later)
    numbers = [await fencing_token(store, redis_client)]
    await store.save(KEY, token(1))
    numbers.append(await fencing_token(store, redis_client))
    assert numbers == [later + 1, later + 3]


async def test_a_lock_that_is_not_released_raises(redis_server, store):
    clock = FakeClock()
    async with RedisTokenStore(redis_server.url, lock_timeout=30.0, clock=clock) as other, store.lock(KEY):
        with pytest.raises(TokenStoreError, match=r"held the lock spotify:token-lock:\S+ in Redis .* for 30 s"):
            await enter(other)
    assert clock.monotonic() == pytest.approx(30.0)


async def test_the_lock_is_polled_soon_at_first_and_then_a_few_times_a_second(redis_server, store):
    clock = FakeClock()
    async with RedisTokenStore(redis_server.url, lock_timeout=30.0, clock=clock) as other, store.lock(KEY):
        with pytest.raises(TokenStoreError):
            await enter(other)
    assert clock.sleeps[0] <= 0.02
    assert 30 / 0.25 < len(clock.sleeps) < 30 / 0.125 + 20
    assert len(set(clock.sleeps)) > len(clock.sleeps) / 2


async def test_of_many_waiting_tasks_one_polls(redis_server, redis_proxy, store):
    clock = FakeClock()
    async with RedisTokenStore(redis_proxy.url, lock_timeout=3.0, clock=clock) as crowded, store.lock(KEY):
        waiting = [asyncio.create_task(enter(crowded)) for _ in range(100)]
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {TokenStoreError}
    assert len(redis_proxy.requests) < 3 / 0.125 + 20 + len(waiting) + 5


async def test_the_lock_is_polled_at_the_end_of_the_lease(redis_server, redis_client):
    clock = FakeClock()
    async with (
        RedisTokenStore(redis_server.url, lock_lifetime=0.05) as dead,
        RedisTokenStore(redis_server.url, clock=clock) as other,
    ):
        while not clock.sleeps:  # on a slow machine, the lease can end before the first attempt
            await acquire(dead)
            await enter(other)
    assert max(clock.sleeps) <= 0.05


@pytest.mark.parametrize("held_back", ["request", "reply"])
async def test_a_cancelled_acquisition_leaves_neither_a_lock_nor_a_worker(held_back, redis_proxy, redis_client):
    async with RedisTokenStore(redis_proxy.url) as store:
        await enter(store)
        count = len(redis_proxy.requests)
        may_pass = redis_proxy.forward_requests if held_back == "request" else redis_proxy.forward_replies
        may_pass.clear()
        waiting = asyncio.create_task(enter(store))
        await redis_proxy.wait_for_requests(count + 1)
        while held_back == "reply" and not await redis_client.keys(LOCKS):
            pass
        waiting.cancel()
        await run_ready_tasks()
        waiting.cancel()  # also a second time
        may_pass.set()
        await asyncio.wait([waiting])
    assert waiting.cancelled()
    assert not await redis_client.keys(LOCKS)
    assert not await redis_client.keys(HOLDERS)


async def test_closing_the_store_ends_the_acquisitions_in_progress(redis_server, other, redis_client):
    store = RedisTokenStore(redis_server.url)
    async with other.lock(KEY):
        waiting = [asyncio.create_task(enter(store)) for _ in range(3)]
        await run_ready_tasks()
        await store.close()
        for task in waiting:
            with pytest.raises(TokenStoreError, match="was closed before it acquired the lock"):
                await task
    assert not await redis_client.keys(LOCKS)
    assert not await redis_client.keys(HOLDERS)
    await enter(store)
    await store.close()


async def test_a_cancelled_wait_for_the_lock_leaves_no_worker(store, other, redis_client):
    async with other.lock(KEY):
        waiting = [asyncio.create_task(enter(store)) for _ in range(3)]
        while await redis_client.zcard(await only(redis_client, HOLDERS)) != 1:
            pass
        await run_ready_tasks()
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
    assert not await redis_client.keys(LOCKS)
    assert not await redis_client.keys(HOLDERS)


async def run_ready_tasks():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_cancelling_a_release_leaves_no_lock(redis_proxy, redis_client):
    async with RedisTokenStore(redis_proxy.url) as store:
        await enter(store)
        is_held = asyncio.Event()

        async def leave():
            async with store.lock(KEY):
                redis_proxy.forward_requests.clear()
                is_held.set()

        leaving = asyncio.create_task(leave())
        await is_held.wait()
        leaving.cancel()
        await asyncio.wait([leaving])
        assert await redis_client.keys(LOCKS)
        redis_proxy.cut()
        redis_proxy.forward_requests.set()
    assert not await redis_client.keys(LOCKS)


def test_the_repr_shows_neither_password_nor_keys():
    store = RedisTokenStore("redis://ana:HUSH@redis.example.org:7000/3")
    assert repr(store) == "<RedisTokenStore 'spotify' in Redis at redis.example.org:7000>"
    assert repr(RedisTokenStore("unix:///run/redis.sock")) == "<RedisTokenStore 'spotify' in Redis at /run/redis.sock>"


@pytest.mark.parametrize("url", ["http://HUSH", "redis://:HU/SH@host", "redis://:HUSH@host:99999", "HUSH", ""])
def test_an_invalid_url_raises_and_is_not_shown(url):
    with pytest.raises(ValueError, match="expected redis://") as caught:
        RedisTokenStore(url)
    assert "HU" not in f"{caught.value!r} {caught.value.__context__!r}"


@pytest.mark.parametrize("redis", [SynchronousRedis(), None, b"redis://localhost"])
def test_other_types_of_client_raise(redis):
    with pytest.raises(TypeError, match=r"a URL or a redis\.asyncio\.Redis"):
        RedisTokenStore(redis)


@pytest.mark.parametrize(
    "settings", [{"lock_lifetime": 0}, {"lock_timeout": -1}, {"save_timeout": -1}, {"timeout": 0}, {"timeout": -1.0}]
)
def test_a_duration_that_is_too_short_raises(settings):
    (name,) = settings
    with pytest.raises(ValueError, match=name):
        RedisTokenStore("redis://localhost", **settings)


def test_one_store_works_in_one_event_loop_after_another(redis_server):
    store = RedisTokenStore(redis_server.url)

    async def use(number):
        async with store, store.lock(KEY):
            before = await store.load(KEY)
            await store.save(KEY, token(number))
        return before

    assert asyncio.run(use(1)) is None
    assert asyncio.run(use(2)) == token(1)


async def test_a_closed_store_can_be_closed_again_and_used_again(store):
    await store.save(KEY, token(1))
    await store.close()
    await store.close()
    assert await store.load(KEY) == token(1)


async def test_close_closes_its_connections(store, redis_client):
    await store.save(KEY, token(1))
    before = len(await redis_client.client_list())
    await store.close()
    while len(await redis_client.client_list()) == before:
        pass
    assert len(await redis_client.client_list()) == 1


def test_without_the_extra_the_store_says_what_to_install():
    program = (
        "import sys\n"
        "sys.modules['redis'] = sys.modules['cryptography'] = None\n"
        "from spotify import RedisTokenStore\n"
        "for package in ('redis', 'cryptography'):\n"
        "    try:\n        RedisTokenStore('redis://localhost', encryption_keys=['key'])\n"
        "    except ImportError as error:\n        print(error)\n"
        "    del sys.modules[package]\n"
    )
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    for package, message in zip(("redis", "cryptography"), run.stdout.splitlines(), strict=True):
        assert f"needs the package {package}" in message
        assert "pip install 'async-spotify-client[redis]'" in message


async def test_without_keys_a_token_is_plain_json(store, redis_client):
    await store.save(KEY, token(1))
    assert "HUSH-refresh-1" in await everything(redis_client)


async def unfinished(store):
    """Return what the store says to a worker that holds the lock."""
    async with store.lock(KEY):
        return await store.unfinished(KEY)


async def test_no_worker_is_unfinished_that_released_its_lock(store, other):
    results = [await store.unfinished(KEY)]
    await enter(other)
    results.append(await unfinished(store))
    assert results == [None, None]


async def test_a_worker_that_lost_its_lock_is_unfinished(store, other, redis_client):
    async with other.lock(KEY):
        await end_lease(redis_client)
        during = await unfinished(store)
        outside = await store.unfinished(KEY)
    assert (during, outside) == (pytest.approx(30.0, abs=30.0), pytest.approx(30.0, abs=30.0))
    assert await unfinished(store) is None


async def make_look_dead(redis_client):
    """Let all workers have held the lock a long time ago."""
    holders = await only(redis_client, HOLDERS)
    await redis_client.zadd(holders, dict.fromkeys(await redis_client.zrange(holders, 0, -1), 1.0))


async def test_a_worker_is_unfinished_since_it_held_the_lock_last(redis_server, store, redis_client):
    async with store_that_renews_often(redis_server.url) as other, other.lock(KEY):
        await make_look_dead(redis_client)
        assert await store.unfinished(KEY) > 1e9
        async with asyncio.timeout(30):
            while await store.unfinished(KEY) > 1e9:  # until it is renewed
                pass


async def test_earlier_workers_are_not_unfinished_after_a_later_one_saved_a_token(store, other, redis_client):
    async with other.lock(KEY):
        await end_lease(redis_client)
        async with store.lock(KEY):
            before = await store.unfinished(KEY)
            await store.save(KEY, token(2))
            after = await store.unfinished(KEY)
        assert (before is None, after) == (False, None)


async def test_a_later_worker_is_unfinished_after_an_earlier_one_saved_a_token(store, other, redis_client):
    async with other.lock(KEY):
        await end_lease(redis_client)
        async with store.lock(KEY):
            await other.save(KEY, token(2))
            assert await other.unfinished(KEY) is not None


async def test_a_worker_that_could_not_save_is_unfinished(store, other, redis_client):
    await damage(store, redis_client)
    with pytest.raises(TokenStoreError):
        await in_lock(other, other.save(KEY, token(2)))
    assert await unfinished(store) is not None


async def test_a_worker_whose_failed_save_was_given_up_is_not_unfinished(store, other, redis_client):
    await damage(store, redis_client)
    async with other.lock(KEY):
        with pytest.raises(TokenStoreError):
            await other.save(KEY, token(2))
    assert await unfinished(store) is None


async def test_a_worker_that_could_not_load_is_not_unfinished(store, other, redis_client):
    await damage(store, redis_client)
    with pytest.raises(TokenStoreError):
        await in_lock(other, other.load(KEY))
    assert await unfinished(store) is None


async def in_lock(store, call):
    async with store.lock(KEY):
        return await call


async def damage(store, redis_client):
    """Store a document that is neither loaded nor overwritten."""
    await store.save(KEY, token(1))
    await redis_client.hset(await only(redis_client, TOKENS), "document", "{")


async def test_workers_that_never_finish_are_forgotten_after_a_day(store, redis_client):
    await acquire(store)
    holders = await only(redis_client, HOLDERS)
    assert await redis_client.ttl(holders) == pytest.approx(86400, abs=100)
    await redis_client.zadd(holders, {"dead": 1.0})
    await end_lease(redis_client)
    await acquire(store)
    assert b"dead" not in await redis_client.zrange(holders, 0, -1)
