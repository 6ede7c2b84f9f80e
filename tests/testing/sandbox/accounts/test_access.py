"""The restrictions of applications in development mode: the owner's Premium, and the list of users."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from spotify.testing import SpotifySandbox
from tests.support.refusals import REFUSALS
from tests.support.sandbox_http import Caller
from tests.support.sandbox_oauth import OAuth

OWNER_PREMIUM = REFUSALS["owner without Premium"].body
NOT_REGISTERED = REFUSALS["user not registered"].body


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/me"), ("GET", "/markets"), ("PUT", "/me/player/pause"), ("GET", "/albums/no-id"), ("PUT", "/me/tracks")],
)
async def test_without_the_owners_premium_every_operation_is_refused_in_plain_text(
    call: Caller, method: str, path: str
) -> None:
    call.sandbox.configure(owner_premium=False)

    for caller in (call, call.as_application(), call.acting(scopes=())):
        reply = await caller(method, path)
        assert (reply.status, reply.body) == (403, OWNER_PREMIUM)
        assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert not call.sandbox.executions


async def test_calls_succeed_again_when_the_owner_has_premium(call: Caller) -> None:
    call.sandbox.configure(owner_premium=False)
    assert (await call.get("/me")).status == 403

    call.sandbox.configure(owner_premium=True)

    assert (await call.get("/me")).status == 200


async def test_a_user_who_is_not_on_the_list_is_refused_in_plain_text(call: Caller) -> None:
    call.sandbox.configure(allowlist=[call.sandbox.catalogue.users[1].id])

    for method, path in (("GET", "/me"), ("GET", "/markets"), ("PUT", "/me/tracks")):
        reply = await call(method, path)
        assert (reply.status, reply.body) == (403, NOT_REGISTERED)
        assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"


async def test_listed_users_and_the_application_are_served(call: Caller) -> None:
    listed = call.acting(user=call.sandbox.catalogue.users[1].id)
    call.sandbox.configure(allowlist=iter([call.sandbox.catalogue.users[1].id]))

    assert (await listed.get("/me")).status == 200
    assert (await call.as_application().get("/markets")).status == 200
    assert (await call.get("/me")).status == 403
    call.sandbox.configure(allowlist=None)
    assert (await call.get("/me")).status == 200


async def test_an_empty_list_has_no_users(call: Caller) -> None:
    call.sandbox.configure(allowlist=[])

    assert (await call.get("/me")).body == NOT_REGISTERED


async def test_an_invalid_token_and_an_unknown_path_are_reported_first(call: Caller) -> None:
    call.sandbox.configure(owner_premium=False, allowlist=[])

    assert (await call.with_token("BQunknown").get("/me")).message == "Missing/invalid/expired access token"
    assert (await call.get("/nothing")).message == "Service not found"
    assert (await call.get("/me")).body == OWNER_PREMIUM


async def test_restricted_users_can_log_in_and_refresh(oauth: OAuth) -> None:
    oauth.sandbox.configure(owner_premium=False, allowlist=[])

    tokens = await oauth.log_in_publicly()

    assert (await oauth.refresh(tokens["refresh_token"], oauth.public))[0] == 200
    assert await oauth.status_of(tokens["access_token"]) == 403


async def test_restrictions_are_arguments_of_the_sandbox() -> None:
    users = SpotifySandbox().catalogue.users
    async with (
        SpotifySandbox(quota_mode="development", allowlist=[users[1].id], owner_premium=False) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        call = Caller(sandbox, session, sandbox.issue_token(user=users[0].id))
        assert (await call.get("/me")).body == OWNER_PREMIUM
        sandbox.configure(owner_premium=True)
        assert (await call.get("/me")).body == NOT_REGISTERED
        assert (await call.acting(user=users[1].id).get("/me")).status == 200


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"owner_premium": 0}, TypeError, "owner_premium must be True or False, not int"),
        ({"allowlist": "sandbox_listener"}, TypeError, "allowlist must be several strings, not one str"),
        ({"allowlist": [7]}, TypeError, r"allowlist\[0\] must be a str, not int"),
        ({"allowlist": ["nobody"]}, ValueError, "allowlist: there is no user 'nobody'; see `catalogue.users`"),
        ({"allowlist": 5}, TypeError, "allowlist must be several strings, such as a list, not int"),
        ({"rotate_refresh_tokens": None}, TypeError, "rotate_refresh_tokens must be True or False, not NoneType"),
    ],
)
def test_invalid_restrictions_are_rejected(settings: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        SpotifySandbox(**settings)


def test_an_application_has_at_most_five_users() -> None:
    users = [user.id for user in SpotifySandbox().catalogue.users[:6]]

    SpotifySandbox(allowlist=users[:5])
    with pytest.raises(ValueError, match="allowlist must have at most 5 users, as at Spotify, not 6"):
        SpotifySandbox(allowlist=users)
