import pytest

from tests.support.redis_time import ToldTime


@pytest.fixture
def server(redis_server):
    """A limit of 10 in 30 seconds."""
    server = ToldTime(redis_server.url)
    yield server
    server.close()


@pytest.fixture
def with_reserve(redis_server):
    """A limit of 10 in 30 seconds, of which 4 are kept free for interactive calls."""
    server = ToldTime(redis_server.url, bulk_limit=6)
    yield server
    server.close()


def test_no_more_than_the_limit_is_granted(server):
    assert server.ask("a", interactive=7)["interactive"] == 7
    assert server.ask("b", interactive=7)["interactive"] == 3
    assert server.ask("c", interactive=7)["interactive"] == 0


def test_a_permit_counts_until_a_window_after_the_answer(server):
    server.ask(interactive=10)
    server.now += 2.0
    server.ask(first=11, answered=[(number, 0.5) for number in range(1, 11)])
    server.now += 29.25
    assert server.counted() == 10
    server.now += 0.25
    assert server.ask(interactive=10, first=11)["interactive"] == 10


def test_a_permit_of_which_nothing_is_heard_counts_for_the_lease_and_a_window(server):
    server.ask("dead", interactive=10)
    server.now += 89.0
    assert server.ask("a", interactive=10)["interactive"] == 0
    server.now += 1.0
    assert server.ask("a", interactive=10)["interactive"] == 10


def test_an_unused_permit_does_not_count(server):
    server.ask("a", interactive=10)
    server.ask("a", first=11, unused=[3, 4])
    assert server.ask("b", interactive=10)["interactive"] == 2


def test_what_was_sent_without_a_permit_counts(server):
    server.ask("a", first=5, sent=[1, 2, 3, 4])
    assert server.ask("b", interactive=10)["interactive"] == 6


def test_a_question_that_is_sent_twice_is_granted_once(server):
    for _ in range(2):
        assert server.ask("a", interactive=7)["interactive"] == 7
    assert server.counted() == 7


def test_an_answer_that_is_told_twice_counts_once(server):
    server.ask("a", interactive=1)
    for _ in range(2):
        server.ask("a", first=2, answered=[(1, 0.0)])
    assert server.counted() == 1


def test_a_complete_report_replaces_what_was_known(server):
    server.ask("a", interactive=5)
    server.ask("b", interactive=3)
    server.ask("a", first=20, complete=True, sent=[18], answered=[(19, 1.0)])
    assert server.counted() == 3 + 2


def test_the_time_of_room_is_told(server):
    server.ask("a", interactive=10)
    server.ask("a", first=11, answered=[(1, 3.0), (2, 2.0)])
    answer = server.ask("b", interactive=1)
    assert (answer["interactive"], answer["room"]) == (0, 27.0)


@pytest.mark.parametrize(("workers", "each"), [(2, 5), (5, 2), (3, 4)])
def test_where_all_want_much_nobody_gets_more_than_a_fair_share(server, workers, each):
    names = [f"w{number}" for number in range(workers)]
    server.ask("first", interactive=10)
    for name in names:
        server.ask(name, interactive=50)
    server.ask("first", first=11, answered=[(number, 29.9) for number in range(1, 11)])
    server.now += 0.1
    granted = [server.ask(name, interactive=50)["interactive"] for name in names]
    assert sum(granted) == 10
    assert max(granted) == each


def test_who_wants_little_gets_it_and_the_others_share_the_rest(server):
    server.ask("first", interactive=10)
    for name, wanted in (("modest", 2), ("a", 50), ("b", 50)):
        server.ask(name, interactive=wanted)
    server.ask("first", first=11, answered=[(number, 30.0) for number in range(1, 11)])
    granted = {name: server.ask(name, interactive=50)["interactive"] for name in ("a", "b")}
    assert granted == {"a": 4, "b": 4}
    assert server.ask("modest", interactive=2)["interactive"] == 2


def test_one_who_has_all_leaves_what_comes_free_to_those_below_their_share(server):
    server.ask("greedy", interactive=10)
    server.ask("new", interactive=10)
    server.ask("greedy", first=11, answered=[(1, 30.0), (2, 30.0)])
    assert server.ask("greedy", interactive=10, first=11)["interactive"] == 0
    assert server.ask("new", interactive=10)["interactive"] == 2


def test_a_worker_alone_gets_what_there_is(server):
    server.ask("idle", interactive=1)
    assert server.ask("a", interactive=50)["interactive"] == 9


def test_a_claim_ends_when_its_worker_does_not_come_back(server):
    server.ask("a", interactive=10)
    server.ask("gone", interactive=10)
    server.ask("a", first=11, answered=[(number, 15.0) for number in range(1, 11)])
    server.now += 15.0
    assert server.ask("a", interactive=10, first=11)["interactive"] == 10


def test_workers_are_counted_for_a_window(server):
    server.ask("a", interactive=1)
    assert server.ask("b", interactive=1)["workers"] == 2
    server.now += 30.0
    assert server.ask("b")["workers"] == 1


