import asyncio
import contextvars
import json
import traceback
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from spotify.config import ClientConfig
from spotify.errors import (
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    DeadlineExceededError,
    DecodeError,
    NotFoundError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
    TransportError,
)
from spotify.impl.execution.executor import RetryingExecutor
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.impl.serialization import MsgspecSerializer
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.executor import Call
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission
from spotify.interfaces.transport import HttpResponse
from spotify.testing import FakeClock, FakeTransport, captured_logs

READ = Operation(id="get-x", method="GET", path="/x/{id}", query=("market",), idempotent=True)
APPEND = Operation(id="append-x", method="POST", path="/x", content_type="application/json", idempotent=False)
OK = {"a": 1}


class Zero:
    """A random source without randomness, so that back-offs take their bound."""

    def uniform(self, _low, high):
        return high


class Tokens:
    """An auth provider that counts, and that can replace a token."""

    def __init__(self):
        self.number = 1
        self.invalidated = []

    async def get_access_token(self):
        return f"token-{self.number}"

    async def invalidate(self, access_token):
        self.invalidated.append(access_token)
        self.number += 1


class Setup:
    """An executor over fakes, and the fakes."""

    def __init__(self, auth_provider=None, clock=None, transport=None, limiter=None, **config):
        self.config = replace(ClientConfig(), **config)
        self.clock = clock or FakeClock()
        self.transport = transport or FakeTransport()
        self.auth = auth_provider or Tokens()
        self.limiter = limiter or InProcessRateLimiter(max_concurrency=10, clock=self.clock)
        self.executor = RetryingExecutor.create(
            config=self.config,
            transport=self.transport,
            auth_provider=self.auth,
            retry_policy=BackoffRetryPolicy(base_delay=1.0, max_delay=8.0, rng=Zero()),
            serializer=MsgspecSerializer(),
            rate_limiter=self.limiter,
            clock=self.clock,
        )

    def read(self, into=dict[str, int], **more):
        return self.executor.execute(Call(operation=READ, into=into, arguments={"id": "1"}, **more))

    def append(self, **more):
        return self.executor.execute(Call(operation=APPEND, into=type(None), json={"n": 1}, **more))


async def test_a_call_becomes_one_request_and_its_answer_the_result():
    setup = Setup(market="DE")
    setup.transport.answer("GET /x/{id}", json=OK)
    assert await setup.read() == OK
    (request,) = setup.transport.requests
    assert request.url == "https://api.spotify.com/v1/x/1?market=DE"
    assert request.headers == {"Accept": "application/json"}
    assert request.authorization.reveal() == "Bearer token-1"
    assert (request.body, request.timeout) == (None, 30.0)


async def test_a_json_body_is_encoded_and_typed():
    setup = Setup()
    setup.transport.answer("POST /x", status=201)
    assert await setup.append() is None
    (request,) = setup.transport.requests
    assert (request.body, request.headers["Content-Type"]) == (b'{"n":1}', "application/json")


async def test_whatever_stands_in_the_answer_of_a_call_without_a_result_is_ignored():
    setup = Setup()
    setup.transport.answer("POST /x", body=b"plain words")
    assert await setup.append() is None


async def test_an_empty_answer_is_an_error_unless_the_call_knows_it():
    setup = Setup()
    setup.transport.answer("GET /x/{id}", status=204, times=2)
    assert await setup.read(if_empty={}) == {}
    with pytest.raises(DecodeError, match="no body") as caught:
        await setup.read()
    assert caught.value.operation == "get-x"


async def test_an_answer_of_another_shape_names_the_operation():
    setup = Setup()
    setup.transport.answer("GET /x/{id}", body=b"<html>")
    with pytest.raises(DecodeError) as caught:
        await setup.read()
    assert caught.value.operation == "get-x"


async def test_a_refusal_is_raised_at_once():
    setup = Setup()
    setup.transport.answer("GET /x/{id}", status=404, json={"error": {"status": 404, "message": "Gone"}})
    with pytest.raises(NotFoundError, match="Gone"):
        await setup.read()
    assert len(setup.transport.requests) == 1


