"""`cache_ttl`, `stale_while_revalidate` and `stale_if_refused`, against the sandbox over real sockets."""

import asyncio
from dataclasses import replace

import aiohttp
import pytest

from spotify import (
    AsyncSpotifyClient,
    ClientConfig,
    ClientCredentialsAuth,
    NotFoundError,
    PkceAuth,
    QuotaExceededError,
    RateLimitError,
    ServerError,
    TransportError,
    scopes_for,
)
from spotify.config import CacheKind
from spotify.impl.caching import CachingTransport, MemoryResponseCache
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.operations import ALL_OPERATIONS
from spotify.services import AlbumsService
from spotify.testing import Fault


class ChangedHeaders:
    """A transport that changes the headers of successful responses; None removes one."""

    def __init__(self, transport, headers):
        self._transport = transport
        self.headers = headers

    async def send(self, request):
        response = await self._transport.send(request)
        headers = {**response.headers, **self.headers} if response.status == 200 else response.headers
        return replace(response, headers={name: value for name, value in headers.items() if value is not None})

    async def close(self):
        await self._transport.close()


@pytest.fixture
async def connect(sandbox, clock):
    """A function that returns a client with a cache, by default of the sandbox's first user."""
    opened = []

    def connect(token=None, *, headers=None, cache=None, rate_limiter=None, auth_provider=None, **settings):
        config = ClientConfig(
            api_url=sandbox.api_url, accounts_url=sandbox.accounts_url, **{"max_retries": 0, **settings}
        )
        plain = AiohttpTransport(config)
        changed = ChangedHeaders(plain, headers or {})
        transport = CachingTransport(changed, cache or MemoryResponseCache(), config=config, clock=clock)
        if auth_provider is None:
            token = token or sandbox.issue_token(user=sandbox.catalogue.default_user.id)
        client = AsyncSpotifyClient(
            token,
            auth_provider=auth_provider,
            config=config,
            transport=transport,
            rate_limiter=rate_limiter,
            clock=clock,
        )
        opened.extend((client, plain))
        return client

    yield connect
    for part in opened:
        await part.close()


@pytest.fixture
def album(sandbox):
    return sandbox.catalogue.albums[0]


def statuses(sandbox):
    return [exchange.status for exchange in sandbox.requests]


async def refreshes(client):
    """Wait until the requests in the background have ended."""
    running = list(client._executor._components.cached_reads._refreshes.values())
    await asyncio.gather(*running, return_exceptions=True)
    return len(running)


async def received(client, call):
    return (await client.with_response(call)).received[-1]


UNCACHEABLE = {"cache-control": "private, max-age=0, must-revalidate", "etag": None, "expires": None}


@pytest.mark.parametrize("headers", [{}, UNCACHEABLE, {"cache-control": "no-cache", "etag": None}], ids=str)
async def test_a_response_is_fresh_for_the_seconds_of_its_kind(sandbox, connect, clock, album, headers):
    client = connect(headers=headers, cache_ttl={"album": 100})
    first = await received(client, client.albums.get(album.id))
    clock.advance(99)
    second = await received(client, client.albums.get(album.id))
    assert len(sandbox.requests) == 1
    assert (first.from_cache, second.from_cache) == (False, True)
    assert (first.age, second.is_stale) == (0.0, False)
    assert second.age == pytest.approx(99, abs=5)
    clock.advance(2)
    assert not (await received(client, client.albums.get(album.id))).from_cache


async def test_an_operation_takes_precedence_over_its_kind(sandbox, connect, album):
    client = connect(headers=UNCACHEABLE, cache_ttl={"album": 0, "get-an-albums-tracks": 100})
    for _ in range(2):
        await client.albums.get(album.id)
        await client.albums.get_tracks(album.id)
    assert len(sandbox.requests) == 3


async def test_a_ttl_of_zero_validates_what_http_calls_fresh(sandbox, connect, album):
    client = connect(sandbox.issue_token(), cache_ttl={"album": 0})
    for _ in range(2):
        await client.albums.get(album.id)
    assert statuses(sandbox) == [200, 304]


