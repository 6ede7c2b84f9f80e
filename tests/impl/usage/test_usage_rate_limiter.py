"""When the usage is exchanged with the ledger: before the first request, in the background, and at the end."""

import asyncio
import json

import pytest

from spotify import AsyncSpotifyClient, ClientConfig, QuotaExceededError
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.impl.usage import LimitedUsage, UsageRateLimiter
from spotify.interfaces.rate_limiter import Admission
from spotify.operations import BY_ID
from spotify.testing import FakeClock, FakeTransport
from spotify.usage import Usage
from tests.support.memory_ledger import MemoryLedger
from tests.support.rate_limit_workers import until

ALBUM = BY_ID["get-an-album"]
CALL = Admission(operation=ALBUM, priority="interactive", since=0.0, max_wait=30.0)
BODY = json.dumps({"id": "0" * 22, "name": "x", "type": "album", "uri": f"spotify:album:{'0' * 22}"}).encode()


def limiter_of(ledger, clock=None, *, interval=1_000.0):
    clock = clock or FakeClock()
    inner = InProcessRateLimiter(max_concurrency=2, clock=clock)
    usage = Usage(now=clock.time, limiter=inner, ledger=ledger)
    return UsageRateLimiter(inner, usage=usage, now=clock.time, interval=interval), usage


async def send(limiter, usage):
    async with limiter.slot(CALL):
        usage.record_sent(ALBUM, is_retry=False)


async def made(ledger):
    usage = Usage(now=FakeClock().time, ledger=ledger)
    await usage.sync()
    return usage.total.made


async def test_counts_are_exchanged_in_the_background():
    ledger = MemoryLedger()
    limiter, usage = limiter_of(ledger, interval=0.0)

    for count in (1, 2):
        await send(limiter, usage)
        await until(lambda: not usage.has_news)
        assert await made(ledger) == count
    await limiter.close()


async def test_concurrent_first_requests_read_the_ledger_once():
    ledger = MemoryLedger()
    limiter, usage = limiter_of(ledger)

    await asyncio.gather(*(send(limiter, usage) for _ in range(50)))

    assert ledger.exchanges == 1
    await limiter.close()
    assert (ledger.exchanges, await made(ledger)) == (2, 50)


async def test_the_ledger_is_read_again_after_a_minute_without_a_request():
    ledger, clock = MemoryLedger(), FakeClock()
    limiter, usage = limiter_of(ledger, clock)
    await send(limiter, usage)
    await send(limiter, usage)
    before = ledger.exchanges
    clock.advance(61.0)
    await send(limiter, usage)

    assert (before, ledger.exchanges) == (1, 2)
    await limiter.close()


async def test_a_ledger_that_fails_delays_only_the_first_call():
    ledger = MemoryLedger()
    ledger.failure = "before"
    limiter, usage = limiter_of(ledger)

    for _ in range(5):
        await send(limiter, usage)

    assert ledger.exchanges == 1
    await limiter.close()


def test_an_event_loop_that_ends_before_the_exchange_leaves_it_to_the_next_one():
    ledger = MemoryLedger()
    limiter, usage = limiter_of(ledger, interval=0.01)
    asyncio.run(send(limiter, usage))

    async def later():
        await send(limiter, usage)
        await until(lambda: not usage.has_news)

    asyncio.run(later())
    assert asyncio.run(made(ledger)) == 2


async def test_a_call_beyond_the_daily_limit_is_refused_before_it_waits():
    clock = FakeClock()
    inner = InProcessRateLimiter(max_concurrency=1, clock=clock)
    usage = LimitedUsage(1, reserve=0.0, now=clock.time, limiter=inner)
    limiter = UsageRateLimiter(inner, usage=usage, now=clock.time)

    async with limiter.slot(CALL):
        usage.record_sent(ALBUM, is_retry=False)
        with pytest.raises(QuotaExceededError):
            usage.record_sent(ALBUM, is_retry=False)
        with pytest.raises(QuotaExceededError):  # although there is no slot
            limiter.slot(CALL)