async def test_faults_are_retried_with_growing_waits():
    setup = Setup()
    setup.transport.answer("GET /x/{id}", status=502, times=3)
    setup.transport.answer("GET /x/{id}", json=OK)
    assert await setup.read() == OK
    assert setup.clock.sleeps == [1.0, 2.0, 4.0]


async def test_after_the_last_retry_the_error_is_raised():
    setup = Setup(max_retries=1)
    setup.transport.answer("GET /x/{id}", status=502, times=2)
    with pytest.raises(ServerError):
        await setup.read()
    setup.transport.assert_all_answered()


async def test_a_write_that_may_have_happened_is_sent_once():
    setup = Setup()
    setup.transport.fail("POST /x", TransportError("cut", sent=True))
    with pytest.raises(TransportError) as caught:
        await setup.append()
    assert caught.value.may_have_been_executed is True
    assert caught.value.operation == "append-x"


async def test_a_write_that_never_left_is_sent_again():
    setup = Setup()
    setup.transport.fail("POST /x", TransportError("refused", sent=False))
    setup.transport.answer("POST /x", status=201)
    await setup.append()
    setup.transport.assert_all_answered()


async def test_a_refusal_after_a_lost_answer_still_says_that_it_may_have_happened():
    setup = Setup()
    setup.transport.fail("GET /x/{id}", TransportError("cut", sent=True))
    setup.transport.answer("GET /x/{id}", status=404)
    with pytest.raises(NotFoundError) as caught:
        await setup.read()
    assert caught.value.may_have_been_executed is True


async def test_a_rate_limit_is_waited_out_by_everyone():
    setup = Setup()
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "7"})
    setup.transport.answer("GET /x/{id}", json=OK, times=2)
    await setup.read()
    assert setup.clock.monotonic() == 7.0
    await setup.limiter.pause(0)
    await setup.read()


async def test_a_429_closes_the_gate_for_calls_that_come_later():
    setup = Setup(max_retries=0)
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "7"})
    setup.transport.answer("GET /x/{id}", json=OK)
    with pytest.raises(RateLimitError):
        await setup.read()
    await setup.read()
    assert setup.clock.sleeps == [7.0]


async def test_a_wait_of_hours_raises_before_sleeping_and_stops_later_calls_without_a_request():
    setup = Setup()
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "79892"})
    for _ in range(2):
        with pytest.raises(RateLimitError) as caught:
            await setup.read()
        assert caught.value.retry_after == 79_892.0
        assert caught.value.operation == "get-x"
    assert setup.clock.sleeps == []
    assert len(setup.transport.requests) == 1


async def test_a_429_without_retry_after_is_backed_off():
    setup = Setup()
    setup.transport.answer("GET /x/{id}", status=429)
    setup.transport.answer("GET /x/{id}", json=OK)
    assert await setup.read() == OK
    assert setup.clock.sleeps == [1.0]


async def test_a_spent_quota_neither_waits_nor_closes_the_gate():
    setup = Setup()
    quota = {"error": {"status": 429, "message": "x", "reason": "QUOTA_EXCEEDED"}}
    setup.transport.answer("GET /x/{id}", status=429, json=quota, headers={"Retry-After": "5"})
    setup.transport.answer("GET /x/{id}", json=OK)
    with pytest.raises(QuotaExceededError):
        await setup.read()
    await setup.read()
    assert setup.clock.sleeps == []


async def test_a_refused_token_is_replaced_and_the_call_sent_once_more():
    setup = Setup()
    setup.transport.answer("POST /x", status=401)
    setup.transport.answer("POST /x", status=201)
    await setup.append()
    assert setup.auth.invalidated == ["token-1"]
    assert [request.authorization.reveal() for request in setup.transport.requests] == [
        "Bearer token-1",
        "Bearer token-2",
    ]
    assert setup.clock.sleeps == []


