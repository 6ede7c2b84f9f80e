"""Bulk reads take from the response cache what is there, and ask for the rest."""

import json
from dataclasses import replace

import pytest

from spotify import AsyncSpotifyClient, ClientConfig, DecodeError, PartialReadError
from spotify.operations import BY_ID
from spotify.testing import FakeClock, FakeTransport, Fault, SpotifySandbox

CACHED = ClientConfig(
    cache="memory", cache_ttl={"album": 3600, "track": 3600, "artist": 3600}, quota_mode="extended", max_retries=0
)


ALBUM = {"id": "a" * 22, "name": "x", "type": "album", "uri": f"spotify:album:{'a' * 22}"}


def client_over(transport):
    return AsyncSpotifyClient("token", transport=transport, config=CACHED)


def ids_of(objects):
    return [each.id for each in objects]


def asked_for(sandbox):
    """The number of ids of each request; 1 for a request of one object."""
    return [exchange.query.count(",") + 1 for exchange in sandbox.requests]


async def test_only_missing_objects_are_requested_in_full_batches():
    async with SpotifySandbox() as sandbox, sandbox.client(config=CACHED) as client:
        albums = ids_of(sandbox.catalogue.albums[:45])
        await client.albums.get_several(albums[:25:2], market="DE")
        assert asked_for(sandbox) == [13]
        found = await client.albums.get_several(albums, market="DE")
        assert asked_for(sandbox) == [13, 20, 12]
        assert ids_of(found) == albums
        assert await client.albums.get_several(albums, market="DE") == found
        assert (await client.albums.get(albums[3], market="DE")).tracks == found[3].tracks
        assert asked_for(sandbox) == [13, 20, 12]
        assert client.usage.total.cached == 13 + 45 + 1
        await client.albums.get_several(albums[:2], market="SE")
        assert asked_for(sandbox) == [13, 20, 12, 2]


async def test_an_object_that_was_read_alone_is_not_read_in_a_batch():
    async with SpotifySandbox() as sandbox, sandbox.client(config=CACHED) as client:
        albums = ids_of(sandbox.catalogue.albums[:3])
        await client.albums.get(albums[1])
        await client.albums.get_several(albums)
        assert asked_for(sandbox) == [1, 2]


async def test_objects_are_requested_one_by_one_in_development_mode_unless_cached():
    config = ClientConfig(cache="memory", cache_ttl={"album": 3600}, quota_mode="development")
    async with SpotifySandbox(quota_mode="development") as sandbox, sandbox.client(config=config) as client:
        albums = ids_of(sandbox.catalogue.albums[:8])
        await client.albums.get_several(albums[:5])
        await client.albums.get_several(albums)
        assert len(sandbox.requests) == 8


async def test_each_object_is_fresh_for_its_own_time():
    clock = FakeClock()
    sandbox = SpotifySandbox(time=clock.time, token_lifetime=90_000.0)
    config = replace(CACHED, cache_ttl={"track": 600})
    async with sandbox, sandbox.client(config=config, clock=clock) as client:
        tracks = ids_of(sandbox.catalogue.tracks[:4])
        await client.tracks.get_several(tracks[:2])
        clock.advance(500.0)
        await client.tracks.get_several(tracks[2:])
        clock.advance(500.0)
        await client.tracks.get_several(tracks)
        assert [exchange.query for exchange in sandbox.requests[2:]] == [f"ids={tracks[0]},{tracks[1]}"]


async def test_an_id_without_an_object_is_asked_for_again():
    async with SpotifySandbox() as sandbox, sandbox.client(config=CACHED) as client:
        album = sandbox.catalogue.albums[0].id
        for _ in range(2):
            assert (await client.albums.get_several(["0" * 22, album]))[0] is None
        assert asked_for(sandbox) == [2, 1]


async def test_stale_objects_replace_the_error_of_a_refused_batch():
    clock = FakeClock()
    config = ClientConfig(
        cache="memory", cache_ttl={"album": 60}, stale_if_refused=True, quota_mode="extended", max_retries=0
    )
    async with SpotifySandbox(time=clock.time) as sandbox, sandbox.client(config=config, clock=clock) as client:
        albums = ids_of(sandbox.catalogue.albums[:4])
        await client.albums.get_several(albums[:3])
        clock.advance(100.0)
        sandbox.fail("GET /albums", Fault.status(429, reason="QUOTA_EXCEEDED", retry_after=48_925))
        with pytest.raises(PartialReadError) as raised:
            await client.albums.get_several(albums)
        assert ids_of(raised.value.results[:3]) == albums[:3]
        assert list(raised.value.errors) == albums[3:]


