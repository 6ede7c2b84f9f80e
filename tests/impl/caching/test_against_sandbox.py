"""Whole clients against the sandbox, over real sockets, with both back ends."""

import asyncio
import time
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from spotify import (
    AsyncSpotifyClient,
    ClientConfig,
    ClientCredentialsAuth,
    ForbiddenError,
    NotFoundError,
    RateLimitError,
)
from spotify.impl.caching import CachingTransport, MemoryResponseCache, RedisResponseCache
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.testing import FakeClock, Fault, SpotifySandbox, captured_logs


@pytest.fixture
async def sandbox():
    async with SpotifySandbox() as sandbox:
        yield sandbox


@pytest.fixture
def clock():
    return FakeClock(start=time.time())  # near the sandbox's `Date`


@pytest.fixture
def config(sandbox):
    return ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url, max_retries=0)


@pytest.fixture
def memory_cache():
    return MemoryResponseCache()


@pytest.fixture
async def redis_cache(redis_server, clock):
    async with Redis.from_url(redis_server.url) as redis:
        yield RedisResponseCache(redis, timeout=5.0, pause=10.0, clock=clock)


@pytest.fixture(params=["memory_cache", "redis_cache"])
def cache(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
async def plain(config):
    """The transport below the cache."""
    transport = AiohttpTransport(config)
    yield transport
    await transport.close()


@pytest.fixture
def transport(plain, config, cache, clock):
    return CachingTransport(plain, cache, config=config, clock=clock)


@pytest.fixture
async def connect(config, transport, clock):
    """A function that makes a client with a token."""
    clients = []

    def connect(token):
        clients.append(AsyncSpotifyClient(token, config=config, transport=transport, clock=clock))
        return clients[-1]

    yield connect
    for client in clients:
        await client.close()


@pytest.fixture
def application(sandbox, connect):
    """A client without a user: what it reads is `public` and fresh for an hour."""
    return connect(sandbox.issue_token())


def statuses(sandbox):
    return [exchange.status for exchange in sandbox.requests]


async def test_the_catalogue_is_read_once(sandbox, application):
    album = sandbox.catalogue.albums[0]
    first, second = await application.albums.get(album.id), await application.albums.get(album.id)
    assert first == second
    assert len(sandbox.requests) == 1


async def test_a_call_looks_a_response_up_once(sandbox, plain, config, clock):
    class CountingCache(MemoryResponseCache):
        lookups = 0

        async def get(self, keys, scopes, /):
            self.lookups += 1
            return await super().get(keys, scopes)

    cache = CountingCache()
    transport = CachingTransport(plain, cache, config=config, clock=clock)
    async with AsyncSpotifyClient(sandbox.issue_token(), config=config, transport=transport, clock=clock) as client:
        for lookups, requests in ((1, 1), (2, 1)):
            await client.albums.get(sandbox.catalogue.albums[0].id)
            assert (cache.lookups, len(sandbox.requests)) == (lookups, requests)


class ClosedForHours:
    """A rate limiter that lets nobody through."""

    def slot(self, _admission):
        raise RateLimitError("closed", status_code=429, retry_after=79_892.0)

    async def pause(self, _seconds):
        pass


async def test_what_is_in_the_cache_needs_no_place_at_the_rate_limit(sandbox, application, transport, config, clock):
    album = sandbox.catalogue.albums[0]
    first = await application.albums.get(album.id)
    limited = AsyncSpotifyClient(
        auth_provider=application._executor._auth.provider,
        config=config,
        transport=transport,
        clock=clock,
        rate_limiter=ClosedForHours(),
    )
    assert await limited.albums.get(album.id) == first
    with pytest.raises(RateLimitError):
        await limited.albums.get(sandbox.catalogue.albums[1].id)


async def test_after_an_hour_spotify_is_asked_whether_it_still_holds(sandbox, application, clock):
    album = sandbox.catalogue.albums[0]
    first = await application.albums.get(album.id)
    clock.advance(3601)
    assert await application.albums.get(album.id) == first
    assert statuses(sandbox) == [200, 304]


async def test_another_question_is_another_answer(sandbox, application):
    album = sandbox.catalogue.albums[0]
    for market in (None, "DE", "SE", "DE"):
        await application.albums.get(album.id, market=market)
    assert len(sandbox.requests) == 3


async def test_a_users_answers_are_confirmed_each_time_and_come_without_a_body(sandbox, connect):
    client = connect(sandbox.issue_token(user=sandbox.catalogue.default_user.id))
    album = sandbox.catalogue.albums[0]
    assert await client.albums.get(album.id) == await client.albums.get(album.id)
    assert statuses(sandbox) == [200, 304]
    assert sandbox.requests[1].response_body == b""


async def test_two_tokens_share_no_answer(sandbox, connect):
    album = sandbox.catalogue.albums[0]
    for user in sandbox.catalogue.users[:2]:
        await connect(sandbox.issue_token(user=user.id)).albums.get(album.id)
    assert statuses(sandbox) == [200, 200]
    assert "If-None-Match" not in sandbox.requests[1].request_headers


async def test_an_applications_answers_outlive_its_token(sandbox, config, transport, clock):
    auth = ClientCredentialsAuth(
        sandbox.client_id, sandbox.client_secret, config=config, transport=transport, clock=clock
    )
    async with AsyncSpotifyClient(auth_provider=auth, config=config, transport=transport, clock=clock) as client:
        album = sandbox.catalogue.albums[0]
        await client.albums.get(album.id)
        await auth.invalidate(await auth.get_access_token())
        await client.albums.get(album.id)
    assert (len(sandbox.token_requests), len(sandbox.requests)) == (2, 1)


async def test_a_users_write_drops_what_the_application_had_read(sandbox, connect, application):
    user = connect(sandbox.issue_token(user=sandbox.catalogue.default_user.id))
    playlist = await user.playlists.create("Before")
    assert (await application.playlists.get(playlist.id)).name == "Before"
    assert (await application.playlists.get(playlist.id)).name == "Before"
    await user.playlists.change_details(playlist.id, name="After")
    assert (await application.playlists.get(playlist.id)).name == "After"


async def test_a_write_leaves_what_it_does_not_touch(sandbox, connect, application):
    user = connect(sandbox.issue_token(user=sandbox.catalogue.default_user.id))
    album = sandbox.catalogue.albums[0]
    await application.albums.get(album.id)
    await user.albums.save([album.id])
    before = len(sandbox.requests)
    await application.albums.get(album.id)
    assert len(sandbox.requests) == before


async def test_an_error_without_a_word_on_caching_is_asked_for_again(sandbox, application):
    for _ in range(2):
        with pytest.raises(NotFoundError):
            await application.albums.get("0" * 22)
    assert statuses(sandbox) == [404, 404]


async def test_nothing_in_redis_and_no_event_holds_a_token(sandbox, config, plain, redis_server, clock):
    token = sandbox.issue_token(user=sandbox.catalogue.default_user.id)
    async with Redis.from_url(redis_server.url) as redis:
        transport = CachingTransport(plain, RedisResponseCache(redis, timeout=5.0), config=config, clock=clock)
        client = AsyncSpotifyClient(token, config=config, transport=transport, clock=clock)
        with captured_logs() as events:
            album = await client.albums.get(sandbox.catalogue.albums[0].id)
            await client.albums.save([album.id])
            await client.albums.get(album.id)
        kept = {key: await redis.get(key) for key in await redis.keys()}
    assert any(key.startswith(b"spotify:cache:") for key in kept)
    assert token not in repr(kept) + repr(events)


async def test_redis_that_dies_hangs_and_comes_back_fails_no_call(sandbox, config, plain, redis_server, clock):
    albums = sandbox.catalogue.albums[:10]
    async with Redis.from_url(redis_server.url) as redis:
        cache = RedisResponseCache(redis, timeout=0.05, pause=0.0, clock=clock)
        transport = CachingTransport(plain, cache, config=config, clock=clock)
        client = AsyncSpotifyClient(sandbox.issue_token(), config=config, transport=transport, clock=clock)
        events = redis_server.kill, redis_server.start, redis_server.pause, redis_server.resume, redis_server.restart
        for happens in (lambda: None, *events):
            reads = [asyncio.create_task(client.albums.get(album.id)) for album in albums]
            await asyncio.sleep(0)
            happens()
            assert [album.id for album in await asyncio.gather(*reads)] == [album.id for album in albums]


class Lasting:
    """A transport whose answers are good for an hour."""

    def __init__(self, transport):
        self._transport = transport

    async def send(self, request):
        response = await self._transport.send(request)
        return replace(response, headers={**response.headers, "cache-control": "private, max-age=3600"})

    async def close(self):
        await self._transport.close()


async def test_a_playlist_is_read_back_as_it_is_and_not_as_it_was(sandbox, plain, config, cache, clock):
    tracks = [track.uri for track in sandbox.catalogue.tracks]
    one, other = (
        AsyncSpotifyClient(
            sandbox.issue_token(user=sandbox.catalogue.default_user.id), config=config, transport=transport, clock=clock
        )
        for transport in (CachingTransport(Lasting(plain), cache, config=config, clock=clock), plain)
    )
    playlist = (await one.playlists.create("Kept")).id
    sandbox.fail("add-items-to-playlist", Fault.status(403), times=1)
    with pytest.raises(ForbiddenError):
        await one.playlists.add_items(playlist, tracks[:1], verify=True)  # was looked at, and is as it was
    await other.playlists.add_items(playlist, tracks[:1])
    sandbox.fail("add-items-to-playlist", Fault.reset(executed=True), times=1)

    await one.playlists.add_items(playlist, tracks[1:3], verify=True)

    entries = await other.playlists.get_items(playlist).collect()
    assert [entry.item.uri for entry in entries] == tracks[:3]