async def test_a_call_beyond_a_limit_that_other_processes_have_reached_is_not_sent():
    ledger, clock = MemoryLedger(), FakeClock()
    other, counted = limiter_of(ledger, clock)
    await send(other, counted)
    await other.close()
    inner = InProcessRateLimiter(max_concurrency=1, clock=clock)
    usage = LimitedUsage(1, reserve=0.0, now=clock.time, limiter=inner, ledger=ledger)
    limiter = UsageRateLimiter(inner, usage=usage, now=clock.time, interval=1_000.0)

    with pytest.raises(QuotaExceededError):
        async with limiter.slot(CALL):
            pytest.fail("the call has a slot")
    await limiter.close()


async def test_a_pause_is_stored_at_once():
    ledger = MemoryLedger()
    limiter, usage = limiter_of(ledger)
    await send(limiter, usage)

    await limiter.pause(48_925.0, operation=ALBUM, reason="quota_exceeded")

    second = Usage(
        now=FakeClock().time, limiter=InProcessRateLimiter(max_concurrency=1, clock=FakeClock()), ledger=ledger
    )
    await second.load()
    assert [closure.operation for closure in second.closed] == ["get-an-album"]
    await limiter.close()


async def test_many_refusals_store_one_pause_and_an_unavailable_ledger_is_tried_once():
    ledger = MemoryLedger()
    limiter, usage = limiter_of(ledger)
    await send(limiter, usage)

    await asyncio.gather(*(limiter.pause(48_925.0, operation=ALBUM, reason="quota_exceeded") for _ in range(50)))
    stored = ledger.exchanges
    ledger.failure = "before"
    await asyncio.gather(*(limiter.pause(80_000.0, operation=ALBUM, reason="quota_exceeded") for _ in range(50)))

    assert (stored, ledger.exchanges) == (2, 3)
    await limiter.close()


def test_a_client_that_is_not_closed_has_stored_the_pause_when_the_call_fails(tmp_path):
    config = ClientConfig(usage_path=str(tmp_path / "usage.json"))
    transport = FakeTransport()
    transport.answer(
        "GET /albums/{id}",
        status=429,
        json={"error": {"status": 429, "message": "Quota exceeded", "reason": "QUOTA_EXCEEDED"}},
        headers={"Retry-After": "48925"},
        times=2,
    )

    for _ in range(2):
        client = AsyncSpotifyClient("token", transport=transport, config=config)
        with pytest.raises(QuotaExceededError):
            asyncio.run(client.albums.get("0" * 22))

    assert len(transport.requests) == 1


async def test_a_closed_limiter_leaves_nothing_that_runs():
    ledger = MemoryLedger()
    limiter, usage = limiter_of(ledger, interval=0.0)
    await send(limiter, usage)
    await limiter.close()
    exchanges = ledger.exchanges
    usage.record_sent(ALBUM, is_retry=False)
    for _ in range(5):
        await asyncio.sleep(0)

    assert ledger.exchanges == exchanges
    assert asyncio.all_tasks() == {asyncio.current_task()}


def test_a_client_in_two_event_loops_one_after_the_other_counts_in_both(tmp_path):
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", body=BODY, times=2)
    config = ClientConfig(usage_path=str(tmp_path / "usage.json"))
    client = AsyncSpotifyClient("token", transport=transport, config=config)

    async def second():
        async with client:
            await client.albums.get("0" * 22)

    asyncio.run(client.albums.get("0" * 22))
    asyncio.run(second())

    document = json.loads((tmp_path / "usage.json").read_text())
    assert [counts for operations in document["counts"].values() for counts in operations.values()] == [[2, 0, 0, 0]]


def test_a_limiter_with_the_former_pause_is_refused(tmp_path):
    class FormerLimiter:
        def slot(self, admission):
            raise AssertionError

        async def pause(self, seconds):
            raise AssertionError

    config = ClientConfig(usage_path=str(tmp_path / "usage.json"))
    with pytest.raises(TypeError, match=r"rate_limiter\.pause must take the keyword arguments operation, reason"):
        AsyncSpotifyClient("token", rate_limiter=FormerLimiter(), config=config)
