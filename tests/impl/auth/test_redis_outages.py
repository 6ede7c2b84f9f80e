"""A user's flow while the store's Redis is killed, restarted, paused and slow."""

import asyncio

import pytest

from spotify import AsyncSpotifyClient
from spotify.errors import ClientClosedError, LoginRequiredError, TokenStoreError
from spotify.impl.auth import AuthorizationCodeAuth, PkceAuth
from spotify.impl.token_stores import RedisTokenStore
from spotify.testing import FakeClock, FakeTransport, captured_logs
from tests.support.redis_contents import HOLDERS, LOCKS
from tests.support.token_samples import KEY
from tests.support.user_flow import INVALID_GRANT, ROUTE, Flow, granted


class EventfulTransport(FakeTransport):
    """A token endpoint during whose response something happens.

    Attributes:
        before_response: Called before the next response is returned; None for no call.
    """

    before_response = None

    async def send(self, request, /):
        before_response, self.before_response = self.before_response, None
        response = await super().send(request)
        if before_response is not None:
            await before_response()
        return response


class Worker(Flow):
    """One of several workers that share a Redis. Its store has a separate clock."""

    def __init__(self, url, *arguments, clock=None, **settings):
        self.store_clock = FakeClock()
        store = RedisTokenStore(url, clock=self.store_clock, timeout=0.2, **settings)
        super().__init__(*arguments, store=store, transport=EventfulTransport(), clock=clock)


@pytest.fixture
async def worker_at():
    workers = []

    def make(server, *arguments, **settings):
        workers.append(Worker(server.url, *arguments, **settings))
        return workers[-1]

    yield make
    for worker in workers:
        await worker.auth.close()
        await worker.store.close()


async def load_token(worker):
    """Store a fresh token and make the worker load it."""
    await worker.store_token(1)
    await worker.auth.get_access_token()


async def test_loaded_token_is_used_without_redis_while_it_is_fresh(redis_server, worker_at):
    worker = worker_at(redis_server)
    await load_token(worker)
    redis_server.kill()
    worker.clock.advance(3500)
    assert await worker.auth.get_access_token() == "HUSH-access-1"


async def test_loaded_token_is_used_until_it_expires_while_redis_is_unreachable(redis_server, worker_at):
    worker = worker_at(redis_server)
    await load_token(worker)
    redis_server.kill()
    worker.clock.advance(3599)
    assert await worker.auth.get_access_token() == "HUSH-access-1"
    worker.clock.advance(1)
    for _ in range(2):
        with pytest.raises(TokenStoreError, match="cannot be reached"):
            await worker.auth.get_access_token()


async def test_unreachable_redis_is_tried_every_five_seconds(redis_server, worker_at):
    worker = worker_at(redis_server)
    await load_token(worker)
    redis_server.kill()
    worker.clock.advance(3550)
    with captured_logs() as events:
        for _ in range(10):
            await worker.auth.get_access_token()
        worker.clock.advance(5)
        await worker.auth.get_access_token()
    assert [(event["event"], event["error"]) for event in events] == [("token_refresh_failed", "TokenStoreError")] * 2


async def test_token_is_refreshed_when_redis_is_reachable_again(persistent_redis_server, worker_at):
    worker = worker_at(persistent_redis_server)
    await load_token(worker)
    persistent_redis_server.kill()
    worker.clock.advance(3550)
    await worker.auth.get_access_token()
    persistent_redis_server.start()
    worker.clock.advance(5)
    worker.transport.answer(ROUTE, json=granted(2))
    assert await worker.auth.get_access_token() == "HUSH-access-2"


async def test_invalidated_token_is_not_used_while_redis_is_unreachable(redis_server, worker_at):
    worker = worker_at(redis_server)
    await load_token(worker)
    redis_server.kill()
    await worker.auth.invalidate("HUSH-access-1")
    with pytest.raises(TokenStoreError):
        await worker.auth.get_access_token()


@pytest.mark.parametrize("outage", ["restarted", "paused"])
async def test_short_outage_during_a_refresh_does_not_fail_the_call(outage, persistent_redis_server, worker_at):
    server = persistent_redis_server
    worker = worker_at(server)
    await worker.store_token(1, age=3600)
    worker.transport.answer(ROUTE, json=granted(2))

    async def begin_outage():
        begin, end = (server.kill, server.start) if outage == "restarted" else (server.pause, server.resume)
        begin()

        async def wait(seconds):
            end()
            worker.store_clock.sleep = FakeClock().sleep

        worker.store_clock.sleep = wait

    worker.transport.before_response = begin_outage
    assert await worker.auth.get_access_token() == "HUSH-access-2"
    assert (await worker_at(server).store.load(worker.auth.key)).refresh_token.reveal() == "HUSH-refresh-2"


@pytest.mark.parametrize("kind", [None, AuthorizationCodeAuth])
@pytest.mark.parametrize("age", [3600, 3550])
async def test_long_outage_during_a_refresh_does_not_lose_the_rotated_token(
    age, kind, persistent_redis_server, worker_at
):
    server = persistent_redis_server
    worker = worker_at(server, *([kind] if kind else []))
    await load_token(worker)
    worker.clock.advance(age)
    worker.transport.answer(ROUTE, json=granted(2))

    async def begin_outage():
        server.kill()

    worker.transport.before_response = begin_outage
    if age == 3600:
        with pytest.raises(TokenStoreError, match=r"cannot be saved: Redis .* cannot be reached"):
            await worker.auth.get_access_token()
    else:
        assert await worker.auth.get_access_token() == "HUSH-access-1"
    assert worker.hook_tokens == []
    server.start()
    worker.clock.advance(5)
    assert await worker.auth.get_access_token() == "HUSH-access-2"
    assert len(worker.transport.requests) == 1
    assert (await worker_at(server).store.load(worker.auth.key)).refresh_token.reveal() == "HUSH-refresh-2"


