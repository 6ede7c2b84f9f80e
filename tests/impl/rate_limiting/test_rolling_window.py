import math

from hypothesis import given
from hypothesis import strategies as st

from spotify.impl.rate_limiting.window_limit import RollingWindow


def test_as_many_as_the_limit_go_at_once():
    window = RollingWindow(30.0)
    assert [window.delay_until_ready(0.0, in_flight=n, limit=3) for n in range(4)] == [0.0, 0.0, 0.0, math.inf]


def test_a_request_counts_until_a_window_after_its_answer():
    window = RollingWindow(30.0)
    window.record_response(5.0)
    assert window.delay_until_ready(10.0, in_flight=0, limit=1) == 25.0
    assert window.delay_until_ready(35.0, in_flight=0, limit=1) == 0.0


def test_a_part_of_the_limit_can_be_kept_free():
    window = RollingWindow(30.0)
    for moment in range(8):
        window.record_response(float(moment))
    assert window.delay_until_ready(10.0, in_flight=0, limit=8) == 20.0
    assert window.delay_until_ready(10.0, in_flight=0, limit=10) == 0.0


def test_where_all_are_on_the_wire_an_answer_has_to_come_first():
    window = RollingWindow(30.0)
    window.record_response(0.0)
    assert window.delay_until_ready(1.0, in_flight=2, limit=2) == math.inf


@given(
    limit=st.integers(1, 5),
    calls=st.lists(st.tuples(st.floats(0, 20), st.floats(0, 3), st.floats(0, 1)), min_size=1, max_size=40),
)
def test_spotify_never_counts_more_than_the_limit_in_any_window(limit, calls):
    """Whenever between its sending and its answer each request arrives."""
    window, seconds = RollingWindow(10.0), 10.0
    now, arrivals, answers = 0.0, [], []
    for wish, latency, where in calls:
        now += wish / 10
        while True:
            for answer in sorted(each for each in answers if each <= now):
                window.record_response(answer)
                answers.remove(answer)
            wait = window.delay_until_ready(now, in_flight=len(answers), limit=limit)
            if wait == 0.0:
                break
            now = min([now + wait, *answers])
        arrivals.append(now + where * latency)
        answers.append(now + latency)
    arrivals.sort()
    for first, later in zip(arrivals, arrivals[limit:], strict=False):
        assert later - first >= seconds - 1e-9
