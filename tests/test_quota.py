"""What a client knows about its application's quota mode, and how it learns it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.config import QuotaMode
from spotify.interfaces.operation import Operation
from spotify.operations import ALL_OPERATIONS
from spotify.quota import KNOWLEDGE_SECONDS, Quota, QuotaRestriction
from spotify.testing import captured_logs

KEPT = Operation(id="get-x", method="GET", path="/x/{id}", idempotent=True)
REMOVED = Operation(
    id="get-many-x", method="GET", path="/x", idempotent=True, removed_on=date(2026, 2, 11), replacement="get-x"
)
ALSO_REMOVED = Operation(id="get-y", method="GET", path="/y", idempotent=True, removed_on=date(2024, 11, 27))
REDUCED = Operation(
    id="list-x", method="GET", path="/x/list", idempotent=True, default_limit=20, max_limit=50, development_max_limit=10
)
LISTED = Operation(id="list-y", method="GET", path="/y/list", idempotent=True, default_limit=20, max_limit=50)

MODES: list[QuotaMode] = ["auto", "development", "extended"]
RESTRICTIONS: list[QuotaRestriction] = ["unavailable", "limit_too_high"]


def learned(*restrictions: tuple[Operation, QuotaRestriction], mode: QuotaMode = "auto") -> Quota:
    quota = Quota(mode)
    for operation, restriction in restrictions:
        record(quota, operation, restriction)
    return quota


def record(quota: Quota, operation: Operation, restriction: QuotaRestriction = "unavailable") -> None:
    """Record the restriction; an unavailable operation as two refusals for different objects."""
    if restriction == "limit_too_high":
        quota.record_reduced_limit(operation, operation.max_limit, status_code=400, message="Invalid limit")
    else:
        for object_id in ("a", "b"):
            refuse(quota, operation, object_id=object_id)


def refuse(quota: Quota, operation: Operation, *, user: object = None, object_id: str | None = None) -> bool:
    return quota.record_refusal(operation, user=user, object_id=object_id, status_code=403, message="Forbidden")


@pytest.mark.parametrize("limit", [None, 1, 10, 51, True, "50"])
def test_a_refused_limit_that_the_quota_mode_cannot_explain_teaches_nothing(limit: object) -> None:
    quota = Quota()

    quota.record_reduced_limit(REMOVED, limit, status_code=400, message="Invalid limit")

    assert quota.reduced == frozenset()


@pytest.mark.parametrize(
    ("mode", "has", "is_certain", "max_limit"),
    [("auto", True, False, 50), ("development", False, True, 10), ("extended", True, True, 50)],
)
def test_initial_state_by_mode(mode: QuotaMode, has: bool, is_certain: bool, max_limit: int) -> None:
    quota = Quota(mode)

    assert quota.mode == mode
    assert quota.has(REMOVED) is has
    assert quota.is_certain(REMOVED) is is_certain
    assert quota.max_limit(REDUCED) == max_limit
    assert (quota.refused, quota.reduced) == (frozenset(), frozenset())


def test_the_default_mode_is_auto() -> None:
    assert Quota().mode == "auto"


@pytest.mark.parametrize("mode", MODES)
def test_operations_of_all_modes_are_always_available(mode: QuotaMode) -> None:
    quota = learned((KEPT, "unavailable"), mode=mode)

    assert quota.has(KEPT)
    assert quota.is_certain(KEPT)
    assert quota.refused == frozenset()


@pytest.mark.parametrize("mode", MODES)
def test_a_limit_that_is_the_same_in_all_modes_is_never_reduced(mode: QuotaMode) -> None:
    quota = learned((LISTED, "limit_too_high"), mode=mode)

    assert quota.max_limit(LISTED) == 50
    assert quota.reduced == frozenset()


@pytest.mark.parametrize("mode", MODES)
def test_an_operation_without_pages_has_no_limit(mode: QuotaMode) -> None:
    assert Quota(mode).max_limit(KEPT) is None


def test_an_unavailable_operation_is_remembered_alone() -> None:
    quota = learned((REMOVED, "unavailable"))

    assert quota.refused == {"get-many-x"}
    assert not quota.has(REMOVED)
    assert quota.has(ALSO_REMOVED)
    assert not quota.is_certain(ALSO_REMOVED)
    assert quota.reduced == frozenset()


def test_a_success_proves_that_the_operation_is_available() -> None:
    quota = Quota()

    quota.confirm(REMOVED)

    assert quota.has(REMOVED)
    assert quota.is_certain(REMOVED)
    assert not quota.is_certain(ALSO_REMOVED)


def test_a_refusal_after_a_success_is_not_learned() -> None:
    quota = Quota()
    quota.confirm(REMOVED)

    explained = [refuse(quota, REMOVED), refuse(quota, REMOVED)]

    assert explained == [False, False]
    assert quota.has(REMOVED)
    assert (quota.refused, dict(quota.evidence)) == (frozenset(), {})


def test_a_success_makes_earlier_refusals_void() -> None:
    quota = Quota()
    refuse(quota, REMOVED)
    quota.confirm(REMOVED)
    quota.forget()
    refuse(quota, REMOVED)

    assert quota.has(REMOVED)


def test_one_refusal_is_no_proof() -> None:
    quota = Quota()

    assert refuse(quota, REMOVED)

    assert quota.has(REMOVED)
    assert quota.refused == frozenset()
    assert [call.message for call in quota.evidence["get-many-x"]] == ["Forbidden"]


@pytest.mark.parametrize(
    ("refusals", "without"),
    [
        ([("ana", None)], set()),
        ([("ana", None), ("ana", None)], {"ana"}),
        ([("ana", "1"), ("ana", "1")], set()),
        ([("ana", "1"), ("ana", "2")], {"ana"}),
        ([("ana", None), ("bob", None)], {"ana", "bob", "cid"}),
        ([("ana", "1"), ("bob", "1")], set()),
        ([("ana", "1"), ("bob", "2")], {"ana", "bob", "cid"}),
    ],
)
def test_two_refusals_prove_it_for_their_user_and_of_two_users_for_all(
    refusals: list[tuple[str, str | None]], without: set[str]
) -> None:
    quota = Quota()

    for user, object_id in refusals:
        refuse(quota, REMOVED, user=user, object_id=object_id)

    assert {user for user in ("ana", "bob", "cid") if not quota.has(REMOVED, user)} == without


def test_knowledge_expires_after_a_day() -> None:
    now = 1_800_000_000.0
    quota = Quota(now=lambda: now)
    record(quota, REMOVED)
    record(quota, REDUCED, "limit_too_high")
    quota.confirm(ALSO_REMOVED)

    now += KNOWLEDGE_SECONDS

    assert quota.has(REMOVED)
    assert quota.max_limit(REDUCED) == 50
    assert not quota.is_certain(ALSO_REMOVED)
    assert (quota.refused, quota.reduced, dict(quota.evidence)) == (frozenset(), frozenset(), {})


@pytest.mark.parametrize("operation", ["get-many-x", None])
def test_forget_lets_the_next_call_be_sent(operation: str | None) -> None:
    quota = learned((REMOVED, "unavailable"), (ALSO_REMOVED, "unavailable"), (REDUCED, "limit_too_high"))

    quota.forget(operation)

    assert quota.has(REMOVED)
    assert quota.has(ALSO_REMOVED) is (operation is None)
    assert quota.reduced == (frozenset() if operation is None else {"list-x"})


def test_the_evidence_is_bounded() -> None:
    quota = Quota()

    for number in range(1_000):
        refuse(quota, REMOVED, user="ana", object_id=str(number))

    assert len(quota.evidence["get-many-x"]) < 20


def test_a_reduced_limit_is_remembered_for_its_operation_alone() -> None:
    other = Operation(id="list-z", method="GET", path="/z", idempotent=True, max_limit=50, development_max_limit=10)

    quota = learned((REDUCED, "limit_too_high"))

    assert quota.reduced == {"list-x"}
    assert [(call.operation, call.message) for call in quota.evidence["list-x"]] == [("list-x", "Invalid limit")]
    assert quota.max_limit(REDUCED) == 10
    assert quota.max_limit(other) == 50
    assert quota.refused == frozenset()


@pytest.mark.parametrize("mode", ["development", "extended"])
@given(
    restrictions=st.lists(st.tuples(st.sampled_from([KEPT, REMOVED, REDUCED, LISTED]), st.sampled_from(RESTRICTIONS))),
)
def test_a_configured_mode_learns_nothing(
    mode: QuotaMode, restrictions: list[tuple[Operation, QuotaRestriction]]
) -> None:
    quota, fresh = learned(*restrictions, mode=mode), Quota(mode)
    quota.confirm(REMOVED)

    assert (quota.refused, quota.reduced) == (frozenset(), frozenset())
    for operation in (KEPT, REMOVED, REDUCED, LISTED):
        assert quota.has(operation) == fresh.has(operation)
        assert quota.is_certain(operation) == fresh.is_certain(operation)
        assert quota.max_limit(operation) == fresh.max_limit(operation)


@given(st.data())
def test_auto_never_allows_less_than_development_mode(data: st.DataObject) -> None:
    quota, development = Quota(), Quota("development")
    operation = st.sampled_from(ALL_OPERATIONS)
    for each, restriction in data.draw(
        st.lists(st.tuples(operation, st.sampled_from(RESTRICTIONS) | st.none()), max_size=20)
    ):
        if restriction is None:
            quota.confirm(each)
        else:
            record(quota, each, restriction)

    for each in ALL_OPERATIONS:
        assert quota.has(each) or not development.has(each)
        assert quota.max_limit(each) in {each.max_limit, development.max_limit(each)}
    assert quota.refused == {each.id for each in ALL_OPERATIONS if not quota.has(each)}
    assert quota.reduced == {each.id for each in ALL_OPERATIONS if quota.max_limit(each) != each.max_limit}


def test_a_restriction_is_logged_once() -> None:
    with captured_logs() as events:
        learned(
            (REMOVED, "unavailable"), (REMOVED, "unavailable"), (REDUCED, "limit_too_high"), (REDUCED, "limit_too_high")
        )

    logged = [
        {name: event.get(name) for name in ("event", "operation", "replacement", "max_limit")} for event in events
    ]
    assert logged == [
        {"event": "quota_learned", "operation": "get-many-x", "replacement": "get-x", "max_limit": None},
        {"event": "quota_learned", "operation": "list-x", "replacement": None, "max_limit": 10},
    ]


@pytest.mark.parametrize("mode", MODES)
def test_a_restriction_without_effect_is_not_logged(mode: QuotaMode) -> None:
    with captured_logs() as events:
        quota = learned((KEPT, "unavailable"), (LISTED, "limit_too_high"), mode=mode)
        quota.confirm(REMOVED)

    assert events == []


def test_refused_is_a_snapshot() -> None:
    quota = Quota()
    before = quota.refused

    record(quota, REMOVED)

    assert isinstance(before, frozenset)
    assert before == frozenset()


def test_repr_counts_what_is_known() -> None:
    quota = learned((REMOVED, "unavailable"), (REDUCED, "limit_too_high"))

    assert repr(quota) == "<Quota auto: 1 refused, 1 with reduced limits>"


@pytest.mark.parametrize(
    ("operation", "message"),
    [
        (REMOVED, "applications in development mode do not have this operation since 2026-02-11: use get-x instead"),
        (ALSO_REMOVED, "since 2024-11-27: nothing replaces it. Spotify grants extended quota to organisations only"),
    ],
    ids=["replaced", "not-replaced"],
)
def test_the_error_for_an_unavailable_operation_says_since_when_and_what_to_do(
    operation: Operation, message: str
) -> None:
    error = Quota("development").unavailable(operation)

    assert str(error).startswith(f"Not sent: quota_mode is 'development' ({operation.id}); ")
    assert message in str(error)
    assert (error.operation, error.replacement, error.removed_on) == (
        operation.id,
        operation.replacement,
        operation.removed_on,
    )
    assert error.may_have_been_executed is False
