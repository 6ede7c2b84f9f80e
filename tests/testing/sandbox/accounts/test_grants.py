"""Authorization codes and refresh tokens: what they are exchanged for, and when they expire."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from spotify.testing.sandbox import Catalogue
from spotify.testing.sandbox.accounts.access import Tokens
from spotify.testing.sandbox.accounts.application import AuthenticatedClient
from spotify.testing.sandbox.accounts.token_endpoint import Grants
from spotify.testing.sandbox.http.errors import OAuthError
from tests.support.sandbox_oauth import PKCE, REDIRECT_URI, VERIFIER, OAuth, challenge_of, oauth_error
from tests.testing.sandbox.conftest import NOW


class Time:
    """A time function whose value tests set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def oauth(time: Time) -> AsyncIterator[OAuth]:
    async with SpotifySandbox(time=time) as sandbox, aiohttp.ClientSession() as session:
        yield OAuth(sandbox, session)


async def test_a_code_is_exchanged_for_tokens(oauth: OAuth) -> None:
    tokens = await oauth.log_in(scope="user-top-read streaming")

    assert tokens.keys() == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 3600)
    assert tokens["scope"].split() == ["streaming", "user-top-read"]
    assert await oauth.status_of(tokens["access_token"]) == 200


async def test_the_secret_can_be_in_the_header(oauth: OAuth) -> None:
    form = {"grant_type": "authorization_code", "code": await oauth.code(), "redirect_uri": REDIRECT_URI}

    status, _ = await oauth.token(form, headers=oauth.basic)

    assert status == 200


async def test_without_scopes_the_scope_is_empty(oauth: OAuth) -> None:
    assert (await oauth.log_in())["scope"] == ""


@pytest.mark.parametrize("missing", ["code", "redirect_uri"])
async def test_exchanging_a_code_needs_all_parameters(oauth: OAuth, missing: str) -> None:
    form = {"grant_type": "authorization_code", "code": await oauth.code(), "redirect_uri": REDIRECT_URI}
    del form[missing]

    assert await oauth.token(form | oauth.in_body) == oauth_error("invalid_request", f"{missing} must be supplied")


async def test_an_unknown_code_is_an_invalid_grant(oauth: OAuth) -> None:
    assert await oauth.redeem("AQmadeup", oauth.in_body) == oauth_error("invalid_grant", "Invalid authorization code")


async def test_a_code_needs_the_same_redirect_uri(oauth: OAuth) -> None:
    code = await oauth.code()

    response = await oauth.redeem(code, oauth.in_body, redirect_uri="http://127.0.0.1:8888/other")

    assert response == oauth_error("invalid_grant", "Invalid redirect URI")
    assert (await oauth.redeem(code, oauth.in_body))[0] == 200


async def test_a_code_expires_after_ten_minutes(oauth: OAuth, time: Time) -> None:
    in_time, late = await oauth.code(), await oauth.code()

    time.now += 599
    assert (await oauth.redeem(in_time, oauth.in_body))[0] == 200
    time.now += 1
    assert await oauth.redeem(late, oauth.in_body) == oauth_error("invalid_grant", "Authorization code expired")


async def test_the_second_use_of_a_code_revokes_its_tokens(oauth: OAuth) -> None:
    code = await oauth.code()
    _, first = await oauth.redeem(code, oauth.in_body)
    _, second = await oauth.refresh(first["refresh_token"], oauth.in_body)
    untouched = await oauth.log_in()

    assert await oauth.redeem(code, oauth.in_body) == oauth_error("invalid_grant", "Invalid authorization code")

    assert await oauth.refresh(first["refresh_token"], oauth.in_body) == oauth_error(
        "invalid_grant", "Refresh token revoked"
    )
    tokens = [response["access_token"] for response in (first, second, untouched)]
    assert [await oauth.status_of(token) for token in tokens] == [401, 401, 200]


