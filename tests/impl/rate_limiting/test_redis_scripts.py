"""The Lua scripts of the rate limiter in simulated time."""

import pytest

from tests.support.simulated_redis import SimulatedRedis


@pytest.fixture
def server(redis_server):
    """A limit of 10 requests in 30 seconds."""
    server = SimulatedRedis(redis_server.url)
    yield server
    server.close()


@pytest.fixture
def with_reserve(redis_server):
    """A limit of 10 requests in 30 seconds, with a reserve of 4 for interactive calls."""
    server = SimulatedRedis(redis_server.url, bulk_limit=6)
    yield server
    server.close()


def test_no_more_than_the_limit_is_granted(server):
    assert server.exchange("a", interactive=7)["interactive"] == 7
    assert server.exchange("b", interactive=7)["interactive"] == 3
    assert server.exchange("c", interactive=7)["interactive"] == 0


def test_a_permit_expires_a_window_after_the_response(server):
    server.exchange(interactive=10)
    server.now += 2.0
    server.exchange(first=11, answered=[(number, 0.5) for number in range(1, 11)])
    server.now += 29.25
    assert server.counted() == 10
    server.now += 0.25
    assert server.exchange(interactive=10, first=11)["interactive"] == 10


def test_a_permit_without_a_report_expires_after_the_lease_and_a_window(server):
    server.exchange("dead", interactive=10)
    server.now += 89.0
    assert server.exchange("a", interactive=10)["interactive"] == 0
    server.now += 1.0
    assert server.exchange("a", interactive=10)["interactive"] == 10


def test_an_unused_permit_does_not_count(server):
    server.exchange("a", interactive=10)
    server.exchange("a", first=11, unused=[3, 4])
    assert server.exchange("b", interactive=10)["interactive"] == 2


def test_a_request_sent_without_a_permit_counts(server):
    server.exchange("a", first=5, sent=[1, 2, 3, 4])
    assert server.exchange("b", interactive=10)["interactive"] == 6


def test_an_exchange_that_runs_twice_grants_once(server):
    for _ in range(2):
        assert server.exchange("a", interactive=7)["interactive"] == 7
    assert server.counted() == 7


def test_a_response_reported_twice_counts_once(server):
    server.exchange("a", interactive=1)
    for _ in range(2):
        server.exchange("a", first=2, answered=[(1, 0.0)])
    assert server.counted() == 1


def test_a_complete_report_replaces_earlier_ones(server):
    server.exchange("a", interactive=5)
    server.exchange("b", interactive=3)
    server.exchange("a", first=20, complete=True, sent=[18], answered=[(19, 1.0)])
    assert server.counted() == 3 + 2


def test_the_reply_has_the_delay_until_a_permit_expires(server):
    server.exchange("a", interactive=10)
    server.exchange("a", first=11, answered=[(1, 3.0), (2, 2.0)])
    reply = server.exchange("b", interactive=1)
    assert (reply["interactive"], reply["delay"]) == (0, 27.0)


@pytest.mark.parametrize(("workers", "each"), [(2, 5), (5, 2), (3, 4)])
def test_with_high_demand_no_worker_gets_more_than_a_fair_share(server, workers, each):
    names = [f"w{number}" for number in range(workers)]
    server.exchange("first", interactive=10)
    for name in names:
        server.exchange(name, interactive=50)
    server.exchange("first", first=11, answered=[(number, 29.9) for number in range(1, 11)])
    server.now += 0.1
    granted = [server.exchange(name, interactive=50)["interactive"] for name in names]
    assert sum(granted) == 10
    assert max(granted) == each


def test_a_low_demand_is_met_and_the_others_share_the_rest(server):
    server.exchange("first", interactive=10)
    for name, demand in (("low", 2), ("a", 50), ("b", 50)):
        server.exchange(name, interactive=demand)
    server.exchange("first", first=11, answered=[(number, 30.0) for number in range(1, 11)])
    granted = {name: server.exchange(name, interactive=50)["interactive"] for name in ("a", "b")}
    assert granted == {"a": 4, "b": 4}
    assert server.exchange("low", interactive=2)["interactive"] == 2


def test_a_worker_above_its_share_leaves_permits_to_those_below(server):
    server.exchange("greedy", interactive=10)
    server.exchange("new", interactive=10)
    server.exchange("greedy", first=11, answered=[(1, 30.0), (2, 30.0)])
    assert server.exchange("greedy", interactive=10, first=11)["interactive"] == 0
    assert server.exchange("new", interactive=10)["interactive"] == 2


def test_without_other_demand_a_worker_gets_all_permits(server):
    server.exchange("idle", interactive=1)
    assert server.exchange("a", interactive=50)["interactive"] == 9


def test_a_demand_expires_if_its_worker_makes_no_exchange(server):
    server.exchange("a", interactive=10)
    server.exchange("dead", interactive=10)
    server.exchange("a", first=11, answered=[(number, 15.0) for number in range(1, 11)])
    server.now += 15.0
    assert server.exchange("a", interactive=10, first=11)["interactive"] == 10


