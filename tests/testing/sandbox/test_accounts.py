"""The token endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from tests.testing.sandbox.conftest import NOW
from tests.testing.sandbox.http import Caller

GRANT = {"grant_type": "client_credentials"}


class TokenEndpoint:
    """Asks a sandbox for tokens."""

    def __init__(self, sandbox: SpotifySandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    async def __call__(self, form: Any = None, *, method: str = "POST", **options: Any) -> tuple[int, Any]:
        url = f"{self.sandbox.accounts_url}/api/token"
        async with self.session.request(method, url, data=form, **options) as response:
            return response.status, await response.json(content_type=None) if response.status != 405 else None

    @property
    def basic(self) -> dict[str, str]:
        return {"Authorization": aiohttp.encode_basic_auth(self.sandbox.client_id, self.sandbox.client_secret)}


@pytest.fixture
async def token_endpoint(sandbox: SpotifySandbox) -> AsyncIterator[TokenEndpoint]:
    async with aiohttp.ClientSession() as session:
        yield TokenEndpoint(sandbox, session)


async def test_credentials_in_the_header_get_a_token(token_endpoint: TokenEndpoint, call: Caller) -> None:
    status, answer = await token_endpoint(GRANT, headers=token_endpoint.basic)

    assert (status, answer["token_type"], answer["expires_in"]) == (200, "Bearer", 3600)
    album = call.sandbox.catalogue.albums[0].id
    assert (await call.with_token(answer["access_token"]).get(f"/albums/{album}")).status == 200
    assert (await call.with_token(answer["access_token"]).get("/me")).status == 401


async def test_credentials_in_the_body_get_a_token(token_endpoint: TokenEndpoint) -> None:
    sandbox = token_endpoint.sandbox
    credentials = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}

    status, _ = await token_endpoint(GRANT | credentials)

    assert status == 200


async def test_every_request_gets_a_token_of_its_own(token_endpoint: TokenEndpoint) -> None:
    tokens = {(await token_endpoint(GRANT, headers=token_endpoint.basic))[1]["access_token"] for _ in range(3)}

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
async def test_a_wrong_request_is_refused_as_oauth_has_it(
    token_endpoint: TokenEndpoint, form: dict[str, str], error: str, description: str
) -> None:
    ours = {"client_id": token_endpoint.sandbox.client_id, "client_secret": token_endpoint.sandbox.client_secret}
    filled = {name: ours[name] if value == "OURS" else value for name, value in form.items()}

    status, answer = await token_endpoint(GRANT | filled)

    assert (status, answer) == (400, {"error": error, "error_description": description})


@pytest.mark.parametrize("header", ["Basic !!!", "Basic YWJj", "Bearer YTpi", "Basic /w=="])
async def test_a_malformed_header_is_an_invalid_client(token_endpoint: TokenEndpoint, header: str) -> None:
    status, answer = await token_endpoint(GRANT, headers={"Authorization": header})

    assert (status, answer["error"]) == (400, "invalid_client")


async def test_only_forms_are_taken(token_endpoint: TokenEndpoint) -> None:
    status, _ = await token_endpoint(None, json=GRANT, headers=token_endpoint.basic)

    assert status == 415


async def test_only_post_is_taken(token_endpoint: TokenEndpoint) -> None:
    assert (await token_endpoint(method="GET"))[0] == 405


async def test_tokens_live_as_long_as_was_said(call: Caller) -> None:
    now = [NOW]
    async with SpotifySandbox(token_lifetime=60, time=lambda: now[0]) as sandbox:
        endpoint = TokenEndpoint(sandbox, call.session)
        _, answer = await endpoint(GRANT, headers=endpoint.basic)
        caller = Caller(sandbox, call.session, answer["access_token"])
        path = f"/albums/{sandbox.catalogue.albums[0].id}"

        assert answer["expires_in"] == 60
        now[0] += 59
        assert (await caller.get(path)).status == 200
        now[0] += 1
        assert (await caller.get(path)).message == "The access token expired"


async def test_token_requests_are_recorded_apart(token_endpoint: TokenEndpoint) -> None:
    await token_endpoint(GRANT, headers=token_endpoint.basic)

    (exchange,) = token_endpoint.sandbox.token_requests
    assert token_endpoint.sandbox.requests == []
    assert (exchange.path, exchange.request_body) == ("/api/token", b"grant_type=client_credentials")
    assert exchange.request_headers["Authorization"] == "Basic ***"
