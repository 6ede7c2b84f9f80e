"""`Gate`: pauses, and how it opens after them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.rate_limiting.gate import Gate
from spotify.testing import FakeClock


def sent_within(gate, clock, *, seconds):
    """Send as many requests as the gate allows, without responses; return their number."""
    sent, until = 0, clock.monotonic() + seconds
    while (wait := gate.delay_until_ready()) <= until - clock.monotonic():
        clock.advance(wait)
        gate.record_sent()
        sent += 1
    return sent


def test_it_is_open_initially():
    gate = Gate(FakeClock(), responses_to_open=50)
    assert gate.delay_until_ready() == gate.pause_left() == 0.0


def test_no_request_is_sent_during_a_pause():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    gate.pause(7.0)
    clock.advance(6.5)
    assert gate.delay_until_ready() == gate.pause_left() == 0.5


def test_one_request_is_sent_first_after_a_pause():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    gate.pause(7.0)
    clock.advance(7.0)
    assert gate.delay_until_ready() == 0.0
    gate.record_sent()
    assert gate.delay_until_ready() > 0.0


def test_each_response_allows_two_more_requests():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    gate.pause(7.0)
    clock.advance(7.0)
    sent = []
    in_flight = sent_within(gate, clock, seconds=0.0)
    for _ in range(4):
        sent.append(in_flight)
        for _ in range(in_flight):
            gate.record_response()
        in_flight = sent_within(gate, clock, seconds=0.0)
    assert sent == [1, 2, 4, 8]


def test_the_capacity_is_the_number_of_requests_that_may_be_sent():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    assert gate.capacity() == float("inf")
    gate.pause(7.0)
    assert gate.capacity() == 0
    clock.advance(7.0)
    for waited in (0.0, 0.25, 0.1, 0.3):
        clock.advance(waited)
        capacity = gate.capacity()
        assert capacity == sent_within(gate, clock, seconds=0.0)
        gate.record_response()


def test_a_slow_response_does_not_delay_the_others():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    gate.pause(7.0)
    clock.advance(7.0)
    assert 9 <= sent_within(gate, clock, seconds=1.0) <= 11


def test_it_is_fully_open_after_enough_responses():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=3)
    gate.pause(7.0)
    clock.advance(7.0)
    for _ in range(3):
        gate.record_sent()
        gate.record_response()
    for _ in range(100):
        gate.record_sent()
    assert gate.delay_until_ready() == 0.0


def test_responses_during_a_pause_do_not_open_it():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=3)
    gate.pause(7.0)
    for _ in range(10):
        gate.record_response()
    assert gate.pause_left() == 7.0
    clock.advance(7.0)
    gate.record_sent()
    assert gate.delay_until_ready() > 0.0


def test_another_pause_starts_over():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    gate.pause(7.0)
    clock.advance(7.0)
    for _ in range(20):
        gate.record_sent()
        gate.record_response()
    gate.pause(5.0)
    assert gate.delay_until_ready() == 5.0
    clock.advance(5.0)
    gate.record_sent()
    assert gate.delay_until_ready() > 0.0


def test_a_pause_of_zero_seconds_has_no_effect():
    gate = Gate(FakeClock(), responses_to_open=50)
    gate.pause(0.0)
    gate.record_sent()
    assert gate.delay_until_ready() == 0.0


@given(pauses=st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)), min_size=1, max_size=8))
def test_the_longest_pause_applies(pauses):
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    ends = 0.0
    for elapsed, seconds in pauses:
        clock.advance(elapsed)
        gate.pause(seconds)
        ends = max(ends, clock.monotonic() + seconds)
        assert gate.pause_left() == pytest.approx(max(0.0, ends - clock.monotonic()))