async def test_other_kinds_follow_http(sandbox, connect, album):
    client = connect(headers=UNCACHEABLE, cache_ttl={"artist": 100})
    for _ in range(2):
        await client.albums.get(album.id)
    assert len(sandbox.requests) == 2


async def test_no_store_is_obeyed(sandbox, connect, album):
    client = connect(
        headers={"cache-control": "no-store"},
        cache_ttl={"album": 100},
        stale_while_revalidate=100,
        stale_if_refused=True,
    )
    for _ in range(2):
        await client.albums.get(album.id)
    assert len(sandbox.requests) == 2


async def test_an_error_is_not_kept_for_the_ttl(sandbox, connect):
    client = connect(cache_ttl={"album": 100})
    for _ in range(2):
        with pytest.raises(NotFoundError):
            await client.albums.get("0" * 22)
    assert len(sandbox.requests) == 2


@pytest.mark.parametrize(
    "fault", [Fault.garbage("broken-json"), Fault.garbage("html"), Fault.garbage("error-object")], ids=str
)
async def test_a_damaged_response_is_not_kept(sandbox, connect, album, fault):
    client = connect(cache_ttl={"album": 100})
    sandbox.fail("get-an-album", fault, times=1)
    with pytest.raises(Exception):  # noqa: B017, PT011  the error depends on the damage
        await client.albums.get(album.id)
    assert (await client.albums.get(album.id)).id == album.id


async def test_users_stay_apart(sandbox, connect, album):
    cache = MemoryResponseCache()
    for user in sandbox.catalogue.users[:2]:
        client = connect(sandbox.issue_token(user=user.id), cache=cache, cache_ttl={"album": 100, "user": 100})
        assert (await client.users.get_current_profile()).id == user.id
        await client.albums.get(album.id)
    assert len(sandbox.requests) == 4


async def test_a_write_invalidates_what_is_fresh_or_stale(sandbox, connect, clock):
    client = connect(cache_ttl={"playlist": 100}, stale_while_revalidate=1000, stale_if_refused=True)
    playlist = await client.playlists.create("Before")
    assert (await client.playlists.get(playlist.id)).name == "Before"
    await client.playlists.change_details(playlist.id, name="After")
    assert (await client.playlists.get(playlist.id)).name == "After"
    await client.playlists.change_details(playlist.id, name="Later")
    clock.advance(101)
    sandbox.fail("get-playlist", Fault.status(503), times=1)
    with pytest.raises(ServerError):
        await client.playlists.get(playlist.id)


def test_every_read_has_a_kind_and_every_kind_a_read():
    kinds = {operation.cache_kind for operation in ALL_OPERATIONS if operation.method == "GET"}
    assert kinds == set(CacheKind.__args__)


def test_an_unknown_operation_is_refused_before_any_request():
    for key in ("get-an-albun", "change-playlist-details"):
        with pytest.raises(ValueError, match=key):
            AsyncSpotifyClient("t", config=ClientConfig(cache_ttl={key: 60}))


async def test_a_stale_response_is_returned_at_once_and_refreshed(sandbox, connect, clock, album):
    client = connect(cache_ttl={"album": 100}, stale_while_revalidate=50)
    await client.albums.get(album.id)
    clock.advance(101)
    stale = await received(client, client.albums.get(album.id))
    assert (stale.from_cache, stale.is_stale, stale.waited) == (True, True, 0.0)
    assert await refreshes(client) == 1
    assert statuses(sandbox) == [200, 304]
    assert not (await received(client, client.albums.get(album.id))).is_stale
    assert len(sandbox.requests) == 2


async def test_after_the_time_for_revalidation_the_call_waits(sandbox, connect, clock, album):
    client = connect(cache_ttl={"album": 100}, stale_while_revalidate=50)
    await client.albums.get(album.id)
    clock.advance(151)
    assert not (await received(client, client.albums.get(album.id))).from_cache


class RecordingLimiter(InProcessRateLimiter):
    """Records the priorities of the requests."""

    def __init__(self, clock):
        super().__init__(max_concurrency=10, clock=clock)
        self.priorities = []

    def slot(self, admission, /):
        self.priorities.append(admission.priority)
        return super().slot(admission)


