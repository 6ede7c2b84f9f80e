"""The tokens of a user: loading, refreshing, saving, and an unavailable store."""

import asyncio
import gc
import math
import weakref
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import pytest

from spotify.credentials import Secret
from spotify.errors import (
    DecodeError,
    LoginRequiredError,
    ReauthorizationRequiredError,
    RefreshUnfinishedError,
    ServerError,
    TokenStoreError,
    TokenSupersededError,
    TransportError,
)
from spotify.impl.auth import AuthorizationCodeAuth, PkceAuth
from spotify.impl.token_stores import MemoryTokenStore
from spotify.testing import FakeTransport, captured_logs
from tests.support.user_flow import INVALID_GRANT, ROUTE, Flow, granted


async def test_stored_token_is_used_without_a_request():
    flow = Flow()
    await flow.store_token(1)
    assert await flow.auth.get_access_token() == "HUSH-access-1"
    assert not flow.transport.requests
    assert flow.hook_tokens == []


async def test_missing_login_names_authorization_url():
    with pytest.raises(LoginRequiredError, match="authorization_url"):
        await Flow().auth.get_access_token()


async def test_missing_login_logs_no_event():
    with captured_logs() as events, pytest.raises(LoginRequiredError):
        await Flow().auth.get_access_token()
    assert events == []


async def test_failed_refresh_is_logged():
    flow = Flow()
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    with captured_logs() as events, pytest.raises(ReauthorizationRequiredError):
        await flow.auth.get_access_token()
    (failed,) = [event for event in events if event["event"] == "token_refresh_failed"]
    assert (failed["level"], failed["error"]) == ("warning", "ReauthorizationRequiredError")


async def test_token_is_refreshed_shortly_before_it_expires():
    flow = Flow(token_expiry_skew=60.0)
    await flow.log_in()
    flow.transport.answer(ROUTE, json=granted(2))
    flow.clock.advance(3539.0)
    assert await flow.auth.get_access_token() == "HUSH-access-1"
    flow.clock.advance(1.0)
    assert await flow.auth.get_access_token() == "HUSH-access-2"


async def test_public_client_refreshes_with_its_id():
    flow = Flow()
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    await flow.auth.get_access_token()
    form = {"grant_type": "refresh_token", "refresh_token": "HUSH-refresh-1", "client_id": "app"}
    assert flow.forms() == [form]
    assert flow.transport.requests[0].authorization is None


async def test_confidential_client_refreshes_with_its_secret():
    flow = Flow(AuthorizationCodeAuth)
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    await flow.auth.get_access_token()
    assert flow.forms() == [{"grant_type": "refresh_token", "refresh_token": "HUSH-refresh-1"}]
    assert flow.transport.requests[0].authorization


async def test_rotated_refresh_token_replaces_the_old_one():
    flow = Flow()
    await flow.log_in()
    for number in (2, 3):
        flow.transport.answer(ROUTE, json=granted(number))
        flow.clock.advance(3600)
        await flow.auth.get_access_token()
    assert [form.get("refresh_token") for form in flow.forms()] == [None, "HUSH-refresh-1", "HUSH-refresh-2"]


@pytest.mark.parametrize(
    "fields", [{}, {"refresh_token": ""}, {"refresh_token": 5}, {"refresh_token": "\ud800"}], ids=str
)
async def test_old_refresh_token_is_kept_without_a_new_one(fields):
    flow = Flow(AuthorizationCodeAuth)
    await flow.log_in()
    for number in (2, 3):
        flow.transport.answer(ROUTE, json=granted(number, refresh=False, **fields))
        flow.clock.advance(3600)
        await flow.auth.get_access_token()
    assert [form.get("refresh_token") for form in flow.forms()] == [None, "HUSH-refresh-1", "HUSH-refresh-1"]
    assert (await flow.store.load(flow.auth.key)).refresh_token.reveal() == "HUSH-refresh-1"


async def test_refresh_keeps_authorized_at_and_scopes():
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


