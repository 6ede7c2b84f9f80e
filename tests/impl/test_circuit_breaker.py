"""The circuit breaker."""

import pytest

from spotify.impl.circuit_breaker import CircuitBreaker
from spotify.testing import FakeClock, captured_logs


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def breaker(clock):
    return CircuitBreaker("Redis at host:6379", pause=2.0, clock=clock)


def test_it_is_closed_initially(breaker):
    assert not breaker.is_open
    assert breaker.delay_until_retry() == 0.0


def test_after_a_failure_it_is_open_until_the_end_of_the_pause(breaker, clock):
    breaker.record_failure("unavailable")
    clock.advance(0.5)
    assert breaker.is_open
    assert breaker.delay_until_retry() == 1.5
    clock.advance(1.5)
    assert breaker.delay_until_retry() == 0.0


def test_a_success_closes_it(breaker):
    breaker.record_failure("unavailable")
    breaker.record_success()
    assert not breaker.is_open
    assert breaker.delay_until_retry() == 0.0


def test_an_outage_and_its_end_are_each_logged_once(breaker):
    with captured_logs() as events:
        for _ in range(3):
            breaker.record_failure("it cannot be reached")
        for _ in range(3):
            breaker.record_success()
    assert [event["event"] for event in events] == ["redis_unavailable", "redis_available"]
    assert events[0]["server"] == "Redis at host:6379"
    assert events[0]["reason"] == "it cannot be reached"
