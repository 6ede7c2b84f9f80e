"""What observers learn about calls."""

import asyncio
import logging

import pytest

from spotify import AsyncSpotifyClient, ClientConfig
from spotify.errors import AuthenticationError, NotFoundError, RateLimitError, ServerError, TransportError
from spotify.impl.observers.call_observers import CallObservers
from spotify.interfaces import AttemptInfo, Call, CallInfo, CallResult, HttpResponse, Observer, TokenRequestInfo
from spotify.testing import FakeTransport, SpotifySandbox, captured_logs
from tests.support.executor_setup import OK, READ, ExecutorSetup, YieldingTransport


class RecordingObserver:
    """Keeps everything."""

    def __init__(self) -> None:
        """Start empty."""
        self.started: list[CallInfo] = []
        self.attempts: list[AttemptInfo] = []
        self.results: list[CallResult] = []
        self.token_requests: list[TokenRequestInfo] = []

    def call_started(self, call: CallInfo, /) -> None:
        """Keep the call."""
        self.started.append(call)

    def attempt_finished(self, attempt: AttemptInfo, /) -> None:
        """Keep the attempt."""
        self.attempts.append(attempt)

    def call_finished(self, result: CallResult, /) -> None:
        """Keep the result."""
        self.results.append(result)

    def token_request_finished(self, request: TokenRequestInfo, /) -> None:
        """Keep the request."""
        self.token_requests.append(request)


class FaultyObserver:
    """Raises in each method."""

    def call_started(self, call: CallInfo, /) -> None:
        """Raise."""
        raise RuntimeError(call)

    def attempt_finished(self, attempt: AttemptInfo, /) -> None:
        """Raise."""
        raise RuntimeError(attempt)

    def call_finished(self, result: CallResult, /) -> None:
        """Raise."""
        raise RuntimeError(result)


@pytest.fixture
def observer() -> RecordingObserver:
    return RecordingObserver()


async def test_a_successful_call_is_one_attempt_and_one_result(observer):
    setup = ExecutorSetup(observers=[observer], name="nightly", daily_limit=100)
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read(priority="bulk")
    (call,), (attempt,), (result,) = observer.started, observer.attempts, observer.results
    assert (call.operation, call.client, call.priority) == (READ, "nightly", "bulk")
    assert attempt.call is result.call is call
    assert (attempt.number, attempt.status, attempt.error, attempt.sent) == (1, 200, None, True)
    assert (attempt.is_shared, attempt.from_cache, attempt.retry_in, attempt.pause) == (False, False, None, 0.0)
    assert (result.status, result.error, result.reason, result.attempts) == (200, None, None, 1)
    assert result.received_bytes == attempt.received_bytes > 0
    assert (result.requests_today, result.daily_limit) == (1, 100)


async def test_a_retry_is_an_attempt_with_a_delay_and_a_wait(observer):
    setup = ExecutorSetup(observers=[observer])
    setup.transport.answer("GET /x/{id}", status=503)
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    first, second = observer.attempts
    (result,) = observer.results
    assert (first.status, first.error, first.retry_in) == (503, ServerError, 1.0)
    assert (second.number, second.error, second.waits["retry"]) == (2, None, 1.0)
    assert (result.attempts, result.error, result.waits["retry"], result.seconds) == (2, None, 1.0, 1.0)


async def test_a_pause_and_the_wait_for_it_are_reported(observer):
    setup = ExecutorSetup(observers=[observer])
    setup.transport.answer("GET /x/{id}", status=429, headers={"retry-after": "5"})
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    first, second = observer.attempts
    assert (first.error, first.pause) == (RateLimitError, 5.0)
    assert sum(second.waits.values()) == pytest.approx(5.0)


async def test_a_failed_call_has_the_error_its_reason_and_what_may_have_happened(observer):
    setup = ExecutorSetup(observers=[observer])
    setup.transport.fail("POST /x", TransportError("cut", sent=True))
    with pytest.raises(TransportError):
        await setup.append()
    (attempt,), (result,) = observer.attempts, observer.results
    assert (attempt.error, attempt.status, attempt.retry_in) == (TransportError, None, None)
    assert (result.error, result.reason) == (TransportError, "may_have_been_executed")
    assert result.may_have_been_executed


async def test_a_cancelled_call_is_reported_as_cancelled(observer):
    setup = ExecutorSetup(observers=[observer])
    entered = asyncio.Event()

    async def wait_for_ever(_request: object, /) -> HttpResponse:
        entered.set()
        await asyncio.Event().wait()
        raise AssertionError

    setup.transport.send = wait_for_ever
    task = asyncio.ensure_future(setup.read())
    await entered.wait()
    task.cancel()
    await asyncio.wait((task,))
    (attempt,), (result,) = observer.attempts, observer.results
    assert attempt.error is result.error is asyncio.CancelledError
    assert (attempt.sent, result.may_have_been_executed) == (True, True)


async def test_calls_that_share_a_request_are_told_apart(observer):
    setup = ExecutorSetup(observers=[observer], transport=YieldingTransport())
    setup.transport.answer("GET /x/{id}", json=OK)
    await asyncio.gather(*(setup.read() for _ in range(3)))
    assert sorted((attempt.sent, attempt.is_shared) for attempt in observer.attempts) == [
        (False, True),
        (False, True),
        (True, False),
    ]


async def test_a_rejected_token_is_an_attempt_that_is_repeated_at_once(observer):
    setup = ExecutorSetup(observers=[observer])
    setup.transport.answer("GET /x/{id}", status=401)
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    assert [(each.error, each.retry_in) for each in observer.attempts] == [(AuthenticationError, 0.0), (None, None)]


