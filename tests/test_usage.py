"""What `client.usage` counts and reports, and what a second run knows of the first."""

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify import (
    AsyncSpotifyClient,
    CallCounts,
    ClientConfig,
    Closure,
    PartialReadError,
    QuotaExceededError,
    StaticTokenAuth,
)
from spotify.errors import RateLimitError
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.operations import BY_ID
from spotify.testing import FakeClock, FakeTransport, Fault, SpotifySandbox
from spotify.usage import Usage
from tests.support.counting_process import read_albums
from tests.support.forked_processes import ForkedProcess
from tests.support.memory_ledger import MemoryLedger

ALBUM = BY_ID["get-an-album"]
ARTIST = BY_ID["get-an-artist"]
DAY = 86_400
BUCKET = 900
QUOTA = Fault.status(429, reason="QUOTA_EXCEEDED", retry_after=48_925)


def counts(made=0, refused=0, retried=0, cached=0):
    return CallCounts(made=made, refused=refused, retried=retried, cached=cached)


def sandbox_at(clock, **settings):
    return SpotifySandbox(time=clock.time, **settings)


async def test_requests_are_counted_by_operation():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        album, artist = sandbox.catalogue.albums[0].id, sandbox.catalogue.artists[0].id
        await client.albums.get(album)
        await client.with_options(timeout=9.0).albums.get(album)
        await client.artists.get(artist)
        user = client.for_user(StaticTokenAuth(sandbox.issue_token(user=sandbox.catalogue.users[1].id)))
        await user.albums.get(album)

        assert client.usage.total == counts(made=4)
        assert dict(client.usage.operations) == {"get-an-album": counts(made=3), "get-an-artist": counts(made=1)}
        assert user.usage is client.usage


async def test_calls_that_share_a_request_count_once():
    async with SpotifySandbox() as sandbox, sandbox.client() as client:
        await asyncio.gather(*(client.albums.get(sandbox.catalogue.albums[0].id) for _ in range(20)))

        assert client.usage.total == counts(made=len(sandbox.requests)) == counts(made=1)


async def test_retries_and_refusals_are_counted():
    clock = FakeClock()
    async with SpotifySandbox() as sandbox, sandbox.client(clock=clock) as client:
        album = sandbox.catalogue.albums[0].id
        sandbox.fail("GET /albums/{id}", Fault.status(503), times=1)
        await client.albums.get(album)
        sandbox.fail("GET /albums/{id}", Fault.status(429, retry_after=1), times=1)
        await client.albums.get(album)

        assert client.usage.total == counts(made=4, refused=1, retried=2)


async def test_responses_from_the_cache_are_counted_and_no_request():
    transport = FakeTransport()
    body = json.dumps({"id": "0" * 22, "name": "x", "type": "album", "uri": f"spotify:album:{'0' * 22}"}).encode()
    transport.answer("GET /albums/{id}", body=body, headers={"Cache-Control": "public, max-age=60"}, times=2)
    config = ClientConfig(cache="memory")
    async with AsyncSpotifyClient("token", transport=transport, config=config) as client:
        for _ in range(3):
            await client.albums.get("0" * 22)

        assert client.usage.total == counts(made=1, cached=2)


async def test_a_stale_response_instead_of_a_refusal_is_counted():
    clock = FakeClock()
    transport = FakeTransport()
    body = json.dumps({"id": "0" * 22, "name": "x", "type": "album", "uri": f"spotify:album:{'0' * 22}"}).encode()
    transport.answer("GET /albums/{id}", body=body)
    transport.answer("GET /albums/{id}", status=429, headers={"Retry-After": "80000"})
    config = ClientConfig(cache="memory", cache_ttl={"album": 10}, stale_if_refused=86_400.0)
    async with AsyncSpotifyClient("token", transport=transport, config=config, clock=clock) as client:
        for _ in range(3):
            await client.albums.get("0" * 22)
            clock.advance(60.0)

        assert client.usage.total == counts(made=2, refused=1, cached=2)