async def test_a_second_refusal_of_the_token_is_raised():
    setup = Setup()
    setup.transport.answer("GET /x/{id}", status=401, times=2)
    with pytest.raises(AuthenticationError):
        await setup.read()
    assert setup.auth.invalidated == ["token-1"]


async def test_a_provider_that_cannot_replace_its_token_gets_the_401_raised():
    class Fixed:
        async def get_access_token(self):
            return "fixed"

    setup = Setup(auth_provider=Fixed())
    setup.transport.answer("GET /x/{id}", status=401)
    with pytest.raises(AuthenticationError):
        await setup.read()


@pytest.mark.parametrize(
    ("token", "kind"), [(None, TypeError), (b"x", TypeError), ("", ValueError), ("a\r\nb: c", ValueError)]
)
async def test_what_is_no_token_is_never_sent(token, kind):
    class Odd:
        async def get_access_token(self):
            return token

    setup = Setup(auth_provider=Odd())
    with pytest.raises(kind, match="auth provider"):
        await setup.read()
    assert setup.transport.requests == []


async def test_a_failed_token_request_is_retried_even_for_a_write():
    class Flaky(Tokens):
        async def get_access_token(self):
            self.number += 1
            if self.number == 2:
                raise TransportError("cut", sent=True)
            return "token"

    setup = Setup(auth_provider=Flaky())
    setup.transport.answer("POST /x", status=201)
    await setup.append()
    assert len(setup.transport.requests) == 1


async def test_an_error_of_the_applications_own_provider_reaches_the_caller_as_it_is():
    class Broken:
        async def get_access_token(self):
            raise LookupError("no vault")

    with pytest.raises(LookupError, match="no vault"):
        await Setup(auth_provider=Broken()).read()


async def test_a_wait_past_the_deadline_is_not_begun():
    setup = Setup(deadline=5.0)
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "20"})
    with pytest.raises(RateLimitError):
        await setup.read()
    assert setup.clock.sleeps == []


class Never:
    """A transport whose answer never comes."""

    async def send(self, _request):
        await asyncio.Event().wait()

    async def close(self):
        pass


async def test_a_deadline_ends_a_call_that_hangs():
    setup = Setup(deadline=0.01, transport=Never(), clock=SystemClock())
    with pytest.raises(DeadlineExceededError, match=r"0\.01 s") as caught:
        await setup.read()
    assert caught.value.sent is True
    assert caught.value.operation == "get-x"


async def test_a_timeout_error_of_somebody_elses_is_left_alone():
    class Late:
        async def get_access_token(self):
            raise TimeoutError("vault")

    with pytest.raises(TimeoutError, match="vault"):
        await Setup(auth_provider=Late(), deadline=60.0).read()


async def test_cancelling_a_call_frees_its_slot():
    setup = Setup(transport=Never())
    call = asyncio.create_task(setup.read())
    await asyncio.sleep(0.0)
    await asyncio.sleep(0.0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    async with asyncio.timeout(1):
        async with asyncio.TaskGroup() as group:
            for _ in range(10):
                group.create_task(_pass_through(setup.limiter))


async def _pass_through(limiter):
    async with limiter.slot(Admission(operation=READ, priority="interactive", since=0.0, max_wait=0.0)):
        await asyncio.sleep(0)


async def test_nothing_is_sent_after_closing_even_by_a_call_that_waits():
    class Closing(FakeClock):
        async def sleep(self, seconds):
            await setup.executor.close()

    setup = Setup(clock=Closing())
    setup.transport.answer("GET /x/{id}", status=503)
    with pytest.raises(ClientClosedError) as caught:
        await setup.read()
    assert len(setup.transport.requests) == 1
    assert caught.value.may_have_been_executed is True


async def test_a_closed_executor_refuses():
    setup = Setup()
    await setup.executor.close()
    await setup.executor.close()
    with pytest.raises(ClientClosedError) as caught:
        await setup.read()
    assert caught.value.may_have_been_executed is False


async def test_the_events_of_a_call_tell_its_story():
    setup = Setup()
    setup.transport.answer("GET /x/{id}", status=503)
    setup.transport.answer("GET /x/{id}", json=OK)
    with captured_logs() as events:
        await setup.read()
    assert [(event["event"], event["attempt"]) for event in events] == [
        ("request_sent", 1),
        ("retry_scheduled", 1),
        ("request_sent", 2),
        ("request_succeeded", 2),
    ]
    assert all(event["operation"] == "get-x" and event["route"] == "/x/{id}" for event in events)


async def test_no_token_reaches_a_log_or_a_traceback_with_locals():
    setup = Setup(max_retries=0)
    setup.transport.fail("GET /x/{id}", TransportError("cut", sent=True))
    with captured_logs() as events, pytest.raises(TransportError) as caught:
        await setup.read()
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in report.stack if "/spotify/" in frame.filename]
    assert ours
    assert not any("token-1" in value for frame in ours for value in (frame.locals or {}).values())
    assert "token-1" not in repr(events)


