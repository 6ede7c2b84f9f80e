"""What the executor does with the rate limiter and after a 429."""

import pytest

from spotify.errors import QuotaExceededError, RateLimitError, ServerError, WaitTooLongError
from spotify.interfaces.retry import Retry
from spotify.testing import captured_logs
from tests.support.executor_setup import OK, READ, ExecutorSetup, RecordingLimiter


async def test_a_429_is_retried_after_its_pause():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "7"})
    setup.transport.answer("GET /x/{id}", json=OK, times=2)
    await setup.read()
    assert setup.clock.monotonic() == 7.0
    await setup.limiter.pause(0)
    await setup.read()


async def test_a_429_pauses_later_calls():
    setup = ExecutorSetup(max_retries=0)
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "7"})
    setup.transport.answer("GET /x/{id}", json=OK)
    with pytest.raises(RateLimitError):
        await setup.read()
    await setup.read()
    assert setup.clock.sleeps == [7.0]


async def test_a_pause_of_hours_raises_at_once_and_later_calls_are_not_sent():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "79892"})
    for _ in range(2):
        with pytest.raises(RateLimitError) as caught:
            await setup.read()
        assert caught.value.retry_after == 79_892.0
        assert caught.value.operation == "get-x"
    assert setup.clock.sleeps == []
    assert len(setup.transport.requests) == 1


async def test_a_429_without_retry_after_is_retried_after_the_backoff():
    setup = ExecutorSetup()
    setup.transport.answer("GET /x/{id}", status=429)
    setup.transport.answer("GET /x/{id}", json=OK)
    assert await setup.read() == OK
    assert setup.clock.sleeps == [1.0]


async def test_an_exceeded_quota_is_neither_retried_nor_waited_for():
    setup = ExecutorSetup()
    quota = {"error": {"status": 429, "message": "x", "reason": "QUOTA_EXCEEDED"}}
    setup.transport.answer("GET /x/{id}", status=429, json=quota, headers={"Retry-After": "5"})
    setup.transport.answer("GET /x/{id}", json=OK)
    errors = []
    for _ in range(2):
        with pytest.raises(QuotaExceededError) as caught:
            await setup.read()
        errors.append(caught.value)
    assert [error.sent for error in errors] == [True, False]
    assert setup.clock.sleeps == []
    setup.clock.advance(5.0)
    assert await setup.read() == OK


async def test_a_429_pauses_before_its_slot_is_released():
    limiter = RecordingLimiter()
    setup = ExecutorSetup(limiter=limiter, max_retries=0)
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "7"})
    with pytest.raises(RateLimitError):
        await setup.read()
    assert limiter.pauses == [(7.0, True)]


@pytest.mark.parametrize("header", [{}, {"Retry-After": "0"}, {"Retry-After": "soon"}, {"Retry-After": "-3"}])
async def test_a_429_without_a_valid_retry_after_pauses_for_one_second(header):
    limiter = RecordingLimiter()
    setup = ExecutorSetup(limiter=limiter, max_retries=0)
    setup.transport.answer("GET /x/{id}", status=429, headers=header)
    with pytest.raises(RateLimitError):
        await setup.read()
    assert limiter.pauses == [(1.0, True)]


async def test_the_admission_of_a_request():
    limiter = RecordingLimiter()
    setup = ExecutorSetup(limiter=limiter, deadline=10.0)
    setup.transport.answer("GET /x/{id}", status=503, headers={"Retry-After": "4"})
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read(priority="bulk")
    assert [(each.operation, each.priority, each.since) for each in limiter.admissions] == [(READ, "bulk", 0.0)] * 2
    assert [(each.max_wait, each.deadline) for each in limiter.admissions] == [(30.0, 10.0)] * 2


class SlowRetries:
    """A retry policy with a delay that the settings do not allow."""

    def decide(self, attempt, /):
        return Retry(attempt.max_retry_wait + 0.001)


async def test_no_retry_policy_can_wait_longer_than_max_retry_wait():
    setup = ExecutorSetup(retry_policy=SlowRetries(), max_retry_wait=7.0)
    setup.transport.answer("GET /x/{id}", status=500)
    with captured_logs() as events, pytest.raises(ServerError):
        await setup.read()
    assert setup.clock.sleeps == []
    assert events[-1]["reason"] == "wait_too_long"


async def test_a_pause_beyond_the_deadline_raises_at_once():
    setup = ExecutorSetup(deadline=10.0)
    await setup.limiter.pause(20.0)
    with pytest.raises(RateLimitError) as caught:
        await setup.read()
    assert setup.clock.sleeps == []
    assert caught.value.retry_at is not None


async def test_the_priority_setting_overrides_the_priority_of_the_call():
    limiter = RecordingLimiter()
    setup = ExecutorSetup(limiter=limiter, priority="bulk")
    setup.transport.answer("GET /x/{id}", json=OK)
    await setup.read()
    assert limiter.admissions[0].priority == "bulk"


async def test_a_wait_that_is_too_long_is_not_retried():
    setup = ExecutorSetup(max_retry_wait=5.0, max_retries=3)
    await setup.limiter.pause(5.5)
    with pytest.raises(WaitTooLongError) as caught:
        await setup.read()
    assert setup.clock.sleeps == []
    assert caught.value.operation == "get-x"
