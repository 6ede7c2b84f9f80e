"""Errors leave the library without its frames: unit tests, constructors that refuse an argument, memory."""

from __future__ import annotations

import dataclasses
import json
import traceback
import tracemalloc
from datetime import UTC, datetime

import pytest

from spotify import AsyncSpotifyClient, ClientConfig
from spotify._exceptions import hide_internals
from spotify.container import build_container
from spotify.credentials import EnvironmentCredentials, Secret
from spotify.errors import DecodeError, LoginError, LoginRequiredError, ServerError
from spotify.impl.auth import (
    AuthorizationCodeAuth,
    AuthorizationRequest,
    ClientCredentialsAuth,
    PkceAuth,
    StaticTokenAuth,
)
from spotify.impl.caching import RedisResponseCache
from spotify.impl.rate_limiting import RedisRateLimiter
from spotify.impl.token_stores import RedisTokenStore
from spotify.interfaces import Token
from spotify.testing import FakeTransport
from tests.support.error_text import all_text_of
from tests.support.kept_errors import error_of

REDIRECT_URI = "http://127.0.0.1:8000/callback"
REDIS = "redis://:HUSH@127.0.0.1:6379"
PROXY = "http://user:HUSH@127.0.0.1:8080"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SECRET_CONFIG = ClientConfig(proxy=PROXY, redis_url=REDIS, token_encryption_keys=("HUSH",))
ENVIRONMENT = {
    "SPOTIFY_CLIENT_ID": "HUSH",
    "SPOTIFY_CLIENT_SECRET": "HUSH",
    "SPOTIFY_PROXY": PROXY,
    "SPOTIFY_TIMEOUT": "soon",
    "SPOTIFY_REDIRECT_URI": "no address",
    "DATABASE_PASSWORD": "HUSH",
}


class Unusable(dict):
    """An environment that cannot be read."""

    def get(self, *_):
        raise LookupError