async def test_a_token_that_the_answer_echoes_is_not_in_the_error():
    class Fixed:
        async def get_access_token(self):
            return "BQ-an-access-token-of-some-length"

    setup = Setup(auth_provider=Fixed())
    setup.transport.answer(
        "GET /x/{id}", status=400, json={"error": {"message": "no: Bearer BQ-an-access-token-of-some-length"}}
    )
    with pytest.raises(BadRequestError) as caught:
        await setup.read()
    assert str(caught.value) == "400 no: Bearer *** (get-x)"
    assert "BQ-an" not in repr(vars(caught.value))


async def test_a_token_with_a_line_end_is_not_shown_by_its_refusal():
    class Odd:
        async def get_access_token(self):
            return "a-token\n"

    with pytest.raises(ValueError, match="auth provider") as caught:
        await Setup(auth_provider=Odd()).read()
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in report.stack if "/spotify/" in frame.filename]
    assert ours
    assert not any("a-token" in value for frame in ours for value in (frame.locals or {}).values())


class Unhurried(FakeTransport):
    """Lets others run before it answers, as a network would."""

    async def send(self, request):
        await asyncio.sleep(0)
        return await super().send(request)


async def test_identical_reads_side_by_side_are_sent_once():
    setup = Setup(transport=Unhurried())
    setup.transport.answer("GET /x/{id}", json=OK)
    assert await asyncio.gather(*(setup.read() for _ in range(20))) == [OK] * 20
    assert len(setup.transport.requests) == 1


async def test_identical_writes_side_by_side_are_all_sent():
    setup = Setup(transport=Unhurried())
    setup.transport.answer("POST /x", status=201, times=5)
    await asyncio.gather(*(setup.append() for _ in range(5)))
    assert len(setup.transport.requests) == 5


@pytest.mark.parametrize(
    "other", [{"timeout": 1.0}, {"deadline": 60.0}, {"max_retry_wait": 1.0}, {"priority": "bulk"}], ids=str
)
async def test_identical_reads_of_other_patience_are_sent_apart(other):
    setup = Setup(transport=Unhurried())
    setup.transport.answer("GET /x/{id}", json=OK, times=2)
    view = setup.executor.with_config(replace(setup.config, **other))
    call = Call(operation=READ, into=dict[str, int], arguments={"id": "1"})
    await asyncio.gather(setup.executor.execute(call), view.execute(call))
    assert len(setup.transport.requests) == 2


async def test_a_fresh_read_shares_none_that_a_cache_may_answer_and_says_so():
    setup = Setup(transport=Unhurried())
    setup.transport.answer("GET /x/{id}", json=OK, times=2)
    await asyncio.gather(setup.read(), setup.read(fresh=True))
    assert [each.headers.get("Cache-Control") for each in setup.transport.requests] == [None, "no-cache"]


