"""Clients that share a Redis by their settings alone."""

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
    """A function that makes the client of another worker."""
    workers = []

    def worker(**changes):
        credentials = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
        workers.append(AsyncSpotifyClient(**credentials, config=replace(config, **changes)))
        return workers[-1]

    yield worker
    for each in workers:
        await each.close()


async def test_one_address_is_enough(config):
    container = build_container("token", config=replace(config, cache="redis"))
    assert isinstance(container.rate_limiter(), RedisRateLimiter)
    assert isinstance(container.token_store(), RedisTokenStore)
    assert isinstance(container.response_cache(), RedisResponseCache)
    await container.client().close()


async def test_without_an_address_nothing_is_shared():
    container = build_container("token")
    assert not isinstance(container.rate_limiter(), RedisRateLimiter)
    assert container.token_store() is None


async def test_a_request_that_may_take_long_counts_for_longer(config):
    container = build_container("token", config=replace(config, timeout=120.0))
    assert container.rate_limiter()._permits._settings["lease"] == 240_000_000
    await container.client().close()


async def test_one_worker_gets_the_application_s_token_for_all(sandbox, worker):
    album = sandbox.catalogue.albums[0]
    await asyncio.gather(*(worker().albums.get(album.id) for _ in range(5)))
    assert len(sandbox.token_requests) == 1


async def test_a_token_that_spotify_refuses_is_replaced_once_for_all(sandbox, worker):
    album = sandbox.catalogue.albums[0]
    workers = [worker() for _ in range(5)]
    await asyncio.gather(*(each.albums.get(album.id) for each in workers))
    sandbox.expire_all_tokens()
    await asyncio.gather(*(each.albums.get(album.id) for each in workers))
    assert len(sandbox.token_requests) == 2


async def test_a_429_that_one_worker_meets_stops_all(sandbox, worker):
    first, second = worker(), worker()
    albums = sandbox.catalogue.albums
    await second.albums.get(albums[0].id)
    sandbox.fail("get-an-album", Fault.status(429, retry_after=3_600), times=1)
    with pytest.raises(RateLimitError):
        await first.albums.get(albums[1].id)
    with pytest.raises(RateLimitError) as caught:
        await second.albums.get(albums[2].id)
    assert len(sandbox.requests) == 2
    assert 3_590 < caught.value.retry_after <= 3_600


async def test_what_one_worker_was_answered_all_are(sandbox, worker):
    album = sandbox.catalogue.albums[0]
    await worker(cache="redis").albums.get(album.id)
    await worker(cache="redis").albums.get(album.id)
    assert len(sandbox.requests) == 1


async def test_a_user_s_token_is_kept_where_the_workers_find_it(sandbox, config, redis_client):
    keys = (Fernet.generate_key().decode(),)
    shared = replace(config, token_encryption_keys=keys)

    def ana():
        return PkceAuth(sandbox.client_id, "http://127.0.0.1:8000/callback", user="ana")

    logging_in, working = ana(), ana()
    async with AsyncSpotifyClient(auth_provider=logging_in, config=shared):
        request = logging_in.authorization_request()
        sandbox_answer = await consent(request.url)
        await logging_in.exchange_redirect(sandbox_answer)
        token = await logging_in.get_access_token()
    async with AsyncSpotifyClient(auth_provider=working, config=shared) as client:
        assert (await client.users.get_current_profile()).id == sandbox.catalogue.default_user.id
    (kept,) = await redis_client.keys("spotify:token:*")
    document = await redis_client.hget(kept, "document")
    assert token.encode() not in document
    assert token.encode() in Fernet(keys[0]).decrypt(document)


async def consent(url):
    async with aiohttp.ClientSession() as session, session.get(url, allow_redirects=False) as answer:
        return answer.headers["Location"]


async def test_workers_of_another_application_are_left_alone(sandbox, worker):
    sandbox.fail("get-an-album", Fault.status(429, retry_after=3_600), times=1)
    with pytest.raises(RateLimitError):
        await worker(redis_prefix="one").albums.get(sandbox.catalogue.albums[0].id)
    await worker(redis_prefix="other").albums.get(sandbox.catalogue.albums[0].id)


async def test_no_call_fails_for_want_of_redis(sandbox, worker, redis_server):
    client = worker(cache="redis")
    await client.albums.get(sandbox.catalogue.albums[0].id)
    redis_server.kill()
    async with asyncio.timeout(30):
        for album in sandbox.catalogue.albums[:20]:
            assert (await client.albums.get(album.id)).id == album.id
        assert (await worker(cache="redis").albums.get(sandbox.catalogue.albums[0].id)).id
