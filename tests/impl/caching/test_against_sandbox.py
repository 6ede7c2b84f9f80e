"""Clients with a response cache against the sandbox, over real sockets."""

import asyncio
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
from spotify.impl.caching.sqlite_response_cache import SqliteResponseCache
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.testing import Fault, captured_logs


@pytest.fixture
def config(sandbox):
    return ClientConfig(api_url=sandbox.api_url, accounts_url=sandbox.accounts_url, max_retries=0)


@pytest.fixture
def memory_cache():
    return MemoryResponseCache()


@pytest.fixture
def redis_cache(redis_client, clock):
    return RedisResponseCache(redis_client, timeout=5.0, pause=10.0, clock=clock)


@pytest.fixture
async def sqlite_cache(tmp_path, clock):
    cache = SqliteResponseCache(tmp_path / "responses.sqlite3", clock=clock)
    yield cache
    await cache.close()


@pytest.fixture(params=["memory_cache", "redis_cache", "sqlite_cache"])
def cache(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
async def plain(config):
    """The transport without the cache."""
    transport = AiohttpTransport(config)
    yield transport
    await transport.close()


@pytest.fixture
def transport(plain, config, cache, clock):
    return CachingTransport(plain, cache, config=config, clock=clock)


@pytest.fixture
async def connect(config, transport, clock):
    """A function that returns a client with a token."""
    clients = []

    def connect(token):
        clients.append(AsyncSpotifyClient(token, config=config, transport=transport, clock=clock))
        return clients[-1]

    yield connect
    for client in clients:
        await client.close()


@pytest.fixture
def application(sandbox, connect):
    """A client without a user: its responses are `public` and fresh for an hour."""
    return connect(sandbox.issue_token())


def statuses(sandbox):
    return [exchange.status for exchange in sandbox.requests]


async def test_a_catalogue_response_is_fetched_once(sandbox, application):
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


class PausedRateLimiter:
    """A rate limiter in a long pause."""

    def slot(self, _admission):
        raise RateLimitError("paused", status_code=429, retry_after=79_892.0)

    async def pause(self, _seconds, *, operation, reason):
        pass


async def test_a_cached_response_is_served_during_a_pause_of_the_rate_limiter(
    sandbox, application, transport, config, clock
):
    album = sandbox.catalogue.albums[0]
    first = await application.albums.get(album.id)
    limited = AsyncSpotifyClient(
        auth_provider=application._executor._auth.provider,
        config=config,
        transport=transport,
        clock=clock,
        rate_limiter=PausedRateLimiter(),
    )
    assert await limited.albums.get(album.id) == first
    with pytest.raises(RateLimitError):
        await limited.albums.get(sandbox.catalogue.albums[1].id)


async def test_a_stale_response_is_validated(sandbox, application, clock):
    album = sandbox.catalogue.albums[0]
    first = await application.albums.get(album.id)
    clock.advance(3601)
    assert await application.albums.get(album.id) == first
    assert statuses(sandbox) == [200, 304]


async def test_each_market_has_its_own_response(sandbox, application):
    album = sandbox.catalogue.albums[0]
    for market in (None, "DE", "SE", "DE"):
        await application.albums.get(album.id, market=market)
    assert len(sandbox.requests) == 3


async def test_a_users_responses_are_validated_each_time(sandbox, connect):
    client = connect(sandbox.issue_token(user=sandbox.catalogue.default_user.id))
    album = sandbox.catalogue.albums[0]
    assert await client.albums.get(album.id) == await client.albums.get(album.id)
    assert statuses(sandbox) == [200, 304]
    assert sandbox.requests[1].response_body == b""


async def test_tokens_do_not_share_responses(sandbox, connect):
    album = sandbox.catalogue.albums[0]
    for user in sandbox.catalogue.users[:2]:
        await connect(sandbox.issue_token(user=user.id)).albums.get(album.id)
    assert statuses(sandbox) == [200, 200]
    assert "If-None-Match" not in sandbox.requests[1].request_headers


async def test_an_applications_responses_outlive_its_token(sandbox, config, transport, clock):
    auth = ClientCredentialsAuth(
        sandbox.client_id, sandbox.client_secret, config=config, transport=transport, clock=clock
    )
    async with AsyncSpotifyClient(auth_provider=auth, config=config, transport=transport, clock=clock) as client:
        album = sandbox.catalogue.albums[0]
        await client.albums.get(album.id)
        await auth.invalidate(await auth.get_access_token())
        await client.albums.get(album.id)
    assert (len(sandbox.token_requests), len(sandbox.requests)) == (2, 1)


async def test_a_users_write_invalidates_the_applications_reads(sandbox, connect, application):
    user = connect(sandbox.issue_token(user=sandbox.catalogue.default_user.id))
    playlist = await user.playlists.create("Before")
    assert (await application.playlists.get(playlist.id)).name == "Before"
    assert (await application.playlists.get(playlist.id)).name == "Before"
    await user.playlists.change_details(playlist.id, name="After")
    assert (await application.playlists.get(playlist.id)).name == "After"


async def test_a_write_does_not_invalidate_other_reads(sandbox, connect, application):
    user = connect(sandbox.issue_token(user=sandbox.catalogue.default_user.id))
    album = sandbox.catalogue.albums[0]
    await application.albums.get(album.id)
    await user.albums.save([album.id])
    before = len(sandbox.requests)
    await application.albums.get(album.id)
    assert len(sandbox.requests) == before


async def test_an_error_without_cache_headers_is_not_cached(sandbox, application):
    for _ in range(2):
        with pytest.raises(NotFoundError):
            await application.albums.get("0" * 22)
    assert statuses(sandbox) == [404, 404]


async def test_neither_redis_nor_the_log_contains_a_token(sandbox, config, plain, redis_server, clock):
    token = sandbox.issue_token(user=sandbox.catalogue.default_user.id)
    async with Redis.from_url(redis_server.url) as redis:
        transport = CachingTransport(plain, RedisResponseCache(redis, timeout=5.0), config=config, clock=clock)
        client = AsyncSpotifyClient(token, config=config, transport=transport, clock=clock)
        with captured_logs() as events:
            album = await client.albums.get(sandbox.catalogue.albums[0].id)
            await client.albums.save([album.id])
            await client.albums.get(album.id)
        stored = {key: await redis.get(key) for key in await redis.keys()}
    assert any(key.startswith(b"spotify:cache:") for key in stored)
    assert token not in repr(stored) + repr(events)


async def test_outages_of_redis_fail_no_call(sandbox, config, plain, redis_server, clock):
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


class FreshForAnHour:
    """A transport whose responses are fresh for an hour."""

    def __init__(self, transport):
        self._transport = transport

    async def send(self, request):
        response = await self._transport.send(request)
        return replace(response, headers={**response.headers, "cache-control": "private, max-age=3600"})

    async def close(self):
        await self._transport.close()


async def test_verification_of_a_write_does_not_read_from_the_cache(sandbox, plain, config, cache, clock):
    tracks = [track.uri for track in sandbox.catalogue.tracks]
    one, other = (
        AsyncSpotifyClient(
            sandbox.issue_token(user=sandbox.catalogue.default_user.id), config=config, transport=transport, clock=clock
        )
        for transport in (CachingTransport(FreshForAnHour(plain), cache, config=config, clock=clock), plain)
    )
    playlist = (await one.playlists.create("Kept")).id
    sandbox.fail("add-items-to-playlist", Fault.status(403), times=1)
    with pytest.raises(ForbiddenError):
        await one.playlists.add_items(playlist, tracks[:1], verify=True)  # was read, and is unchanged
    await other.playlists.add_items(playlist, tracks[:1])
    sandbox.fail("add-items-to-playlist", Fault.reset(executed=True), times=1)

    await one.playlists.add_items(playlist, tracks[1:3], verify=True)

    entries = await other.playlists.get_items(playlist).collect()
    assert [entry.item.uri for entry in entries] == tracks[:3]
