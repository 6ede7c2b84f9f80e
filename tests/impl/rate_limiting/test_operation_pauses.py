"""Pauses of single operations, in one process and shared through Redis."""

import asyncio
import json

import pytest

from spotify import AsyncSpotifyClient, ClientConfig
from spotify.errors import PartialReadError, QuotaExceededError, RateLimitError, WaitTooLongError
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission
from spotify.testing import FakeClock, FakeTransport, SpotifySandbox
from tests.support.rate_limit_workers import workers

ONE = Operation(id="one", method="PUT", path="/one", idempotent=True)
TWO = Operation(id="two", method="GET", path="/two", idempotent=True)
THREE = Operation(id="three", method="GET", path="/three", idempotent=True)
DAY = 86_400.0


def call(operation, *, max_wait=30.0):
    return Admission(operation=operation, priority="interactive", since=0.0, max_wait=max_wait)


async def enter(limiter, operation, **admission):
    async with limiter.slot(call(operation, **admission)):
        pass


async def refusal_of(limiter, operation, **admission):
    with pytest.raises(RateLimitError) as caught:
        await enter(limiter, operation, **admission)
    return caught.value


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def limiter(clock):
    return InProcessRateLimiter(max_concurrency=2, clock=clock)


async def test_a_pause_of_one_operation_does_not_delay_the_others(limiter, clock):
    await limiter.pause(DAY, operation=ONE, reason="rate_limit")

    error = await refusal_of(limiter, ONE)
    await enter(limiter, TWO)

    assert type(error) is WaitTooLongError
    assert (error.retry_after, error.sent, error.may_have_been_executed) == (DAY, False, False)
    assert error.retry_at.timestamp() == clock.time() + DAY
    assert str(error).startswith("Not sent: Spotify is rate limiting this application, and the wait would last longer")
    assert clock.sleeps == []


async def test_a_second_paused_operation_pauses_all(limiter, clock):
    await limiter.pause(DAY, operation=ONE, reason="rate_limit")
    await limiter.pause(3600.0, operation=ONE, reason="rate_limit")
    await enter(limiter, THREE)
    await limiter.pause(3600.0, operation=TWO, reason="quota_exceeded")

    assert isinstance(await refusal_of(limiter, THREE), QuotaExceededError)

    clock.advance(3600.0)
    await enter(limiter, THREE)
    assert (await refusal_of(limiter, ONE)).retry_after == DAY - 3600.0


async def test_a_pause_that_ended_does_not_count_as_the_first_of_two(limiter, clock):
    await limiter.pause(100.0, operation=ONE, reason="rate_limit")
    clock.advance(100.0)
    await limiter.pause(100.0, operation=TWO, reason="rate_limit")

    await enter(limiter, THREE)


async def test_a_quota_is_not_waited_for(limiter, clock):
    await limiter.pause(5.0, operation=ONE, reason="quota_exceeded")

    error = await refusal_of(limiter, ONE, max_wait=30.0)

    assert isinstance(error, QuotaExceededError)
    assert (error.reason, error.sent) == ("QUOTA_EXCEEDED", False)
    assert clock.sleeps == []


async def test_a_call_that_allows_it_waits_for_the_operation(limiter, clock):
    await limiter.pause(100.0, operation=ONE, reason="rate_limit")

    await enter(limiter, ONE, max_wait=100.0)

    assert clock.monotonic() == 100.0


async def test_calls_in_the_queue_of_a_paused_operation_fail_and_the_others_are_sent(limiter):
    release = asyncio.Event()

    async def hold():
        async with limiter.slot(call(TWO)):
            await release.wait()

    holding = [asyncio.create_task(hold()) for _ in range(2)]
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(enter(limiter, ONE)) for _ in range(100)]
    others = [asyncio.create_task(enter(limiter, THREE)) for _ in range(3)]
    await asyncio.sleep(0)

    await limiter.pause(DAY, operation=ONE, reason="rate_limit")
    results = await asyncio.gather(*waiting, return_exceptions=True)  # no slot is free: they fail without one
    release.set()
    await asyncio.gather(*holding, *others)

    assert {type(result) for result in results} == {WaitTooLongError}


