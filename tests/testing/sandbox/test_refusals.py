"""The exact refusals of Spotify, as a program in any language receives them."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import aiohttp
import pytest

from spotify.testing import FakeClock, SpotifySandbox
from tests.support.refusals import REFUSALS, TOKEN_REFUSALS, RefusedResponse
from tests.support.sandbox_http import Caller, Reply

Provoke: TypeAlias = Callable[[Caller, FakeClock], Awaitable[Reply]]


def assert_is(reply: Reply, refusal: RefusedResponse) -> None:
    headers = tuple(reply.headers.get(name) for name in ("Content-Type", "Retry-After"))
    assert (reply.status, *headers, reply.body) == (
        refusal.status,
        refusal.content_type,
        refusal.retry_after,
        refusal.body,
    )


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_fault_sends_each_refusal_of_the_web_api(name: str, call: Caller) -> None:
    call.sandbox.fail("*", REFUSALS[name].fault)

    assert_is(await call.get("/me"), REFUSALS[name])
    assert not call.sandbox.executions


@pytest.mark.parametrize("name", TOKEN_REFUSALS)
async def test_a_fault_sends_each_refusal_of_the_token_endpoint(name: str, call: Caller) -> None:
    call.sandbox.fail("POST /api/token", TOKEN_REFUSALS[name].fault)

    async with call.session.post(f"{call.sandbox.accounts_url}/api/token", data={}) as response:
        assert_is(Reply(response.status, response.headers, await response.read()), TOKEN_REFUSALS[name])


async def exceed_rate_limit(call: Caller, clock: FakeClock) -> Reply:
    call.sandbox.configure(rate_limit=1, rate_penalty=False)
    await call.get("/me")
    clock.advance(28)
    return await call.get("/me")


async def exceed_operation_limit(call: Caller, clock: FakeClock) -> Reply:
    call.sandbox.configure(operation_limits={"GET /me": 1})
    await call.get("/me")
    clock.advance(86_400 - 79_892)
    return await call.get("/me")


async def exceed_quota(call: Caller, clock: FakeClock) -> Reply:
    call.sandbox.configure(daily_quota=1)
    await call.get("/me")
    clock.advance(86_400 - 48_925)
    return await call.get("/me/albums")


async def exceed_quota_without_retry_after(call: Caller, clock: FakeClock) -> Reply:
    call.sandbox.configure(daily_quota=1, quota_retry_after=False)
    await call.get("/me")
    return await call.get("/me/albums")


async def let_the_token_expire(call: Caller, clock: FakeClock) -> Reply:
    call.sandbox.expire_all_tokens()
    return await call.get("/me")


async def use_no_scope(call: Caller, clock: FakeClock) -> Reply:
    return await call.acting(scopes=()).get("/me/albums")


async def use_no_scope_of_the_player(call: Caller, clock: FakeClock) -> Reply:
    return await call.acting(scopes=()).get("/me/player/devices")


async def end_the_owners_premium(call: Caller, clock: FakeClock) -> Reply:
    call.sandbox.configure(owner_premium=False)
    return await call.get("/me")


async def remove_the_user(call: Caller, clock: FakeClock) -> Reply:
    call.sandbox.configure(allowlist=[])
    return await call.get("/me")


async def pause_without_premium(call: Caller, clock: FakeClock) -> Reply:
    user = next(user for user in call.sandbox.catalogue.users if user.product != "premium")
    return await call.acting(user=user.id)("PUT", "/me/player/pause")


async def call_a_removed_operation(call: Caller, clock: FakeClock) -> Reply:
    return await call.get("/markets")


PROVOKED: dict[str, Provoke] = {
    "rate limit, seconds": exceed_rate_limit,
    "rate limit, hours": exceed_operation_limit,
    "quota exceeded": exceed_quota,
    "quota exceeded, no Retry-After": exceed_quota_without_retry_after,
    "token expired": let_the_token_expire,
    "scope missing, 403": use_no_scope,
    "scope missing, 401": use_no_scope_of_the_player,
    "owner without Premium": end_the_owners_premium,
    "user not registered": remove_the_user,
    "user without Premium": pause_without_premium,
    "operation removed, 403": call_a_removed_operation,
}


@pytest.mark.parametrize("name", PROVOKED)
async def test_the_sandbox_refuses_as_spotify_does(name: str) -> None:
    clock = FakeClock()
    async with (
        SpotifySandbox(quota_mode="development", time=clock.time) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        token = sandbox.issue_token(user=sandbox.catalogue.default_user.id, expires_in=math.inf)

        reply = await PROVOKED[name](Caller(sandbox, session, token), clock)

    assert_is(reply, REFUSALS[name])
