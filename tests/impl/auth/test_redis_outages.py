"""A user's flow while the store's Redis is killed, restarted, paused and slow."""

import asyncio

import pytest

from spotify.errors import LoginRequiredError, TokenStoreError
from spotify.impl.auth import AuthorizationCodeAuth
from spotify.impl.token_stores import RedisTokenStore
from spotify.testing import FakeClock, FakeTransport, captured_logs
from tests.support.user_flow import INVALID_GRANT, ROUTE, Flow, granted


class EventfulTransport(FakeTransport):
    """A token endpoint that answers when something has happened.

    Attributes:
        happens: Called before the next answer; None for nothing.
    """

    happens = None

    async def send(self, request, /):
        happens, self.happens = self.happens, None
        answer = await super().send(request)
        if happens is not None:
            await happens()
        return answer


class Worker(Flow):
    """A worker of many that share a Redis; its clock is not the store's."""

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


async def hold(worker):
    """Give the worker a fresh token, which it has in hand then."""
    await worker.store_token(1)
    await worker.auth.get_access_token()


async def test_a_fresh_token_in_hand_is_used_without_redis(redis_server, worker_at):
    worker = worker_at(redis_server)
    await hold(worker)
    redis_server.kill()
    worker.clock.advance(3500)
    assert await worker.auth.get_access_token() == "HUSH-access-1"


async def test_a_token_due_for_renewal_is_used_to_its_end_while_redis_is_away(redis_server, worker_at):
    worker = worker_at(redis_server)
    await hold(worker)
    redis_server.kill()
    worker.clock.advance(3599)
    assert await worker.auth.get_access_token() == "HUSH-access-1"
    worker.clock.advance(1)
    for _ in range(2):
        with pytest.raises(TokenStoreError, match="cannot be reached"):
            await worker.auth.get_access_token()


async def test_meanwhile_redis_is_asked_now_and_then_not_by_each_call(redis_server, worker_at):
    worker = worker_at(redis_server)
    await hold(worker)
    redis_server.kill()
    worker.clock.advance(3550)
    with captured_logs() as events:
        for _ in range(10):
            await worker.auth.get_access_token()
        worker.clock.advance(5)
        await worker.auth.get_access_token()
    assert [(event["event"], event["error"]) for event in events] == [("token_refresh_failed", "TokenStoreError")] * 2


async def test_when_redis_is_back_the_token_is_renewed(persistent_redis_server, worker_at):
    worker = worker_at(persistent_redis_server)
    await hold(worker)
    persistent_redis_server.kill()
    worker.clock.advance(3550)
    await worker.auth.get_access_token()
    persistent_redis_server.start()
    worker.clock.advance(5)
    worker.transport.answer(ROUTE, json=granted(2))
    assert await worker.auth.get_access_token() == "HUSH-access-2"


async def test_a_refused_token_is_not_used_for_want_of_redis(redis_server, worker_at):
    worker = worker_at(redis_server)
    await hold(worker)
    redis_server.kill()
    await worker.auth.invalidate("HUSH-access-1")
    with pytest.raises(TokenStoreError):
        await worker.auth.get_access_token()


@pytest.mark.parametrize("outage", ["restarted", "paused"])
async def test_redis_that_is_away_for_a_moment_during_a_refresh_is_not_noticed(
    outage, persistent_redis_server, worker_at
):
    server = persistent_redis_server
    worker = worker_at(server)
    await worker.store_token(1, age=3600)
    worker.transport.answer(ROUTE, json=granted(2))

    async def away():
        begin, end = (server.kill, server.start) if outage == "restarted" else (server.pause, server.resume)
        begin()

        async def wait(seconds):
            end()
            worker.store_clock.sleep = FakeClock().sleep

        worker.store_clock.sleep = wait

    worker.transport.happens = away
    assert await worker.auth.get_access_token() == "HUSH-access-2"
    assert (await worker_at(server).store.load(worker.auth.key)).refresh_token.reveal() == "HUSH-refresh-2"


