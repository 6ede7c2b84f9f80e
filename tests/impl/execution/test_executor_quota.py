"""Calls that the quota mode does not allow, and what the quota learns from responses."""

from __future__ import annotations

import pytest

from spotify.config import QuotaMode
from spotify.errors import (
    ApiError,
    BadRequestError,
    EndpointUnavailableError,
    ForbiddenError,
    MissingScopeError,
    NotFoundError,
    ServerError,
)
from spotify.interfaces.executor import Call
from spotify.interfaces.operation import Operation
from spotify.operations.catalogue import GET_ALBUM, GET_SEVERAL_ALBUMS, SEARCH
from spotify.operations.library import GET_USER_PROFILE
from spotify.quota import Quota
from tests.support.executor_setup import ExecutorSetup

REMOVED = [GET_SEVERAL_ALBUMS, GET_USER_PROFILE]


class QuotaSetup(ExecutorSetup):
    """An executor whose quota mode is configured."""

    def __init__(self, mode: QuotaMode = "auto") -> None:
        self.quota = Quota(mode)
        super().__init__(quota=self.quota, max_retries=0)

    def refuse(self, operation: Operation, status: int, message: str, times: int = 1) -> None:
        body = {"error": {"status": status, "message": message}}
        self.transport.answer(f"{operation.method} {operation.path}", status=status, json=body, times=times)

    async def call(self, operation: Operation) -> object:
        call: Call[object] = Call(
            operation=operation, into=object, arguments=dict.fromkeys(operation.path_parameters, "x")
        )
        return await self.executor.execute(call)

    async def error_of(self, operation: Operation) -> ApiError:
        with pytest.raises(ApiError) as caught:
            await self.call(operation)
        return caught.value


@pytest.mark.parametrize("operation", REMOVED, ids=lambda operation: operation.id)
async def test_in_development_mode_removed_operations_are_not_sent(operation: Operation) -> None:
    setup = QuotaSetup("development")

    error = await setup.error_of(operation)

    assert isinstance(error, EndpointUnavailableError)
    assert error.operation == operation.id
    assert (error.removed_on, error.replacement) == (operation.removed_on, operation.replacement)
    assert error.may_have_been_executed is False
    assert setup.transport.requests == []


@pytest.mark.parametrize("mode", ["auto", "extended"])
@pytest.mark.parametrize("operation", REMOVED, ids=lambda operation: operation.id)
async def test_in_other_modes_removed_operations_are_sent(operation: Operation, mode: QuotaMode) -> None:
    setup = QuotaSetup(mode)
    setup.transport.answer(f"{operation.method} {operation.path}", json={})

    await setup.call(operation)

    assert len(setup.transport.requests) == 1


@pytest.mark.parametrize("operation", REMOVED, ids=lambda operation: operation.id)
async def test_in_auto_a_refused_operation_is_sent_once(operation: Operation) -> None:
    setup = QuotaSetup()
    setup.refuse(operation, 403, "Forbidden")

    first, second = await setup.error_of(operation), await setup.error_of(operation)

    assert isinstance(first, EndpointUnavailableError)
    assert isinstance(second, EndpointUnavailableError)
    assert len(setup.transport.requests) == 1
    assert setup.quota.refused == {operation.id}


async def test_a_404_of_a_path_without_parameters_means_unavailable() -> None:
    setup = QuotaSetup()
    setup.refuse(GET_SEVERAL_ALBUMS, 404, "Service not found")

    assert isinstance(await setup.error_of(GET_SEVERAL_ALBUMS), EndpointUnavailableError)

    assert setup.quota.refused == {GET_SEVERAL_ALBUMS.id}


async def test_a_404_of_an_object_is_not_learned() -> None:
    setup = QuotaSetup()
    setup.refuse(GET_USER_PROFILE, 404, "No such user", times=2)

    for _ in range(2):
        assert isinstance(await setup.error_of(GET_USER_PROFILE), NotFoundError)

    assert setup.quota.refused == frozenset()
    assert len(setup.transport.requests) == 2


@pytest.mark.parametrize(
    ("operation", "status", "message", "kind"),
    [
        (GET_ALBUM, 403, "Forbidden", ForbiddenError),
        (GET_SEVERAL_ALBUMS, 403, "Insufficient client scope", MissingScopeError),
        (GET_SEVERAL_ALBUMS, 400, "invalid id", BadRequestError),
        (GET_SEVERAL_ALBUMS, 500, "Server error", ServerError),
    ],
)
async def test_other_errors_do_not_mean_unavailable(
    operation: Operation, status: int, message: str, kind: type[ApiError]
) -> None:
    setup = QuotaSetup()
    setup.refuse(operation, status, message)

    assert type(await setup.error_of(operation)) is kind

    assert setup.quota.refused == frozenset()


async def test_in_extended_quota_refusals_are_not_learned() -> None:
    setup = QuotaSetup("extended")
    setup.refuse(GET_SEVERAL_ALBUMS, 403, "Forbidden", times=2)

    for _ in range(2):
        assert isinstance(await setup.error_of(GET_SEVERAL_ALBUMS), EndpointUnavailableError)

    assert len(setup.transport.requests) == 2


async def test_a_success_confirms_the_operation() -> None:
    setup = QuotaSetup()
    setup.transport.answer("GET /albums", json={})

    await setup.call(GET_SEVERAL_ALBUMS)

    assert setup.quota.is_certain(GET_SEVERAL_ALBUMS)


async def test_a_refusal_after_a_success_is_not_learned() -> None:
    setup = QuotaSetup()
    setup.transport.answer("GET /albums", json={})
    setup.refuse(GET_SEVERAL_ALBUMS, 403, "Forbidden")
    setup.transport.answer("GET /albums", json={"albums": []})
    await setup.call(GET_SEVERAL_ALBUMS)
    await setup.error_of(GET_SEVERAL_ALBUMS)

    assert await setup.call(GET_SEVERAL_ALBUMS) == {"albums": []}


async def test_a_refused_limit_is_learned() -> None:
    setup = QuotaSetup()
    setup.refuse(SEARCH, 400, "Invalid limit")

    assert isinstance(await setup.error_of(SEARCH), BadRequestError)

    assert setup.quota.reduced == {SEARCH.id}
    assert setup.quota.max_limit(SEARCH) == 10
