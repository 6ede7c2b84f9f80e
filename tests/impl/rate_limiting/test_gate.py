import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.errors import RateLimitError
from spotify.impl.rate_limiting.gate import Gate
from spotify.testing import FakeClock


def passing(gate, clock, *, seconds):
    """How many pass in so many seconds when all who can do, and nobody is answered."""
    passed, until = 0, clock.monotonic() + seconds
    while (wait := gate.delay_until_ready()) <= until - clock.monotonic():
        clock.advance(wait)
        gate.record_sent()
        passed += 1
    return passed


def test_it_is_open_at_first():
    gate = Gate(FakeClock(), responses_to_open=50)
    assert gate.delay_until_ready() == gate.pause_left() == 0.0


def test_nobody_passes_while_it_is_closed():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    gate.pause(7.0)
    clock.advance(6.5)
    assert gate.delay_until_ready() == gate.pause_left() == 0.5


def test_one_goes_first_when_it_opens():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    gate.pause(7.0)
    clock.advance(7.0)
    assert gate.delay_until_ready() == 0.0
    gate.record_sent()
    assert gate.delay_until_ready() > 0.0


def test_each_answer_lets_two_more_out():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    gate.pause(7.0)
    clock.advance(7.0)
    out = []
    on_the_wire = passing(gate, clock, seconds=0.0)
    for _ in range(4):
        out.append(on_the_wire)
        for _ in range(on_the_wire):
            gate.record_response()
        on_the_wire = passing(gate, clock, seconds=0.0)
    assert out == [1, 2, 4, 8]


def test_as_many_have_room_as_pass():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    assert gate.capacity() == float("inf")
    gate.pause(7.0)
    assert gate.capacity() == 0
    clock.advance(7.0)
    for waited in (0.0, 0.25, 0.1, 0.3):
        clock.advance(waited)
        room = gate.capacity()
        assert room == passing(gate, clock, seconds=0.0)
        gate.record_response()


def test_a_slow_answer_does_not_hold_up_the_rest():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    gate.pause(7.0)
    clock.advance(7.0)
    assert 9 <= passing(gate, clock, seconds=1.0) <= 11


def test_after_enough_answers_it_is_as_open_as_before():
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


def test_answers_of_requests_from_before_do_not_open_it():
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=3)
    gate.pause(7.0)
    for _ in range(10):
        gate.record_response()
    assert gate.pause_left() == 7.0
    clock.advance(7.0)
    gate.record_sent()
    assert gate.delay_until_ready() > 0.0


def test_another_refusal_begins_it_anew():
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


def test_a_pause_of_no_length_changes_nothing():
    gate = Gate(FakeClock(), responses_to_open=50)
    gate.pause(0.0)
    gate.record_sent()
    assert gate.delay_until_ready() == 0.0


@given(pauses=st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e5)), min_size=1))
def test_the_longest_pause_holds(pauses):
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    ends = 0.0
    for passed, seconds in pauses:
        clock.advance(passed)
        gate.pause(seconds)
        ends = max(ends, clock.monotonic() + seconds)
        assert gate.pause_left() == pytest.approx(max(0.0, ends - clock.monotonic()))


@given(closed=st.floats(0.001, 1e6), patience=st.floats(0, 1e6))
def test_only_whoever_would_wait_too_long_is_refused(closed, patience):
    clock = FakeClock()
    gate = Gate(clock, responses_to_open=50)
    gate.pause(closed)
    if closed <= patience:
        assert gate.check_wait(patience) == closed
    else:
        with pytest.raises(RateLimitError) as caught:
            gate.check_wait(patience)
        assert caught.value.retry_after == closed