async def test_hook_is_called_with_each_new_token():
    flow = Flow()
    await flow.log_in()
    flow.clock.advance(3600)
    flow.transport.answer(ROUTE, json=granted(2))
    await flow.auth.get_access_token()
    assert [token.access_token.reveal() for token in flow.hook_tokens] == ["HUSH-access-1", "HUSH-access-2"]


async def test_hook_that_is_not_async_is_a_type_error():
    flow = Flow(on_token_change=lambda token: None)
    with pytest.raises(TypeError, match="on_token_change must be an async function; it returned NoneType"):
        await flow.log_in()
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_concurrent_calls_share_one_refresh():
    flow = Flow()
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    tokens = await asyncio.gather(*(flow.auth.get_access_token() for _ in range(100)))
    assert set(tokens) == {"HUSH-access-2"}
    assert len(flow.transport.requests) == 1


async def test_providers_of_one_user_share_one_refresh():
    first = Flow()
    await first.store_token(1, age=3600)
    first.transport.answer(ROUTE, json=granted(2))
    others = [Flow(store=first.store, transport=first.transport, clock=first.clock) for _ in range(20)]
    tokens = await asyncio.gather(*(flow.auth.get_access_token() for flow in (first, *others)))
    assert set(tokens) == {"HUSH-access-2"}


async def test_invalidated_token_is_replaced():
    flow = Flow()
    await flow.log_in()
    flow.transport.answer(ROUTE, json=granted(2))
    await flow.auth.invalidate("HUSH-access-1")
    assert await flow.auth.get_access_token() == "HUSH-access-2"


async def test_invalidated_token_replaced_by_another_worker_needs_no_refresh():
    flow = Flow()
    await flow.log_in()
    await flow.store_token(2)
    await flow.auth.invalidate("HUSH-access-1")
    assert await flow.auth.get_access_token() == "HUSH-access-2"
    assert len(flow.transport.requests) == 1


async def test_invalidating_an_old_token_keeps_the_current_one():
    flow = Flow()
    await flow.log_in()
    await flow.auth.invalidate("HUSH-access-0")
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_expired_token_without_refresh_token_requires_login():
    flow = Flow()
    await flow.store_token(1, age=3600, refresh=False)
    with pytest.raises(LoginRequiredError, match="no refresh token"):
        await flow.auth.get_access_token()


async def test_rejected_refresh_token_is_not_sent_again():
    flow = Flow()
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    for _ in range(3):
        with pytest.raises(ReauthorizationRequiredError, match="revoked") as caught:
            await flow.auth.get_access_token()
        assert isinstance(caught.value, LoginRequiredError)
        assert caught.value.reason == "invalid_grant"
    assert len(flow.transport.requests) == 1


async def test_login_replaces_a_rejected_refresh_token():
    flow = Flow()
    await flow.store_token(0, age=3600)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    with pytest.raises(ReauthorizationRequiredError):
        await flow.auth.get_access_token()
    await flow.log_in()
    assert await flow.auth.get_access_token() == "HUSH-access-1"
    flow.transport.answer(ROUTE, json=granted(2))
    flow.clock.advance(3600)
    assert await flow.auth.get_access_token() == "HUSH-access-2"


async def test_login_by_another_worker_replaces_a_rejected_refresh_token():
    flow = Flow()
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    with pytest.raises(ReauthorizationRequiredError):
        await flow.auth.get_access_token()
    await flow.store_token(2)
    assert await flow.auth.get_access_token() == "HUSH-access-2"


@pytest.mark.parametrize("failure", ["transport error", "server error", "invalid response"])
async def test_next_call_retries_after_another_failure(failure):
    flow = Flow()
    await flow.store_token(1, age=3600)
    if failure == "transport error":
        flow.transport.fail(ROUTE, TransportError("cut", sent=True))
    else:
        flow.transport.answer(ROUTE, status=503 if failure == "server error" else 200, body=b"<html>")
    flow.transport.answer(ROUTE, json=granted(2))
    with pytest.raises((TransportError, ServerError, DecodeError)):
        await flow.auth.get_access_token()
    assert await flow.auth.get_access_token() == "HUSH-access-2"