async def test_wrong_arguments_are_no_call(observer):
    setup = ExecutorSetup(observers=[observer])
    with pytest.raises(ValueError, match="path"):
        await setup.executor.execute(_call_without_id())
    assert observer.started == observer.results == []


async def test_an_observer_that_raises_is_logged_once_and_does_no_harm(observer):
    setup = ExecutorSetup(observers=[FaultyObserver(), observer])
    setup.transport.answer("GET /x/{id}", json=OK, times=2)
    with captured_logs() as logs:
        assert await setup.read() == OK
        assert await setup.read() == OK
    assert len(observer.results) == 2
    (event,) = [each for each in logs if each["event"] == "observer_failed"]
    assert (event["observer"], event["error"]) == ("FaultyObserver", "RuntimeError")


async def test_a_request_names_its_operation_to_the_transport():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    assert setup.transport.requests[0].operation is READ


async def test_token_requests_and_cached_responses_are_reported(observer):
    async with (
        SpotifySandbox() as sandbox,
        sandbox.client(
            client_id=sandbox.client_id,
            client_secret=sandbox.client_secret,
            config=ClientConfig(cache="memory"),
            observers=[observer],
        ) as client,
    ):
        album = sandbox.catalogue.albums[0]
        await client.albums.get(album.id)
        await client.albums.get(album.id)
    assert [(each.grant, each.error) for each in observer.token_requests] == [("client_credentials", None)]
    assert [(each.from_cache, each.attempts) for each in observer.results] == [(False, 1), (True, 1)]


@pytest.mark.parametrize(("status", "level"), [(404, logging.INFO), (500, logging.WARNING)])
async def test_a_refusal_that_the_caller_handles_is_no_warning(status, level, caplog):
    setup = ExecutorSetup(max_retries=0)
    setup.transport.answer("GET /x/{id}", status=status)
    with caplog.at_level(logging.DEBUG, "spotify"), pytest.raises((NotFoundError, ServerError)):
        await setup.read()
    (record,) = [each for each in caplog.records if getattr(each, "event", None) == "request_failed"]
    assert record.levelno == level


async def test_the_name_of_the_client_is_in_all_events_of_its_calls(caplog):
    async with SpotifySandbox() as sandbox:
        with caplog.at_level(logging.DEBUG, "spotify"):
            for name in ("one", "two"):
                async with sandbox.client(config=ClientConfig(name=name)) as client:
                    await client.albums.get(sandbox.catalogue.albums[0].id)
    events = [(record.event, getattr(record, "client", None)) for record in caplog.records if hasattr(record, "event")]
    assert {client for event, client in events if event != "client_closed"} == {"one", "two"}


@pytest.mark.parametrize("observers", [[object()], "abc", RecordingObserver()])
def test_observers_are_checked_when_the_client_is_created(observers):
    with pytest.raises(TypeError, match="observers"):
        AsyncSpotifyClient("token", transport=FakeTransport(), observers=observers)


class AsyncCallable:
    async def __call__(self, *_):
        pass


async def async_method(*_):
    pass


@pytest.mark.parametrize("name", ["call_started", "token_request_finished"])
@pytest.mark.parametrize("method", [async_method, AsyncCallable()], ids=["function", "object"])
def test_an_observer_with_an_async_method_is_refused(name, method):
    observer = type("Asynchronous", (Observer,), {name: method})()
    with pytest.raises(TypeError, match=rf"Asynchronous\.{name} must be a plain method, not an async one"):
        AsyncSpotifyClient("token", observers=[observer])


def test_a_call_can_be_the_key_of_a_dict_and_is_frozen():
    call = CallInfo(operation=READ, client=None, api_url="https://x", user=None, priority="bulk", started_at=0.0)
    assert {call: 1}[call] == 1
    with pytest.raises(AttributeError):
        call.client = "x"


async def test_what_an_observer_inherits_from_the_protocol_is_not_called():
    class Results(Observer):
        def __init__(self) -> None:
            self.results: list[CallResult] = []

        def call_finished(self, result: CallResult, /) -> None:
            self.results.append(result)

    observer = Results()
    setup = ExecutorSetup(observers=[observer, observer])
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    observers = CallObservers([observer], config=ClientConfig(), usage=None)
    assert len(observer.results) == 2
    assert observer.results[0] is observer.results[1]
    assert (observers.call_started, observers.attempt_finished) == (None, None)
    assert observers.are_there


def test_observers_without_methods_are_none():
    class Idle(Observer):
        pass

    assert not CallObservers([Idle(), Idle()], config=ClientConfig(), usage=None).are_there


class Unhashable:
    """A callable that cannot be a member of a set, and that no comparison accepts."""

    __hash__ = None

    def __init__(self) -> None:
        """Start empty."""
        self.observed: list[object] = []

    def __eq__(self, other: object) -> bool:
        """Raise."""
        raise RuntimeError

    def __call__(self, event: object, /) -> None:
        """Keep the event."""
        self.observed.append(event)


async def test_the_methods_of_an_observer_can_be_any_callables():
    class Callables:
        call_started = attempt_finished = call_finished = Unhashable()

    setup = ExecutorSetup(observers=[Callables()])
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    assert list(map(type, Callables.call_started.observed)) == [CallInfo, AttemptInfo, CallResult]


def test_the_default_observer_costs_nothing_without_debug_logs():
    assert not CallObservers((), config=ClientConfig(), usage=None).logs_success()


def _call_without_id():
    return Call(operation=READ, into=dict[str, int], arguments={})
