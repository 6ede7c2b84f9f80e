"""What is raised shows no secret, keeps no response, and leaves nothing to the cyclic garbage collector."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from spotify import AsyncSpotifyClient, ClientConfig
from spotify.credentials import Secret
from spotify.errors import SpotifyError, TransportError
from spotify.impl.auth import AuthorizationCodeAuth, ClientCredentialsAuth, PkceAuth
from spotify.impl.caching import RedisResponseCache
from spotify.impl.rate_limiting import RedisRateLimiter
from spotify.impl.token_stores import RedisTokenStore
from spotify.interfaces import Token, TokenKey
from spotify.interfaces.rate_limiter import Admission
from spotify.operations import BY_ID
from spotify.testing.sandbox import Catalogue
from tests.support.every_operation import BY_ID_ALONE, BY_METHODS
from tests.support.failures import async_failures, named
from tests.support.kept_errors import (
    CODE,
    PASSWORD,
    REFRESH_TOKEN,
    SECRET,
    TOKEN,
    cancelled,
    error_of,
    failed_in_group,
    garbage_of,
    ignore_older_objects,
    secrets_shown_by,
    timed_out,
)
from tests.support.misbehaving_server import misbehaving_server

CLIENT_ID = "an-application"
REDIRECT_URI = "http://127.0.0.1:8000/callback"
CATALOGUE = Catalogue.of(0)
TRACK = CATALOGUE.tracks[0]


def http(status: int, body: bytes, *headers: bytes) -> bytes:
    head = b"HTTP/1.1 %d No\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % (status, len(body))
    return b"\r\n".join((head + b"Connection: close", *headers, b"", body))


def echo(received: bytes) -> bytes:
    """A page that shows the request in several encodings."""
    shown = b" ".join((received, b64encode(received), received.hex().encode(), received.decode().encode("utf-16")))
    return http(400, b"<html><title>Bad request</title><pre>" + shown, b"X-Request: " + received.replace(b"\r\n", b" "))


def echo_in_message(received: bytes) -> bytes:
    message = "".join(f"\\u{ord(each):04x}" for each in received.decode())
    return http(400, f'{{"error": {{"status": 400, "message": "{message}"}}}}'.encode())


REPLIES = {
    "an echo": echo,
    "an echo in a message": echo_in_message,
    "an echo in the head": lambda received: b"HTTP/1.1 400 " + received.replace(b"\r\n", b" ") + b"\r\n\r\n",
    "an echo without HTTP": lambda received: received,
    "a server error": lambda _: http(503, b"{}"),
    "a cut connection": lambda _: b"",
    "a cut body": lambda _: http(200, b"{" + b" " * 100)[:-50],
    "a page": lambda _: http(200, b"<html>"),
    "no JSON": lambda _: http(200, b"["),
    "another shape": lambda _: http(200, b'{"items": 1, "id": 2}'),
    "a large body": lambda _: http(200, b"[" + b" " * 20_000),
}
# A write ignores the body of a success, and some results have only optional members.
IGNORED_BODIES = {"no JSON", "another shape"}
ENDS = {"cancelled": cancelled, "timed out": timed_out, "failed in a group": failed_in_group}

CALLS = {
    "a read": lambda client: client.tracks.get(TRACK.id),
    "a list": lambda client: client.tracks.get_saved().collect(),
    "an iteration": lambda client: consumed(client.tracks.get_saved()),
    "several": lambda client: client.tracks.get_several([each.id for each in CATALOGUE.tracks[:120]]),
    "a write": lambda client: client.playlists.change_details(CATALOGUE.empty_playlist.id, name="x"),
    "a long write": lambda client: client.playlists.add_items(
        CATALOGUE.empty_playlist.id, [each.uri for each in CATALOGUE.tracks[:250]]
    ),
    "a verified write": lambda client: client.playlists.add_items(
        CATALOGUE.empty_playlist.id, [TRACK.uri], verify=True
    ),
    "a search": lambda client: client.search.search("a", ["album"]),
    "a call with its response": lambda client: client.with_response(client.tracks.get(TRACK.id)),
    "a call by id": lambda client: client.call("get-track", id=TRACK.id),
}


async def consumed(items):
    async for _ in items:
        pass


def config_for(address, **settings):
    origin = f"http://{address}"
    return ClientConfig(
        **{
            "api_url": f"{origin}/v1",
            "accounts_url": origin,
            "max_retries": 0,
            "max_response_bytes": 10_000,
            "strict_decoding": True,
            "retry_base_delay": 0.001,
            "write_settle_time": 0,
            **settings,
        }
    )


@asynccontextmanager
async def client_of(reply=lambda _: None, **settings):
    async with (
        misbehaving_server(reply) as server,
        AsyncSpotifyClient(TOKEN, config=config_for(server.address, **settings)) as client,
    ):
        yield server, client


def with_catalogue(operation_id, client):
    if operation_id in BY_METHODS:
        return BY_METHODS[operation_id](client, CATALOGUE)
    return client.call(operation_id, **{name: value(CATALOGUE) for name, value in BY_ID_ALONE[operation_id].items()})


async def awaited(call):
    return await call


async def test_no_operation_shows_the_token_that_a_response_repeats():
    async def check(operation_id):
        error = await error_of(with_catalogue(operation_id, client))
        assert secrets_shown_by(error) == []

    async with client_of(echo) as (server, client):
        assert await async_failures(check, named([*BY_METHODS, *BY_ID_ALONE])) == {}
    assert TOKEN.encode() in server.received


async def test_no_cancelled_operation_shows_the_token():
    async def check(operation_id):
        server.arrived.clear()
        error = await error_of(cancelled(awaited(with_catalogue(operation_id, client)), server.arrived))
        assert isinstance(error, asyncio.CancelledError)
        assert secrets_shown_by(error) == []

    async with client_of() as (server, client):
        assert await async_failures(check, named([*BY_METHODS, *BY_ID_ALONE])) == {}


@pytest.mark.parametrize("call", CALLS)
async def test_no_failed_call_shows_the_token(call):
    async def check(reply):
        async with client_of(REPLIES[reply], max_retries=1) as (_, client):
            error = await error_of(CALLS[call](client))
        assert isinstance(error, SpotifyError) or reply in IGNORED_BODIES
        assert secrets_shown_by(error) == []

    assert await async_failures(check, named(REPLIES)) == {}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("call", CALLS)
async def test_no_cancelled_call_shows_the_token(call, end):
    async with client_of() as (server, client):
        error = await error_of(ENDS[end](awaited(CALLS[call](client)), server.arrived))
    assert secrets_shown_by(error) == []


async def test_a_cancellation_stays_one():
    async with client_of() as (server, client):
        task = asyncio.create_task(client.tracks.get(TRACK.id))
        await server.arrived.wait()
        task.cancel("shutting down")
        error = await error_of(task)
    assert (type(error), error.args) == (asyncio.CancelledError, ("shutting down",))
    assert task.cancelled()
    assert task.cancelling() == 1
    assert isinstance(error.__cause__, TransportError)


@pytest.mark.parametrize("end", [*ENDS, "its deadline", "its timeout", "the end of the client"])
async def test_no_call_shows_the_password_of_the_proxy(end):
    async with misbehaving_server() as server:
        seconds = 0.05 if end in {"its deadline", "its timeout"} else 30.0
        setting = {"its deadline": "deadline"}.get(end, "timeout")
        config = ClientConfig(proxy=f"http://user:{PASSWORD}@{server.address}", max_retries=0, **{setting: seconds})
        client = AsyncSpotifyClient(TOKEN, config=config)
        call = awaited(client.tracks.get(TRACK.id))
        if end in ENDS:
            error = await error_of(ENDS[end](call, server.arrived))
        elif end == "the end of the client":
            running = asyncio.create_task(call)
            await server.arrived.wait()
            await client.close()
            error = await error_of(running)
        else:
            error = await error_of(call)
        await client.close()
    assert secrets_shown_by(error) == []


@pytest.mark.parametrize("reply", REPLIES)
async def test_no_failed_call_shows_the_password_of_the_proxy(reply):
    async with misbehaving_server(REPLIES[reply]) as server:
        config = ClientConfig(proxy=f"http://user:{PASSWORD}@{server.address}", max_retries=0)
        async with AsyncSpotifyClient(TOKEN, config=config) as client:
            error = await error_of(client.tracks.get(TRACK.id))
    assert secrets_shown_by(error) == []


async def test_a_proxy_that_cannot_be_reached_does_not_show_its_password():
    async with misbehaving_server() as server:
        address = server.address
    config = ClientConfig(proxy=f"http://user:{PASSWORD}@{address}", max_retries=0)
    async with AsyncSpotifyClient(TOKEN, config=config) as client:
        error = await error_of(client.tracks.get(TRACK.id))
    assert isinstance(error.__cause__, OSError)
    assert secrets_shown_by(error) == []


async def logged_in(auth):
    now = datetime.now(UTC)
    token = Token(
        access_token=Secret(TOKEN),
        refresh_token=Secret(REFRESH_TOKEN),
        issued_at=now - timedelta(hours=2),
        expires_at=now - timedelta(hours=1),
        authorized_at=now - timedelta(hours=2),
    )
    store = auth._tokens._store
    async with store.lock(auth.key):
        await store.save(auth.key, token)


async def refresh(auth):
    await logged_in(auth)
    await auth.get_access_token()


async def exchange_code(auth):
    await auth.exchange_code(CODE, auth.authorization_request().state.reveal())


async def exchange_redirect(auth):
    await auth.exchange_redirect(f"{REDIRECT_URI}?code={CODE}&state={auth.authorization_request().state.reveal()}")


async def authorize_by_hand(auth):
    def ask(_prompt):
        return f"{REDIRECT_URI}?code={CODE}&state={auth._requests[-1].state.reveal()}"

    await auth.authorize_by_hand(show=lambda _: None, ask=ask)


TOKEN_REQUESTS = {
    "client credentials": (ClientCredentialsAuth, lambda auth: auth.get_access_token()),
    **{
        f"{name} with {kind.__name__}": (kind, use)
        for kind in (PkceAuth, AuthorizationCodeAuth)
        for name, use in {
            "refresh": refresh,
            "exchange_code": exchange_code,
            "exchange_redirect": exchange_redirect,
            "authorize_by_hand": authorize_by_hand,
        }.items()
    },
}


def auth_for(kind, address):
    arguments = {"client_id": CLIENT_ID, "config": config_for(address)}
    if kind is not PkceAuth:
        arguments["client_secret"] = SECRET
    if kind is not ClientCredentialsAuth:
        arguments["redirect_uri"] = REDIRECT_URI
    return kind(**arguments)


def assert_no_secret_of_a_login(error, auth):
    assert secrets_shown_by(error) == []
    for request in getattr(auth, "_requests", ()):
        verifier = request.code_verifier
        assert verifier is None or verifier.reveal() not in repr(error)


@pytest.mark.parametrize("request_", TOKEN_REQUESTS)
async def test_no_failed_token_request_shows_a_secret(request_):
    kind, use = TOKEN_REQUESTS[request_]

    async def check(reply):
        async with misbehaving_server(REPLIES[reply]) as server:
            auth = auth_for(kind, server.address)
            error = await error_of(use(auth))
            await auth.close()
        assert isinstance(error, SpotifyError)
        assert_no_secret_of_a_login(error, auth)

    assert await async_failures(check, named(REPLIES)) == {}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("request_", TOKEN_REQUESTS)
async def test_no_cancelled_token_request_shows_a_secret(request_, end):
    kind, use = TOKEN_REQUESTS[request_]
    async with misbehaving_server() as server:
        auth = auth_for(kind, server.address)
        error = await error_of(ENDS[end](awaited(use(auth)), server.arrived))
        server.cut()  # the request itself is not cancelled
        await auth.close()
    assert_no_secret_of_a_login(error, auth)


KEY = TokenKey(client_id=CLIENT_ID, user="ana")
ADMISSION = Admission(operation=BY_ID["get-track"], priority="interactive", since=0.0, max_wait=1.0)


async def hold_lock(store):
    async with store.lock(KEY):
        pass


async def save(store):
    now = datetime.now(UTC)
    await store.save(
        KEY,
        Token(
            access_token=Secret(TOKEN),
            refresh_token=Secret(REFRESH_TOKEN),
            issued_at=now,
            expires_at=now,
            authorized_at=now,
        ),
    )


async def take_slot(limiter):
    async with limiter.slot(ADMISSION):
        pass


REDIS_USES = {
    "load": (lambda url: RedisTokenStore(url, save_timeout=0), lambda store: store.load(KEY)),
    "save": (lambda url: RedisTokenStore(url, save_timeout=0), save),
    "delete": (lambda url: RedisTokenStore(url, save_timeout=0), lambda store: store.delete(KEY)),
    "lock": (lambda url: RedisTokenStore(url, save_timeout=0), hold_lock),
    "slot": (lambda url: RedisRateLimiter(url, application="x", when_unavailable="refuse", timeout=5), take_slot),
    "cached response": (lambda url: RedisResponseCache(url, timeout=5), lambda cache: cache.get(["key"], ["scope"])),
}
REDIS_REPLIES = {
    "an echo": lambda received: b"-ERR " + received.replace(b"\r\n", b" ") + b"\r\n",
    "nonsense": lambda received: received,
    "a cut connection": lambda _: b"",
    "a wrong password": lambda received: b"-WRONGPASS " + received.replace(b"\r\n", b" ") + b"\r\n",
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("use", REDIS_USES)
async def test_no_cancelled_use_of_redis_shows_a_secret(use, end):
    make, run = REDIS_USES[use]
    async with misbehaving_server() as server:
        part = make(f"redis://user:{PASSWORD}@{server.address}")
        error = await error_of(ENDS[end](awaited(run(part)), server.arrived))
        server.cut()
        await part.close()
    assert PASSWORD.encode() in server.received
    assert secrets_shown_by(error) == []


@pytest.mark.parametrize("use", [use for use in REDIS_USES if use != "cached response"])
async def test_no_failed_use_of_redis_shows_a_secret(use):
    make, run = REDIS_USES[use]

    async def check(reply):
        async with misbehaving_server(REDIS_REPLIES[reply]) as server:
            part = make(f"redis://user:{PASSWORD}@{server.address}")
            error = await error_of(run(part))
            await part.close()
        assert isinstance(error, SpotifyError)
        assert secrets_shown_by(error) == []

    assert await async_failures(check, named(REDIS_REPLIES)) == {}


@pytest.mark.parametrize("reply", [*REPLIES, "cancelled", "timed out"])  # a task group leaves its own garbage
async def test_no_call_leaves_garbage(reply):
    async def check(call):
        async def use():
            server.arrived.clear()
            if reply in ENDS:
                await ENDS[reply](awaited(CALLS[call](client)), server.arrived)
            else:
                await CALLS[call](client)

        await error_of(use())
        assert [type(each) for each in await garbage_of(use)] == []

    ignore_older_objects()
    async with client_of(REPLIES.get(reply, lambda _: None)) as (server, client):
        assert await async_failures(check, named(CALLS)) == {}


async def test_no_token_request_leaves_garbage():
    async def check(request):
        kind, use = TOKEN_REQUESTS[request]
        auth = auth_for(kind, server.address)
        await error_of(use(auth))
        assert [type(each) for each in await garbage_of(lambda: use(auth))] == []
        await auth.close()

    ignore_older_objects()
    async with misbehaving_server(lambda _: http(400, b'{"error": "invalid_grant"}')) as server:
        assert await async_failures(check, named(TOKEN_REQUESTS)) == {}