async def test_reads_of_two_users_over_one_provider_are_never_shared():
    user = contextvars.ContextVar("user")

    class ByTask:
        async def get_access_token(self):
            return user.get()

    class Mirror(Unhurried):
        async def send(self, request):
            await super().send(request)
            return HttpResponse(status=200, body=json.dumps({request.authorization.reveal(): 1}).encode())

    async def read_as(setup, name):
        user.set(name)
        return await setup.read()

    setup = Setup(auth_provider=ByTask(), transport=Mirror())
    setup.transport.answer("GET /x/{id}", times=2)
    assert await asyncio.gather(read_as(setup, "ana"), read_as(setup, "bob")) == [{"Bearer ana": 1}, {"Bearer bob": 1}]


async def test_no_traceback_shows_the_document_that_could_not_be_decoded():
    setup = Setup()
    setup.transport.answer("GET /x/{id}", body=b"<html>private words</html>")
    with pytest.raises(DecodeError) as caught:
        await setup.read()
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in report.stack if "/spotify/" in frame.filename]
    assert not any("private words" in value for frame in ours for value in (frame.locals or {}).values())


async def test_retries_of_all_calls_together_are_bounded():
    setup = Setup(retry_budget=4)
    setup.transport.answer("GET /x/{id}", status=502, times=30)
    for _ in range(10):
        with pytest.raises(ServerError):
            await setup.read()
    assert len(setup.transport.requests) == 10 + 4


async def test_waiting_as_long_as_spotify_asks_costs_no_budget():
    setup = Setup(retry_budget=0)
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "1"})
    setup.transport.answer("GET /x/{id}", json=OK)
    assert await setup.read() == OK


async def test_a_harmless_use_of_an_operation_is_sent_again():
    setup = Setup()
    setup.transport.answer("POST /x", status=502)
    setup.transport.answer("POST /x", status=201)
    await setup.append(idempotent=True)
    setup.transport.assert_all_answered()


class Noted:
    """A rate limiter that writes down who came, and whether the gate was closed inside the slot."""

    def __init__(self):
        self.admissions, self.inside, self.paused_inside = [], False, []

    @asynccontextmanager
    async def slot(self, admission):
        self.admissions.append(admission)
        self.inside = True
        yield
        self.inside = False

    async def pause(self, seconds):
        self.paused_inside.append((seconds, self.inside))


async def test_the_gate_closes_before_the_refused_request_gives_its_place_back():
    limiter = Noted()
    setup = Setup(limiter=limiter, max_retries=0)
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "7"})
    with pytest.raises(RateLimitError):
        await setup.read()
    assert limiter.paused_inside == [(7.0, True)]


@pytest.mark.parametrize("header", [{}, {"Retry-After": "0"}, {"Retry-After": "soon"}, {"Retry-After": "-3"}])
async def test_a_429_that_does_not_say_how_long_closes_the_gate_for_a_moment(header):
    limiter = Noted()
    setup = Setup(limiter=limiter, max_retries=0)
    setup.transport.answer("GET /x/{id}", status=429, headers=header)
    with pytest.raises(RateLimitError):
        await setup.read()
    assert limiter.paused_inside == [(1.0, True)]


async def test_a_limiter_is_told_who_comes():
    limiter = Noted()
    setup = Setup(limiter=limiter, deadline=10.0)
    setup.transport.answer("GET /x/{id}", status=503, headers={"Retry-After": "4"})
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read(priority="bulk")
    assert [(each.operation, each.priority, each.since) for each in limiter.admissions] == [(READ, "bulk", 0.0)] * 2
    assert [each.max_wait for each in limiter.admissions] == [10.0, 6.0]


async def test_a_closed_gate_refuses_what_could_not_be_done_before_the_deadline():
    setup = Setup(deadline=10.0)
    await setup.limiter.pause(20.0)
    with pytest.raises(RateLimitError) as caught:
        await setup.read()
    assert setup.clock.sleeps == []
    assert caught.value.retry_at is not None


async def test_the_settings_say_which_calls_go_first():
    limiter = Noted()
    setup = Setup(limiter=limiter, priority="bulk")
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    assert limiter.admissions[0].priority == "bulk"