async def test_with_response_says_which_objects_are_from_the_cache():
    async with SpotifySandbox() as sandbox, sandbox.client(config=CACHED) as client:
        albums = ids_of(sandbox.catalogue.albums[:3])
        await client.albums.get_several(albums[:2])
        response = await client.with_response(client.albums.get_several(albums))
        assert [received.from_cache for received in response.received] == [True, True, False]


BATCHES = {
    "albums": "get-multiple-albums",
    "artists": "get-multiple-artists",
    "audiobooks": "get-multiple-audiobooks",
    "chapters": "get-several-chapters",
    "episodes": "get-multiple-episodes",
    "shows": "get-multiple-shows",
    "tracks": "get-several-tracks",
}


@pytest.mark.parametrize(("service", "operation"), BATCHES.items())
async def test_a_batch_is_used_for_its_objects_where_these_are_the_same(service, operation):
    """A batch of shows has fewer members than a show, so it is of no use for one."""
    config = ClientConfig(cache="memory", cache_ttl={BY_ID[operation].cache_kind: 3600}, quota_mode="extended")
    async with SpotifySandbox() as sandbox, sandbox.client(config=config) as client:
        ids = ids_of(getattr(sandbox.catalogue, service)[:3])
        methods = getattr(client, service)
        first = await methods.get_several(ids)
        alone = [await methods.get(each) for each in ids]
        is_the_same = BY_ID[operation].batch_of is not None
        assert is_the_same == (service != "shows")
        assert len(sandbox.requests) == (1 if is_the_same else 4)
        if is_the_same:
            assert alone == first


@pytest.mark.parametrize("body", [b"[]", b'{"albums":[]}', b'{"albums":[null,null]}', b'{"albums":{"a":1}}'])
async def test_a_batch_of_another_shape_is_not_kept(body):
    transport = FakeTransport()
    transport.answer("GET /albums", body=body, times=2)
    async with client_over(transport) as client:
        for _ in range(2):
            with pytest.raises(DecodeError, match=r"\(get-multiple-albums\)$"):
                await client.albums.get_several(["a" * 22])
        assert len(transport.requests) == 2


@pytest.mark.parametrize("wrong", [b"[]", b'"album"', b'{"error":"x"}'])
async def test_a_response_that_cannot_be_decoded_is_not_kept(wrong):
    transport = FakeTransport()
    transport.answer("GET /albums/{id}", body=wrong, headers={"Cache-Control": "public, max-age=600"})
    transport.answer("GET /albums/{id}", body=json.dumps(ALBUM).encode())
    async with client_over(transport) as client:
        with pytest.raises(DecodeError):
            await client.albums.get("a" * 22)
        assert (await client.albums.get("a" * 22)).name == "x"
        assert len(transport.requests) == 2


async def test_a_stored_object_that_cannot_be_decoded_is_requested_by_a_bulk_read():
    transport = FakeTransport()
    transport.answer("GET /albums", body=json.dumps({"albums": [7, ALBUM]}).encode())
    transport.answer("GET /albums", body=json.dumps({"albums": [ALBUM]}).encode())
    async with client_over(transport) as client:
        first = await client.albums.get_several(["b" * 22, "a" * 22], return_errors=True)
        assert isinstance(first[0], DecodeError)
        assert first[1].name == "x"
        await client.albums.get_several(["b" * 22, "a" * 22])
        assert [request.url.partition("=")[2] for request in transport.requests] == [f"{'b' * 22},{'a' * 22}", "b" * 22]


async def test_too_few_results_of_a_check_are_not_kept():
    transport = FakeTransport()
    transport.answer("GET /me/library/contains", body=b"[true]")
    transport.answer("GET /me/library/contains", body=b"[true,false]")
    config = replace(CACHED, cache_ttl={"library": 60})
    async with AsyncSpotifyClient("token", transport=transport, config=config) as client:
        with pytest.raises(DecodeError, match="1 results for 2 ids"):
            await client.albums.check_saved(["a" * 22, "b" * 22])
        assert await client.albums.check_saved(["a" * 22, "b" * 22]) == [True, False]