async def test_what_is_closed_is_reported_with_its_end_and_reason():
    clock = FakeClock()
    async with sandbox_at(clock, daily_quota={"GET /albums/{id}": 1}) as sandbox, sandbox.client(clock=clock) as client:
        await client.albums.get(sandbox.catalogue.albums[0].id)
        with pytest.raises(QuotaExceededError):
            await client.albums.get(sandbox.catalogue.albums[1].id)

        end = datetime.fromtimestamp(clock.time(), UTC) + timedelta(days=1)
        assert client.usage.closed == (Closure(operation="get-an-album", until=end, reason="quota_exceeded"),)
        closure = f"get-an-album until {end:%Y-%m-%d %H:%M} UTC (quota_exceeded)"
        assert str(client.usage) == (
            f"2 calls in 24 h (get-an-album 2); 1 refused, 0 retried, 0 from the cache; closed: {closure}"
        )
        assert repr(client.usage) == f"<Usage: {client.usage}>"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3 * BUCKET) | st.integers(0, 2 * DAY) | st.just(DAY),
            st.sampled_from(["record", "record", "record", "sync", "fail before", "fail after"]),
            st.integers(0, 1),
        ),
        max_size=60,
    )
)
def test_the_sum_never_misses_a_request_of_the_last_24_hours(steps):
    clock, ledger, sent = FakeClock(start=1_800_000_123.0), MemoryLedger(), []
    usages = [Usage(now=clock.time, ledger=ledger) for _ in range(2)]
    shared = 0  # how many of the requests sent are in the ledger for certain

    async def run():
        nonlocal shared
        for seconds, action, number in steps:
            clock.advance(seconds)
            if action == "record":
                sent.append((clock.time(), number))
                usages[number].record_sent(ALBUM, is_retry=False)
            else:
                ledger.failure = action.removeprefix("fail ") if action.startswith("fail") else None
                for _ in range(2):  # what failed before is sent first
                    for usage in usages:
                        await usage.sync()
                shared = shared if ledger.failure else len(sent)
            for index, usage in enumerate(usages):
                known = [at for position, (at, by) in enumerate(sent) if by == index or position < shared]
                made = usage.total.made
                assert sum(at > clock.time() - DAY for at in known) <= made <= len(sent)
                assert made == usage.made(None) == usage.made(ALBUM.id)

    asyncio.run(run())


@given(st.lists(st.integers(0, 3 * BUCKET) | st.integers(0, 2 * DAY), max_size=100))
def test_the_sum_has_no_request_of_more_than_24_hours_and_15_minutes_ago(pauses):
    clock, sent = FakeClock(), []
    usage = Usage(now=clock.time)
    for seconds in pauses:
        clock.advance(seconds)
        usage.record_sent(ALBUM, is_retry=False)
        sent.append(clock.time())
        ages = [clock.time() - at for at in sent]
        assert sum(age < DAY for age in ages) <= usage.made(None) <= sum(age <= DAY + BUCKET for age in ages)


def test_a_request_leaves_the_sum_when_time_until_fewer_says():
    clock = FakeClock()
    usage = Usage(now=clock.time)
    for _ in range(3):
        usage.record_sent(ALBUM, is_retry=False)
        clock.advance(2 * BUCKET)

    seconds = usage.time_until_fewer(2, None)
    clock.advance(seconds - 1.0)
    before = usage.made(None)
    clock.advance(1.0)

    assert (before, usage.made(None)) == (2, 1)


def test_a_clock_that_is_set_back_loses_nothing():
    times = [10_000_000.0]
    usage = Usage(now=lambda: times[0])
    usage.record_sent(ALBUM, is_retry=False)
    times[0] -= 2 * BUCKET
    usage.record_sent(ALBUM, is_retry=False)
    times[0] += DAY

    assert usage.made(None) == 2


def test_threads_lose_no_count():
    usage = Usage()

    def count():
        for _ in range(2_000):
            usage.record_sent(ALBUM, is_retry=True)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert usage.total == counts(made=8_000, retried=8_000)


async def test_a_failed_exchange_is_repeated_and_added_once():
    ledger = MemoryLedger()
    usage, other = Usage(ledger=ledger), Usage(ledger=ledger)
    usage.record_sent(ALBUM, is_retry=False)
    ledger.failure = "after"
    await usage.sync()
    assert usage.total.made == 1
    usage.record_sent(ARTIST, is_retry=False)
    ledger.failure = None
    await usage.sync()
    await usage.sync()
    await other.sync()

    assert usage.total.made == other.total.made == 2


