import asyncio
import gc
from datetime import timedelta

import pytest

from spotify.errors import (
    DecodeError,
    LoginRequiredError,
    ReauthorizationRequiredError,
    ServerError,
    TokenStoreError,
    TokenSupersededError,
    TransportError,
)
from spotify.impl.auth import AuthorizationCodeAuth, PkceAuth
from spotify.impl.token_stores import MemoryTokenStore
from spotify.testing import captured_logs
from tests.support.user_flow import DEAD, ROUTE, Flow, granted


async def test_a_token_in_the_store_is_used_without_a_request():
    flow = Flow()
    await flow.keep(1)
    assert await flow.auth.get_access_token() == "HUSH-access-1"
    assert not flow.transport.requests
    assert flow.told == []


async def test_before_the_first_login_it_is_said_what_to_do():
    with pytest.raises(LoginRequiredError, match="authorization_url"):
        await Flow().auth.get_access_token()


async def test_before_the_first_login_no_refresh_has_failed():
    with captured_logs() as events, pytest.raises(LoginRequiredError):
        await Flow().auth.get_access_token()
    assert events == []


async def test_a_refresh_that_failed_is_an_event():
    flow = Flow()
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=DEAD)
    with captured_logs() as events, pytest.raises(ReauthorizationRequiredError):
        await flow.auth.get_access_token()
    (failed,) = [event for event in events if event["event"] == "token_refresh_failed"]
    assert (failed["level"], failed["error"]) == ("warning", "ReauthorizationRequiredError")


async def test_shortly_before_its_end_a_token_is_renewed():
    flow = Flow(token_expiry_skew=60.0)
    await flow.log_in()
    flow.transport.answer(ROUTE, json=granted(2))
    flow.clock.advance(3539.0)
    assert await flow.auth.get_access_token() == "HUSH-access-1"
    flow.clock.advance(1.0)
    assert await flow.auth.get_access_token() == "HUSH-access-2"


async def test_a_public_client_refreshes_with_its_id():
    flow = Flow()
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    await flow.auth.get_access_token()
    form = {"grant_type": "refresh_token", "refresh_token": "HUSH-refresh-1", "client_id": "app"}
    assert flow.forms() == [form]
    assert flow.transport.requests[0].authorization is None


async def test_a_confidential_client_refreshes_with_its_secret():
    flow = Flow(AuthorizationCodeAuth)
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    await flow.auth.get_access_token()
    assert flow.forms() == [{"grant_type": "refresh_token", "refresh_token": "HUSH-refresh-1"}]
    assert flow.transport.requests[0].authorization


async def test_a_rotated_refresh_token_takes_the_place_of_the_old_one():
    flow = Flow()
    await flow.log_in()
    for number in (2, 3):
        flow.transport.answer(ROUTE, json=granted(number))
        flow.clock.advance(3600)
        await flow.auth.get_access_token()
    assert [form.get("refresh_token") for form in flow.forms()] == [None, "HUSH-refresh-1", "HUSH-refresh-2"]


@pytest.mark.parametrize(
    "none", [{}, {"refresh_token": ""}, {"refresh_token": 5}, {"refresh_token": "\ud800"}], ids=str
)
async def test_the_old_refresh_token_goes_on_where_the_answer_has_none(none):
    flow = Flow(AuthorizationCodeAuth)
    await flow.log_in()
    for number in (2, 3):
        flow.transport.answer(ROUTE, json=granted(number, refresh=False, **none))
        flow.clock.advance(3600)
        await flow.auth.get_access_token()
    assert [form.get("refresh_token") for form in flow.forms()] == [None, "HUSH-refresh-1", "HUSH-refresh-1"]
    assert (await flow.store.load(flow.auth.key)).refresh_token.reveal() == "HUSH-refresh-1"


async def test_a_refresh_keeps_the_time_of_the_login_and_the_scopes():
    flow = Flow()
    before = await flow.log_in()
    flow.clock.advance(3600)
    body = granted(2)
    del body["scope"]
    flow.transport.answer(ROUTE, json=body)
    await flow.auth.get_access_token()
    after = await flow.store.load(flow.auth.key)
    assert (after.authorized_at, after.scopes) == (before.authorized_at, before.scopes)
    assert after.issued_at == before.issued_at + timedelta(hours=1)


