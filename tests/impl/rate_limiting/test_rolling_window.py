"""`RollingWindow`: how long a request counts."""

import math

from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.rate_limiting.in_process_rate_limiter import RollingWindow


def test_requests_up_to_the_limit_may_be_sent_at_once():
    window = RollingWindow(30.0)
    assert [window.delay_until_ready(0.0, in_flight=n, limit=3) for n in range(4)] == [0.0, 0.0, 0.0, math.inf]


def test_a_request_counts_until_a_window_after_its_response():
    window = RollingWindow(30.0)
    window.record_response(5.0)
    assert window.delay_until_ready(10.0, in_flight=0, limit=1) == 25.0
    assert window.delay_until_ready(35.0, in_flight=0, limit=1) == 0.0


def test_a_part_of_the_limit_can_be_reserved():
    window = RollingWindow(30.0)
    for time in range(8):
        window.record_response(float(time))
    assert window.delay_until_ready(10.0, in_flight=0, limit=8) == 20.0
    assert window.delay_until_ready(10.0, in_flight=0, limit=10) == 0.0


def test_with_all_requests_in_flight_a_response_has_to_be_received_first():
    window = RollingWindow(30.0)
    window.record_response(0.0)
    assert window.delay_until_ready(1.0, in_flight=2, limit=2) == math.inf


@given(
    limit=st.integers(1, 5),
    calls=st.lists(st.tuples(st.floats(0, 20), st.floats(0, 3), st.floats(0, 1)), min_size=1, max_size=40),
)
def test_spotify_never_counts_more_than_the_limit_in_any_window(limit, calls):
    """Each request may arrive at any time between sending and response."""
    window, seconds = RollingWindow(10.0), 10.0
    now, arrivals, responses = 0.0, [], []
    for delay, latency, where in calls:
        now += delay / 10
        while True:
            for response in sorted(time for time in responses if time <= now):
                window.record_response(response)
                responses.remove(response)
            wait = window.delay_until_ready(now, in_flight=len(responses), limit=limit)
            if wait == 0.0:
                break
            now = min([now + wait, *responses])
        arrivals.append(now + where * latency)
        responses.append(now + latency)
    arrivals.sort()
    for first, later in zip(arrivals, arrivals[limit:], strict=False):
        assert later - first >= seconds - 1e-9
