from spotify.impl.rate_limiting.redis_permits import WorkerPermits


def ledger_with(*, interactive=0, bulk=0, until=10.0):
    """A ledger whose other side knows of it, with permits 1 and up in hand."""
    ledger = WorkerPermits()
    ledger.report(0.0, requested=interactive + bulk, response_times=())
    ledger.add("interactive", range(1, 1 + interactive), until=until)
    ledger.add("bulk", range(1 + interactive, 1 + interactive + bulk), until=until)
    return ledger


def told(ledger, now=0.0):
    return ledger.report(now, requested=0, response_times=())


def test_the_first_report_is_complete_and_later_ones_are_not():
    ledger = WorkerPermits()
    assert [told(ledger).is_complete for _ in range(2)] == [True, False]


def test_an_answer_is_told_once_with_its_age():
    ledger = ledger_with(interactive=1)
    ledger.record_sent("interactive")
    ledger.record_response(2.0)
    assert told(ledger, 5.0).answered == [(1, 3.0)]
    assert told(ledger, 5.0).answered == []


def test_an_answer_is_that_to_the_oldest_permit():
    ledger = ledger_with(interactive=2)
    ledger.record_sent("interactive")
    ledger.record_sent("interactive")
    ledger.record_response(0.0)
    assert [number for number, _ in told(ledger).answered] == [1]


def test_a_permit_that_was_not_used_in_time_is_given_back():
    ledger = ledger_with(interactive=1, until=1.0)
    assert ledger.allow("interactive", 0.9)
    assert not ledger.allow("interactive", 1.0)
    assert told(ledger).unused == [1]


def test_permits_that_are_dropped_are_given_back():
    ledger = ledger_with(interactive=1, bulk=1)
    ledger.return_all()
    assert told(ledger).unused == [1, 2]


def test_interactive_calls_may_use_permits_for_bulk_and_not_the_other_way_round():
    assert ledger_with(bulk=1).allow("interactive", 0.0)
    assert not ledger_with(interactive=1).allow("bulk", 0.0)


def test_what_is_sent_without_a_permit_is_told():
    ledger = ledger_with()
    ledger.record_sent("bulk")
    assert told(ledger).sent == [1]


def test_numbers_that_were_asked_for_are_not_used_again():
    ledger = ledger_with(interactive=3)
    assert told(ledger).first == 4


def test_what_was_lost_is_told_anew_with_new_numbers():
    ledger = ledger_with(interactive=2)
    ledger.record_sent("interactive")
    ledger.record_sent("interactive")
    ledger.record_response(4.0)
    ledger.lose()
    report = ledger.report(5.0, requested=0, response_times=[4.0])
    assert (report.is_complete, report.sent, report.answered) == (True, [2], [(3, 1.0)])


def test_permits_in_hand_are_not_used_after_a_loss():
    ledger = ledger_with(interactive=1)
    ledger.lose()
    assert not ledger.allow("interactive", 0.0)
