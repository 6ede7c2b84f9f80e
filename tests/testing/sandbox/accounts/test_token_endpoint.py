"""The token endpoint with client credentials, and its errors."""

from __future__ import annotations

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from tests.support.sandbox_http import Caller
from tests.support.sandbox_oauth import OAuth
from tests.testing.sandbox.conftest import NOW

GRANT = {"grant_type": "client_credentials"}


async def test_credentials_in_the_header_get_an_application_token(oauth: OAuth, call: Caller) -> None:
    status, body = await oauth.token(GRANT, headers=oauth.basic)

    assert (status, body["token_type"], body["expires_in"]) == (200, "Bearer", 3600)
    album = call.sandbox.catalogue.albums[0].id
    assert (await call.with_token(body["access_token"]).get(f"/albums/{album}")).status == 200
    assert (await call.with_token(body["access_token"]).get("/me")).status == 401


async def test_credentials_in_the_header_may_be_percent_encoded(oauth: OAuth) -> None:
    encoded = [f"%{ord(value[0]):X}{value[1:]}" for value in (oauth.sandbox.client_id, oauth.sandbox.client_secret)]

    status, _ = await oauth.token(GRANT, headers={"Authorization": aiohttp.encode_basic_auth(*encoded)})

    assert status == 200


async def test_credentials_in_the_body_get_an_application_token(oauth: OAuth) -> None:
    status, _ = await oauth.token(GRANT | oauth.in_body)

    assert status == 200


async def test_each_request_gets_another_token(oauth: OAuth) -> None:
    tokens = {(await oauth.token(GRANT, headers=oauth.basic))[1]["access_token"] for _ in range(3)}

    assert len(tokens) == 3


@pytest.mark.parametrize(
    ("form", "error", "description"),
    [
        ({}, "invalid_client", "Invalid client"),
        ({"client_id": "x", "client_secret": "y"}, "invalid_client", "Invalid client"),
        ({"client_id": "OURS"}, "invalid_client", "Invalid client secret"),
        ({"client_id": "OURS", "client_secret": "wrong"}, "invalid_client", "Invalid client secret"),
        (
            {"client_id": "OURS", "client_secret": "OURS", "grant_type": "password"},
            "unsupported_grant_type",
            "grant_type password is not supported",
        ),
        (
            {"client_id": "OURS", "client_secret": "OURS", "grant_type": ""},
            "unsupported_grant_type",
            "grant_type parameter is missing",
        ),
    ],
)
async def test_invalid_requests_get_an_oauth_error(
    oauth: OAuth, form: dict[str, str], error: str, description: str
) -> None:
    filled = {name: oauth.in_body[name] if value == "OURS" else value for name, value in form.items()}

    status, body = await oauth.token(GRANT | filled)

    assert (status, body) == (400, {"error": error, "error_description": description})


@pytest.mark.parametrize("header", ["Basic !!!", "Basic YWJj", "Bearer YTpi", "Basic /w=="])
async def test_a_malformed_header_is_an_invalid_client(oauth: OAuth, header: str) -> None:
    status, body = await oauth.token(GRANT, headers={"Authorization": header})

    assert (status, body["error"]) == (400, "invalid_client")


async def test_a_json_body_gets_415(oauth: OAuth) -> None:
    status, _ = await oauth.token(None, json=GRANT, headers=oauth.basic)

    assert status == 415


async def test_get_gets_405(oauth: OAuth) -> None:
    assert (await oauth.token(method="GET"))[0] == 405


async def test_application_tokens_expire_after_token_lifetime(call: Caller) -> None:
    now = [NOW]
    async with SpotifySandbox(token_lifetime=60, time=lambda: now[0]) as sandbox:
        oauth = OAuth(sandbox, call.session)
        _, body = await oauth.token(GRANT, headers=oauth.basic)
        caller = Caller(sandbox, call.session, body["access_token"])
        path = f"/albums/{sandbox.catalogue.albums[0].id}"

        assert body["expires_in"] == 60
        now[0] += 59
        assert (await caller.get(path)).status == 200
        now[0] += 1
        assert (await caller.get(path)).message == "Missing/invalid/expired access token"


async def test_token_requests_are_logged_separately(oauth: OAuth) -> None:
    await oauth.token(GRANT, headers=oauth.basic)

    (exchange,) = oauth.sandbox.token_requests
    assert oauth.sandbox.requests == []
    assert (exchange.path, exchange.request_body) == ("/api/token", b"grant_type=client_credentials")
    assert exchange.request_headers["Authorization"] == "Basic ***"