async def test_closing_ends_the_calls_under_way():
    setup = Setup(transport=Never(), clock=SystemClock())
    reading, appending = asyncio.create_task(setup.read()), asyncio.create_task(setup.append())
    await asyncio.sleep(0)
    await setup.executor.close()
    for call in (reading, appending):
        with pytest.raises(ClientClosedError, match="during the call") as caught:
            await call
        assert caught.value.may_have_been_executed is True


async def test_closing_ends_a_call_that_waits_for_its_retry():
    class Patient(FakeClock):
        async def sleep(self, seconds):
            await asyncio.Event().wait()

    setup = Setup(clock=Patient())
    setup.transport.fail("POST /x", TransportError("refused", sent=False))
    appending = asyncio.create_task(setup.append())
    await asyncio.sleep(0)
    await setup.executor.close()
    with pytest.raises(ClientClosedError) as caught:
        await appending
    assert caught.value.may_have_been_executed is False


async def test_a_cancelled_call_is_cancelled_even_while_the_client_closes():
    setup = Setup(transport=Never())
    reading = asyncio.create_task(setup.read())
    await asyncio.sleep(0)
    reading.cancel()
    await setup.executor.close()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_a_derived_executor_ends_with_the_one_it_came_from_and_not_the_other_way_round():
    setup = Setup(transport=Never(), clock=SystemClock())
    view = setup.executor.with_config(replace(setup.config, timeout=1.0))
    other = setup.executor.for_user(Tokens())
    await view.close()
    calls = [asyncio.create_task(each.execute(call_of_read())) for each in (setup.executor, other)]
    await asyncio.sleep(0)
    with pytest.raises(ClientClosedError):
        await view.execute(call_of_read())
    await setup.executor.close()
    for call in calls:
        with pytest.raises(ClientClosedError):
            await call
    with pytest.raises(ClientClosedError):
        other.for_user(Tokens())


async def test_a_view_has_its_own_settings_and_shares_the_rest():
    setup = Setup(market="DE")
    view = setup.executor.with_config(replace(setup.config, market="SE", timeout=1.0, max_retries=0))
    setup.transport.answer("GET /x/{id}", json=OK)
    setup.transport.answer("GET /x/{id}", status=502)
    await view.execute(call_of_read())
    with pytest.raises(ServerError):
        await view.execute(call_of_read())
    assert [(request.url[-9:], request.timeout) for request in setup.transport.requests] == [("market=SE", 1.0)] * 2
    assert setup.auth.number == 1


async def test_reads_with_another_timeout_do_not_share_a_request():
    setup = Setup(transport=Unhurried())
    view = setup.executor.with_config(replace(setup.config, timeout=1.0))
    setup.transport.answer("GET /x/{id}", json=OK, times=2)
    await asyncio.gather(setup.read(), view.execute(call_of_read()))
    assert sorted(request.timeout for request in setup.transport.requests) == [1.0, 30.0]


@pytest.mark.parametrize("steps", range(12))
async def test_a_call_that_is_cancelled_anywhere_leaves_nothing_behind(steps):
    class Slow(Tokens):
        async def get_access_token(self):
            await asyncio.sleep(0)
            return "token"

    setup = Setup(transport=Unhurried(), auth_provider=Slow())
    setup.transport.answer("GET /x/{id}", status=503, headers={"Retry-After": "1"})
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "1"})
    setup.transport.answer("GET /x/{id}", json=OK, times=50)
    calls = [asyncio.create_task(setup.read()) for _ in range(3)]
    for _ in range(steps):
        await asyncio.sleep(0)
    calls[0].cancel()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert outcomes[1:] == [OK, OK]
    assert await asyncio.wait_for(setup.read(), timeout=1) == OK
    assert asyncio.all_tasks() == {asyncio.current_task()}
    async with asyncio.timeout(1), asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(_pass_through(setup.limiter))


def call_of_read():
    return Call(operation=READ, into=dict[str, int], arguments={"id": "1"})
