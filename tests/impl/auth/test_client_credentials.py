"""`ClientCredentialsAuth`: token requests, expiry and errors. `test_conformance` checks what all providers do."""

from base64 import b64encode
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from spotify.config import ClientConfig
from spotify.errors import AuthenticationError, DecodeError, ServerError, TokenStoreError, TransportError
from spotify.impl.auth.client_credentials import ClientCredentialsAuth
from spotify.impl.token_stores import MemoryTokenStore
from spotify.testing import FakeClock, FakeTransport, captured_logs
from tests.support.error_text import all_text_of

ROUTE = "POST /api/token"


def granted(token="token-1", expires_in=3600):
    return {"access_token": token, "token_type": "Bearer", "expires_in": expires_in}


class Setup:
    """A provider with a fake transport and clock."""

    def __init__(self, **config):
        self.transport = FakeTransport()
        self.clock = FakeClock()
        self.auth = ClientCredentialsAuth(
            "id", "hush", config=replace(ClientConfig(), **config), transport=self.transport, clock=self.clock
        )


async def test_token_request_follows_the_rfc():
    setup = Setup()
    setup.transport.answer(ROUTE, json=granted())
    assert await setup.auth.get_access_token() == "token-1"
    (request,) = setup.transport.requests
    assert (request.method, request.url) == ("POST", "https://accounts.spotify.com/api/token")
    assert request.authorization.reveal() == f"Basic {b64encode(b'id:hush').decode()}"
    assert parse_qs(request.body) == {b"grant_type": [b"client_credentials"]}


async def test_token_is_used_until_shortly_before_it_expires():
    setup = Setup(token_expiry_skew=60.0)
    setup.transport.answer(ROUTE, json=granted("token-1"))
    setup.transport.answer(ROUTE, json=granted("token-2"))
    await setup.auth.get_access_token()
    setup.clock.advance(3539.0)
    assert await setup.auth.get_access_token() == "token-1"
    setup.clock.advance(1.0)
    assert await setup.auth.get_access_token() == "token-2"


async def test_skew_is_at_most_half_of_the_lifetime():
    setup = Setup(token_expiry_skew=60.0)
    setup.transport.answer(ROUTE, json=granted("token-1", expires_in=10))
    setup.transport.answer(ROUTE, json=granted("token-2", expires_in=10))
    await setup.auth.get_access_token()
    setup.clock.advance(4.9)
    assert await setup.auth.get_access_token() == "token-1"
    setup.clock.advance(0.1)
    assert await setup.auth.get_access_token() == "token-2"


async def test_rejected_credentials_are_not_shown():
    setup = Setup()
    setup.transport.answer(
        ROUTE, status=400, json={"error": "invalid_client", "error_description": "Invalid client secret"}
    )
    with captured_logs() as events, pytest.raises(AuthenticationError, match="Invalid client secret") as caught:
        await setup.auth.get_access_token()
    assert caught.value.reason == "invalid_client"
    assert "hush" not in f"{caught.value!r}{vars(caught.value)}{events}{setup.auth!r}"


async def test_token_that_cannot_be_saved_is_used():
    class FullStore(MemoryTokenStore):
        async def save(self, key, token, /):
            raise TokenStoreError("the disk is full")

    transport = FakeTransport()
    transport.answer(ROUTE, json=granted())
    auth = ClientCredentialsAuth("id", "hush", store=FullStore(), transport=transport, clock=FakeClock())
    assert await auth.get_access_token() == "token-1"
    assert len(transport.requests) == 1


async def test_next_call_retries_after_a_failure():
    setup = Setup()
    setup.transport.answer(ROUTE, status=503)
    setup.transport.fail(ROUTE, TransportError("cut", sent=True))
    setup.transport.answer(ROUTE, json=granted())
    with pytest.raises(ServerError):
        await setup.auth.get_access_token()
    with pytest.raises(TransportError):
        await setup.auth.get_access_token()
    assert await setup.auth.get_access_token() == "token-1"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"null", b"[]", b"{}", b'{"access_token": null}', b'{"access_token": 7}', b'{"access_token": ""}'],
)
async def test_response_without_a_token_is_a_decode_error(body):
    setup = Setup()
    setup.transport.answer(ROUTE, body=body)
    with pytest.raises(DecodeError, match="token endpoint"):
        await setup.auth.get_access_token()


async def test_decode_error_does_not_keep_the_body():
    setup = Setup()
    setup.transport.answer(ROUTE, body=b'{"access_token": "hush", cut')
    with pytest.raises(DecodeError) as caught:
        await setup.auth.get_access_token()
    assert caught.value.__cause__ is None
    assert "hush" not in repr(vars(caught.value))


@pytest.mark.parametrize("expires_in", [None, "soon", -1, True, 1e400, 10**400, [], "3600"])
async def test_invalid_lifetime_counts_as_an_hour(expires_in):
    setup = Setup(token_expiry_skew=0.0)
    body = granted() | {"expires_in": expires_in}
    setup.transport.answer(ROUTE, json=body)
    setup.transport.answer(ROUTE, json=granted("token-2"))
    await setup.auth.get_access_token()
    setup.clock.advance(3599.0)
    assert await setup.auth.get_access_token() == "token-1"
    setup.clock.advance(1.0)
    assert await setup.auth.get_access_token() == "token-2"


@pytest.mark.parametrize("expires_in", [1e300, 1e15, "9" * 30])
async def test_lifetime_is_at_most_a_year(expires_in):
    setup = Setup(token_expiry_skew=0.0)
    setup.transport.answer(ROUTE, json=granted() | {"expires_in": expires_in})
    setup.transport.answer(ROUTE, json=granted("token-2"))
    await setup.auth.get_access_token()
    setup.clock.advance(365 * 86_400.0 - 1.0)
    assert await setup.auth.get_access_token() == "token-1"
    setup.clock.advance(1.0)
    assert await setup.auth.get_access_token() == "token-2"


@pytest.mark.parametrize("token", [" ", "hush hush", "hush\n", "hush-ö", "hush\ud800"])
async def test_token_with_invalid_characters_is_a_decode_error(token):
    setup = Setup()
    setup.transport.answer(ROUTE, json=granted(token))
    with pytest.raises(DecodeError, match="printable ASCII") as caught:
        await setup.auth.get_access_token()
    assert "hush" not in all_text_of(caught.value)


async def test_refresh_is_logged_without_the_token():
    setup = Setup()
    setup.transport.answer(ROUTE, json=granted())
    with captured_logs() as events:
        await setup.auth.get_access_token()
    assert [event["event"] for event in events] == ["token_refreshed"]
    assert "token-1" not in repr(events)


async def test_echoed_secret_is_masked_in_the_error():
    transport = FakeTransport()
    secret = "0123456789abcdef0123456789abcdef"
    auth = ClientCredentialsAuth("id", secret, config=ClientConfig(), transport=transport, clock=FakeClock())
    transport.answer(
        ROUTE, status=400, json={"error": "invalid_client", "error_description": f"no client has {secret}"}
    )
    with pytest.raises(AuthenticationError, match=r"no client has \*\*\*") as caught:
        await auth.get_access_token()
    assert secret not in repr(vars(caught.value))