async def test_lost_reply_to_a_save_does_not_lose_the_rotated_token(redis_proxy, redis_server, worker_at):
    worker = worker_at(redis_proxy, save_timeout=0.0)
    await worker.store_token(1, age=3600)
    worker.transport.answer(ROUTE, json=granted(2))

    async def cut_all(reply):
        redis_proxy.cut()

    async def cut_the_save(request):
        if b"HUSH-refresh-2" in request:
            redis_proxy.on_reply = cut_all

    redis_proxy.on_request = cut_the_save
    with pytest.raises(TokenStoreError):
        await worker.auth.get_access_token()
    redis_proxy.on_request = redis_proxy.on_reply = None
    assert await worker.auth.get_access_token() == "HUSH-access-2"
    assert len(worker.transport.requests) == 1


async def test_slow_redis_during_a_refresh_delays_the_call(redis_proxy, worker_at):
    worker = worker_at(redis_proxy)
    await worker.store_token(1, age=3600)
    worker.transport.answer(ROUTE, json=granted(2))
    reply_is_pending, continue_reply = asyncio.Event(), asyncio.Event()

    async def wait(reply):
        reply_is_pending.set()
        await continue_reply.wait()

    async def slow_down():
        redis_proxy.on_reply = wait

    worker.transport.before_response = slow_down
    call = asyncio.create_task(worker.auth.get_access_token())
    await reply_is_pending.wait()
    assert not call.done()
    continue_reply.set()
    assert await call == "HUSH-access-2"
    assert len(worker.transport.requests) == 1


async def test_login_while_redis_is_unreachable_does_not_use_the_code(persistent_redis_server, worker_at):
    server = persistent_redis_server
    worker = worker_at(server)
    url = worker.redirect()
    server.kill()
    with pytest.raises(TokenStoreError):
        await worker.auth.exchange_redirect(url)
    assert worker.transport.requests == []
    server.start()
    worker.transport.answer(ROUTE, json=granted(1))
    await worker.auth.exchange_redirect(url)
    assert await worker.auth.get_access_token() == "HUSH-access-1"


async def delete_lock(redis_client):
    (lock,) = await redis_client.keys("*:token-lock:*")
    await redis_client.delete(lock)


async def test_stalled_refresh_uses_the_token_that_another_worker_saved(redis_server, redis_client, worker_at):
    # With a client secret, refresh tokens are not rotated: both refreshes succeed.
    slow = worker_at(redis_server, AuthorizationCodeAuth)
    fast = worker_at(redis_server, AuthorizationCodeAuth, clock=slow.clock)
    await slow.store_token(1, age=3600)
    slow.transport.answer(ROUTE, json=granted(2))
    fast.transport.answer(ROUTE, json=granted(3))

    async def stall():
        await delete_lock(redis_client)
        assert await fast.auth.get_access_token() == "HUSH-access-3"

    slow.transport.before_response = stall
    assert await slow.auth.get_access_token() == "HUSH-access-3"
    assert (await slow.store.load(slow.auth.key)).refresh_token.reveal() == "HUSH-refresh-3"
    assert slow.hook_tokens == []


async def test_rejected_refresh_uses_the_token_that_another_worker_saved(redis_server, redis_client, worker_at):
    slow = worker_at(redis_server)
    fast = worker_at(redis_server, clock=slow.clock)
    await slow.store_token(1, age=3600)
    slow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    fast.transport.answer(ROUTE, json=granted(3))

    async def stall():
        await delete_lock(redis_client)
        await fast.auth.get_access_token()

    slow.transport.before_response = stall
    assert await slow.auth.get_access_token() == "HUSH-access-3"


async def test_stalled_refresh_does_not_undo_a_log_out(redis_server, redis_client, worker_at):
    slow = worker_at(redis_server)
    fast = worker_at(redis_server, clock=slow.clock)
    await slow.store_token(1, age=3600)
    slow.transport.answer(ROUTE, json=granted(2))

    async def stall():
        await delete_lock(redis_client)
        await fast.auth.log_out()

    slow.transport.before_response = stall
    with pytest.raises(TokenStoreError, match="saved or deleted"):
        await slow.auth.get_access_token()
    with pytest.raises(LoginRequiredError):
        await slow.auth.get_access_token()


@pytest.mark.parametrize("held_back", ["request", "reply"])
async def test_closing_the_client_and_the_store_leaves_no_lock_of_a_running_call(held_back, redis_proxy, redis_client):
    async with RedisTokenStore(redis_proxy.url) as store:
        auth = PkceAuth("app", "http://127.0.0.1:8000/callback", user="ana", store=store)
        pool = AsyncSpotifyClient("token", transport=FakeTransport())
        user = pool.for_user(auth)
        await store.load(KEY)
        count = len(redis_proxy.requests)
        may_pass = redis_proxy.forward_requests if held_back == "request" else redis_proxy.forward_replies
        may_pass.clear()
        call = asyncio.create_task(user.users.get_current_profile())
        await redis_proxy.wait_for_requests(count + 1)
        await pool.close()
        asyncio.get_running_loop().call_soon(may_pass.set)
    with pytest.raises(ClientClosedError):
        await call
    assert not await redis_client.keys(LOCKS)
    assert not await redis_client.keys(HOLDERS)
