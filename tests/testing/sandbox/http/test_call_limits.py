"""The daily quota and the limits of single operations."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.testing import FakeClock, Fault, SpotifySandbox
from spotify.testing.sandbox.settings import daily_quota_by_operation
from tests.contract.exchange_checker import ExchangeChecker
from tests.support.refusals import REFUSALS
from tests.support.sandbox_http import Caller

QUOTA_EXCEEDED = REFUSALS["quota exceeded"].body
RATE_LIMITED = REFUSALS["rate limit, hours"].body
COVER = "/playlists/{}/images"
ITEMS = "GET /playlists/{playlist_id}/items"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def call(clock: FakeClock, checker: ExchangeChecker) -> AsyncIterator[Caller]:
    """Calls a sandbox without limits, which a test configures."""
    async with SpotifySandbox(time=clock.time) as sandbox, aiohttp.ClientSession() as session:
        sandbox.add_observer(checker)
        yield Caller(sandbox, session, sandbox.issue_token(user=sandbox.catalogue.default_user.id, expires_in=math.inf))


async def statuses(call: Caller, *paths: str) -> list[int]:
    return [(await call.get(path)).status for path in paths]


class TestDailyQuota:
    async def test_a_call_beyond_the_quota_gets_spotifys_refusal(self, call: Caller, clock: FakeClock) -> None:
        call.sandbox.configure(daily_quota=2)
        await call.get("/me")
        clock.advance(100)
        await call.get("/me/playlists")
        clock.advance(37_375)

        reply = await call.get("/me/albums")

        assert (reply.status, reply.body) == (429, QUOTA_EXCEEDED)
        assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
        assert reply.headers["Retry-After"] == "48925"

    async def test_retry_after_is_when_the_oldest_call_leaves_the_24_hours(
        self, call: Caller, clock: FakeClock
    ) -> None:
        call.sandbox.configure(daily_quota=2)
        await call.get("/me")
        clock.advance(3600)
        await call.get("/me")

        clock.advance(82_799)
        assert (await call.get("/me")).headers["Retry-After"] == "1"
        clock.advance(1)
        assert (await call.get("/me")).status == 200
        assert (await call.get("/me")).headers["Retry-After"] == "3600"

    async def test_refused_calls_do_not_count(self, call: Caller, clock: FakeClock) -> None:
        call.sandbox.configure(daily_quota=1)
        await statuses(call, "/me")
        clock.advance(86_000)

        waits = [(await call.get("/me")).headers["Retry-After"] for _ in range(3)]

        assert waits == ["400"] * 3

    async def test_retry_after_can_be_missing(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota=1, quota_retry_after=False)
        await call.get("/me")

        reply = await call.get("/me")

        assert (reply.status, reply.body) == (429, QUOTA_EXCEEDED)
        assert "Retry-After" not in reply.headers

    async def test_a_spent_bucket_does_not_close_the_others(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota={("get-an-album", "GET /artists/{id}"): 1, ITEMS: 1})
        album, artist = f"/albums/{call.sandbox.catalogue.albums[0].id}", f"/artists/{'0' * 22}"
        items = f"/playlists/{call.sandbox.catalogue.big_playlist.id}/items"

        assert await statuses(call, album, album, artist, items, items) == [200, 429, 429, 200, 429]
        assert await statuses(call, *["/me"] * 3) == [200] * 3

    async def test_a_call_counts_in_the_first_bucket_that_has_its_operation(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota={"GET /me": 1, "GET *": 2, "*": 1})

        assert await statuses(call, "/me", "/me", "/me/albums", "/me/tracks", "/me/shows") == [200, 429, 200, 200, 429]
        assert (await call("PUT", "/me/player/pause")).status != 429
        assert (await call("PUT", "/me/player/pause")).status == 429

    async def test_all_users_and_tokens_share_the_quota(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota=3)
        other = call.acting(user=call.sandbox.catalogue.users[1].id)
        for caller, path in ((call, "/me"), (other, "/me"), (call.as_application(), "/markets")):
            assert (await caller.get(path)).status == 200

        assert (await call.get("/me")).status == (await other.get("/me")).status == 429

    async def test_calls_of_no_application_or_operation_do_not_count(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota=1)
        for token in (None, "BQunknown"):
            assert (await call.with_token(token).get("/me")).status == 401
        assert (await call.get("/nothing")).status == 404

        assert await statuses(call, "/me", "/me") == [200, 429]
        assert (await call.with_token(None).get("/me")).status == 401

    async def test_rejected_arguments_and_missing_scopes_count(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota=2)
        assert (await call.get("/me/albums?limit=1000")).status == 400
        assert (await call.acting(scopes=()).get("/me/albums")).status == 403

        assert (await call.get("/me/albums")).status == 429

    async def test_a_call_with_a_fault_counts(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota=1)
        call.sandbox.fail("*", Fault.status(503), times=1)

        assert await statuses(call, "/me", "/me") == [503, 429]

    async def test_refused_calls_are_logged_and_not_executed(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota=1)
        await call.get("/me")

        await call("PUT", f"/me/library?uris=spotify:album:{call.sandbox.catalogue.albums[1].id}")

        exchange = call.sandbox.requests[-1]
        assert (exchange.operation_id, exchange.status, exchange.executed) == ("save-library-items", 429, False)
        assert call.sandbox.executions == {"get-current-users-profile": 1}
        assert call.sandbox.rate_limited == []

    async def test_a_call_that_the_rate_limit_rejects_does_not_count(self, call: Caller, clock: FakeClock) -> None:
        call.sandbox.configure(rate_limit=1, rate_penalty=False, daily_quota=2)
        bodies = [(await call.get("/me")).body for _ in range(2)]
        clock.advance(30)

        assert bodies[1] == RATE_LIMITED
        assert await statuses(call, "/me") == [200]
        clock.advance(30)
        assert (await call.get("/me")).body == QUOTA_EXCEEDED

    async def test_the_accounts_service_has_no_quota(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota=1)
        await statuses(call, "/me", "/me")

        async with call.session.post(f"{call.sandbox.accounts_url}/api/token") as response:
            assert response.status == 415

    @given(st.permutations(["get-an-album", "GET /me", "GET *", "PUT *"]))
    def test_each_bucket_has_a_limit_of_its_own(self, targets: list[str]) -> None:
        quota = {target: position + 1 for position, target in enumerate(targets)}
        if targets.index("GET *") < max(targets.index("get-an-album"), targets.index("GET /me")):
            with pytest.raises(ValueError, match="no call can count in"):
                daily_quota_by_operation(quota)
        else:
            by_operation = daily_quota_by_operation(quota)
            assert len({id(limit) for limit in by_operation.values()}) == len(targets)
            assert "create-playlist" not in by_operation


class TestOperationLimits:
    async def test_one_operation_is_refused_and_the_others_are_not(self, call: Caller, clock: FakeClock) -> None:
        call.sandbox.configure(operation_limits={"upload-custom-playlist-cover": 1})
        playlist = (await call("POST", "/me/playlists", body={"name": "Blue"})).json["id"]
        upload = {"raw": b"/9j/4AAQSkZJRg==", "headers": {"Content-Type": "image/jpeg"}}
        assert (await call("PUT", COVER.format(playlist), **upload)).status != 429

        clock.advance(6508)
        reply = await call("PUT", COVER.format(playlist), **upload)

        assert (reply.status, reply.body, reply.headers["Retry-After"]) == (429, RATE_LIMITED, "79892")
        assert await statuses(call, "/me", "/me/playlists", COVER.format(playlist)) == [200] * 3

    async def test_a_limit_can_have_another_period(self, call: Caller, clock: FakeClock) -> None:
        call.sandbox.configure(operation_limits={"GET /me": (2, 3600)})

        assert await statuses(call, "/me", "/me") == [200] * 2
        assert (await call.get("/me")).headers["Retry-After"] == "3600"
        clock.advance(3600)
        assert await statuses(call, "/me", "/me/albums") == [200] * 2

    async def test_a_refused_call_does_not_count_for_the_daily_quota(self, call: Caller) -> None:
        call.sandbox.configure(operation_limits={"GET /me": 1}, daily_quota=2)
        await statuses(call, "/me", "/me", "/me")

        assert await statuses(call, "/me/albums", "/me/albums") == [200, 429]

    async def test_a_call_beyond_the_daily_quota_does_not_count_for_the_operation(self, call: Caller) -> None:
        call.sandbox.configure(operation_limits={"GET /me": 1}, daily_quota=1)
        await statuses(call, "/me/albums", "/me", "/me")

        call.sandbox.configure(daily_quota=None)

        assert await statuses(call, "/me", "/me") == [200, 429]


class TestConfigure:
    async def test_limits_can_be_raised_and_removed(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota=1, operation_limits={"GET /me/albums": 1})
        assert await statuses(call, "/me", "/me") == [200, 429]

        call.sandbox.configure(daily_quota=2)
        assert await statuses(call, "/me", "/me/albums", "/me") == [200, 200, 429]
        call.sandbox.configure(daily_quota=None)
        assert await statuses(call, "/me", "/me/albums") == [200, 429]
        call.sandbox.configure(operation_limits=None)
        assert await statuses(call, "/me/albums") == [200]

    async def test_other_settings_do_not_reset_the_count(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota=1)
        await call.get("/me")

        call.sandbox.configure(quota_retry_after=False, operation_limits={"GET /me": 5}, rate_limit=100)

        assert (await call.get("/me")).status == 429

    async def test_the_rate_limit_can_change(self, call: Caller) -> None:
        call.sandbox.configure(rate_limit=1, rate_window=5)
        await call.get("/me")
        assert (await call.get("/me")).headers["Retry-After"] == "5"

        call.sandbox.configure(rate_window=60)
        await call.get("/me")
        assert (await call.get("/me")).headers["Retry-After"] == "60"
        call.sandbox.configure(rate_limit=None)
        assert (await call.get("/me")).status == 200

    async def test_limits_are_kept_when_the_sandbox_restarts(self, call: Caller) -> None:
        call.sandbox.configure(daily_quota=1)
        await call.get("/me")

        await call.sandbox.stop()
        await call.sandbox.start()

        assert (await call.get("/me")).status == 429


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"daily_quota": 0}, ValueError, "daily_quota must be 1 or more, not 0"),
        ({"daily_quota": True}, TypeError, "daily_quota must be an integer, not bool"),
        ({"daily_quota": "3000"}, TypeError, "daily_quota must be a number of calls, a mapping .* not str"),
        ({"daily_quota": 2.5}, TypeError, "daily_quota must be a number of calls, a mapping .* not float"),
        ({"daily_quota": {"GET /me": 0}}, ValueError, r"daily_quota\['GET /me'\] must be 1 or more, not 0"),
        ({"daily_quota": {"GET /me": "5"}}, TypeError, r"daily_quota\['GET /me'\] must be an integer, not str"),
        ({"daily_quota": {"get-a-album": 5}}, ValueError, "no operation 'get-a-album': did you mean 'get-an-album'"),
        ({"daily_quota": {("GET /me", 7): 5}}, TypeError, "an operation must be a str, not int"),
        ({"daily_quota": {(): 5}}, ValueError, "no call can count in"),
        ({"daily_quota": {"*": 5, "GET /me": 5}}, ValueError, "its operations are in buckets before it"),
        ({"daily_quota": {"POST /api/token": 5}}, ValueError, "the token endpoint is not limited"),
        ({"daily_quota": {"GET /albums/4iV5W9": 5}}, ValueError, "write the path with {id}"),
        ({"quota_retry_after": "no"}, TypeError, "quota_retry_after must be True or False, not str"),
        ({"operation_limits": 5}, TypeError, "operation_limits must be a mapping from operations to calls"),
        ({"operation_limits": {"GET *": 5}}, ValueError, "must be the limit of one operation"),
        ({"operation_limits": {"GET /me": 0}}, ValueError, "must be 1 or more, not 0"),
        ({"operation_limits": {"GET /me": (5, 0)}}, ValueError, "the period of .* must be more than 0"),
        ({"operation_limits": {"GET /me": (5, math.inf)}}, ValueError, "the period of .* must be more than 0"),
        ({"operation_limits": {"GET /me": (5,)}}, ValueError, "must be the calls in 24 hours, or"),
        (
            {"operation_limits": {"GET /me": 5, "get-current-users-profile": 5}},
            ValueError,
            "get-current-users-profile has a limit already",
        ),
        ({"rate_limit": "5"}, TypeError, "rate_limit must be an integer, not str"),
        ({"rate_window": 0}, ValueError, "rate_window must be more than 0"),
        ({"dayly_quota": 5}, TypeError, "there is no argument 'dayly_quota'; use 'daily_quota'"),
    ],
)
async def test_an_invalid_setting_is_an_error_and_changes_nothing(
    call: Caller, settings: Any, error: type[Exception], message: str
) -> None:
    call.sandbox.configure(daily_quota=1)
    valid: Any = {"daily_quota": None, "owner_premium": False}

    with pytest.raises(error, match=message):
        SpotifySandbox(**settings)
    with pytest.raises(error, match=message):
        call.sandbox.configure(**{**valid, **settings})

    assert await statuses(call, "/me", "/me") == [200, 429]