def test_bulk_calls_leave_the_reserve(with_reserve):
    assert with_reserve.ask("a", bulk=10)["bulk"] == 6
    assert with_reserve.ask("b", interactive=10)["interactive"] == 4


def test_bulk_calls_wait_until_enough_is_free(with_reserve):
    with_reserve.ask("a", interactive=8)
    with_reserve.ask("a", first=9, answered=[(1, 9.0), (2, 8.0), (3, 7.0)])
    assert with_reserve.ask("b", bulk=1)["bulk_room"] == 23.0


def test_bulk_calls_wait_for_interactive_calls_of_the_same_worker(with_reserve):
    answer = with_reserve.ask("a", interactive=11, bulk=1)
    assert (answer["interactive"], answer["bulk"]) == (10, 0)


def test_bulk_calls_leave_room_for_interactive_calls_of_others(with_reserve):
    with_reserve.ask("a", interactive=10)
    with_reserve.ask("b", interactive=3)
    with_reserve.ask("a", first=11, answered=[(number, 30.0) for number in range(1, 9)])
    assert with_reserve.ask("c", bulk=10)["bulk"] == 1


def test_bulk_calls_that_have_no_prospect_ask_again_in_a_window(with_reserve):
    with_reserve.ask("a", interactive=10)
    with_reserve.ask("b", interactive=30)
    assert with_reserve.ask("c", bulk=1)["bulk_room"] == 30.0


def test_nothing_is_granted_while_the_gate_is_closed(server):
    server.pause(5.0)
    server.now += 3.0
    answer = server.ask(interactive=3)
    assert (answer["closed"], answer["interactive"], answer["room"]) == (2.0, 0, 2.0)


def test_a_shorter_pause_does_not_end_a_longer_one(server):
    server.pause(10.0)
    server.pause(1.0)
    assert server.ask(paused=2_000_000)["closed"] == 10.0


def test_a_pause_can_be_told_with_a_question(server):
    assert server.ask(paused=4_000_000, interactive=1)["interactive"] == 0
    assert server.ask("b", interactive=1)["closed"] == 4.0


def test_when_the_gate_opens_one_goes_first_of_all_workers(server):
    server.pause(5.0)
    server.now += 5.0
    assert [server.ask(name, interactive=5)["interactive"] for name in "abc"] == [1, 0, 0]


def test_each_answer_lets_two_more_out(server):
    server.pause(5.0)
    server.now += 5.0
    server.ask("a", interactive=5)
    assert server.ask("a", interactive=5, first=2, answered=[(1, 0.0)])["interactive"] == 2


def test_answers_from_before_the_gate_opened_let_nobody_out(server):
    server.ask("a", interactive=3)
    server.pause(5.0)
    server.now += 5.0
    server.ask("b", interactive=1)
    assert server.ask("a", interactive=5, first=4, answered=[(1, 0.5), (2, 4.0)])["interactive"] == 0


def test_a_slow_answer_does_not_hold_up_the_rest(server):
    server.pause(5.0)
    server.now += 5.05
    server.ask("a", interactive=5)
    answer = server.ask("b", interactive=5)
    assert (answer["interactive"], answer["room"]) == (0, pytest.approx(0.05))
    server.now += 0.05
    assert server.ask("b", interactive=5)["interactive"] == 1


def test_after_enough_answers_the_gate_is_open(redis_server):
    server = ToldTime(redis_server.url, full=2, limit=100)
    server.pause(5.0)
    server.now += 5.0
    server.ask("a", interactive=5)
    server.ask("a", first=2, answered=[(1, 0.0), (2, 0.0)])
    assert server.ask("a", interactive=50, first=2)["interactive"] == 50
    server.close()


def test_without_a_limit_only_the_gate_is_shared(redis_server):
    server = ToldTime(redis_server.url, limit=0)
    assert server.ask("a", interactive=500, bulk=500)["bulk"] == 500
    server.pause(5.0)
    assert server.ask("b", interactive=1)["interactive"] == 0
    server.close()


def test_a_worker_is_told_that_redis_lost_what_it_knew(server):
    born = server.ask("a", interactive=1)["born"]
    assert server.ask("a", first=2, born=born)["workers"] == 1
    server.forget()
    server.now += 3.0
    lost = server.ask("a", first=2, born=born, interactive=1)
    assert (lost["workers"], lost["interactive"], lost["age"]) == (0, 0, 0.0)
    assert lost["born"] != born


def test_a_pause_outlives_the_loss_of_an_unused_state(server):
    server.pause(86_400.0)
    assert server.redis.pttl("gate") > 86_400_000


def test_nothing_is_kept_for_ever(server):
    server.pause(1.0)
    server.ask(interactive=0, bulk=1, sent=[7])
    assert all(server.redis.pttl(key) > 0 for key in server.redis.scan_iter())