async def test_a_ledger_that_cannot_be_used_is_logged_once(caplog):
    ledger = MemoryLedger()
    ledger.failure = "before"
    usage = Usage(ledger=ledger)
    for _ in range(3):
        usage.record_sent(ALBUM, is_retry=False)
        await usage.sync()
    await usage.close()

    assert sum("usage_ledger_unavailable" in message for message in caplog.messages) == 1
    assert usage.total.made == 3


async def test_pauses_of_an_earlier_process_are_restored_and_short_ones_are_not():
    ledger, clock = MemoryLedger(), FakeClock()

    def client():
        limiter = InProcessRateLimiter(max_concurrency=2, clock=clock)
        return limiter, Usage(now=clock.time, limiter=limiter, ledger=ledger)

    limiter, usage = client()
    await limiter.pause(60.0, operation=ARTIST, reason="rate_limit")
    clock.advance(60.0)
    await limiter.pause(48_925.0, operation=ALBUM, reason="quota_exceeded")
    await limiter.pause(30.0, operation=None, reason="rate_limit")
    await usage.sync()
    _, second = client()
    await second.load()

    end = datetime.fromtimestamp(clock.time() + 48_925.0, UTC)
    assert second.closed == (Closure(operation="get-an-album", until=end, reason="quota_exceeded"),)

    clock.advance(48_925.0)
    _, third = client()
    await third.load()
    assert third.closed == ()


async def test_two_restored_pauses_close_the_whole_client_as_in_the_first_process():
    ledger, clock = MemoryLedger(), FakeClock()
    limiter = InProcessRateLimiter(max_concurrency=2, clock=clock)
    usage = Usage(now=clock.time, limiter=limiter, ledger=ledger)
    await limiter.pause(50_000.0, operation=ALBUM, reason="quota_exceeded")
    await limiter.pause(40_000.0, operation=ARTIST, reason="quota_exceeded")
    await usage.sync()
    restored = Usage(now=clock.time, limiter=InProcessRateLimiter(max_concurrency=2, clock=clock), ledger=ledger)
    await restored.sync()

    assert restored.closed == usage.closed
    assert [closure.operation for closure in restored.closed] == ["get-an-album", "get-an-artist", None]


async def test_applications_of_one_account_share_only_the_pauses_for_the_quota():
    ledger, clock = MemoryLedger(), FakeClock()
    limiter = InProcessRateLimiter(max_concurrency=2, clock=clock)
    usage = Usage(now=clock.time, limiter=limiter, ledger=ledger, only_quota_pauses=True)
    await limiter.pause(50_000.0, operation=ALBUM, reason="rate_limit")
    await usage.sync()
    other = Usage(now=clock.time, limiter=InProcessRateLimiter(max_concurrency=2, clock=clock), ledger=ledger)
    await other.sync()

    assert len(usage.closed) == 1
    assert other.closed == ()


async def test_a_second_client_with_the_ledger_sends_none_until_it_may(tmp_path):
    clock = FakeClock()
    config = ClientConfig(usage_path=str(tmp_path / "usage.json"), max_concurrency=8, quota_mode="development")
    async with sandbox_at(clock, daily_quota=20) as sandbox:
        ids = [album.id for album in sandbox.catalogue.albums[:30]]

        def client():
            return sandbox.client(clock=clock, config=config)

        async with client() as first:
            with pytest.raises(PartialReadError) as caught:
                await first.albums.get_several(ids)
        sent = len(sandbox.requests)
        assert 20 < sent <= 28
        async with client() as second:
            with pytest.raises(QuotaExceededError) as again:
                await second.albums.get_several(ids)
            assert (again.value.sent, len(sandbox.requests)) == (False, sent)
            assert again.value.retry_at == caught.value.retry_at
            assert second.usage.total == counts(made=sent, refused=sent - 20)
        clock.advance((caught.value.retry_at - datetime.fromtimestamp(clock.time(), UTC)).total_seconds() + 1.0)
        async with client() as third:
            await third.albums.get(ids[0])


async def run_process(environment, *album_ids):
    async with asyncio.timeout(60):
        return await ForkedProcess(read_albums, *album_ids, environment=environment).result()


