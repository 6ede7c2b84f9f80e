"""The client's own daily limit: bulk calls are refused first, before Spotify refuses."""

import asyncio
from datetime import UTC, datetime

import pytest

from spotify import ClientConfig, PartialReadError, QuotaExceededError
from spotify.testing import FakeClock, SpotifySandbox

DAY = 86_400


@pytest.fixture
def clock():
    return FakeClock(start=1_800_000_000.0)  # the start of a bucket of 15 minutes


def client_of(sandbox, clock, limit, **settings):
    config = ClientConfig(daily_limit=limit, **{"quota_mode": "development", "max_concurrency": 8, **settings})
    return sandbox.client(clock=clock, config=config)


async def refusal_of(awaitable):
    with pytest.raises(QuotaExceededError) as caught:
        await awaitable
    return caught.value


async def test_bulk_calls_are_refused_first_and_single_calls_last(clock):
    async with SpotifySandbox() as sandbox, client_of(sandbox, clock, 10) as client:
        ids = [album.id for album in sandbox.catalogue.albums[:30]]

        await client.albums.get_several(ids[:8])
        bulk = await refusal_of(client.albums.get_several(ids[8:]))
        await client.albums.get(ids[8])
        await client.albums.get(ids[9])
        single = await refusal_of(client.albums.get(ids[10]))

        assert len(sandbox.requests) == client.usage.total.made == 10
        assert str(bulk) == (
            "Not sent: The client has made 8 calls in 24 hours, and its own daily_limit is 10, 8 for bulk calls "
            "(get-an-album); stop, and continue after the wait, or raise ClientConfig(daily_limit=…); "
            "retry after 87300 s, at 2027-01-16 08:15:00 UTC"
        )
        assert "has made 10 calls in 24 hours, and its own daily_limit is 10 (get-an-album)" in str(single)
        assert (single.sent, single.may_have_been_executed, single.reason) == (False, False, None)


async def test_calls_are_sent_again_at_retry_at(clock):
    async with SpotifySandbox() as sandbox, client_of(sandbox, clock, 2, rate_limit_reserve=0.0) as client:
        ids = [album.id for album in sandbox.catalogue.albums[:4]]
        await client.albums.get(ids[0])
        clock.advance(3600.0)
        await client.albums.get(ids[1])
        error = await refusal_of(client.albums.get(ids[2]))

        clock.advance((error.retry_at - datetime.fromtimestamp(clock.time(), UTC)).total_seconds() - 1.0)
        await refusal_of(client.albums.get(ids[2]))
        clock.advance(1.0)
        await client.albums.get(ids[2])
        await refusal_of(client.albums.get(ids[3]))


async def test_calls_that_wait_do_not_exceed_the_limit_together(clock):
    async with SpotifySandbox() as sandbox, client_of(sandbox, clock, 10, max_concurrency=2) as client:
        calls = [client.albums.get(album.id) for album in sandbox.catalogue.albums[:50]]

        results = await asyncio.gather(*calls, return_exceptions=True)

        assert len(sandbox.requests) == 10
        assert sum(isinstance(result, QuotaExceededError) for result in results) == 40


async def test_a_write_that_is_refused_after_it_waited_for_its_turn_was_not_sent(clock):
    async with SpotifySandbox() as sandbox, client_of(sandbox, clock, 1, max_concurrency=1) as client:
        writes = [client.tracks.save([track.id]) for track in sandbox.catalogue.tracks[:2]]

        _, error = await asyncio.gather(*writes, return_exceptions=True)

        assert type(error) is QuotaExceededError
        assert (error.sent, error.may_have_been_executed) == (False, False)
        assert client.usage.total.made == len(sandbox.requests) == 1


async def test_requests_that_leave_the_last_24_hours_make_room_without_a_restart(clock):
    async with SpotifySandbox() as sandbox, client_of(sandbox, clock, 2, rate_limit_reserve=0.0) as client:
        ids = [album.id for album in sandbox.catalogue.albums[:9]]
        for count in range(4):
            await client.albums.get_several(ids[2 * count :][:2])
            await refusal_of(client.albums.get(ids[8]))
            clock.advance(DAY + 900.0)

        assert len(sandbox.requests) == 8


async def test_a_bulk_read_stops_at_the_limit_and_says_when_to_continue(clock):
    async with SpotifySandbox() as sandbox, client_of(sandbox, clock, 10) as client:
        ids = [album.id for album in sandbox.catalogue.albums]
        ids += [f"{number:022}" for number in range(500 - len(ids))]

        with pytest.raises(PartialReadError) as caught:
            await client.albums.get_several(ids)

        assert len(sandbox.requests) == 8
        assert {type(error) for error in caught.value.errors.values()} == {QuotaExceededError}
        assert caught.value.retry_at == datetime.fromtimestamp(clock.time() + DAY + 900, UTC)


async def test_a_call_that_was_not_sent_does_not_count(clock):
    async with SpotifySandbox() as sandbox, client_of(sandbox, clock, 3, max_concurrency=1) as client:
        ids = [album.id for album in sandbox.catalogue.albums[:5]]
        first = asyncio.ensure_future(client.albums.get(ids[0]))
        second = asyncio.ensure_future(client.albums.get(ids[1]))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait((first, second))

        for album in ids[2:4]:
            await client.albums.get(album)
        await refusal_of(client.albums.get(ids[4]))


async def test_an_operation_can_have_a_limit_besides_that_of_all(clock):
    limits = {"get-an-album": 2, "*": 4}
    async with SpotifySandbox() as sandbox, client_of(sandbox, clock, limits) as client:
        albums = [album.id for album in sandbox.catalogue.albums[:3]]
        artists = [artist.id for artist in sandbox.catalogue.artists[:3]]
        for album in albums[:2]:
            await client.albums.get(album)
        of_albums = await refusal_of(client.albums.get(albums[2]))
        for artist in artists[:2]:
            await client.artists.get(artist)
        of_all = await refusal_of(client.artists.get(artists[2]))

        assert "has made 2 calls of get-an-album in 24 hours, and its own daily_limit is 2" in str(of_albums)
        assert "has made 4 calls in 24 hours, and its own daily_limit is 4" in str(of_all)


async def test_calls_of_an_earlier_run_count(clock, tmp_path):
    settings = {"usage_path": str(tmp_path / "usage.json")}
    async with SpotifySandbox() as sandbox:
        ids = [album.id for album in sandbox.catalogue.albums[:5]]
        for run in range(2):
            async with client_of(sandbox, clock, 4, **settings) as client:
                for album in ids[2 * run :][:2]:
                    await client.albums.get(album)
        async with client_of(sandbox, clock, 4, **settings) as client:
            await refusal_of(client.albums.get(ids[4]))

        assert len(sandbox.requests) == 4


async def test_calls_of_other_workers_count(clock, redis_server):
    async with SpotifySandbox() as sandbox:
        settings = {"redis_url": redis_server.url}
        ids = [album.id for album in sandbox.catalogue.albums[:5]]
        async with (
            client_of(sandbox, clock, 3, **settings) as first,
            client_of(sandbox, clock, 3, **settings) as second,
        ):
            for album in ids[:3]:
                await first.albums.get(album)
            await first.usage.sync()
            await refusal_of(second.albums.get(ids[3]))


def test_an_operation_that_does_not_exist_is_refused(clock):
    with pytest.raises(ValueError, match=r"daily_limit: there is no operation 'get-album'"):
        client_of(SpotifySandbox(port=1), clock, {"get-album": 5})
