"""The authorize page without the form: redirects with a code or an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from tests.support.sandbox_http import Caller
from tests.support.sandbox_oauth import PKCE, REDIRECT_URI, VERIFIER, OAuth, challenge_of

HTTPS = "https://app.example/callback?tenant=7"

unchecked: Any = SpotifySandbox


async def test_the_user_is_redirected_with_a_code_and_the_state(oauth: OAuth) -> None:
    page = await oauth.open(state="a b+c&d=é", scope="user-top-read")

    assert (page.status, page.text) == (302, "")
    assert page.location.startswith(f"{REDIRECT_URI}?")
    assert page.parameters.keys() == {"code", "state"}
    assert page.parameters["state"] == "a b+c&d=é"
    assert page.headers["Cache-Control"] == "no-store"


async def test_without_a_state_the_redirect_has_none(oauth: OAuth) -> None:
    assert (await oauth.open()).parameters.keys() == {"code"}


async def test_an_empty_state_is_returned(oauth: OAuth) -> None:
    assert (await oauth.open(state="")).parameters["state"] == ""


async def test_each_login_gets_another_code(oauth: OAuth) -> None:
    assert len({await oauth.code() for _ in range(3)}) == 3


async def test_the_default_user_logs_in(oauth: OAuth, call: Caller) -> None:
    tokens = await oauth.log_in()

    profile = await call.with_token(tokens["access_token"]).get("/me")
    assert profile.json["id"] == oauth.sandbox.catalogue.default_user.id


async def test_consent_sets_the_user_and_the_allowed_scopes(oauth: OAuth, call: Caller) -> None:
    odd = oauth.sandbox.catalogue.odd_user
    oauth.sandbox.consent(user=odd.id, scopes=["user-read-email", "user-top-read"])

    tokens = await oauth.log_in(scope="user-top-read user-library-read")

    assert tokens["scope"] == "user-top-read"
    user = call.with_token(tokens["access_token"])
    assert (await user.get("/me")).json["id"] == odd.id
    assert (await user.get("/me/top/artists")).status == 200
    assert (await user.get("/me/tracks")).status == 403


async def test_consent_without_arguments_restores_the_default_user_and_all_scopes(oauth: OAuth, call: Caller) -> None:
    oauth.sandbox.consent(user=oauth.sandbox.catalogue.odd_user.id, scopes=[])
    oauth.sandbox.consent()

    tokens = await oauth.log_in(scope="user-top-read")

    assert tokens["scope"] == "user-top-read"
    profile = await call.with_token(tokens["access_token"]).get("/me")
    assert profile.json["id"] == oauth.sandbox.catalogue.default_user.id


async def test_consent_user_is_the_user_who_logs_in(call: Caller) -> None:
    odd = call.sandbox.catalogue.odd_user
    async with SpotifySandbox(consent_user=odd.id) as sandbox:
        response = await OAuth(sandbox, call.session).log_in()
        profile = await Caller(sandbox, call.session, response["access_token"]).get("/me")

    assert profile.json["id"] == odd.id


async def test_refuse_consent_denies_access_until_consent(oauth: OAuth) -> None:
    oauth.sandbox.refuse_consent()
    denied = await oauth.open(state="s")
    oauth.sandbox.consent()
    allowed = await oauth.open(state="s")

    assert (denied.status, denied.parameters) == (302, {"error": "access_denied", "state": "s"})
    assert allowed.parameters.keys() == {"code", "state"}


async def test_consent_mode_refuse_denies_access(call: Caller) -> None:
    async with SpotifySandbox(consent="refuse") as sandbox:
        page = await OAuth(sandbox, call.session).open()

    assert page.parameters == {"error": "access_denied"}


@pytest.mark.parametrize(
    ("create", "message"),
    [
        (lambda: unchecked(consent="maybe"), "consent must be one of auto, form, refuse"),
        (lambda: SpotifySandbox(consent_user="nobody"), "no user 'nobody'"),
        (lambda: SpotifySandbox().consent(user="nobody"), "no user 'nobody'"),
        (lambda: SpotifySandbox().consent(scopes=["everything"]), "no scope everything"),
        (lambda: SpotifySandbox().revoke("nobody"), "no user 'nobody'"),
    ],
)
def test_unknown_users_scopes_and_consent_modes_are_rejected(create: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        create()


@pytest.mark.parametrize("client_id", [None, "", "another"])
async def test_an_unknown_application_gets_400_without_a_redirect(oauth: OAuth, client_id: str | None) -> None:
    page = await oauth.open(client_id=client_id)

    assert (page.status, page.text) == (400, "INVALID_CLIENT: Invalid client")
    assert "Location" not in page.headers


@pytest.mark.parametrize(
    "redirect_uri",
    [REDIRECT_URI, "http://127.0.0.1/", "http://127.0.0.1:51234", "http://[::1]:9/cb", "http://127.0.0.1:1/?a=b"],
)
async def test_loopback_redirect_uris_are_always_registered(oauth: OAuth, redirect_uri: str) -> None:
    page = await oauth.open(redirect_uri=redirect_uri)

    assert page.status == 302
    assert page.location.startswith(redirect_uri)
    assert page.parameters["code"]


@pytest.mark.parametrize(
    ("redirect_uri", "message"),
    [
        (None, "Invalid redirect URI"),
        ("", "Invalid redirect URI"),
        ("callback", "Invalid redirect URI"),
        ("//127.0.0.1/", "Invalid redirect URI"),
        ("javascript:alert(1)", "Invalid redirect URI"),
        (HTTPS, "Invalid redirect URI"),
        ("https://127.0.0.1:8888/callback", "Invalid redirect URI"),
        ("http://127.0.0.1:8888/#fragment", "Invalid redirect URI"),
        ("http://127.0.0.1:8888/#", "Invalid redirect URI"),
        ("http://127.0.0.1:0/", "Invalid redirect URI"),
        ("http://127.0.0.1:http/", "Invalid redirect URI"),
        ("http://[::1/", "Invalid redirect URI"),
        ("http://user@127.0.0.1/", "Invalid redirect URI"),
        ("http://127.0.0.1\\@evil.example/", "Invalid redirect URI"),
        ("http://127.0.0.1/\r\nSet-Cookie: a=b", "Invalid redirect URI"),
        ("http://127.0.0.1/é", "Invalid redirect URI"),
        ("http://localhost:8888/callback", "Insecure redirect URI"),
        ("http://127.0.0.1.evil.example/", "Insecure redirect URI"),
        ("http://app.example/callback", "Insecure redirect URI"),
    ],
)
async def test_other_redirect_uris_get_400_without_a_redirect(
    oauth: OAuth, redirect_uri: str | None, message: str
) -> None:
    page = await oauth.open(redirect_uri=redirect_uri, state="s")

    assert (page.status, page.text) == (400, f"INVALID_CLIENT: {message}")
    assert page.headers["Content-Type"].startswith("text/plain")
    assert "Location" not in page.headers


@pytest.mark.parametrize(
    ("redirect_uri", "status"),
    [
        (HTTPS, 302),
        ("https://second.example/", 302),
        ("http://[::1]:1/", 302),
        ("https://app.example/callback", 400),
        (f"{HTTPS}1", 400),
        ("https://second.example", 400),
    ],
)
async def test_https_redirect_uris_must_match_exactly(redirect_uri: str, status: int) -> None:
    registered = [HTTPS, "https://second.example/"]
    async with SpotifySandbox(redirect_uris=registered) as sandbox, aiohttp.ClientSession() as session:
        page = await OAuth(sandbox, session).open(redirect_uri=redirect_uri)

    assert page.status == status


async def test_the_code_is_added_to_the_query_of_the_redirect_uri() -> None:
    async with SpotifySandbox(redirect_uris=HTTPS) as sandbox, aiohttp.ClientSession() as session:
        page = await OAuth(sandbox, session).open(redirect_uri=HTTPS, state="s")

    assert page.location.startswith(f"{HTTPS}&code=")
    assert page.parameters.keys() == {"tenant", "code", "state"}


def test_environment_has_the_first_registered_redirect_uri() -> None:
    sandbox = SpotifySandbox(port=1, redirect_uris=[HTTPS, "https://second.example/"])

    assert sandbox.environment()["SPOTIFY_REDIRECT_URI"] == HTTPS


@pytest.mark.parametrize(
    ("redirect_uri", "message"),
    [
        ("http://localhost:8888/", r"use https or.*http://127\.0\.0\.1:PORT"),
        ("http://app.example/", "not secure"),
        ("app.example/callback", "absolute"),
        ("https://app.example/#top", "fragment"),
        ("javascript://app.example/", "absolute URI"),
    ],
)
def test_insecure_redirect_uris_cannot_be_registered(redirect_uri: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpotifySandbox(redirect_uris=[redirect_uri])


@pytest.mark.parametrize("response_type", [None, "token", "code token"])
async def test_the_response_type_must_be_code(oauth: OAuth, response_type: str | None) -> None:
    page = await oauth.open(response_type=response_type)

    assert (page.status, page.text) == (400, "response_type must be code")


@pytest.mark.parametrize("scope", ["user-read-everything", "user-top-read,user-library-read", "USER-TOP-READ"])
async def test_an_unknown_scope_redirects_with_an_error(oauth: OAuth, scope: str) -> None:
    page = await oauth.open(scope=f"streaming {scope}", state="s")

    assert (page.status, page.parameters) == (302, {"error": "invalid_scope", "state": "s"})


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge_method": "S256"},
        {"code_challenge": challenge_of(VERIFIER)},
        {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
        {"code_challenge": VERIFIER, "code_challenge_method": "S256"},
        {"code_challenge": f"{challenge_of(VERIFIER)}A", "code_challenge_method": "S256"},
        {"code_challenge": f"{challenge_of(VERIFIER)}=", "code_challenge_method": "S256"},
        {"code_challenge": "", "code_challenge_method": "S256"},
    ],
)
async def test_an_invalid_code_challenge_redirects_with_an_error(oauth: OAuth, changed: dict[str, str]) -> None:
    page = await oauth.open(state="s", **changed)

    assert (page.status, page.parameters["error"], page.parameters["state"]) == (302, "invalid_request", "s")
    assert "code" not in page.parameters


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD"])
async def test_other_methods_than_get_and_post_get_405(oauth: OAuth, method: str) -> None:
    page = await oauth.open(method=method)

    assert (page.status, page.headers["Allow"]) == (405, "GET, POST")


async def test_authorize_requests_are_logged_without_the_code(oauth: OAuth) -> None:
    code = await oauth.code(state="s", **PKCE)

    (exchange,) = oauth.sandbox.authorize_requests
    assert (exchange.path, exchange.status) == ("/authorize", 302)
    assert "state=s" in exchange.query
    assert exchange.response_headers["Location"] == f"{REDIRECT_URI}?code=***&state=s"
    assert code not in f"{exchange!r} {exchange.response_headers} {exchange.response_body!r}"
    assert oauth.sandbox.token_requests == oauth.sandbox.requests == []