REFUSALS = {
    "token with a line end": lambda: StaticTokenAuth("HUSH\n"),
    "token as bytes": lambda: StaticTokenAuth(b"HUSH"),
    "client with a token as bytes": lambda: AsyncSpotifyClient(b"HUSH"),
    "client with a token with a line end": lambda: AsyncSpotifyClient("HUSH\n"),
    "client with an invalid timeout": lambda: AsyncSpotifyClient("HUSH", timeout=-1),
    "client with an invalid clock": lambda: AsyncSpotifyClient("HUSH", clock=object()),
    "client with two ways to authenticate": lambda: AsyncSpotifyClient("HUSH", client_id="HUSH", client_secret="HUSH"),
    "client without an id": lambda: AsyncSpotifyClient(client_secret="HUSH"),
    "client with an id as bytes": lambda: AsyncSpotifyClient(client_id=b"x", client_secret="HUSH"),
    "from_client_credentials": lambda: AsyncSpotifyClient.from_client_credentials(
        client_id="x", client_secret="HUSH", timeout=-1
    ),
    "container": lambda: build_container("HUSH", unknown=1),
    "client credentials": lambda: ClientCredentialsAuth("", "HUSH"),
    "client credentials as bytes": lambda: ClientCredentialsAuth("x", b"HUSH"),
    "client credentials with an invalid store": lambda: ClientCredentialsAuth("x", "HUSH", store=object()),
    "client secret with a space": lambda: AuthorizationCodeAuth("x", "HUSH ", REDIRECT_URI),
    "client secret as bytes": lambda: AuthorizationCodeAuth("x", b"HUSH", REDIRECT_URI),
    "invalid redirect URI": lambda: AuthorizationCodeAuth("x", "HUSH", "no address"),
    "invalid clock": lambda: AuthorizationCodeAuth("x", "HUSH", REDIRECT_URI, clock=object()),
    "client secret for PKCE": lambda: PkceAuth("x", REDIRECT_URI, client_secret="HUSH"),
    "PkceAuth.from_env": lambda: PkceAuth.from_env(environ=ENVIRONMENT),
    "AuthorizationCodeAuth.from_env": lambda: AuthorizationCodeAuth.from_env(environ=ENVIRONMENT),
    "from_env with an invalid scope": lambda: AuthorizationCodeAuth.from_env(
        redirect_uri=REDIRECT_URI, environ=ENVIRONMENT, scopes=["two words"]
    ),
    "from_env with a list": lambda: PkceAuth.from_env(environ=["HUSH"]),
    "ClientConfig.from_env": lambda: ClientConfig.from_env(ENVIRONMENT),
    "ClientConfig.from_env with a list": lambda: ClientConfig.from_env(["HUSH"]),
    "ClientConfig.from_env with bytes": lambda: ClientConfig.from_env({"SPOTIFY_PROXY": b"HUSH"}),
    "ClientConfig.from_env with an unusable mapping": lambda: ClientConfig.from_env(Unusable(ENVIRONMENT)),
    "environment of bytes": lambda: EnvironmentCredentials({"SPOTIFY_CLIENT_SECRET": b"HUSH"}).client_secret,
    "config": lambda: ClientConfig(proxy=PROXY, redis_url=REDIS, token_encryption_keys=("HUSH",), timeout=-1),
    "config with an invalid proxy": lambda: ClientConfig(proxy="socks5://HUSH"),
    "config with an invalid port": lambda: ClientConfig(proxy="http://user:HUSH/@host"),
    "config with another Redis URL": lambda: ClientConfig(redis_url="http://HUSH@host"),
    "config with one key": lambda: ClientConfig(token_encryption_keys="HUSH"),
    "changed config": lambda: dataclasses.replace(SECRET_CONFIG, timeout=-1),
    "changed options": lambda: AsyncSpotifyClient("HUSH", config=SECRET_CONFIG).with_options(timeout=-1),
    "token store": lambda: RedisTokenStore(REDIS, prefix=""),
    "token store with an invalid URL": lambda: RedisTokenStore("redis://:HU/SH@HUSH"),
    "token store with bytes": lambda: RedisTokenStore(b"redis://:HUSH@host"),
    "token store with an invalid key": lambda: RedisTokenStore(REDIS, encryption_keys=["HUSH"]),
    "token store with one key": lambda: RedisTokenStore(REDIS, encryption_keys="HUSH"),
    "rate limiter": lambda: RedisRateLimiter(REDIS, application="x", reserve=2),
    "rate limiter with an invalid URL": lambda: RedisRateLimiter("http://HUSH", application="x"),
    "response cache": lambda: RedisResponseCache(REDIS, max_age=0),
    "token of str": lambda: Token(access_token="HUSH", issued_at=NOW, expires_at=NOW, authorized_at=NOW),
    "token without a date": lambda: Token(
        access_token=Secret("x"), refresh_token="HUSH", issued_at=NOW, expires_at=NOW, authorized_at=None
    ),
    "authorization request": lambda: AuthorizationRequest(url="HUSH", state="HUSH", redirect_uri=REDIRECT_URI),
    "session": lambda: AuthorizationRequest.from_session({"state": "HUSH", "code_verifier": "HUSH"}),
    "session of another type": lambda: AuthorizationRequest.from_session(["HUSH"]),
}


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_refused_argument_shows_no_secret(refusal):
    with pytest.raises((TypeError, ValueError, LookupError, LoginError)) as caught:
        REFUSALS[refusal]()
    assert "HUSH" not in all_text_of(caught.value)


SECRET_CALLS = {
    "exchange_redirect": lambda auth: auth.exchange_redirect(b"HUSH"),
    "exchange_code": lambda auth: auth.exchange_code(b"HUSH", "HUSH"),
    "exchange_code with another state": lambda auth: auth.exchange_code("HUSH", "HUSH"),
    "exchange_redirect for another request": lambda auth: auth.exchange_redirect(
        "?code=HUSH&state=x", request=object()
    ),
    "invalidate": lambda auth: auth.invalidate(b"HUSH"),
    "authorize_by_hand": lambda auth: auth.authorize_by_hand(show=str, ask=lambda _: b"HUSH"),
}


@pytest.mark.parametrize("call", SECRET_CALLS)
async def test_a_refused_argument_of_a_login_shows_no_secret(call):
    error = await error_of(SECRET_CALLS[call](PkceAuth("x", REDIRECT_URI)))
    assert not isinstance(error, AssertionError)
    assert "HUSH" not in all_text_of(error)


def test_the_settings_of_a_config_stay_strings():
    assert (SECRET_CONFIG.proxy, SECRET_CONFIG.redis_url, SECRET_CONFIG.token_encryption_keys) == (
        PROXY,
        REDIS,
        ("HUSH",),
    )
    assert "HUSH" not in repr(dataclasses.asdict(SECRET_CONFIG))


def functions_of(error):
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


async def test_frames_of_the_application_stay():
    class Vault:
        async def get_access_token(self):
            raise LoginRequiredError("locked")

    async with AsyncSpotifyClient(auth_provider=Vault()) as client:
        error = await error_of(client.tracks.get("4uLU6hMCjMI75M1A2tKUQC"))
    functions = functions_of(error)
    assert functions[-1] == "get_access_token"
    assert "execute" not in functions