async def test_each_new_token_is_told():
    flow = Flow()
    await flow.log_in()
    flow.clock.advance(3600)
    flow.transport.answer(ROUTE, json=granted(2))
    await flow.auth.get_access_token()
    assert [token.access_token.reveal() for token in flow.told] == ["HUSH-access-1", "HUSH-access-2"]


async def test_a_hook_that_cannot_be_awaited_is_named():
    flow = Flow(on_token_change=lambda token: None)
    with pytest.raises(TypeError, match="on_token_change must be an async function; it returned NoneType"):
        await flow.log_in()
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_a_thousand_waiting_calls_share_one_refresh():
    flow = Flow()
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    tokens = await asyncio.gather(*(flow.auth.get_access_token() for _ in range(1000)))
    assert set(tokens) == {"HUSH-access-2"}
    assert len(flow.transport.requests) == 1


async def test_many_objects_for_one_user_share_one_refresh():
    first = Flow()
    await first.keep(1, age=3600)
    first.transport.answer(ROUTE, json=granted(2))
    others = [Flow(store=first.store, transport=first.transport, clock=first.clock) for _ in range(20)]
    tokens = await asyncio.gather(*(flow.auth.get_access_token() for flow in (first, *others)))
    assert set(tokens) == {"HUSH-access-2"}


async def test_a_refused_token_is_replaced():
    flow = Flow()
    await flow.log_in()
    flow.transport.answer(ROUTE, json=granted(2))
    await flow.auth.invalidate("HUSH-access-1")
    assert await flow.auth.get_access_token() == "HUSH-access-2"


async def test_a_refused_token_that_somebody_else_replaced_needs_no_refresh():
    flow = Flow()
    await flow.log_in()
    await flow.keep(2)
    await flow.auth.invalidate("HUSH-access-1")
    assert await flow.auth.get_access_token() == "HUSH-access-2"
    assert len(flow.transport.requests) == 1


async def test_a_refused_token_of_the_past_does_not_drop_the_present_one():
    flow = Flow()
    await flow.log_in()
    await flow.auth.invalidate("HUSH-access-0")
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_without_a_refresh_token_the_end_is_the_end():
    flow = Flow()
    await flow.keep(1, age=3600, refresh=False)
    with pytest.raises(LoginRequiredError, match="no refresh token"):
        await flow.auth.get_access_token()


async def test_a_dead_refresh_token_is_not_tried_again():
    flow = Flow()
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=DEAD)
    for _ in range(3):
        with pytest.raises(ReauthorizationRequiredError, match="revoked") as caught:
            await flow.auth.get_access_token()
        assert isinstance(caught.value, LoginRequiredError)
        assert caught.value.reason == "invalid_grant"
    assert len(flow.transport.requests) == 1


async def test_a_new_login_mends_a_dead_refresh_token():
    flow = Flow()
    await flow.keep(0, age=3600)
    flow.transport.answer(ROUTE, status=400, json=DEAD)
    with pytest.raises(ReauthorizationRequiredError):
        await flow.auth.get_access_token()
    await flow.log_in()
    assert await flow.auth.get_access_token() == "HUSH-access-1"
    flow.transport.answer(ROUTE, json=granted(2))
    flow.clock.advance(3600)
    assert await flow.auth.get_access_token() == "HUSH-access-2"


async def test_a_new_login_elsewhere_mends_it_too():
    flow = Flow()
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=DEAD)
    with pytest.raises(ReauthorizationRequiredError):
        await flow.auth.get_access_token()
    await flow.keep(2)
    assert await flow.auth.get_access_token() == "HUSH-access-2"