@pytest.mark.slow
async def test_500_ids_refused_for_quota_and_a_second_process_that_sends_none(tmp_path):
    async with SpotifySandbox(quota_mode="development") as sandbox:
        sandbox.fail("GET /albums/{id}", QUOTA)
        environment = {
            **sandbox.environment(),
            "SPOTIFY_USAGE_PATH": str(tmp_path / "usage.json"),
            "SPOTIFY_MAX_CONCURRENCY": "8",
            "SPOTIFY_QUOTA_MODE": "development",
        }
        ids = [f"{number:022}" for number in range(500)]

        first = await run_process(environment, *ids)
        sent = len(sandbox.requests)
        second = await run_process(environment, *ids)

        assert sent <= 8
        assert len(sandbox.requests) == sent
        assert first["error"] == second["error"] == "QuotaExceededError"
        assert (second["sent"], second["made"], second["refused"]) == (False, sent, sent)
        difference = datetime.fromisoformat(second["retry_at"]) - datetime.fromisoformat(first["retry_at"])
        assert abs(difference) < timedelta(seconds=2)


@pytest.mark.slow
async def test_processes_that_run_at_the_same_time_add_up_in_one_file(tmp_path):
    async with SpotifySandbox() as sandbox:
        environment = {
            **sandbox.environment(),
            "SPOTIFY_USAGE_PATH": str(tmp_path / "usage.json"),
            "SPOTIFY_QUOTA_MODE": "development",
        }
        ids = [album.id for album in sandbox.catalogue.albums[:10]]

        await asyncio.gather(*(run_process(environment, *ids) for _ in range(2)))
        last = await run_process(environment, ids[0])

        assert last["made"] == len(sandbox.requests) == 21


async def test_two_workers_share_one_ledger_in_redis(redis_server):
    async with SpotifySandbox() as sandbox:
        config = ClientConfig(redis_url=redis_server.url)
        async with sandbox.client(config=config) as first, sandbox.client(config=config) as second:
            for album in sandbox.catalogue.albums[:3]:
                await first.albums.get(album.id)
            await second.artists.get(sandbox.catalogue.artists[0].id)
            for client in (first, second, first):
                await client.usage.sync()

            assert first.usage.total == second.usage.total == counts(made=4)
            assert first.usage.operations == second.usage.operations


async def test_workers_of_two_applications_share_the_ledger_of_their_account(redis_server):
    async with SpotifySandbox() as sandbox:
        sandbox.fail("GET /albums/{id}", QUOTA, times=1)

        def client(prefix, account):
            config = ClientConfig(redis_url=redis_server.url, redis_prefix=prefix, account=account)
            return sandbox.client(config=config)

        album = sandbox.catalogue.albums[0].id
        async with client("one", "acme") as first:
            with pytest.raises(QuotaExceededError):
                await first.albums.get(album)
        async with client("two", "acme") as second, client("three", "other") as third:
            with pytest.raises(QuotaExceededError) as caught:
                await second.albums.get(album)
            await third.albums.get(album)

        assert caught.value.sent is False
        assert [request.status for request in sandbox.requests] == [429, 200]


async def test_redis_that_is_unavailable_fails_no_call(redis_server, caplog):
    async with SpotifySandbox() as sandbox:
        async with sandbox.client(config=ClientConfig(redis_url=redis_server.url)) as client:
            await client.albums.get(sandbox.catalogue.albums[0].id)
            redis_server.kill()
            await client.usage.sync()
            await client.albums.get(sandbox.catalogue.albums[1].id)
            redis_server.start()
            await client.usage.sync()
            await client.usage.sync()
            assert client.usage.total.made == 2
        assert sum("usage_ledger_unavailable" in message for message in caplog.messages) == 1


async def test_a_429_without_a_pause_of_its_operation_is_a_closure_of_all():
    clock = FakeClock()
    async with SpotifySandbox() as sandbox, sandbox.client(clock=clock) as client:
        sandbox.fail("GET /albums/{id}", Fault.status(429, retry_after=45), times=1)
        with pytest.raises(RateLimitError):
            await client.albums.get(sandbox.catalogue.albums[0].id)

        assert [(closure.operation, closure.reason) for closure in client.usage.closed] == [(None, "rate_limit")]
        assert "closed: all operations until" in str(client.usage)
