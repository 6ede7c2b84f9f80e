"""Clients that share a Redis by `redis_url`."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest
from cryptography.fernet import Fernet

from spotify import (
    AsyncSpotifyClient,
    ClientConfig,
    PkceAuth,
    RateLimitError,
    RedisRateLimiter,
    RedisResponseCache,
    RedisTokenStore,
    build_container,
)
from spotify.testing import Fault, SpotifySandbox
from tests.support.rate_limit_workers import until

pytestmark = pytest.mark.slow


@pytest.fixture
async def sandbox():
    async with SpotifySandbox() as sandbox:
        yield sandbox


@pytest.fixture
def config(sandbox, redis_server):
    return ClientConfig(
        api_url=sandbox.api_url, accounts_url=sandbox.accounts_url, redis_url=redis_server.url, max_retries=0
    )


@pytest.fixture
async def worker(sandbox, config):
    """A function that returns the client of another worker."""
    workers = []

    def worker(**changes):
        credentials = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
        workers.append(AsyncSpotifyClient(**credentials, config=replace(config, **changes)))
        return workers[-1]

    yield worker
    for client in workers:
        await client.close()


async def test_redis_url_selects_the_redis_components(config):
    container = build_container("token", config=replace(config, cache="redis"))
    assert isinstance(container.rate_limiter(), RedisRateLimiter)
    assert isinstance(container.token_store(), RedisTokenStore)
    assert isinstance(container.response_cache(), RedisResponseCache)
    await container.client().close()


async def test_without_redis_url_nothing_is_shared():
    container = build_container("token")
    assert not isinstance(container.rate_limiter(), RedisRateLimiter)
    assert container.token_store() is None


async def test_a_long_timeout_has_a_longer_lease(config):
    container = build_container("token", config=replace(config, timeout=120.0))
    assert container.rate_limiter()._permits._settings["lease"] == 240_000_000
    await container.client().close()


async def test_workers_share_the_application_token(sandbox, worker):
    album = sandbox.catalogue.albums[0]
    await asyncio.gather(*(worker().albums.get(album.id) for _ in range(5)))
    assert len(sandbox.token_requests) == 1


async def test_an_expired_token_is_replaced_once(sandbox, worker):
    album = sandbox.catalogue.albums[0]
    workers = [worker() for _ in range(5)]
    await asyncio.gather(*(client.albums.get(album.id) for client in workers))
    sandbox.expire_all_tokens()
    await asyncio.gather(*(client.albums.get(album.id) for client in workers))
    assert len(sandbox.token_requests) == 2


async def test_a_429_of_one_worker_pauses_all(sandbox, worker):
    first, second = worker(), worker()
    albums = sandbox.catalogue.albums
    await second.albums.get(albums[0].id)
    sandbox.fail("get-an-album", Fault.status(429, retry_after=3_600), times=1)
    with pytest.raises(RateLimitError):
        await first.albums.get(albums[1].id)

    async def is_paused():
        before = len(sandbox.requests)
        try:
            await second.albums.get(albums[2].id)
        except RateLimitError as error:
            return len(sandbox.requests) == before and 3_000 < error.retry_after <= 3_600
        return False  # on a busy machine Redis may exceed the timeout

    await until(is_paused)


async def test_workers_share_cached_responses(sandbox, worker):
    async def is_shared():
        before = len(sandbox.requests)
        await worker(cache="redis").albums.get(sandbox.catalogue.albums[0].id)
        return len(sandbox.requests) == before  # on a busy machine Redis may exceed the timeout

    assert not await is_shared()
    await until(is_shared)


async def test_workers_share_a_users_token(sandbox, config, redis_client):
    keys = (Fernet.generate_key().decode(),)
    shared = replace(config, token_encryption_keys=keys)

    def ana():
        return PkceAuth(sandbox.client_id, "http://127.0.0.1:8000/callback", user="ana")

    logging_in, working = ana(), ana()
    async with AsyncSpotifyClient(auth_provider=logging_in, config=shared):
        request = logging_in.authorization_request()
        await logging_in.exchange_redirect(await consent(request.url))
        token = await logging_in.get_access_token()
    async with AsyncSpotifyClient(auth_provider=working, config=shared) as client:
        assert (await client.users.get_current_profile()).id == sandbox.catalogue.default_user.id
    (key,) = await redis_client.keys("spotify:token:*")
    document = await redis_client.hget(key, "document")
    assert token.encode() not in document
    assert token.encode() in Fernet(keys[0]).decrypt(document)


async def consent(url):
    async with aiohttp.ClientSession() as session, session.get(url, allow_redirects=False) as response:
        return response.headers["Location"]


async def test_workers_with_another_prefix_are_not_paused(sandbox, worker):
    sandbox.fail("get-an-album", Fault.status(429, retry_after=3_600), times=1)
    with pytest.raises(RateLimitError):
        await worker(redis_prefix="one").albums.get(sandbox.catalogue.albums[0].id)
    await worker(redis_prefix="other").albums.get(sandbox.catalogue.albums[0].id)


async def test_an_outage_of_redis_fails_no_call(sandbox, worker, redis_server):
    client = worker(cache="redis")
    await client.albums.get(sandbox.catalogue.albums[0].id)
    redis_server.kill()
    async with asyncio.timeout(120):
        for album in sandbox.catalogue.albums[:20]:
            assert (await client.albums.get(album.id)).id == album.id
        assert (await worker(cache="redis").albums.get(sandbox.catalogue.albums[0].id)).id