@pytest.mark.parametrize("failure", ["unreachable", "at fault", "nonsense"])
async def test_after_another_failure_the_next_call_asks_again(failure):
    flow = Flow()
    await flow.keep(1, age=3600)
    if failure == "unreachable":
        flow.transport.fail(ROUTE, TransportError("cut", sent=True))
    else:
        flow.transport.answer(ROUTE, status=503 if failure == "at fault" else 200, body=b"<html>")
    flow.transport.answer(ROUTE, json=granted(2))
    with pytest.raises((TransportError, ServerError, DecodeError)):
        await flow.auth.get_access_token()
    assert await flow.auth.get_access_token() == "HUSH-access-2"


class FailingStore(MemoryTokenStore):
    """A store whose next saves fail, as often as it is told."""

    failures = 0

    async def save(self, key, token, /):
        if self.failures:
            self.failures -= 1
            raise TokenStoreError("the disk is full")
        await super().save(key, token)


async def test_a_rotated_token_that_cannot_be_stored_is_neither_used_nor_lost():
    flow = Flow(store=FailingStore())
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 2
    for _ in range(2):
        with pytest.raises(TokenStoreError, match="full"):
            await flow.auth.get_access_token()
    assert flow.told == []
    assert await flow.auth.get_access_token() == "HUSH-access-2"
    assert len(flow.transport.requests) == 1
    assert (await flow.store.load(flow.auth.key)).refresh_token.reveal() == "HUSH-refresh-2"


async def test_what_could_not_be_stored_gives_way_to_a_new_login():
    flow = Flow(store=FailingStore())
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 1
    with pytest.raises(TokenStoreError):
        await flow.auth.get_access_token()
    await flow.keep(5)
    assert await flow.auth.get_access_token() == "HUSH-access-5"


async def test_what_could_not_be_stored_gives_way_to_another_login_that_is_over():
    flow = Flow(store=FailingStore())
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 1
    with pytest.raises(TokenStoreError):
        await flow.auth.get_access_token()
    await flow.keep(5, age=3600)
    flow.transport.answer(ROUTE, json=granted(6))
    assert await flow.auth.get_access_token() == "HUSH-access-6"
    assert flow.forms()[-1]["refresh_token"] == "HUSH-refresh-5"


class AwayStore(MemoryTokenStore):
    """A store that cannot be read while it is away, and counts how often it was tried."""

    away = False
    tries = 0

    async def load(self, key, /):
        self.tries += 1
        if self.away:
            raise TokenStoreError("the network is down")
        return await super().load(key)


async def away_at(seconds_left):
    """A flow whose token ends so soon, and whose store is away."""
    flow = Flow(store=AwayStore())
    await flow.keep(1)
    await flow.auth.get_access_token()
    flow.store.away, flow.store.tries = True, 0
    flow.clock.advance(3600 - seconds_left)
    return flow


@pytest.mark.parametrize("seconds_left", [60, 1])
async def test_a_token_that_is_due_is_used_while_the_store_is_away(seconds_left):
    flow = await away_at(seconds_left)
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_a_token_that_is_over_or_was_refused_is_not():
    flow = await away_at(0)
    with pytest.raises(TokenStoreError, match="network"):
        await flow.auth.get_access_token()
    flow = await away_at(30)
    await flow.auth.invalidate("HUSH-access-1")
    with pytest.raises(TokenStoreError, match="network"):
        await flow.auth.get_access_token()


async def test_meanwhile_the_store_is_tried_every_five_seconds():
    flow = await away_at(60)
    for _ in range(10):
        await flow.auth.get_access_token()
        flow.clock.advance(1)
    assert flow.store.tries == 2


async def test_a_store_that_is_back_is_used_again():
    flow = await away_at(60)
    await flow.auth.get_access_token()
    flow.store.away = False
    flow.clock.advance(5)
    flow.transport.answer(ROUTE, json=granted(2))
    assert await flow.auth.get_access_token() == "HUSH-access-2"


class OvertakingStore(MemoryTokenStore):
    """A store in which somebody else saves a token at the moment of the next save, and is newer."""

    newer = None

    async def save(self, key, token, /):
        if self.newer is not None:
            newer, self.newer = self.newer, None
            await super().save(key, newer)
            raise TokenSupersededError("somebody was faster")
        await super().save(key, token)


