import pytest

from spotify.impl.redis.circuit_breaker import CircuitBreaker
from spotify.testing import FakeClock, captured_logs


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def breaker(clock):
    return CircuitBreaker("Redis at host:6379", pause=2.0, clock=clock)


def test_what_has_not_failed_is_tried(breaker):
    assert not breaker.is_open
    assert breaker.delay_until_retry() == 0.0


def test_what_failed_is_left_alone_for_a_while(breaker, clock):
    breaker.record_failure("away")
    clock.advance(0.5)
    assert breaker.is_open
    assert breaker.delay_until_retry() == 1.5
    clock.advance(1.5)
    assert breaker.delay_until_retry() == 0.0


def test_what_works_again_is_used(breaker):
    breaker.record_failure("away")
    breaker.record_success()
    assert not breaker.is_open
    assert breaker.delay_until_retry() == 0.0


def test_it_says_once_that_it_is_away_and_once_that_it_is_back(breaker):
    with captured_logs() as events:
        for _ in range(3):
            breaker.record_failure("it cannot be reached")
        for _ in range(3):
            breaker.record_success()
    assert [event["event"] for event in events] == ["redis_unavailable", "redis_available"]
    assert events[0]["server"] == "Redis at host:6379"
    assert events[0]["reason"] == "it cannot be reached"
