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
from spotify.impl.auth import StaticTokenAuth
from spotify.interfaces.executor import Argument, Call
from spotify.interfaces.operation import Operation
from spotify.operations import ALL_OPERATIONS
from spotify.operations.catalogue import GET_ALBUM, GET_SEVERAL_ALBUMS, SEARCH
from spotify.operations.library import GET_USER_PROFILE
from spotify.quota import Quota
from tests.support.executor_setup import ExecutorSetup
from tests.support.failures import async_failures

REMOVED = {operation.id: operation for operation in ALL_OPERATIONS if not operation.development_mode}


class QuotaSetup(ExecutorSetup):
    """An executor whose quota mode is configured."""

    def __init__(self, mode: QuotaMode = "auto") -> None:
        self.quota = Quota(mode)
        super().__init__(quota=self.quota, max_retries=0)

    def refuse(self, operation: Operation, status: int, message: str, times: int = 1) -> None:
        body = {"error": {"status": status, "message": message}}
        self.transport.answer(f"{operation.method} {operation.path}", status=status, json=body, times=times)

    async def call(self, operation: Operation, object_id: str = "x") -> object:
        arguments: dict[str, Argument] = dict.fromkeys(operation.path_parameters, object_id)
        if operation.max_limit is not None:
            arguments["limit"] = operation.max_limit
        call: Call[object] = Call(operation=operation, into=object, arguments=arguments)
        return await self.executor.execute(call)

    async def error_of(self, operation: Operation, object_id: str = "x") -> ApiError:
        with pytest.raises(ApiError) as caught:
            await self.call(operation, object_id)
        return caught.value


async def test_in_development_mode_removed_operations_are_not_sent() -> None:
    async def check(operation: Operation) -> None:
        setup = QuotaSetup("development")

        error = await setup.error_of(operation)

        assert isinstance(error, EndpointUnavailableError)
        assert error.operation == operation.id
        assert (error.removed_on, error.replacement) == (operation.removed_on, operation.replacement)
        assert error.may_have_been_executed is False
        assert setup.transport.requests == []

    assert await async_failures(check, REMOVED) == {}


@pytest.mark.parametrize("mode", ["auto", "extended"])
async def test_in_other_modes_removed_operations_are_sent(mode: QuotaMode) -> None:
    async def check(operation: Operation) -> None:
        setup = QuotaSetup(mode)
        setup.transport.answer(f"{operation.method} {operation.path}", json={})

        await setup.call(operation)

        assert len(setup.transport.requests) == 1

    assert await async_failures(check, REMOVED) == {}


async def test_in_auto_an_operation_refused_twice_is_not_sent_again() -> None:
    async def check(operation: Operation) -> None:
        setup = QuotaSetup()
        setup.refuse(operation, 403, "Forbidden", times=2)

        errors = [await setup.error_of(operation, f"x{number}") for number in range(3)]

        assert [type(error) for error in errors] == [EndpointUnavailableError] * 3
        assert [error.sent for error in errors] == [True, True, False]
        assert "refused this operation 2 times" in str(errors[2])
        assert len(setup.transport.requests) == 2
        assert setup.quota.refused == {operation.id}

    assert await async_failures(check, REMOVED) == {}


def test_development_mode_lacks_many_operations() -> None:
    assert len(REMOVED) > 40


async def test_an_operation_refused_twice_for_one_object_is_sent_for_another() -> None:
    setup = QuotaSetup()
    setup.refuse(GET_USER_PROFILE, 403, "Forbidden", times=3)

    for user in ("ana", "ana", "bob"):
        error = await setup.error_of(GET_USER_PROFILE, user)

    assert error.sent
    assert setup.quota.refused == {GET_USER_PROFILE.id}


async def test_an_operation_refused_for_one_user_is_sent_for_another() -> None:
    setup = QuotaSetup()
    setup.refuse(GET_SEVERAL_ALBUMS, 403, "Forbidden", times=2)
    for _ in range(2):
        await setup.error_of(GET_SEVERAL_ALBUMS)
    setup.executor = setup.executor.for_user(StaticTokenAuth("another-user"))
    setup.transport.answer("GET /albums", json={})

    await setup.call(GET_SEVERAL_ALBUMS)

    assert setup.quota.is_certain(GET_SEVERAL_ALBUMS)
    assert setup.quota.refused == frozenset()


@pytest.mark.parametrize(
    "body",
    [
        b"<html><title>Access denied</title></html>",
        b"User not registered in the Developer Dashboard",
        b"Active premium subscription required for the owner of the app.",
        b"",
        b'{"error": {"status": 403, "message": "You cannot follow this playlist"}}',
        b'{"error": {"status": 403, "message": "Player command failed", "reason": "PREMIUM_REQUIRED"}}',
        b'{"error": {"status": 403, "message": "Insufficient client scope"}}',
        b'{"message": "Forbidden"}',
    ],
)
async def test_a_403_that_is_not_about_the_operation_is_not_learned(body: bytes) -> None:
    setup = QuotaSetup()
    setup.transport.answer("GET /albums", status=403, body=body, times=5)

    for _ in range(5):
        assert not isinstance(await setup.error_of(GET_SEVERAL_ALBUMS), EndpointUnavailableError)

    assert len(setup.transport.requests) == 5
    assert dict(setup.quota.evidence) == {}


async def test_a_404_of_a_path_without_parameters_means_unavailable() -> None:
    setup = QuotaSetup()
    setup.refuse(GET_SEVERAL_ALBUMS, 404, "Service not found", times=2)

    for _ in range(2):
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
    assert type(await setup.error_of(GET_SEVERAL_ALBUMS)) is ForbiddenError  # Spotify did not remove the operation

    assert await setup.call(GET_SEVERAL_ALBUMS) == {"albums": []}


async def test_a_refused_limit_is_learned() -> None:
    setup = QuotaSetup()
    setup.refuse(SEARCH, 400, "Invalid limit")

    assert isinstance(await setup.error_of(SEARCH), BadRequestError)

    assert setup.quota.reduced == {SEARCH.id}
    assert setup.quota.max_limit(SEARCH) == 10
