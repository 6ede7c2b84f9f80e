"""Access tokens and scopes at the Web API."""

from __future__ import annotations

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox.accounts.access import Tokens
from spotify.testing.sandbox.http.errors import WebApiError
from tests.support.sandbox_http import Caller
from tests.testing.sandbox.conftest import NOW


async def test_a_request_without_a_token_gets_401(call: Caller) -> None:
    reply = await call.with_token(None).get("/me")

    assert reply.status == 401
    assert reply.json == {"error": {"status": 401, "message": "No token provided"}}
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["wrong", ""])
async def test_an_unknown_token_gets_401(call: Caller, token: str) -> None:
    reply = await call.with_token(token).get("/me")

    assert (reply.status, reply.message) == (401, "Missing/invalid/expired access token")


async def test_another_authorization_scheme_gets_400(call: Caller) -> None:
    reply = await call.with_token(None).get("/me", headers={"Authorization": "Basic abc"})

    assert (reply.status, reply.message) == (400, "Only valid bearer authentication supported")


async def test_an_expired_token_gets_401(call: Caller) -> None:
    assert call.token is not None
    call.sandbox.expire_token(call.token)

    reply = await call.get("/me")

    assert (reply.status, reply.message) == (401, "Missing/invalid/expired access token")


async def test_expire_all_tokens_expires_user_and_application_tokens(call: Caller) -> None:
    callers = [call, call.as_application()]
    call.sandbox.expire_all_tokens()

    assert [(await caller.get("/me")).status for caller in callers] == [401, 401]


async def test_tokens_expire_by_the_given_time_function() -> None:
    now = [NOW]
    async with SpotifySandbox(time=lambda: now[0]) as sandbox, aiohttp.ClientSession() as session:
        user = sandbox.catalogue.default_user.id
        caller = Caller(sandbox, session, sandbox.issue_token(user=user, expires_in=10))
        assert (await caller.get("/me")).status == 200
        now[0] += 10
        assert (await caller.get("/me")).status == 401


@pytest.mark.parametrize("path", ["/me", "/me/tracks", "/me/playlists", "/me/top/artists"])
async def test_application_tokens_cannot_call_user_operations(call: Caller, path: str) -> None:
    reply = await call.as_application().get(path)

    assert (reply.status, reply.message) == (401, "Valid user authentication required")


async def test_application_tokens_can_read_the_catalogue(call: Caller) -> None:
    catalogue = call.sandbox.catalogue

    for path in (
        f"/albums/{catalogue.albums[0].id}",
        f"/playlists/{catalogue.foreign_playlist.id}",
        f"/shows/{catalogue.long_show.id}?market=DE",
        f"/users/{catalogue.users[3].id}",
        "/search?q=the&type=track",
    ):
        assert (await call.as_application().get(path)).status == 200, path


@pytest.mark.parametrize(
    ("scopes", "status"),
    [(("user-library-read",), 200), (("user-library-modify", "user-top-read"), 403)],
)
async def test_a_missing_scope_gets_403(call: Caller, scopes: tuple[str, ...], status: int) -> None:
    reply = await call.acting(scopes=scopes).get("/me/tracks")

    assert reply.status == status


async def test_saving_by_uri_needs_all_three_scopes(call: Caller) -> None:
    path = f"/me/library?uris={call.sandbox.catalogue.tracks[0].uri}"

    two = await call.acting(scopes=("user-library-modify", "user-follow-modify"))("PUT", path)
    three = await call.acting(scopes=("user-library-modify", "user-follow-modify", "playlist-modify-public"))(
        "PUT", path
    )

    assert (two.status, two.message) == (403, "Insufficient client scope")
    assert three.status == 200


async def test_profile_scopes_decide_which_members_the_profile_has(call: Caller) -> None:
    bare = (await call.acting(scopes=()).get("/me")).json
    private = (await call.acting(scopes=("user-read-private",)).get("/me")).json
    full = (await call.get("/me")).json

    assert not {"email", "country", "product"} & bare.keys()
    assert private["country"] == "US"
    assert "email" not in private
    assert full["email"].endswith("@listeners.example")


async def test_scopes_are_checked_before_parameters(call: Caller) -> None:
    assert (await call.acting(scopes=()).get("/me/tracks?limit=0")).status == 403
    assert (await call.get("/me/tracks?limit=0")).status == 400


def test_issue_token_rejects_unknown_users_and_scopes() -> None:
    sandbox = SpotifySandbox()

    with pytest.raises(ValueError, match="no user"):
        sandbox.issue_token(user="nobody")
    with pytest.raises(ValueError, match="no scope everything"):
        sandbox.issue_token(user=sandbox.catalogue.default_user.id, scopes=["everything"])
    with pytest.raises(ValueError, match="without a user"):
        sandbox.issue_token(scopes=["user-top-read"])


def test_expired_tokens_are_removed_and_valid_ones_stay() -> None:
    now = [NOW]
    tokens = Tokens(lambda: now[0])
    valid = tokens.issue(None, frozenset(), 1e9, client_id="app")
    expired = ""

    for _ in range(5_000):
        expired = tokens.issue(None, frozenset(), 10.0, client_id="app")
        now[0] += 10.0

    assert len(tokens) <= 2_000
    assert tokens.authenticate(f"Bearer {valid}").expires_at == NOW + 1e9
    with pytest.raises(WebApiError, match="Missing/invalid/expired access token"):
        tokens.authenticate(f"Bearer {expired}")


def test_tokens_that_are_valid_are_never_removed() -> None:
    tokens = Tokens(lambda: NOW)

    issued = [tokens.issue(None, frozenset(), 10.0, client_id="app") for _ in range(5_000)]

    assert len(tokens) == len(issued)