async def test_a_response_is_refreshed_once_at_a_time_with_the_priority_of_bulk(sandbox, connect, clock, album):
    limiter = RecordingLimiter(clock)
    client = connect(rate_limiter=limiter, cache_ttl={"album": 100}, stale_while_revalidate=50)
    await client.albums.get(album.id)
    clock.advance(101)
    await asyncio.gather(*(client.albums.get(album.id) for _ in range(5)))
    await client.albums.get(album.id)
    await refreshes(client)
    assert limiter.priorities == ["interactive", "bulk"]
    assert len(sandbox.requests) == 2


@pytest.mark.parametrize("fault", [Fault.status(503), Fault.reset(), Fault.status(429, retry_after=60)], ids=str)
async def test_a_refresh_that_fails_raises_nothing(sandbox, connect, clock, album, fault):
    client = connect(cache_ttl={"album": 100}, stale_while_revalidate=50)
    await client.albums.get(album.id)
    clock.advance(101)
    sandbox.fail("get-an-album", fault, times=1)
    for _ in range(2):
        assert (await received(client, client.albums.get(album.id))).is_stale
        await refreshes(client)


async def test_close_cancels_a_refresh_and_waits_for_its_end(sandbox, connect, clock, album):
    client = connect(cache_ttl={"album": 100}, stale_while_revalidate=50)
    await client.albums.get(album.id)
    clock.advance(101)
    sandbox.fail("get-an-album", Fault.delay(before=3600), times=1)
    before = asyncio.all_tasks()
    await client.albums.get(album.id)
    (task,) = client._executor._components.cached_reads._refreshes.values()
    await client.close()
    assert task.done()
    assert not {task for task in asyncio.all_tasks() - before if "_run" in repr(task.get_coro())}


async def test_without_the_setting_a_refused_call_raises(sandbox, connect, clock, album):
    client = connect(cache_ttl={"album": 100})
    await client.albums.get(album.id)
    clock.advance(101)
    sandbox.fail("get-an-album", Fault.status(503), times=1)
    with pytest.raises(ServerError):
        await client.albums.get(album.id)


QUOTA = Fault.status(429, reason="QUOTA_EXCEEDED")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.status(503), ServerError),
        (Fault.reset(), TransportError),
        (Fault.status(429, retry_after=3600), RateLimitError),
        (QUOTA, QuotaExceededError),
    ],
    ids=str,
)
async def test_a_stale_response_replaces_the_error_of_a_refused_call(sandbox, connect, clock, album, fault, error):
    client = connect(cache_ttl={"album": 100}, stale_if_refused=1000)
    await client.albums.get(album.id)
    clock.advance(101)
    sandbox.fail("get-an-album", fault, times=2)
    stale = await received(client, client.albums.get(album.id))
    assert (stale.from_cache, stale.is_stale) == (True, True)
    with pytest.raises(error):
        await client.albums.get(sandbox.catalogue.albums[1].id)


async def test_a_call_that_is_not_sent_because_of_a_pause_returns_the_stale_response(sandbox, connect, clock, album):
    client = connect(cache_ttl={"album": 100}, stale_if_refused=True)
    await client.albums.get(album.id)
    clock.advance(10_000_000)
    sandbox.fail("get-an-album", Fault.status(429, retry_after=3600), times=1)
    for _ in range(3):
        assert (await client.albums.get(album.id)).id == album.id
    assert statuses(sandbox) == [200, 429]


async def test_retries_come_before_the_stale_response(sandbox, connect, clock, album):
    client = connect(cache_ttl={"album": 100}, stale_if_refused=True, max_retries=2)
    await client.albums.get(album.id)
    clock.advance(101)
    sandbox.fail("get-an-album", Fault.status(503), times=1)
    assert not (await received(client, client.albums.get(album.id))).from_cache
    clock.advance(101)
    sandbox.fail("get-an-album", Fault.status(503), times=3)
    stale = await received(client, client.albums.get(album.id))
    assert (stale.is_stale, stale.attempts) == (True, 3)


