"""Starting, stopping and observing a sandbox."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Exchange
from spotify.testing.sandbox.settings import SandboxArguments
from tests.support.sandbox_http import Caller


def test_creating_a_sandbox_needs_no_running_loop() -> None:
    sandbox = SpotifySandbox()

    with pytest.raises(RuntimeError, match="before it is started"):
        _ = sandbox.url


async def test_sandboxes_run_concurrently_with_separate_state(call: Caller) -> None:
    track = call.sandbox.catalogue.tracks[1]
    async with SpotifySandbox() as other:
        assert other.url != call.sandbox.url
        elsewhere = Caller(other, call.session, other.issue_token(user=other.catalogue.default_user.id))
        await elsewhere("PUT", f"/me/tracks?ids={track.id}")

        assert (await elsewhere.get(f"/me/tracks/contains?ids={track.id}")).json == [True]
        assert (await call.get(f"/me/tracks/contains?ids={track.id}")).json == [False]


async def test_a_token_of_another_sandbox_is_invalid(call: Caller) -> None:
    async with SpotifySandbox() as other:
        reply = await Caller(other, call.session, call.token).get("/me")

    assert reply.status == 401


async def test_stopping_leaves_no_tasks_and_no_listener() -> None:
    before = asyncio.all_tasks()
    async with SpotifySandbox() as sandbox, aiohttp.ClientSession() as session:
        token = sandbox.issue_token(user=sandbox.catalogue.default_user.id)
        assert (await Caller(sandbox, session, token).get("/me")).status == 200
        url = sandbox.api_url

    assert asyncio.all_tasks() == before
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(url)


async def test_starting_and_stopping_twice_does_nothing() -> None:
    sandbox = SpotifySandbox()
    await sandbox.stop()
    await sandbox.start()
    url = sandbox.url
    await sandbox.start()
    assert sandbox.url == url
    await sandbox.stop()
    await sandbox.stop()


async def test_a_port_in_use_raises_oserror(sandbox: SpotifySandbox) -> None:
    taken = int(sandbox.url.rpartition(":")[2])

    with pytest.raises(OSError, match="address"):
        await SpotifySandbox(port=taken).start()


async def test_latency_is_added_to_each_response() -> None:
    sleeps: list[float] = []

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)

    async with SpotifySandbox(latency=0.25, sleep=sleep) as sandbox, aiohttp.ClientSession() as session:
        caller = Caller(sandbox, session, sandbox.issue_token())
        await caller.get("/albums")
        await caller.get("/albums")

    assert sleeps == [0.25, 0.25]


@pytest.mark.parametrize(
    "create",
    [lambda: SpotifySandbox(latency=-1), lambda: SpotifySandbox(token_lifetime=0)],
    ids=["latency", "token_lifetime"],
)
def test_settings_out_of_bounds_are_rejected(create: Callable[[], SpotifySandbox]) -> None:
    with pytest.raises(ValueError, match=r"^(latency|token_lifetime) must be"):
        create()


async def test_exchanges_are_logged_without_credentials(call: Caller) -> None:
    await call.get("/me/top/tracks?time_range=long%5Fterm", headers={"X-Test": "yes"})

    (exchange,) = call.sandbox.requests
    assert (exchange.operation_id, exchange.method) == ("get-users-top-tracks", "GET")
    assert (exchange.path, exchange.query, exchange.status) == ("/me/top/tracks", "time_range=long%5Fterm", 200)
    assert exchange.request_headers["authorization"] == "Bearer ***"
    assert exchange.request_headers["x-test"] == "yes"
    assert exchange.response_body.startswith(b"{")
    assert exchange.response_headers["content-type"].startswith("application/json")
    assert call.token is not None
    assert call.token not in repr(exchange)


async def test_paths_are_logged_as_they_were_sent(call: Caller) -> None:
    await call.get("/users/bj%C3%B6rk%20fan%2F50%25%2B1%3F")

    assert call.sandbox.requests[-1].path == "/users/bj%C3%B6rk%20fan%2F50%25%2B1%3F"
    assert call.sandbox.requests[-1].status == 200


async def test_observers_are_called_with_each_exchange_of_the_web_api(call: Caller) -> None:
    seen: list[Exchange] = []
    call.sandbox.add_observer(seen.append)

    await call.get("/nowhere")
    await call.session.post(f"{call.sandbox.accounts_url}/api/token")

    assert [(exchange.operation_id, exchange.path, exchange.status) for exchange in seen] == [(None, "/nowhere", 404)]


async def test_responses_are_compressed_if_the_client_accepts_it(call: Caller) -> None:
    path = f"{call.sandbox.api_url}/albums/{call.sandbox.catalogue.long_album.id}"
    headers = {"Authorization": f"Bearer {call.token}", "Accept-Encoding": "gzip"}
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        async with session.get(path, headers=headers) as response:
            compressed = await response.read()
        async with session.get(path, headers={**headers, "Accept-Encoding": "identity"}) as response:
            plain = await response.read()
            assert "Content-Encoding" not in response.headers

    assert gzip.decompress(compressed) == plain
    assert call.sandbox.requests[0].response_body == plain


async def test_environment_has_the_addresses_and_credentials(sandbox: SpotifySandbox) -> None:
    assert sandbox.environment() == {
        "SPOTIFY_API_URL": f"{sandbox.url}/v1",
        "SPOTIFY_ACCOUNTS_URL": sandbox.url,
        "SPOTIFY_CLIENT_ID": sandbox.client_id,
        "SPOTIFY_CLIENT_SECRET": sandbox.client_secret,
        "SPOTIFY_REDIRECT_URI": "http://127.0.0.1:8888/callback",
    }


async def test_the_same_seed_gives_the_same_credentials_and_catalogue() -> None:
    one, other = SpotifySandbox(seed=7), SpotifySandbox(seed=7)

    assert (one.client_id, one.client_secret) == (other.client_id, other.client_secret)
    assert one.catalogue.albums[0] is other.catalogue.albums[0]


async def test_a_body_that_is_too_large_gets_413(call: Caller) -> None:
    reply = await call("PUT", "/me/tracks", raw=BytesIO(bytes(2_000_000)))

    assert reply.status == 413


async def test_concurrent_calls_get_their_own_responses(unchecked_call: Caller) -> None:
    albums = unchecked_call.sandbox.catalogue.albums[:40]

    replies = await asyncio.gather(*(unchecked_call.get(f"/albums/{album.id}") for album in albums))

    assert [reply.json["id"] for reply in replies] == [album.id for album in albums]


def test_an_argument_of_the_wrong_type_is_named() -> None:
    for name in SandboxArguments.__annotations__:
        arguments: Any = {name: 1j}
        with pytest.raises((TypeError, ValueError), match=name):
            SpotifySandbox(**arguments)
