"""Which request gets which fault."""

from __future__ import annotations

import random
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.testing import Fault
from spotify.testing.sandbox.faults import FaultPlan
from spotify.testing.sandbox.faults.plan import Destination
from spotify.testing.sandbox.http.messages import Request

ONE, OTHER = Fault.status(503), Fault.reset()


def planned(seed: int = 0) -> Planned:
    return Planned(seed)


class Planned:
    """A plan that is asked in a word."""

    def __init__(self, seed: int) -> None:
        self.plan = FaultPlan(seed)

    def fail(
        self, target: str, fault: Fault, *, times: int | None = None, probability: float = 1.0, after: int = 0
    ) -> Planned:
        self.plan.add(target, fault, times=times, probability=probability, after=after)
        return self

    def next(self, line: str = "GET /me", body: bytes = b"") -> Fault | None:
        method, address = line.split(" ")
        path, _, query = address.partition("?")
        request = Request(method=method, path=path, query=query, headers={}, body=body)
        return self.plan.next(request, Destination.of_web_api(request))

    def many(self, lines: list[str]) -> list[Fault | None]:
        return [self.next(line) for line in lines]


PAGES = [f"GET /me/tracks?offset={number}" for number in range(400)]


def test_an_empty_plan_is_false() -> None:
    assert not planned().plan
    assert planned().fail("*", ONE).plan


def test_without_bounds_every_request_gets_it() -> None:
    assert planned().fail("get-current-users-profile", ONE).many(["GET /me", "GET /me/tracks", "GET /me"]) == [
        ONE,
        None,
        ONE,
    ]


def test_times_is_how_many_get_it() -> None:
    plan = planned().fail("*", ONE, times=2)

    assert plan.many(["GET /me"] * 3) == [ONE, ONE, None]
    assert not plan.plan


def test_after_is_how_many_are_left_alone() -> None:
    assert planned().fail("GET *", ONE, after=2, times=1).many(["GET /me", "PUT /me", "GET /me", *["GET /me"] * 2]) == [
        None,
        None,
        None,
        ONE,
        None,
    ]


def test_what_was_asked_for_first_goes_first() -> None:
    plan = planned().fail("*", ONE, times=1).fail("*", OTHER, times=1)

    assert plan.many(["GET /me"] * 3) == [ONE, OTHER, None]


def test_requests_that_get_another_fault_are_counted() -> None:
    plan = planned().fail("*", ONE, times=1).fail("*", OTHER, after=2)

    assert plan.many(["GET /me"] * 3) == [ONE, None, OTHER]


def test_a_probability_is_the_share_that_gets_it() -> None:
    struck = planned(1).fail("*", ONE, probability=0.25).many(PAGES)

    assert 60 <= struck.count(ONE) <= 140


def test_never_and_always_are_that() -> None:
    assert planned().fail("*", ONE, probability=0.0).many(PAGES) == [None] * 400
    assert planned().fail("*", ONE, probability=1.0).many(PAGES) == [ONE] * 400


def test_the_same_seed_decides_the_same_and_another_does_not() -> None:
    decisions = [planned(seed).fail("*", ONE, probability=0.5).many(PAGES) for seed in (7, 7, 8)]

    assert decisions[0] == decisions[1] != decisions[2]


def test_it_is_decided_anew_for_each_repetition() -> None:
    assert set(planned().fail("*", ONE, probability=0.5).many(["GET /me"] * 50)) == {ONE, None}


@given(st.randoms(use_true_random=False))
def test_the_order_of_different_requests_does_not_matter(order: random.Random) -> None:
    expected = dict(zip(PAGES, planned().fail("*", ONE, probability=0.5).many(PAGES), strict=True))
    shuffled = order.sample(PAGES, len(PAGES))

    plan = planned().fail("*", ONE, probability=0.5)

    assert {line: plan.next(line) for line in shuffled} == expected


@given(st.lists(st.tuples(st.sampled_from(["GET /me", "PUT /me/player/pause", "GET /markets"]), st.binary(max_size=2))))
def test_other_requests_change_nothing(others: list[tuple[str, bytes]]) -> None:
    alone = planned().fail("*", ONE, probability=0.5).many(PAGES[:40])
    plan = planned().fail("*", ONE, probability=0.5)

    mixed = []
    for number, line in enumerate(PAGES[:40]):
        if number < len(others):
            plan.next(*others[number])
        mixed.append(plan.next(line))

    assert mixed == alone


def test_other_faults_change_nothing() -> None:
    alone = planned().fail("*", ONE, probability=0.5).many(PAGES)
    behind = planned().fail("*", OTHER, probability=0.3).fail("*", ONE, probability=0.5).many(PAGES)

    assert all(found in {OTHER, expected} for found, expected in zip(behind, alone, strict=True))
    assert behind.count(OTHER) > 50


def test_two_faults_that_are_alike_decide_apart() -> None:
    both = planned().fail("*", ONE, probability=0.5).fail("*", ONE, probability=0.5).many(PAGES)

    assert 260 <= both.count(ONE) <= 340


def test_the_body_tells_requests_apart() -> None:
    plan = planned().fail("*", ONE, probability=0.5)

    assert {plan.next("POST /me/playlists", body=bytes([number])) for number in range(50)} == {ONE, None}


def test_clearing_begins_anew() -> None:
    plan = planned().fail("*", ONE, probability=0.5)
    before = plan.many(["GET /me"] * 50)

    plan.plan.clear()

    assert plan.next() is None
    assert plan.fail("*", ONE, probability=0.5).many(["GET /me"] * 50) == before


def test_bodies_of_token_requests_do_not_count() -> None:
    def decisions(prefix: bytes) -> list[bool]:
        plan = FaultPlan(0)
        plan.add("POST /api/token", ONE, times=None, probability=0.5, after=0)
        requests = [
            Request(method="POST", path="/api/token", query="", headers={}, body=prefix + bytes([number]))
            for number in range(50)
        ]
        return [plan.next(request, Destination.of_token_endpoint(request)) is not None for request in requests]

    assert decisions(b"code=1") == decisions(b"code=2")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"probability": 1.5}, "probability must be 0 to 1, not 1.5"),
        ({"probability": -0.1}, "probability must be 0 to 1, not -0.1"),
        ({"probability": float("nan")}, "probability must be 0 to 1, not nan"),
        ({"times": 0}, "times must be 1 or more, or None for no maximum, not 0"),
        ({"after": -1}, "after must be 0 or more requests, not -1"),
    ],
)
def test_nonsense_is_refused(options: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        planned().fail("*", ONE, **options)


def test_what_is_no_fault_is_refused() -> None:
    with pytest.raises(TypeError, match=r"fault must be a Fault, not int"):
        planned().fail("*", cast("Any", 503))
