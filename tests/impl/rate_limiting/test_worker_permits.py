"""`WorkerPermits`: what a worker reports to Redis."""

from spotify.impl.rate_limiting.redis_permits import WorkerPermits


def permits_with(*, interactive=0, bulk=0, until=10.0):
    """Permits that Redis knows, numbered from 1."""
    permits = WorkerPermits()
    permits.report(0.0, requested=interactive + bulk, response_times=())
    permits.add("interactive", range(1, 1 + interactive), until=until)
    permits.add("bulk", range(1 + interactive, 1 + interactive + bulk), until=until)
    return permits


def report(permits, now=0.0):
    return permits.report(now, requested=0, response_times=())


def test_the_first_report_is_complete_and_later_ones_are_not():
    permits = WorkerPermits()
    assert [report(permits).is_complete for _ in range(2)] == [True, False]


def test_a_response_is_reported_once_with_its_age():
    permits = permits_with(interactive=1)
    permits.record_sent("interactive")
    permits.record_response(2.0)
    assert report(permits, 5.0).answered == [(1, 3.0)]
    assert report(permits, 5.0).answered == []


def test_a_response_counts_for_the_oldest_permit():
    permits = permits_with(interactive=2)
    permits.record_sent("interactive")
    permits.record_sent("interactive")
    permits.record_response(0.0)
    assert [number for number, _ in report(permits).answered] == [1]


def test_a_permit_not_used_in_time_is_returned():
    permits = permits_with(interactive=1, until=1.0)
    assert permits.allow("interactive", 0.9)
    assert not permits.allow("interactive", 1.0)
    assert report(permits).unused == [1]


def test_return_all_returns_unused_permits():
    permits = permits_with(interactive=1, bulk=1)
    permits.return_all()
    assert report(permits).unused == [1, 2]


def test_interactive_calls_may_use_permits_for_bulk_calls_but_not_vice_versa():
    assert permits_with(bulk=1).allow("interactive", 0.0)
    assert not permits_with(interactive=1).allow("bulk", 0.0)


def test_a_request_sent_without_a_permit_is_reported():
    permits = permits_with()
    permits.record_sent("bulk")
    assert report(permits).sent == [1]


def test_requested_numbers_are_not_reused():
    permits = permits_with(interactive=3)
    assert report(permits).first == 4


def test_after_a_loss_everything_is_reported_again_with_new_numbers():
    permits = permits_with(interactive=2)
    permits.record_sent("interactive")
    permits.record_sent("interactive")
    permits.record_response(4.0)
    permits.lose()
    complete = permits.report(5.0, requested=0, response_times=[4.0])
    assert (complete.is_complete, complete.sent, complete.answered) == (True, [2], [(3, 1.0)])


def test_permits_are_not_used_after_a_loss():
    permits = permits_with(interactive=1)
    permits.lose()
    assert not permits.allow("interactive", 0.0)
