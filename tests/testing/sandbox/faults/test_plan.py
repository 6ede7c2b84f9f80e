"""The plan of which request gets which fault."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spotify.testing import Fault
from spotify.testing.sandbox.faults import FaultPlan
from spotify.testing.sandbox.http.messages import Request
from spotify.testing.sandbox.web_api.web_api import Destination

ONE, OTHER = Fault.status(503), Fault.reset()


class Plan:
    """A `FaultPlan` with methods for short tests."""

    def __init__(self, seed: int = 0) -> None:
        self.faults = FaultPlan(seed)

    def fail(
        self, target: str, fault: Fault, *, times: int | None = None, probability: float = 1.0, after: int = 0
    ) -> Plan:
        self.faults.add(target, fault, times=times, probability=probability, after=after)
        return self

    def next(self, line: str = "GET /me", body: bytes = b"") -> Fault | None:
        method, address = line.split(" ")
        path, _, query = address.partition("?")
        request = Request(method=method, path=path, query=query, headers={}, body=body)
        return self.faults.next(request, Destination.of_web_api(request))

    def many(self, lines: list[str]) -> list[Fault | None]:
        return [self.next(line) for line in lines]


PAGES = [f"GET /me/tracks?offset={number}" for number in range(400)]
OTHER_LINES = ["GET /me", "PUT /me/player/pause", "GET /markets"]


def test_an_empty_plan_is_false() -> None:
    assert not Plan().faults
    assert Plan().fail("*", ONE).faults


def test_without_options_every_matching_request_gets_the_fault() -> None:
    assert Plan().fail("get-current-users-profile", ONE).many(["GET /me", "GET /me/tracks", "GET /me"]) == [
        ONE,
        None,
        ONE,
    ]


def test_times_is_the_number_of_requests_with_the_fault() -> None:
    plan = Plan().fail("*", ONE, times=2)

    assert plan.many(["GET /me"] * 3) == [ONE, ONE, None]
    assert not plan.faults


def test_after_is_the_number_of_requests_before_the_fault() -> None:
    assert Plan().fail("GET *", ONE, after=2, times=1).many(["GET /me", "PUT /me", "GET /me", *["GET /me"] * 2]) == [
        None,
        None,
        None,
        ONE,
        None,
    ]


def test_the_first_rule_that_applies_decides() -> None:
    plan = Plan().fail("*", ONE, times=1).fail("*", OTHER, times=1)

    assert plan.many(["GET /me"] * 3) == [ONE, OTHER, None]


def test_after_counts_requests_with_another_fault() -> None:
    plan = Plan().fail("*", ONE, times=1).fail("*", OTHER, after=2)

    assert plan.many(["GET /me"] * 3) == [ONE, None, OTHER]


def test_probability_is_the_share_of_requests_with_the_fault() -> None:
    faults = Plan(1).fail("*", ONE, probability=0.25).many(PAGES)

    assert 60 <= faults.count(ONE) <= 140


def test_probability_0_is_never_and_1_is_always() -> None:
    assert Plan().fail("*", ONE, probability=0.0).many(PAGES) == [None] * 400
    assert Plan().fail("*", ONE, probability=1.0).many(PAGES) == [ONE] * 400


def test_decisions_depend_on_the_seed_only() -> None:
    decisions = [Plan(seed).fail("*", ONE, probability=0.5).many(PAGES) for seed in (7, 7, 8)]

    assert decisions[0] == decisions[1] != decisions[2]


def test_equal_requests_get_separate_decisions() -> None:
    assert set(Plan().fail("*", ONE, probability=0.5).many(["GET /me"] * 50)) == {ONE, None}


@settings(max_examples=30)
@given(order=st.permutations(PAGES[:40]))
def test_decisions_do_not_depend_on_the_order_of_different_requests(order: list[str]) -> None:
    expected = dict(zip(PAGES[:40], Plan().fail("*", ONE, probability=0.5).many(PAGES[:40]), strict=True))

    plan = Plan().fail("*", ONE, probability=0.5)

    assert {line: plan.next(line) for line in order} == expected


@settings(max_examples=30)
@given(others=st.lists(st.tuples(st.sampled_from(OTHER_LINES), st.binary(max_size=2)), min_size=1, max_size=40))
def test_decisions_do_not_depend_on_other_requests(others: list[tuple[str, bytes]]) -> None:
    alone = Plan().fail("*", ONE, probability=0.5).many(PAGES[:40])
    plan = Plan().fail("*", ONE, probability=0.5)

    mixed = []
    for number, line in enumerate(PAGES[:40]):
        if number < len(others):
            plan.next(*others[number])
        mixed.append(plan.next(line))

    assert mixed == alone


def test_decisions_do_not_depend_on_other_rules() -> None:
    alone = Plan().fail("*", ONE, probability=0.5).many(PAGES)
    behind = Plan().fail("*", OTHER, probability=0.3).fail("*", ONE, probability=0.5).many(PAGES)

    assert all(fault in {OTHER, expected} for fault, expected in zip(behind, alone, strict=True))
    assert behind.count(OTHER) > 50


def test_equal_rules_decide_independently() -> None:
    both = Plan().fail("*", ONE, probability=0.5).fail("*", ONE, probability=0.5).many(PAGES)

    assert 260 <= both.count(ONE) <= 340


def test_requests_with_different_bodies_get_separate_decisions() -> None:
    plan = Plan().fail("*", ONE, probability=0.5)

    assert {plan.next("POST /me/playlists", body=bytes([number])) for number in range(50)} == {ONE, None}


def test_clear_restarts_from_the_seed() -> None:
    plan = Plan().fail("*", ONE, probability=0.5)
    before = plan.many(["GET /me"] * 50)

    plan.faults.clear()

    assert plan.next() is None
    assert plan.fail("*", ONE, probability=0.5).many(["GET /me"] * 50) == before


def test_decisions_do_not_depend_on_bodies_of_token_requests() -> None:
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
    ("options", "message"),
    [
        ({"probability": 1.5}, "probability must be 0 to 1, not 1.5"),
        ({"probability": -0.1}, "probability must be 0 to 1, not -0.1"),
        ({"probability": float("nan")}, "probability must be 0 to 1, not nan"),
        ({"times": 0}, "times must be 1 or more, or None for no maximum, not 0"),
        ({"after": -1}, "after must be 0 or more requests, not -1"),
    ],
)
def test_invalid_options_are_rejected(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Plan().fail("*", ONE, **options)


def test_a_fault_of_another_type_is_rejected() -> None:
    unchecked: Any = 503

    with pytest.raises(TypeError, match=r"fault must be a Fault, not int"):
        Plan().fail("*", unchecked)