def test_a_worker_counts_for_a_window(server):
    server.exchange("a", interactive=1)
    assert server.exchange("b", interactive=1)["workers"] == 2
    server.now += 30.0
    assert server.exchange("b")["workers"] == 1


def test_bulk_calls_leave_the_reserve(with_reserve):
    assert with_reserve.exchange("a", bulk=10)["bulk"] == 6
    assert with_reserve.exchange("b", interactive=10)["interactive"] == 4


def test_bulk_calls_wait_for_the_reserve_to_be_free(with_reserve):
    with_reserve.exchange("a", interactive=8)
    with_reserve.exchange("a", first=9, answered=[(1, 9.0), (2, 8.0), (3, 7.0)])
    assert with_reserve.exchange("b", bulk=1)["bulk_delay"] == 23.0


def test_bulk_calls_wait_for_interactive_calls_of_the_same_worker(with_reserve):
    reply = with_reserve.exchange("a", interactive=11, bulk=1)
    assert (reply["interactive"], reply["bulk"]) == (10, 0)


def test_bulk_calls_leave_room_for_interactive_calls_of_others(with_reserve):
    with_reserve.exchange("a", interactive=10)
    with_reserve.exchange("b", interactive=3)
    with_reserve.exchange("a", first=11, answered=[(number, 30.0) for number in range(1, 9)])
    assert with_reserve.exchange("c", bulk=10)["bulk"] == 1


def test_bulk_calls_wait_for_a_window_if_interactive_demand_takes_all(with_reserve):
    with_reserve.exchange("a", interactive=10)
    with_reserve.exchange("b", interactive=30)
    assert with_reserve.exchange("c", bulk=1)["bulk_delay"] == 30.0


def test_no_permit_is_granted_during_a_pause(server):
    server.pause(5.0)
    server.now += 3.0
    reply = server.exchange(interactive=3)
    assert (reply["pause_left"], reply["interactive"], reply["delay"]) == (2.0, 0, 2.0)


def test_a_shorter_pause_does_not_shorten_a_longer_one(server):
    server.pause(10.0)
    server.pause(1.0)
    assert server.exchange(paused=2_000_000)["pause_left"] == 10.0


def test_an_exchange_can_pause(server):
    assert server.exchange(paused=4_000_000, interactive=1)["interactive"] == 0
    assert server.exchange("b", interactive=1)["pause_left"] == 4.0


def test_after_a_pause_one_request_of_all_workers_is_sent_first(server):
    server.pause(5.0)
    server.now += 5.0
    assert [server.exchange(name, interactive=5)["interactive"] for name in "abc"] == [1, 0, 0]


def test_each_response_allows_two_more_requests(server):
    server.pause(5.0)
    server.now += 5.0
    server.exchange("a", interactive=5)
    assert server.exchange("a", interactive=5, first=2, answered=[(1, 0.0)])["interactive"] == 2


def test_responses_from_before_the_end_of_the_pause_allow_none(server):
    server.exchange("a", interactive=3)
    server.pause(5.0)
    server.now += 5.0
    server.exchange("b", interactive=1)
    assert server.exchange("a", interactive=5, first=4, answered=[(1, 0.5), (2, 4.0)])["interactive"] == 0


def test_a_slow_response_does_not_delay_the_others(server):
    server.pause(5.0)
    server.now += 5.05
    server.exchange("a", interactive=5)
    reply = server.exchange("b", interactive=5)
    assert (reply["interactive"], reply["delay"]) == (0, pytest.approx(0.05))
    server.now += 0.05
    assert server.exchange("b", interactive=5)["interactive"] == 1


def test_after_enough_responses_the_gate_is_open(redis_server):
    server = SimulatedRedis(redis_server.url, responses_to_open=2, limit=100)
    server.pause(5.0)
    server.now += 5.0
    server.exchange("a", interactive=5)
    server.exchange("a", first=2, answered=[(1, 0.0), (2, 0.0)])
    assert server.exchange("a", interactive=50, first=2)["interactive"] == 50
    server.close()


def test_without_a_limit_only_pauses_are_shared(redis_server):
    server = SimulatedRedis(redis_server.url, limit=0)
    assert server.exchange("a", interactive=500, bulk=500)["bulk"] == 500
    server.pause(5.0)
    assert server.exchange("b", interactive=1)["interactive"] == 0
    server.close()


def test_a_worker_learns_that_redis_lost_its_state(server):
    created_at = server.exchange("a", interactive=1)["created_at"]
    assert server.exchange("a", first=2, created_at=created_at)["workers"] == 1
    server.redis.flushall()
    server.now += 3.0
    lost = server.exchange("a", first=2, created_at=created_at, interactive=1)
    assert (lost["workers"], lost["interactive"], lost["age"]) == (0, 0, 0.0)
    assert lost["created_at"] != created_at


def test_the_gate_is_kept_for_the_whole_pause(server):
    server.pause(86_400.0)
    assert server.redis.pttl("gate") > 86_400_000


def test_every_key_expires(server):
    server.pause(1.0)
    server.exchange(interactive=0, bulk=1, sent=[7])
    assert all(server.redis.pttl(key) > 0 for key in server.redis.scan_iter())