@pytest.mark.parametrize("kind", [None, AuthorizationCodeAuth])
@pytest.mark.parametrize("age", [3600, 3550])
async def test_redis_that_is_away_for_longer_loses_no_rotation(age, kind, persistent_redis_server, worker_at):
    server = persistent_redis_server
    worker = worker_at(server, *([kind] if kind else []))
    await hold(worker)
    worker.clock.advance(age)
    worker.transport.answer(ROUTE, json=granted(2))

    async def away():
        server.kill()

    worker.transport.happens = away
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


async def test_an_answer_that_was_lost_after_the_save_costs_nothing(redis_proxy, redis_server, worker_at):
    worker = worker_at(redis_proxy, save_timeout=0.0)
    await worker.store_token(1, age=3600)
    worker.transport.answer(ROUTE, json=granted(2))

    async def cut_all(answer):
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


async def test_redis_that_becomes_slow_during_a_refresh_makes_it_slow_and_nothing_else(redis_proxy, worker_at):
    worker = worker_at(redis_proxy)
    await worker.store_token(1, age=3600)
    worker.transport.answer(ROUTE, json=granted(2))
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def wait(answer):
        asked.set()
        await go_on.wait()

    async def slow_down():
        redis_proxy.on_reply = wait

    worker.transport.happens = slow_down
    call = asyncio.create_task(worker.auth.get_access_token())
    await asked.wait()
    assert not call.done()
    go_on.set()
    assert await call == "HUSH-access-2"
    assert len(worker.transport.requests) == 1


async def test_a_login_while_redis_is_away_does_not_spend_its_code(persistent_redis_server, worker_at):
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


async def lose_the_lock(redis_client):
    (lock,) = await redis_client.keys("*:token-lock:*")
    await redis_client.delete(lock)


async def test_a_worker_that_stalls_past_its_lease_takes_up_what_another_one_saved(
    redis_server, redis_client, worker_at
):
    # Of an application with a secret, whose refresh tokens stay: both refreshes succeed.
    slow = worker_at(redis_server, AuthorizationCodeAuth)
    fast = worker_at(redis_server, AuthorizationCodeAuth, clock=slow.clock)
    await slow.store_token(1, age=3600)
    slow.transport.answer(ROUTE, json=granted(2))
    fast.transport.answer(ROUTE, json=granted(3))

    async def stall():
        await lose_the_lock(redis_client)
        assert await fast.auth.get_access_token() == "HUSH-access-3"

    slow.transport.happens = stall
    assert await slow.auth.get_access_token() == "HUSH-access-3"
    assert (await slow.store.load(slow.auth.key)).refresh_token.reveal() == "HUSH-refresh-3"
    assert slow.hook_tokens == []


async def test_a_worker_whose_refresh_token_another_one_had_spent_takes_up_what_that_one_saved(
    redis_server, redis_client, worker_at
):
    slow = worker_at(redis_server)
    fast = worker_at(redis_server, clock=slow.clock)
    await slow.store_token(1, age=3600)
    slow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    fast.transport.answer(ROUTE, json=granted(3))

    async def stall():
        await lose_the_lock(redis_client)
        await fast.auth.get_access_token()

    slow.transport.happens = stall
    assert await slow.auth.get_access_token() == "HUSH-access-3"


async def test_a_worker_that_stalls_while_the_user_logs_out_has_no_token(redis_server, redis_client, worker_at):
    slow = worker_at(redis_server)
    fast = worker_at(redis_server, clock=slow.clock)
    await slow.store_token(1, age=3600)
    slow.transport.answer(ROUTE, json=granted(2))

    async def stall():
        await lose_the_lock(redis_client)
        await fast.auth.log_out()

    slow.transport.happens = stall
    with pytest.raises(TokenStoreError, match="saved or deleted"):
        await slow.auth.get_access_token()
    with pytest.raises(LoginRequiredError):
        await slow.auth.get_access_token()