@pytest.mark.parametrize("field", ["client_id", "client_secret"])
async def test_another_application_cannot_exchange_a_code(oauth: OAuth, field: str) -> None:
    code = await oauth.code()

    status, body = await oauth.redeem(code, {**oauth.in_body, field: "another"})

    assert (status, body["error"]) == (400, "invalid_client")
    assert (await oauth.redeem(code, oauth.in_body))[0] == 200


@pytest.mark.parametrize("scopes", ["", "user-top-read"])
async def test_a_code_verifier_replaces_the_secret(oauth: OAuth, scopes: str) -> None:
    tokens = await oauth.log_in_publicly(scope=scopes)

    assert tokens.keys() == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert await oauth.status_of(tokens["access_token"]) == 200


async def test_the_code_challenge_is_that_of_rfc_7636(oauth: OAuth) -> None:
    code = await oauth.code(code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method="S256")

    status, _ = await oauth.redeem(code, oauth.public, code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")

    assert status == 200


@pytest.mark.parametrize("credentials", ["public", "in_body"])
@pytest.mark.parametrize("verifier", [VERIFIER[:-1] + "x", VERIFIER + "x", challenge_of(VERIFIER)])
async def test_a_wrong_code_verifier_is_an_invalid_grant(oauth: OAuth, verifier: str, credentials: str) -> None:
    code = await oauth.code(**PKCE)

    response = await oauth.redeem(code, getattr(oauth, credentials), code_verifier=verifier)

    assert response == oauth_error("invalid_grant", "code_verifier was incorrect")


@pytest.mark.parametrize("length", [42, 129])
async def test_code_verifiers_of_42_or_129_characters_are_invalid(oauth: OAuth, length: int) -> None:
    verifier = "v" * length
    code = await oauth.code(code_challenge=challenge_of(verifier), code_challenge_method="S256")

    status, body = await oauth.redeem(code, oauth.public, code_verifier=verifier)

    assert (status, body["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("length", [43, 128])
async def test_code_verifiers_of_43_and_128_characters_are_valid(oauth: OAuth, length: int) -> None:
    verifier = "v" * length
    code = await oauth.code(code_challenge=challenge_of(verifier), code_challenge_method="S256")

    assert (await oauth.redeem(code, oauth.public, code_verifier=verifier))[0] == 200


@pytest.mark.parametrize("credentials", ["public", "in_body"])
async def test_a_code_with_a_challenge_needs_the_verifier(oauth: OAuth, credentials: str) -> None:
    response = await oauth.redeem(await oauth.code(**PKCE), getattr(oauth, credentials))

    assert response == oauth_error("invalid_request", "code_verifier must be supplied")


async def test_a_code_without_a_challenge_needs_the_secret(oauth: OAuth) -> None:
    response = await oauth.redeem(await oauth.code(), oauth.public)

    assert response == oauth_error("invalid_client", "Invalid client secret")


async def test_a_code_verifier_without_a_challenge_is_an_invalid_grant(oauth: OAuth) -> None:
    response = await oauth.redeem(await oauth.code(), oauth.public, code_verifier=VERIFIER)

    assert response == oauth_error("invalid_grant", "code_verifier was incorrect")


@pytest.mark.parametrize("is_public", [False, True])
async def test_a_refresh_token_can_be_used_again(oauth: OAuth, *, is_public: bool) -> None:
    tokens = await (oauth.log_in_publicly if is_public else oauth.log_in)(scope="streaming")

    for _ in range(2):
        status, refreshed = await oauth.refresh(tokens["refresh_token"], oauth.public if is_public else oauth.in_body)

        assert status == 200
        assert refreshed.keys() == {"access_token", "token_type", "expires_in", "scope"}
        assert refreshed["scope"] == "streaming"
        assert await oauth.status_of(refreshed["access_token"]) == 200


async def test_with_rotation_each_public_refresh_returns_a_new_refresh_token(oauth: OAuth) -> None:
    oauth.sandbox.configure(rotate_refresh_tokens=True)
    tokens = [(await oauth.log_in_publicly())["refresh_token"]]
    for _ in range(3):
        status, refreshed = await oauth.refresh(tokens[-1], oauth.public)
        assert status == 200
        assert await oauth.status_of(refreshed["access_token"]) == 200
        tokens.append(refreshed["refresh_token"])

    assert len(set(tokens)) == 4


async def test_with_rotation_a_public_refresh_token_can_be_used_once(oauth: OAuth) -> None:
    oauth.sandbox.configure(rotate_refresh_tokens=True)
    old = (await oauth.log_in_publicly())["refresh_token"]
    _, refreshed = await oauth.refresh(old, oauth.public)

    assert await oauth.refresh(old, oauth.public) == oauth_error("invalid_grant", "Refresh token revoked")
    assert (await oauth.refresh(refreshed["refresh_token"], oauth.public))[0] == 200


async def test_rotation_can_end_while_the_sandbox_runs(oauth: OAuth) -> None:
    oauth.sandbox.configure(rotate_refresh_tokens=True)
    old = (await oauth.log_in_publicly())["refresh_token"]
    rotated = (await oauth.refresh(old, oauth.public))[1]["refresh_token"]

    oauth.sandbox.configure(rotate_refresh_tokens=False)

    assert await oauth.refresh(old, oauth.public) == oauth_error("invalid_grant", "Refresh token revoked")
    assert "refresh_token" not in (await oauth.refresh(rotated, oauth.public))[1]
    assert (await oauth.refresh(rotated, oauth.public))[0] == 200


async def test_pkce_with_the_secret_does_not_rotate_refresh_tokens(oauth: OAuth) -> None:
    oauth.sandbox.configure(rotate_refresh_tokens=True)
    _, body = await oauth.redeem(await oauth.code(**PKCE), oauth.in_body, code_verifier=VERIFIER)

    _, refreshed = await oauth.refresh(body["refresh_token"], oauth.in_body)

    assert "refresh_token" not in refreshed


async def test_a_refresh_token_issued_with_the_secret_needs_it(oauth: OAuth) -> None:
    tokens = await oauth.log_in()

    assert await oauth.refresh(tokens["refresh_token"], oauth.public) == oauth_error(
        "invalid_client", "Invalid client secret"
    )
    assert (await oauth.refresh(tokens["refresh_token"], oauth.in_body))[0] == 200


async def test_a_refresh_needs_a_refresh_token(oauth: OAuth) -> None:
    assert await oauth.refresh("", oauth.in_body) == oauth_error("invalid_request", "refresh_token must be supplied")


@pytest.mark.parametrize("kind", ["made up", "code", "access_token"])
async def test_codes_and_access_tokens_are_not_refresh_tokens(oauth: OAuth, kind: str) -> None:
    wrong = {"made up": "AQmadeup", "code": await oauth.code(), **await oauth.log_in()}[kind]

    assert await oauth.refresh(wrong, oauth.in_body) == oauth_error("invalid_grant", "Invalid refresh token")


@pytest.mark.parametrize(
    ("consent", "end"),
    [
        ("2026-02-02T10:00:00Z", "2026-08-02T10:00:00Z"),
        ("2026-08-31T23:59:59Z", "2027-02-28T23:59:59Z"),
        ("2026-03-31T00:00:00Z", "2026-09-30T00:00:00Z"),
    ],
)
@pytest.mark.parametrize("rotate", [False, True])
async def test_refresh_tokens_expire_six_months_after_the_consent(
    oauth: OAuth, time: Time, consent: str, end: str, *, rotate: bool
) -> None:
    oauth.sandbox.configure(rotate_refresh_tokens=rotate)
    time.now = dt.datetime.fromisoformat(consent).timestamp()
    token = (await oauth.log_in_publicly())["refresh_token"]

    time.now = dt.datetime.fromisoformat(end).timestamp() - 1
    status, refreshed = await oauth.refresh(token, oauth.public)
    assert status == 200
    time.now += 1
    assert await oauth.refresh(refreshed.get("refresh_token", token), oauth.public) == oauth_error(
        "invalid_grant", "Refresh token revoked"
    )
    assert (await oauth.refresh((await oauth.log_in())["refresh_token"], oauth.in_body))[0] == 200


async def test_revoke_ends_all_codes_and_tokens_of_the_user(oauth: OAuth) -> None:
    sandbox = oauth.sandbox
    listener, odd = sandbox.catalogue.default_user.id, sandbox.catalogue.odd_user.id
    listener_tokens, public_tokens = await oauth.log_in(), await oauth.log_in_publicly()
    unused = await oauth.code()
    issued = sandbox.issue_token(user=listener)
    sandbox.consent(user=odd)
    odd_tokens = await oauth.log_in()

    sandbox.revoke()

    revoked = oauth_error("invalid_grant", "Refresh token revoked")
    assert await oauth.refresh(listener_tokens["refresh_token"], oauth.in_body) == revoked
    assert await oauth.refresh(public_tokens["refresh_token"], oauth.public) == revoked
    assert await oauth.redeem(unused, oauth.in_body) == oauth_error("invalid_grant", "Invalid authorization code")
    tokens = [listener_tokens["access_token"], public_tokens["access_token"], issued]
    assert [await oauth.status_of(token) for token in tokens] == [401, 401, 401]
    assert await oauth.status_of(odd_tokens["access_token"]) == 200
    assert (await oauth.refresh(odd_tokens["refresh_token"], oauth.in_body))[0] == 200


async def test_revoke_leaves_other_users_and_application_tokens(oauth: OAuth) -> None:
    sandbox = oauth.sandbox
    listener, application = await oauth.log_in(), sandbox.issue_token()
    sandbox.consent(user=sandbox.catalogue.odd_user.id)
    odd = await oauth.log_in()

    sandbox.revoke(sandbox.catalogue.odd_user.id)

    assert await oauth.status_of(odd["access_token"]) == 401
    assert await oauth.status_of(listener["access_token"]) == 200
    album = f"{sandbox.api_url}/albums/{sandbox.catalogue.albums[0].id}"
    async with oauth.session.get(album, headers={"Authorization": f"Bearer {application}"}) as response:
        assert response.status == 200


async def test_a_user_can_log_in_again_after_revoke(oauth: OAuth) -> None:
    await oauth.log_in()
    oauth.sandbox.revoke()

    assert await oauth.status_of((await oauth.log_in())["access_token"]) == 200


async def test_expire_all_tokens_leaves_refresh_tokens_valid(oauth: OAuth) -> None:
    tokens = await oauth.log_in()
    oauth.sandbox.expire_all_tokens()

    assert await oauth.status_of(tokens["access_token"]) == 401
    _, refreshed = await oauth.refresh(tokens["refresh_token"], oauth.in_body)
    assert await oauth.status_of(refreshed["access_token"]) == 200


async def test_user_tokens_expire_after_token_lifetime(time: Time) -> None:
    async with SpotifySandbox(time=time, token_lifetime=60) as sandbox, aiohttp.ClientSession() as session:
        oauth = OAuth(sandbox, session)
        tokens = await oauth.log_in()
        assert tokens["expires_in"] == 60
        time.now += 59
        assert await oauth.status_of(tokens["access_token"]) == 200
        time.now += 1
        assert await oauth.status_of(tokens["access_token"]) == 401


async def test_token_requests_are_logged_without_secrets(oauth: OAuth) -> None:
    oauth.sandbox.configure(rotate_refresh_tokens=True)
    code, verified_code = await oauth.code(), await oauth.code(**PKCE)
    _, body = await oauth.redeem(code, oauth.in_body)
    _, verified = await oauth.redeem(verified_code, oauth.public, code_verifier=VERIFIER)
    _, rotated = await oauth.refresh(verified["refresh_token"], oauth.public)
    await oauth.token({"grant_type": "refresh_token", "refresh_token": rotated["refresh_token"]}, headers=oauth.basic)
    await oauth.token(json={"refresh_token": rotated["refresh_token"]})
    await oauth.token(method="GET", params={"code": code})
    encoded = {"Content-Type": "application/x-www-form-urlencoded"}
    await oauth.token(f"refresh%5Ftoken={rotated['refresh_token']}", headers=encoded)

    logged = "\n".join(
        f"{exchange.query} {exchange.request_headers} {exchange.request_body!r} {exchange.response_body!r}"
        for exchange in oauth.sandbox.token_requests
    )
    secrets = {code, verified_code, VERIFIER, oauth.sandbox.client_secret, oauth.basic["Authorization"].split()[1]}
    for tokens in (body, verified, rotated):
        secrets |= {tokens["access_token"], tokens["refresh_token"]}
    assert [secret for secret in secrets if secret in logged] == []
    assert len(oauth.sandbox.token_requests) == 7


async def test_token_requests_are_logged_with_their_other_fields(oauth: OAuth) -> None:
    await oauth.log_in()

    (exchange,) = oauth.sandbox.token_requests
    assert exchange.request_body.startswith(b"grant_type=authorization_code&code=***&redirect_uri=http%3A%2F%2F")
    assert b'"access_token":"***"' in exchange.response_body
    assert b'"expires_in":3600' in exchange.response_body
    assert re.search(rb"client_id=(\w+)&client_secret=\*\*\*$", exchange.request_body)


class TestRemoval:
    """What is used, expired or revoked is removed."""

    SCOPES = frozenset({"streaming"})
    USER = Catalogue.of(0).default_user
    CLIENT = AuthenticatedClient("a-client-id", has_secret=False)

    @pytest.fixture
    def tokens(self, time: Time) -> Tokens:
        return Tokens(time)

    @pytest.fixture
    def grants(self, time: Time, tokens: Tokens) -> Grants:
        grants = Grants(tokens, time, 60.0)
        grants.rotates = True
        return grants

    def code(self, grants: Grants) -> str:
        return grants.authorize(
            self.USER,
            self.SCOPES,
            client_id=self.CLIENT.client_id,
            redirect_uri=REDIRECT_URI,
            challenge=challenge_of(VERIFIER),
        )

    def refresh_token(self, grants: Grants) -> str:
        issued = grants.redeem(self.code(grants), redirect_uri=REDIRECT_URI, verifier=VERIFIER, client=self.CLIENT)
        assert issued.refresh_token is not None
        return issued.refresh_token

    def test_rotated_refresh_tokens_and_their_access_tokens(self, grants: Grants, tokens: Tokens, time: Time) -> None:
        used, current = "", self.refresh_token(grants)

        for _ in range(5_000):
            used, current = current, grants.refresh(current, client=self.CLIENT).refresh_token or ""
            time.now += 60.0

        assert len(grants) <= 4_000
        assert len(tokens) <= 2_000
        with pytest.raises(OAuthError, match="Refresh token revoked"):
            grants.refresh(used, client=self.CLIENT)

    def test_unused_codes_and_their_grants(self, grants: Grants, time: Time) -> None:
        for _ in range(5_000):
            self.code(grants)
            time.now += 6.0

        assert len(grants) <= 4_000
        assert grants.has_allowed(self.USER, self.SCOPES, self.CLIENT.client_id)

    def test_revoked_logins(self, grants: Grants, tokens: Tokens) -> None:
        for _ in range(2_000):
            self.refresh_token(grants)
            grants.revoke(self.USER)

        assert len(grants) <= 4_000
        assert len(tokens) == 0
        assert not grants.has_allowed(self.USER, self.SCOPES, self.CLIENT.client_id)

    def test_valid_logins_stay(self, grants: Grants) -> None:
        refresh_tokens = [self.refresh_token(grants) for _ in range(2_500)]

        for refresh_token in refresh_tokens:
            assert grants.refresh(refresh_token, client=self.CLIENT).refresh_token

    def test_a_login_that_completes_during_removal_can_be_revoked(self, grants: Grants) -> None:
        refresh_tokens = [self.refresh_token(grants) for _ in range(2_500)]

        grants.revoke(self.USER)

        for refresh_token in refresh_tokens:
            with pytest.raises(OAuthError, match=r"revoked|Invalid refresh token"):
                grants.refresh(refresh_token, client=self.CLIENT)
