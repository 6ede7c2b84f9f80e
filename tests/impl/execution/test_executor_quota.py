"""What the executor refuses for the quota mode, and what it teaches the quota."""

from __future__ import annotations

import pytest

from spotify.config import ClientConfig, QuotaMode
from spotify.errors import (
    ApiError,
    BadRequestError,
    EndpointUnavailableError,
    ForbiddenError,
    MissingScopeError,
    NotFoundError,
    ServerError,
)
from spotify.impl.auth.static_token import StaticTokenAuth
from spotify.impl.execution.executor import RetryingExecutor
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.impl.rate_limiting import InProcessRateLimiter
from spotify.impl.serialization import MsgspecSerializer
from spotify.interfaces.executor import Call
from spotify.interfaces.operation import Operation
from spotify.operations import ALL_OPERATIONS
from spotify.operations.catalogue import GET_ALBUM, GET_SEVERAL_ALBUMS, SEARCH
from spotify.operations.library import GET_USER_PROFILE
from spotify.quota import Quota
from spotify.testing import FakeClock, FakeTransport

REMOVED = [operation for operation in ALL_OPERATIONS if not operation.development_mode]


class Setup:
    """An executor over fakes, and what it knows of the quota mode."""

    def __init__(self, mode: QuotaMode = "auto") -> None:
        clock = FakeClock()
        self.quota = Quota(mode)
        self.transport = FakeTransport()
        self.executor = RetryingExecutor.create(
            config=ClientConfig(max_retries=0),
            transport=self.transport,
            auth_provider=StaticTokenAuth("token"),
            retry_policy=BackoffRetryPolicy(base_delay=1.0, max_delay=8.0),
            serializer=MsgspecSerializer(),
            rate_limiter=InProcessRateLimiter(max_concurrency=10, clock=clock),
            clock=clock,
            quota=self.quota,
        )

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
async def test_what_development_mode_lacks_is_refused_before_any_request(operation: Operation) -> None:
    setup = Setup("development")

    error = await setup.error_of(operation)

    assert isinstance(error, EndpointUnavailableError)
    assert error.operation == operation.id
    assert (error.removed_on, error.replacement) == (operation.removed_on, operation.replacement)
    assert error.may_have_been_executed is False
    assert setup.transport.requests == []


@pytest.mark.parametrize("mode", ["auto", "extended"])
@pytest.mark.parametrize("operation", REMOVED, ids=lambda operation: operation.id)
async def test_what_may_be_there_is_tried(operation: Operation, mode: QuotaMode) -> None:
    setup = Setup(mode)
    setup.transport.answer(f"{operation.method} {operation.path}", json={})

    await setup.call(operation)

    assert len(setup.transport.requests) == 1


@pytest.mark.parametrize("operation", REMOVED, ids=lambda operation: operation.id)
async def test_a_refusal_is_learned_and_the_next_call_sends_nothing(operation: Operation) -> None:
    setup = Setup()
    setup.refuse(operation, 403, "Forbidden")

    first, second = await setup.error_of(operation), await setup.error_of(operation)

    assert isinstance(first, EndpointUnavailableError)
    assert isinstance(second, EndpointUnavailableError)
    assert len(setup.transport.requests) == 1
    assert setup.quota.refused == {operation.id}


async def test_a_path_that_is_not_there_is_an_operation_that_is_not_there() -> None:
    setup = Setup()
    setup.refuse(GET_SEVERAL_ALBUMS, 404, "Service not found")

    assert isinstance(await setup.error_of(GET_SEVERAL_ALBUMS), EndpointUnavailableError)

    assert setup.quota.refused == {GET_SEVERAL_ALBUMS.id}


async def test_an_object_that_is_not_there_teaches_nothing() -> None:
    setup = Setup()
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
async def test_no_other_error_teaches_that_an_operation_is_gone(
    operation: Operation, status: int, message: str, kind: type[ApiError]
) -> None:
    setup = Setup()
    setup.refuse(operation, status, message)

    assert type(await setup.error_of(operation)) is kind

    assert setup.quota.refused == frozenset()


async def test_in_extended_quota_a_refusal_does_not_keep_from_trying_again() -> None:
    setup = Setup("extended")
    setup.refuse(GET_SEVERAL_ALBUMS, 403, "Forbidden", times=2)

    for _ in range(2):
        assert isinstance(await setup.error_of(GET_SEVERAL_ALBUMS), EndpointUnavailableError)

    assert len(setup.transport.requests) == 2


async def test_an_answer_confirms_the_operation() -> None:
    setup = Setup()
    setup.transport.answer("GET /albums", json={})

    await setup.call(GET_SEVERAL_ALBUMS)

    assert setup.quota.is_certain(GET_SEVERAL_ALBUMS)


async def test_after_an_answer_a_refusal_is_of_that_call_alone() -> None:
    setup = Setup()
    setup.transport.answer("GET /albums", json={})
    setup.refuse(GET_SEVERAL_ALBUMS, 403, "Forbidden")
    setup.transport.answer("GET /albums", json={"albums": []})
    await setup.call(GET_SEVERAL_ALBUMS)
    await setup.error_of(GET_SEVERAL_ALBUMS)

    assert await setup.call(GET_SEVERAL_ALBUMS) == {"albums": []}


async def test_a_refused_limit_is_learned() -> None:
    setup = Setup()
    setup.refuse(SEARCH, 400, "Invalid limit")

    assert isinstance(await setup.error_of(SEARCH), BadRequestError)

    assert setup.quota.reduced == {SEARCH.id}
    assert setup.quota.max_limit(SEARCH) == 10