async def test_after_the_pause_one_request_of_the_operation_is_sent_first(limiter, clock):
    await limiter.pause(100.0, operation=ONE, reason="rate_limit")
    clock.advance(100.0)
    async with limiter.slot(call(ONE)):
        before = clock.monotonic()
        await enter(limiter, ONE)
        assert clock.monotonic() > before  # the first response was not received yet
    for _ in range(2):
        await enter(limiter, ONE)
    assert not limiter._pauses


QUOTA = {"error": {"status": 429, "message": "Quota exceeded", "reason": "QUOTA_EXCEEDED"}}
IDS = [f"{number:022}" for number in range(500)]


async def test_500_ids_refused_for_quota_send_at_most_max_concurrency_requests():
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", status=429, json=QUOTA, headers={"Retry-After": "48925"}, times=500)
    config = ClientConfig(quota_mode="development", max_concurrency=8)
    async with AsyncSpotifyClient("token", transport=transport, config=config) as client:
        with pytest.raises(QuotaExceededError) as caught:
            await client.albums.get_several(IDS)
        assert caught.value.retry_at is not None
        with pytest.raises(QuotaExceededError):
            await client.albums.get(IDS[0])
        assert len(transport.requests) <= 8


async def test_a_partial_read_says_when_to_continue():
    transport = FakeTransport()
    body = json.dumps({"id": IDS[0], "name": "x", "type": "album", "uri": f"spotify:album:{IDS[0]}"}).encode()
    transport.answer("GET /albums/{id}", body=body)
    transport.answer("GET /albums/{id}", status=429, json=QUOTA, headers={"Retry-After": "48925"}, times=500)
    config = ClientConfig(quota_mode="development", max_concurrency=1)
    async with AsyncSpotifyClient("token", transport=transport, config=config) as client:
        with pytest.raises(PartialReadError) as caught:
            await client.albums.get_several(IDS)
    assert len(transport.requests) == 2
    assert len(caught.value.errors) == 499
    assert caught.value.retry_at == max(error.retry_at for error in caught.value.errors.values())


async def test_a_long_429_of_one_operation_leaves_the_others_usable():
    sandbox = SpotifySandbox(operation_limits={"PUT /playlists/{playlist_id}/images": (1, 3600)})
    async with sandbox, sandbox.client() as client:
        playlist = await client.playlists.create("Blue")
        await client.playlists.upload_cover_image(playlist.id, b"\xff\xd8\xff\xe0 image")
        for _ in range(2):
            with pytest.raises(RateLimitError):
                await client.playlists.upload_cover_image(playlist.id, b"\xff\xd8\xff\xe0 image")
        await client.artists.get(sandbox.catalogue.artists[0].id)
        assert [request.status for request in sandbox.requests].count(429) == 1


@pytest.mark.parametrize("pause", [lambda self, seconds: None, lambda self, seconds, operation: None])
async def test_a_limiter_with_the_former_pause_is_refused(pause):
    class FormerLimiter:
        def slot(self, admission):
            raise AssertionError

    FormerLimiter.pause = pause
    with pytest.raises(TypeError, match=r"rate_limiter\.pause must take the keyword arguments operation, reason"):
        AsyncSpotifyClient("token", rate_limiter=FormerLimiter())


async def test_workers_share_the_pause_of_an_operation(redis_server):
    async with workers(redis_server.url, count=3) as (first, second, third):
        await first.pause(DAY, operation=ONE, reason="quota_exceeded")

        error = await refusal_of(second, ONE)
        await enter(second, TWO)
        await second.pause(3600.0, operation=TWO, reason="rate_limit")

        assert isinstance(error, QuotaExceededError)
        assert error.retry_after == pytest.approx(DAY, abs=60.0)
        assert type(await refusal_of(third, THREE)) is WaitTooLongError
        assert type(await refusal_of(first, THREE)) is WaitTooLongError


async def test_a_new_worker_learns_of_an_earlier_pause(redis_server):
    async with workers(redis_server.url, count=1, rate_limit=5) as (earlier,):
        await earlier.pause(DAY, operation=ONE, reason="quota_exceeded")
    async with workers(redis_server.url, count=1, rate_limit=5) as (later,):
        assert isinstance(await refusal_of(later, ONE), QuotaExceededError)
        await enter(later, TWO)