async def test_an_unexpected_error_keeps_its_frames():
    class Broken(FakeTransport):
        async def send(self, request, /):
            raise LookupError

    async with AsyncSpotifyClient("token", transport=Broken()) as client:
        error = await error_of(client.tracks.get("4uLU6hMCjMI75M1A2tKUQC"))
    assert "execute" in functions_of(error)


def refusal_while_handling(handled):
    """Return the error of a constructor that is called while the application handles another one."""
    try:
        raise handled
    except ValueError:
        with pytest.raises(ValueError, match="printable") as caught:
            StaticTokenAuth("a b")
    return caught.value


def test_an_error_that_the_application_was_handling_is_not_changed():
    with pytest.raises(ValueError, match="Expecting") as caught:
        json.loads("[")
    assert refusal_while_handling(caught.value).__context__ is caught.value
    assert functions_of(caught.value)[-1] == "raw_decode"


def test_the_frames_of_causes_contexts_and_members_are_removed():
    with pytest.raises(ValueError, match="Expecting") as caught:
        json.loads("[")
    error = caught.value
    outer = ExceptionGroup("several", [error])
    error.__traceback__ = error.__traceback__.tb_next  # as if the library had caught it
    outer.__context__ = outer.__cause__ = error
    hide_internals(outer)
    assert error.__traceback__ is None


BODY = 1_000_000


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (ServerError, 500, b'{"error": {"message": "no"}, "x": "' + b"y" * BODY + b'"}'),
        (ServerError, 502, b"<html>" + b"y" * BODY),
        (DecodeError, 200, b'{"id": "' + b"y" * BODY),
        (DecodeError, 200, b'{"id": 1, "x": "' + b"y" * BODY + b'"}'),
        (DecodeError, 200, b"<html>" + b"y" * BODY),
    ],
    ids=["error object", "error page", "no JSON", "another shape", "page"],
)
async def test_kept_errors_do_not_keep_responses(kind, status, body):
    class Large(FakeTransport):
        async def send(self, request, /):
            return dataclasses.replace(await super().send(request), body=bytes(bytearray(body)))

    transport = Large()
    transport.answer("GET /tracks/{id}", status=status, times=30)
    config = ClientConfig(max_retries=0, strict_decoding=True)
    async with AsyncSpotifyClient("token", config=config, transport=transport) as client:

        async def fail():
            return await error_of(client.tracks.get("4uLU6hMCjMI75M1A2tKUQC"))

        await fail()
        tracemalloc.start()
        try:
            errors = [await fail() for _ in range(20)]
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert {type(error) for error in errors} == {kind}
    assert kept < BODY


async def test_a_kept_error_of_a_list_keeps_its_items_but_not_its_pages():
    page = {
        "href": "x",
        "items": [{"added_at": "2026-01-01T00:00:00Z", "track": {"id": "1", "name": "n" * 100_000}}],
        "limit": 1,
    }
    transport = FakeTransport()

    def answer():
        transport.answer(
            "GET /me/tracks", json={**page, "offset": 0, "total": 9, "next": "https://x/?offset=1&limit=1"}
        )
        transport.answer("GET /me/tracks", status=500, times=8)

    config = ClientConfig(max_retries=0)
    async with AsyncSpotifyClient("token", config=config, transport=transport) as client:
        answer()
        await error_of(client.tracks.get_saved().collect())
        tracemalloc.start()
        try:
            errors = []
            for _ in range(20):
                answer()
                errors.append(await error_of(client.tracks.get_saved().collect()))
                assert len(errors[-1].collected) == 1
                errors[-1].collected = ()
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert {type(error) for error in errors} == {ServerError}
    assert kept < 1_000_000


async def read_items(entries):
    return [item async for item in entries]


async def read_pages(entries):
    return [page async for page in entries.pages()]


async def read_page(entries):
    return await entries


READS = {"collect": lambda entries: entries.collect(), "items": read_items, "pages": read_pages, "page": read_page}
LISTS = {
    "offset": lambda client: client.tracks.get_saved(),
    "cursor": lambda client: client.player.get_recently_played(),
}


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("kind", LISTS)
async def test_an_error_of_a_list_has_no_frames_of_the_library(kind, read):
    transport = FakeTransport()
    for route in ("GET /me/tracks", "GET /me/player/recently-played"):
        transport.answer(route, status=500, times=8)
    async with AsyncSpotifyClient("token", config=ClientConfig(max_retries=0), transport=transport) as client:
        error = await error_of(READS[read](LISTS[kind](client)))
    modules = [frame.f_globals["__name__"] for frame, _ in traceback.walk_tb(error.__traceback__)]
    assert isinstance(error, ServerError)
    assert [name for name in modules if name.partition(".")[0] == "spotify"] == []