class FailingStore(MemoryTokenStore):
    """A store whose next `failures` saves fail."""

    failures = 0

    async def save(self, key, token, /):
        if self.failures:
            self.failures -= 1
            raise TokenStoreError("the disk is full")
        await super().save(key, token)


async def test_rotated_token_that_cannot_be_saved_is_kept_and_not_used():
    flow = Flow(store=FailingStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 2
    for _ in range(2):
        with pytest.raises(TokenStoreError, match="full"):
            await flow.auth.get_access_token()
    assert flow.hook_tokens == []
    assert await flow.auth.get_access_token() == "HUSH-access-2"
    assert len(flow.transport.requests) == 1
    assert (await flow.store.load(flow.auth.key)).refresh_token.reveal() == "HUSH-refresh-2"


async def test_rotated_token_that_cannot_be_saved_outlives_the_object_that_requested_it():
    flow = Flow(store=FailingStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 1
    with pytest.raises(TokenStoreError):
        await flow.auth.get_access_token()
    known = weakref.ref(flow.auth)
    flow.auth = None
    gc.collect()
    assert known() is None
    later = Flow(store=flow.store, transport=flow.transport, clock=flow.clock)
    assert await later.auth.get_access_token() == "HUSH-access-2"
    assert len(flow.transport.requests) == 1


class UnhashableStore(FailingStore):
    """A store that cannot be the key of a mapping."""

    __hash__ = None


async def test_a_rotated_token_of_an_unhashable_store_is_kept_by_its_requester():
    flow = Flow(store=UnhashableStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 1
    with pytest.raises(TokenStoreError):
        await flow.auth.get_access_token()
    assert await flow.auth.get_access_token() == "HUSH-access-2"


async def test_closing_before_the_first_use_does_not_choose_a_store():
    auth = PkceAuth("app", "http://127.0.0.1:8000/callback")
    await auth.close()
    assert auth._tokens._chosen_store is None


async def test_closing_waits_a_limited_time_for_the_lock_to_save_a_token(monkeypatch):
    flow = Flow(store=FailingStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 1
    with pytest.raises(TokenStoreError):
        await flow.auth.get_access_token()
    monkeypatch.setattr("spotify.impl.auth.user_tokens.LOCK_TIMEOUT", 0.05)
    async with flow.store.lock(flow.auth.key), asyncio.timeout(30):
        await flow.auth.close()
    assert await flow.auth.get_access_token() == "HUSH-access-2"


async def test_unsaved_token_is_dropped_after_a_new_login():
    flow = Flow(store=FailingStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 1
    with pytest.raises(TokenStoreError):
        await flow.auth.get_access_token()
    await flow.store_token(5)
    assert await flow.auth.get_access_token() == "HUSH-access-5"


async def test_unsaved_token_is_dropped_after_a_new_login_that_expired():
    flow = Flow(store=FailingStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 1
    with pytest.raises(TokenStoreError):
        await flow.auth.get_access_token()
    await flow.store_token(5, age=3600)
    flow.transport.answer(ROUTE, json=granted(6))
    assert await flow.auth.get_access_token() == "HUSH-access-6"
    assert flow.forms()[-1]["refresh_token"] == "HUSH-refresh-5"


class UnavailableStore(MemoryTokenStore):
    """A store that can be made unavailable and counts loads."""

    is_unavailable = False
    loads = 0

    async def load(self, key, /):
        self.loads += 1
        if self.is_unavailable:
            raise TokenStoreError("the network is down")
        return await super().load(key)


async def with_unavailable_store(seconds_left):
    """Return a flow whose store is unavailable and whose token expires in `seconds_left`."""
    flow = Flow(store=UnavailableStore())
    await flow.store_token(1)
    await flow.auth.get_access_token()
    flow.store.is_unavailable, flow.store.loads = True, 0
    flow.clock.advance(3600 - seconds_left)
    return flow


@pytest.mark.parametrize("seconds_left", [60, 1])
async def test_valid_token_is_used_while_the_store_is_unavailable(seconds_left):
    flow = await with_unavailable_store(seconds_left)
    assert await flow.auth.get_access_token() == "HUSH-access-1"


async def test_expired_or_invalidated_token_is_not_used_while_the_store_is_unavailable():
    flow = await with_unavailable_store(0)
    with pytest.raises(TokenStoreError, match="network"):
        await flow.auth.get_access_token()
    flow = await with_unavailable_store(30)
    await flow.auth.invalidate("HUSH-access-1")
    with pytest.raises(TokenStoreError, match="network"):
        await flow.auth.get_access_token()


async def test_unavailable_store_is_tried_every_five_seconds():
    flow = await with_unavailable_store(60)
    for _ in range(10):
        await flow.auth.get_access_token()
        flow.clock.advance(1)
    assert flow.store.loads == 2


async def test_store_that_is_available_again_is_used():
    flow = await with_unavailable_store(60)
    await flow.auth.get_access_token()
    flow.store.is_unavailable = False
    flow.clock.advance(5)
    flow.transport.answer(ROUTE, json=granted(2))
    assert await flow.auth.get_access_token() == "HUSH-access-2"


class SupersedingStore(MemoryTokenStore):
    """A store in which another worker saves the token `newer` just before the next save."""

    newer = None

    async def save(self, key, token, /):
        if self.newer is not None:
            newer, self.newer = self.newer, None
            await super().save(key, newer)
            raise TokenSupersededError("superseded")
        await super().save(key, token)


async def test_superseded_token_is_replaced_by_the_newer_one():
    flow = Flow(store=SupersedingStore())
    newer = await flow.store_token(5)
    await flow.store_token(1, age=3600)
    flow.store.newer = newer
    flow.transport.answer(ROUTE, json=granted(2))
    assert await flow.auth.get_access_token() == "HUSH-access-5"
    assert (await flow.store.load(flow.auth.key)).access_token.reveal() == "HUSH-access-5"
    assert flow.hook_tokens == []


class OvertakenTransport(FakeTransport):
    """A token endpoint; `overtake` is awaited before each response, as if another worker used the time."""

    overtake = None

    async def send(self, request, /):
        response = await super().send(request)
        if self.overtake is not None:
            await self.overtake()
        return response


class FencedStore(MemoryTokenStore):
    """A store whose lock is lost once another worker has saved a token."""

    is_lost = False

    @asynccontextmanager
    async def lock(self, key, /):
        async with super().lock(key):
            self.is_lost = False
            yield

    async def save(self, key, token, /):
        if self.is_lost:
            raise TokenSupersededError("superseded")
        await super().save(key, token)


def overtaken_flow(change):
    """Return a flow during whose first token request another worker changes the store."""
    flow = Flow(store=FencedStore(), transport=OvertakenTransport())

    async def overtake():
        flow.transport.overtake = None
        await change(flow)
        flow.store.is_lost = True

    flow.transport.overtake = overtake
    return flow


async def store_expired_token(flow):
    await flow.store_token(5, age=3600)


async def test_rejected_token_is_reported_only_after_the_newest_one_was_tried():
    flow = overtaken_flow(store_expired_token)
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    flow.transport.answer(ROUTE, json=granted(6))
    assert await flow.auth.get_access_token() == "HUSH-access-6"
    assert [form["refresh_token"] for form in flow.forms()] == ["HUSH-refresh-1", "HUSH-refresh-5"]
    assert (await flow.store.load(flow.auth.key)).refresh_token.reveal() == "HUSH-refresh-6"


async def test_newest_token_that_is_rejected_too_requires_a_login():
    flow = overtaken_flow(store_expired_token)
    await flow.store_token(1, age=3600)
    for _ in range(2):
        flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    with pytest.raises(ReauthorizationRequiredError):
        await flow.auth.get_access_token()
    assert [form["refresh_token"] for form in flow.forms()] == ["HUSH-refresh-1", "HUSH-refresh-5"]


class SharedStore(MemoryTokenStore):
    """A store in which another worker lost its lock at the time 0, and has the token `theirs`.

    It saves it at the time `saves_at`. It counts as unfinished until then, or until `is_unfinished` is set to False.
    """

    def __init__(self):
        super().__init__()
        self.flow = self.theirs = None
        self.saves_at = math.inf
        self.is_unfinished = True

    async def unfinished(self, key):
        held_ago = self.flow.clock.monotonic() if self.is_unfinished else None
        await self._let_other_save(key)  # after the answer, so that the order of reads matters
        return held_ago

    async def load(self, key, /):
        await self._let_other_save(key)
        return await super().load(key)

    async def _let_other_save(self, key):
        if self.flow and self.flow.clock.monotonic() >= self.saves_at:
            self.saves_at, self.is_unfinished = math.inf, False
            await self.save(key, self.theirs)


async def shared_flow():
    """Return a flow whose stored token another worker has used."""
    flow = Flow(store=SharedStore())
    flow.store.theirs = await flow.store_token(5, lifetime=7200)
    await flow.store_token(1, age=3600)
    flow.store.flow = flow
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    return flow


@pytest.mark.parametrize("saves_at", [0.5, 42.0, 149.5])
async def test_the_token_of_a_worker_that_lost_its_lock_is_used_when_it_is_saved(saves_at):
    flow = await shared_flow()
    flow.store.saves_at = saves_at
    assert await flow.auth.get_access_token() == "HUSH-access-5"
    assert len(flow.transport.requests) == 1
    assert flow.clock.monotonic() == math.ceil(saves_at)


async def test_a_worker_that_does_not_finish_in_time_is_an_error_that_asks_for_no_login():
    flow = await shared_flow()
    with captured_logs() as events, pytest.raises(RefreshUnfinishedError, match="call again later") as caught:
        await flow.auth.get_access_token()
    assert not isinstance(caught.value, LoginRequiredError)
    assert (caught.value.reason, caught.value.message) == (
        "invalid_grant",
        "The token endpoint refused: Refresh token revoked",
    )
    assert flow.clock.monotonic() == 150.0
    (waiting,) = [event for event in events if event["event"] == "send_delayed"]
    assert (waiting["reason"], waiting["seconds"]) == ("refresh_elsewhere", 150.0)


async def test_calls_work_again_when_a_late_worker_saves_its_token():
    flow = await shared_flow()
    flow.store.saves_at = 400.0
    for _ in range(2):
        with pytest.raises(RefreshUnfinishedError):
            await flow.auth.get_access_token()
    flow.clock.advance(250.0)
    assert await flow.auth.get_access_token() == "HUSH-access-5"
    assert len(flow.transport.requests) == 1


async def test_after_15_minutes_the_error_says_why_a_login_may_not_be_needed():
    flow = await shared_flow()
    flow.clock.advance(900.0)
    flow.store.saves_at = 2000.0
    with pytest.raises(ReauthorizationRequiredError, match="15 minutes ago and has not finished: if it is frozen"):
        await flow.auth.get_access_token()
    flow.clock.advance(1100.0)
    assert await flow.auth.get_access_token() == "HUSH-access-5"


async def test_a_login_is_lost_as_soon_as_no_worker_is_unfinished():
    flow = await shared_flow()
    flow.store.is_unfinished = False
    with pytest.raises(ReauthorizationRequiredError) as caught:
        await flow.auth.get_access_token()
    assert flow.clock.monotonic() == 0.0
    assert caught.value.advice == ReauthorizationRequiredError.advice


async def test_the_wait_for_another_worker_ends_even_if_it_always_runs():
    flow = await shared_flow()
    flow.store.unfinished = lambda _key: asyncio.sleep(0, 0.0)
    for _ in range(2):
        with pytest.raises(RefreshUnfinishedError):
            await flow.auth.get_access_token()
    assert flow.clock.monotonic() == 150.0
    assert len(flow.transport.requests) == 1


async def test_a_token_saved_while_unfinished_workers_are_looked_up_is_used():
    flow = await shared_flow()
    flow.store.saves_at = 0.0
    flow.store.load = partial(MemoryTokenStore.load, flow.store)
    assert await flow.auth.get_access_token() == "HUSH-access-5"


async def test_rejected_token_is_not_reported_if_the_newest_one_cannot_be_read():
    async def become_unavailable(flow):
        flow.store.is_unavailable = True

    flow = overtaken_flow(become_unavailable)
    flow.store = UnavailableStore()
    flow.auth._tokens._chosen_store = flow.store
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    with pytest.raises(TokenStoreError, match="network"):
        await flow.auth.get_access_token()


async def test_superseded_token_whose_refresh_token_is_stored_is_saved_under_a_new_lock():
    async def save_again(flow):
        await flow.store_token(1, age=3600)

    flow = overtaken_flow(save_again)
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    assert await flow.auth.get_access_token() == "HUSH-access-2"
    assert (await flow.store.load(flow.auth.key)).refresh_token.reveal() == "HUSH-refresh-2"
    assert len(flow.transport.requests) == 1


async def test_superseded_token_of_a_user_who_logged_out_is_discarded():
    async def log_out(flow):
        await flow.store.delete(flow.auth.key)

    flow = overtaken_flow(log_out)
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    with pytest.raises(TokenSupersededError):
        await flow.auth.get_access_token()
    assert await flow.store.load(flow.auth.key) is None


async def test_closing_saves_a_token_that_could_not_be_saved_before():
    flow = Flow(store=FailingStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 1
    with pytest.raises(TokenStoreError):
        await flow.auth.get_access_token()
    await flow.auth.close()
    assert (await flow.store.load(flow.auth.key)).refresh_token.reveal() == "HUSH-refresh-2"


async def test_closing_while_the_store_fails_raises_nothing():
    flow = Flow(store=FailingStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    flow.store.failures = 2
    with pytest.raises(TokenStoreError):
        await flow.auth.get_access_token()
    await flow.auth.close()
    assert await flow.auth.get_access_token() == "HUSH-access-2"


class RecordingStore(MemoryTokenStore):
    """A store that records, at each save, which tokens callers have received."""

    def __init__(self):
        super().__init__()
        self.received = []
        self.received_at_save = None

    async def save(self, key, token, /):
        await asyncio.sleep(0)
        self.received_at_save = list(self.received)
        await super().save(key, token)


async def test_token_is_saved_before_callers_receive_it():
    flow = Flow(store=RecordingStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))

    async def call():
        flow.store.received.append(await flow.auth.get_access_token())

    await asyncio.gather(*(call() for _ in range(5)))
    assert flow.store.received_at_save == []


class BlockingStore(MemoryTokenStore):
    """A store whose load waits for an event."""

    def __init__(self):
        super().__init__()
        self.loading, self.resume = asyncio.Event(), asyncio.Event()

    async def load(self, key, /):
        self.loading.set()
        await self.resume.wait()
        return await super().load(key)


async def test_refresh_of_a_cancelled_call_is_finished():
    flow = Flow(store=BlockingStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, json=granted(2))
    call = asyncio.create_task(flow.auth.get_access_token())
    await flow.store.loading.wait()
    call.cancel()
    await asyncio.wait([call])
    flow.store.resume.set()
    await flow.auth.close()
    assert (await flow.store.load(flow.auth.key)).refresh_token.reveal() == "HUSH-refresh-2"


async def test_failed_refresh_of_a_cancelled_call_reports_nothing():
    reports = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reports.append(context))
    flow = Flow(store=BlockingStore())
    await flow.store_token(1, age=3600)
    flow.transport.answer(ROUTE, status=503)
    call = asyncio.create_task(flow.auth.get_access_token())
    await flow.store.loading.wait()
    call.cancel()
    await asyncio.wait([call])
    flow.store.resume.set()
    await flow.auth.close()
    del call
    gc.collect()
    assert reports == []


@pytest.mark.parametrize(("days_left", "warned"), [(15, False), (14, True), (1, True), (-1, True)])
async def test_reauthorization_due_is_logged_two_weeks_ahead(days_left, warned):
    flow = Flow()
    token = await flow.store_token(1)
    flow.clock.advance((token.expires_by - flow.now() - timedelta(days=days_left)).total_seconds())
    flow.transport.answer(ROUTE, json=granted(2))
    with captured_logs() as events:
        await flow.auth.get_access_token()
    due = [event for event in events if event["event"] == "reauthorization_due"]
    assert [(event["level"], event["days_left"]) for event in due] == ([("warning", days_left)] if warned else [])


async def test_log_out_requires_a_new_login():
    flow = Flow()
    await flow.log_in()
    await flow.auth.log_out()
    with pytest.raises(LoginRequiredError, match="logged in"):
        await flow.auth.get_access_token()


async def test_users_of_one_store_have_separate_tokens():
    ana = Flow(user="ana")
    bo = Flow(user="bo", store=ana.store, clock=ana.clock)
    await ana.store_token(1)
    await bo.store_token(2)
    assert await ana.auth.get_access_token() == "HUSH-access-1"
    assert await bo.auth.get_access_token() == "HUSH-access-2"


def test_provider_works_in_successive_event_loops():
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted(2))

    async def use(age):
        await flow.store_token(1, age=age)
        return await flow.auth.get_access_token()

    assert asyncio.run(use(3600)) == "HUSH-access-2"
    assert asyncio.run(use(3600)) == "HUSH-access-2"


def test_repr_names_the_user():
    assert repr(PkceAuth("app", "http://127.0.0.1/", user="ana")) == "<PkceAuth 'ana'>"


async def test_closing_waits_for_a_login_that_was_given_up_while_it_waits_for_the_lock():
    flow = Flow()
    flow.transport.answer(ROUTE, json=granted(1))
    async with flow.store.lock(flow.auth.key):
        login = asyncio.create_task(flow.auth.exchange_redirect(flow.redirect()))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        login.cancel()
        closing = asyncio.create_task(flow.auth.close())
        done, _ = await asyncio.wait((closing,), timeout=0)
        assert not done
    await closing
    assert (await flow.store.load(flow.auth.key)).access_token == Secret("HUSH-access-1")


async def test_a_revoked_login_is_stored_as_expired_for_the_next_process():
    flow = Flow()
    await flow.store_token(1)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    await flow.auth.invalidate(await flow.auth.get_access_token())
    with pytest.raises(ReauthorizationRequiredError, match="log the user in again"):
        await flow.auth.get_access_token()

    restarted = Flow(store=flow.store, clock=flow.clock)
    restarted.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    with pytest.raises(ReauthorizationRequiredError):  # a new login, in `ensure_login`
        await restarted.auth.get_access_token()
    assert [form["refresh_token"] for form in restarted.forms()] == ["HUSH-refresh-1"]


async def test_a_refused_refresh_of_a_token_that_the_api_accepts_changes_nothing():
    flow = Flow()
    token = await flow.store_token(1, age=3_599.0)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    with pytest.raises(ReauthorizationRequiredError):
        await flow.auth.get_access_token()
    assert await flow.store.load(flow.auth.key) == token


async def test_a_store_that_fails_to_note_a_revoked_login_hides_no_error():
    class FullStore(MemoryTokenStore):
        async def save(self, key, token, /):
            if is_full:
                raise TokenStoreError("the disk is full")
            await super().save(key, token)

    is_full, flow = False, Flow(store=FullStore())
    await flow.store_token(1)
    flow.transport.answer(ROUTE, status=400, json=INVALID_GRANT)
    await flow.auth.invalidate(await flow.auth.get_access_token())
    is_full = True
    with pytest.raises(ReauthorizationRequiredError):
        await flow.auth.get_access_token()