async def test_a_token_that_is_superseded_gives_way_to_the_newer_one():
    flow = Flow(store=OvertakingStore())
    newer = await flow.keep(5)
    await flow.keep(1, age=3600)
    flow.store.newer = newer
    flow.transport.answer(ROUTE, json=granted(2))
    assert await flow.auth.get_access_token() == "HUSH-access-5"
    assert (await flow.store.load(flow.auth.key)).access_token.reveal() == "HUSH-access-5"
    assert flow.told == []


class OrderStore(MemoryTokenStore):
    """A store that is asked, at each save, what has been given out so far."""

    def __init__(self):
        super().__init__()
        self.given_out = []
        self.given_out_at_save = None

    async def save(self, key, token, /):
        await asyncio.sleep(0)
        self.given_out_at_save = list(self.given_out)
        await super().save(key, token)


async def test_a_token_is_stored_before_anybody_gets_it():
    flow = Flow(store=OrderStore())
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))

    async def call():
        flow.store.given_out.append(await flow.auth.get_access_token())

    await asyncio.gather(*(call() for _ in range(5)))
    assert flow.store.given_out_at_save == []


class WaitingStore(MemoryTokenStore):
    """A store that is as slow as the test wants."""

    def __init__(self):
        super().__init__()
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def load(self, key, /):
        self.asked.set()
        await self.go_on.wait()
        return await super().load(key)


async def test_a_refresh_that_nobody_waits_for_any_more_is_finished():
    flow = Flow(store=WaitingStore())
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    call = asyncio.create_task(flow.auth.get_access_token())
    await flow.store.asked.wait()
    call.cancel()
    await asyncio.wait([call])
    flow.store.go_on.set()
    await flow.auth.close()
    assert (await flow.store.load(flow.auth.key)).refresh_token.reveal() == "HUSH-refresh-2"


async def test_a_refresh_that_fails_when_nobody_waits_any_more_makes_no_noise():
    complaints = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    flow = Flow(store=WaitingStore())
    await flow.keep(1, age=3600)
    flow.transport.answer(ROUTE, status=503)
    call = asyncio.create_task(flow.auth.get_access_token())
    await flow.store.asked.wait()
    call.cancel()
    await asyncio.wait([call])
    flow.store.go_on.set()
    await flow.auth.close()
    del call
    gc.collect()
    assert complaints == []


@pytest.mark.parametrize(("days_left", "warned"), [(15, False), (14, True), (1, True), (-1, True)])
async def test_the_end_of_a_refresh_token_is_foreseen(days_left, warned):
    flow = Flow()
    token = await flow.keep(1)
    flow.clock.advance((token.expires_by - flow.now() - timedelta(days=days_left)).total_seconds())
    flow.transport.answer(ROUTE, json=granted(2))
    with captured_logs() as events:
        await flow.auth.get_access_token()
    due = [event for event in events if event["event"] == "reauthorization_due"]
    assert [(event["level"], event["days_left"]) for event in due] == ([("warning", days_left)] if warned else [])


async def test_who_logged_out_has_to_log_in():
    flow = Flow()
    await flow.log_in()
    await flow.auth.log_out()
    with pytest.raises(LoginRequiredError, match="logged in"):
        await flow.auth.get_access_token()


async def test_two_users_in_one_store_have_two_tokens():
    ana = Flow(user="ana")
    bo = Flow(user="bo", store=ana.store, clock=ana.clock)
    await ana.keep(1)
    await bo.keep(2)
    assert await ana.auth.get_access_token() == "HUSH-access-1"
    assert await bo.auth.get_access_token() == "HUSH-access-2"


def test_a_provider_serves_one_event_loop_after_another():
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted(2))

    async def use(age):
        await flow.keep(1, age=age)
        return await flow.auth.get_access_token()

    assert asyncio.run(use(3600)) == "HUSH-access-2"
    assert asyncio.run(use(3600)) == "HUSH-access-2"


def test_its_repr_names_the_user():
    assert repr(PkceAuth("app", "http://127.0.0.1/", user="ana")) == "<PkceAuth 'ana'>"
