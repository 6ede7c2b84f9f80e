"""Several applications of one developer: their logins and limits are apart, their daily quota is shared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from spotify.testing import FakeClock, SpotifySandbox
from tests.support.refusals import REFUSALS
from tests.support.sandbox_http import Caller
from tests.support.sandbox_oauth import PKCE, VERIFIER, OAuth, oauth_error


@dataclass
class Two:
    """A caller of each application."""

    first: Caller
    second: Caller


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def two(clock: FakeClock) -> AsyncIterator[Two]:
    async with SpotifySandbox(time=clock.time) as sandbox, aiohttp.ClientSession() as session:
        application, user = sandbox.register_application(), sandbox.catalogue.default_user.id
        token = sandbox.issue_token(user=user, expires_in=1e9, client_id=application.client_id)
        first = Caller(sandbox, session, sandbox.issue_token(user=user, expires_in=1e9))
        yield Two(first, first.with_token(token))


async def test_the_daily_quota_counts_the_calls_of_all_applications(two: Two, clock: FakeClock) -> None:
    two.first.sandbox.configure(daily_quota=2)
    assert (await two.first.get("/me")).status == 200
    clock.advance(600)
    assert (await two.second.get("/me")).status == 200

    for caller in (two.first, two.second):
        refused = await caller.get("/me")
        assert (refused.body, refused.headers["Retry-After"]) == (REFUSALS["quota exceeded"].body, "85800")


async def test_the_rate_limit_counts_for_each_application(two: Two) -> None:
    two.first.sandbox.configure(rate_limit=1)

    statuses = [(await caller.get("/me")).status for caller in (two.first, two.first, two.second, two.second)]

    assert statuses == [200, 429, 200, 429]


async def test_the_limit_of_an_operation_counts_for_each_application(two: Two) -> None:
    two.first.sandbox.configure(operation_limits={"GET /me": 1})

    statuses = [(await caller.get("/me")).status for caller in (two.first, two.first, two.second, two.second)]

    assert statuses == [200, 429, 200, 429]


async def test_calls_with_an_unknown_token_count_for_the_first_application(two: Two) -> None:
    two.first.sandbox.configure(rate_limit=1)

    assert (await two.first.with_token("BQunknown").get("/me")).status == 401

    assert (await two.first.get("/me")).status == 429
    assert (await two.second.get("/me")).status == 200


async def test_a_second_application_logs_in_with_its_own_credentials(oauth: OAuth) -> None:
    application = oauth.sandbox.register_application()
    credentials = {"client_id": application.client_id, "client_secret": application.client_secret}

    status, _ = await oauth.token({"grant_type": "client_credentials", **credentials})
    code = await oauth.code(client_id=application.client_id)
    redeemed, user_token = await oauth.redeem(code, credentials)

    assert (status, redeemed) == (200, 200)
    assert await oauth.status_of(user_token["access_token"]) == 200
    assert (await oauth.refresh(user_token["refresh_token"], credentials))[0] == 200
    mixed = {**credentials, "client_secret": oauth.sandbox.client_secret}
    assert (await oauth.token({"grant_type": "client_credentials", **mixed}))[1]["error"] == "invalid_client"


async def test_codes_and_refresh_tokens_belong_to_their_application(oauth: OAuth) -> None:
    other = {"client_id": oauth.sandbox.register_application().client_id}
    code = await oauth.code(**PKCE)

    assert await oauth.redeem(code, other, code_verifier=VERIFIER) == oauth_error(
        "invalid_grant", "Invalid authorization code"
    )
    _, tokens = await oauth.redeem(code, oauth.public, code_verifier=VERIFIER)
    assert await oauth.refresh(tokens["refresh_token"], other) == oauth_error("invalid_grant", "Invalid refresh token")
    assert (await oauth.refresh(tokens["refresh_token"], oauth.public))[0] == 200


def test_applications_are_the_same_each_time() -> None:
    first, second = SpotifySandbox(), SpotifySandbox()

    registered = [first.register_application() for _ in range(24)]

    assert registered[:2] == [second.register_application() for _ in range(2)]
    assert len({application.client_id for application in first.applications}) == 25
    assert all(len(application.client_id) == len(first.client_id) for application in registered)


def test_a_developer_has_at_most_25_applications() -> None:
    sandbox = SpotifySandbox()
    for _ in range(24):
        sandbox.register_application()

    with pytest.raises(ValueError, match="a developer has at most 25 applications, as at Spotify"):
        sandbox.register_application()


def test_a_token_needs_a_registered_application() -> None:
    with pytest.raises(ValueError, match="there is no application 'unknown'; see `register_application`"):
        SpotifySandbox().issue_token(client_id="unknown")


def test_a_client_secret_is_not_shown() -> None:
    application = SpotifySandbox().register_application()

    assert application.client_secret not in repr(application)