async def test_a_response_that_is_too_old_is_not_returned_instead_of_the_error(sandbox, connect, clock, album):
    client = connect(cache_ttl={"album": 100}, stale_if_refused=50)
    await client.albums.get(album.id)
    clock.advance(151)
    sandbox.fail("get-an-album", Fault.status(503), times=1)
    with pytest.raises(ServerError):
        await client.albums.get(album.id)


async def test_an_error_about_the_object_is_raised(sandbox, connect, clock, album):
    client = connect(cache_ttl={"album": 100}, stale_if_refused=True)
    await client.albums.get(album.id)
    clock.advance(101)
    sandbox.fail("get-an-album", Fault.status(404), times=1)
    with pytest.raises(NotFoundError):
        await client.albums.get(album.id)


async def test_an_application_without_a_token_gets_the_stale_response(sandbox, connect, clock, album):
    cache = MemoryResponseCache()
    config = ClientConfig(accounts_url=sandbox.accounts_url)
    for served in ("fresh", "stale"):
        transport = AiohttpTransport(config)
        auth = ClientCredentialsAuth(
            sandbox.client_id, sandbox.client_secret, config=config, transport=transport, clock=clock
        )
        client = connect(auth_provider=auth, cache=cache, cache_ttl={"album": 100}, stale_if_refused=True)
        assert (await received(client, client.albums.get(album.id))).is_stale is (served == "stale")
        clock.advance(101)
        sandbox.fail("POST /api/token", Fault.status(503))
        await transport.close()


async def test_a_verification_never_reads_a_stale_response(sandbox, connect, clock):
    client = connect(cache_ttl={"playlist": 1000}, stale_if_refused=True)
    uris = [track.uri for track in sandbox.catalogue.tracks[:3]]
    playlist = (await client.playlists.create("Kept")).id
    await client.playlists.get_items(playlist).collect()
    sandbox.fail("add-items-to-playlist", Fault.reset(executed=True), times=1)
    await client.playlists.add_items(playlist, uris, verify=True)
    assert [entry.item.uri for entry in await client.playlists.get_items(playlist).collect()] == uris


async def log_in(sandbox, auth, user):
    sandbox.consent(user=user.id)
    async with aiohttp.ClientSession() as session, session.get(auth.authorization_url(), allow_redirects=False) as page:
        await auth.exchange_redirect(page.headers["Location"])


async def test_the_tokens_of_one_login_share_responses_and_those_of_the_next_do_not(sandbox, connect, clock, album):
    auth = PkceAuth(
        sandbox.client_id, "http://127.0.0.1:8000/callback", config=ClientConfig(accounts_url=sandbox.accounts_url)
    )
    client = connect(auth_provider=auth, cache_ttl={"album": 86_400, "user": 86_400, "library": 86_400})
    for user in sandbox.catalogue.users[:2]:
        await log_in(sandbox, auth, user)
        before = len(sandbox.requests), len(sandbox.token_requests)
        for _ in range(3):
            assert (await client.users.get_current_profile()).id == user.id
            await client.albums.get(album.id)
            clock.advance(3601)  # the access token expires
        assert (len(sandbox.requests), len(sandbox.token_requests)) == (before[0] + 2, before[1] + 2)


async def test_a_write_with_one_token_of_a_login_invalidates_for_the_next(sandbox, connect, clock):
    auth = PkceAuth(
        sandbox.client_id,
        "http://127.0.0.1:8000/callback",
        scopes=scopes_for(AlbumsService.get_saved, AlbumsService.check_saved, AlbumsService.save),
        config=ClientConfig(accounts_url=sandbox.accounts_url),
    )
    client = connect(auth_provider=auth, cache_ttl={"library": 86_400})
    await log_in(sandbox, auth, sandbox.catalogue.default_user)
    before = (await client.albums.get_saved()).total
    clock.advance(3601)
    albums = [album.id for album in sandbox.catalogue.albums[:20]]
    are_saved = await client.albums.check_saved(albums)
    await client.albums.save([albums[are_saved.index(False)]])
    assert (await client.albums.get_saved()).total == before + 1
