"""What a client knows of its application's quota mode, and what teaches it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotify.config import QuotaMode
from spotify.errors import (
    ApiError,
    BadRequestError,
    EndpointUnavailableError,
    ForbiddenError,
    MissingScopeError,
    NotFoundError,
    RateLimitError,
)
from spotify.interfaces.operation import Operation
from spotify.operations import ALL_OPERATIONS
from spotify.quota import Quota, unavailable
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

GONE = EndpointUnavailableError("Forbidden", status_code=403)
TOO_LONG = BadRequestError("Invalid limit", status_code=400)

MODES: list[QuotaMode] = ["auto", "development", "extended"]

errors = st.sampled_from([GONE, TOO_LONG, NotFoundError("Not found.", status_code=404)])


def learned(*lessons: tuple[Operation, ApiError], mode: QuotaMode = "auto") -> Quota:
    quota = Quota(mode)
    for operation, error in lessons:
        quota.learn(operation, error)
    return quota


@pytest.mark.parametrize(
    ("mode", "has", "is_certain", "max_limit"),
    [("auto", True, False, 50), ("development", False, True, 10), ("extended", True, True, 50)],
)
def test_each_mode_begins_with_what_it_says(mode: QuotaMode, has: bool, is_certain: bool, max_limit: int) -> None:
    quota = Quota(mode)

    assert quota.mode == mode
    assert quota.has(REMOVED) is has
    assert quota.is_certain(REMOVED) is is_certain
    assert quota.max_limit(REDUCED) == max_limit
    assert (quota.refused, quota.reduced) == (frozenset(), frozenset())


def test_the_mode_is_found_out_unless_it_is_told() -> None:
    assert Quota().mode == "auto"


@pytest.mark.parametrize("mode", MODES)
def test_what_no_mode_lacks_is_there_for_certain(mode: QuotaMode) -> None:
    quota = Quota(mode)

    assert quota.has(KEPT)
    assert quota.is_certain(KEPT)


@pytest.mark.parametrize("mode", MODES)
def test_a_limit_that_no_mode_lowers_stays(mode: QuotaMode) -> None:
    quota = learned((LISTED, TOO_LONG), mode=mode)

    assert quota.max_limit(LISTED) == 50
    assert quota.reduced == frozenset()


@pytest.mark.parametrize("mode", MODES)
def test_what_has_no_pages_has_no_limit(mode: QuotaMode) -> None:
    assert Quota(mode).max_limit(KEPT) is None


def test_a_refusal_is_remembered_for_its_operation_alone() -> None:
    quota = learned((REMOVED, GONE))

    assert quota.refused == {"get-many-x"}
    assert not quota.has(REMOVED)
    assert quota.is_certain(REMOVED)
    assert quota.has(ALSO_REMOVED)
    assert not quota.is_certain(ALSO_REMOVED)


def test_an_answer_makes_certain_that_the_operation_is_there() -> None:
    quota = Quota()

    quota.confirm(REMOVED)

    assert quota.has(REMOVED)
    assert quota.is_certain(REMOVED)
    assert not quota.is_certain(ALSO_REMOVED)


def test_after_an_answer_a_refusal_is_about_something_else() -> None:
    quota = Quota()
    quota.confirm(REMOVED)

    quota.learn(REMOVED, GONE)

    assert quota.has(REMOVED)
    assert quota.refused == frozenset()


def test_a_refused_limit_is_remembered_for_its_operation_alone() -> None:
    other = Operation(id="list-z", method="GET", path="/z", idempotent=True, max_limit=50, development_max_limit=10)

    quota = learned((REDUCED, TOO_LONG))

    assert quota.reduced == {"list-x"}
    assert quota.max_limit(REDUCED) == 10
    assert quota.max_limit(other) == 50
    assert quota.refused == frozenset()


@pytest.mark.parametrize("message", ["Invalid limit", "invalid limit", "Invalid limit: must be at most 10"])
def test_a_refused_limit_is_known_by_spotifys_words(message: str) -> None:
    assert learned((REDUCED, BadRequestError(message, status_code=400))).reduced == {"list-x"}


@pytest.mark.parametrize(
    "error",
    [
        BadRequestError("Invalid market code", status_code=400),
        BadRequestError("Bad Request", status_code=400),
        NotFoundError("Invalid limit", status_code=404),
        RateLimitError("Invalid limit", status_code=429),
    ],
    ids=str,
)
def test_no_other_refusal_says_anything_of_limits(error: ApiError) -> None:
    assert learned((REDUCED, error)).reduced == frozenset()


@pytest.mark.parametrize(
    "error",
    [
        ForbiddenError("Forbidden", status_code=403),
        MissingScopeError("Insufficient client scope", status_code=403),
        NotFoundError("Not found.", status_code=404),
        TOO_LONG,
    ],
    ids=str,
)
def test_no_other_refusal_says_that_an_operation_is_gone(error: ApiError) -> None:
    quota = learned((REMOVED, error))

    assert quota.has(REMOVED)
    assert not quota.is_certain(REMOVED)


@pytest.mark.parametrize("mode", ["development", "extended"])
@given(lessons=st.lists(st.tuples(st.sampled_from([KEPT, REMOVED, REDUCED, LISTED]), errors)))
def test_a_mode_that_is_told_is_not_learned(mode: QuotaMode, lessons: list[tuple[Operation, ApiError]]) -> None:
    quota, fresh = learned(*lessons, mode=mode), Quota(mode)
    quota.confirm(REMOVED)

    assert (quota.refused, quota.reduced) == (frozenset(), frozenset())
    for operation in (KEPT, REMOVED, REDUCED, LISTED):
        assert quota.has(operation) == fresh.has(operation)
        assert quota.is_certain(operation) == fresh.is_certain(operation)
        assert quota.max_limit(operation) == fresh.max_limit(operation)


@given(st.data())
def test_what_is_learned_never_goes_beyond_what_development_mode_takes(data: st.DataObject) -> None:
    """Whatever is answered in whichever order: what both modes have stays, and no limit is below the lower one."""
    quota, development = Quota(), Quota("development")
    operation = st.sampled_from(ALL_OPERATIONS)
    for each, error in data.draw(st.lists(st.tuples(operation, errors | st.none()), max_size=20)):
        if error is None:
            quota.confirm(each)
        else:
            quota.learn(each, error)

    for each in ALL_OPERATIONS:
        assert quota.has(each) or not development.has(each)
        assert quota.max_limit(each) in {each.max_limit, development.max_limit(each)}
    assert quota.refused == {each.id for each in ALL_OPERATIONS if not quota.has(each)}
    assert quota.reduced == {each.id for each in ALL_OPERATIONS if quota.max_limit(each) != each.max_limit}


def test_what_was_learned_is_logged_once() -> None:
    with captured_logs() as events:
        learned((REMOVED, GONE), (REMOVED, GONE), (REDUCED, TOO_LONG), (REDUCED, TOO_LONG))

    told = [{name: event.get(name) for name in ("event", "operation", "replacement", "max_limit")} for event in events]
    assert told == [
        {"event": "quota_learned", "operation": "get-many-x", "replacement": "get-x", "max_limit": None},
        {"event": "quota_learned", "operation": "list-x", "replacement": None, "max_limit": 10},
    ]


@pytest.mark.parametrize("mode", MODES)
def test_what_teaches_nothing_is_not_logged(mode: QuotaMode) -> None:
    with captured_logs() as events:
        quota = learned((KEPT, NotFoundError("Not found.", status_code=404)), (LISTED, TOO_LONG), mode=mode)
        quota.confirm(REMOVED)

    assert events == []


def test_what_is_shown_cannot_be_changed_and_does_not_change() -> None:
    quota = Quota()
    before = quota.refused

    quota.learn(REMOVED, GONE)

    assert isinstance(before, frozenset)
    assert before == frozenset()


def test_its_repr_says_how_much_is_known() -> None:
    assert repr(learned((REMOVED, GONE), (REDUCED, TOO_LONG))) == "<Quota auto: 1 refused, 1 with reduced limits>"


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (REMOVED, "development mode on 2026-02-11: use get-x instead"),
        (ALSO_REMOVED, "development mode on 2024-11-27: nothing replaces it; apply for extended quota"),
    ],
    ids=["replaced", "not-replaced"],
)
def test_the_error_for_what_is_not_tried_says_since_when_and_what_to_do(operation: Operation, said: str) -> None:
    error = unavailable(operation)

    assert said in str(error)
    assert (error.operation, error.replacement, error.removed_on) == (
        operation.id,
        operation.replacement,
        operation.removed_on,
    )
    assert error.may_have_been_executed is False
