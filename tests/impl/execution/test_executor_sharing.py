"""What concurrent calls and derived executors share."""

import asyncio
import contextvars
import json
from dataclasses import replace

import pytest

from spotify.errors import NotFoundError, ServerError
from spotify.interfaces.transport import HttpResponse
from spotify.testing import FakeTransport
from tests.support.executor_setup import (
    APPEND,
    OK,
    READ,
    ExecutorSetup,
    NumberedTokens,
    YieldingTransport,
)


async def test_identical_concurrent_reads_are_one_request():
    setup = ExecutorSetup(transport=YieldingTransport())
    setup.transport.answer("GET /x/{id}", json=OK)
    assert await asyncio.gather(*(setup.read() for _ in range(20))) == [OK] * 20
    assert len(setup.transport.requests) == 1


async def test_identical_concurrent_writes_are_all_sent():
    setup = ExecutorSetup(transport=YieldingTransport())
    setup.transport.answer("POST /x", status=201, times=5)
    await asyncio.gather(*(setup.append() for _ in range(5)))
    assert len(setup.transport.requests) == 5


class HeldReads(FakeTransport):
    """Responds to reads once `release` is set."""

    def __init__(self):
        super().__init__(operations=(READ, APPEND))
        self.release = asyncio.Event()

    async def send(self, request):
        if request.method == "GET":
            await self.release.wait()
        return await super().send(request)


@pytest.mark.parametrize("status", [201, 400])
async def test_a_read_after_a_write_does_not_share_a_read_from_before_it(status):
    setup = ExecutorSetup(transport=HeldReads())
    setup.transport.answer("GET /x/{id}", json=OK, times=2)
    setup.transport.answer("POST /x", status=status)
    before = asyncio.create_task(setup.read())
    await asyncio.sleep(0)
    await asyncio.wait([asyncio.create_task(setup.append())])
    after = asyncio.create_task(setup.read())
    await asyncio.sleep(0)
    setup.transport.release.set()
    assert await asyncio.gather(before, after) == [OK, OK]
    assert [request.method for request in setup.transport.requests] == ["POST", "GET", "GET"]


async def test_reads_that_share_a_refused_request_raise_separate_errors():
    setup = ExecutorSetup(transport=YieldingTransport())
    setup.transport.answer("GET /x/{id}", status=404)
    errors = await asyncio.gather(*(setup.read() for _ in range(3)), return_exceptions=True)
    assert [type(error) for error in errors] == [NotFoundError] * 3
    assert len({id(error) for error in errors}) == 3


@pytest.mark.parametrize(
    "other", [{"timeout": 1.0}, {"deadline": 60.0}, {"max_retry_wait": 1.0}, {"priority": "bulk"}], ids=str
)
async def test_reads_with_different_settings_are_not_shared(other):
    setup = ExecutorSetup(transport=YieldingTransport())
    setup.transport.answer("GET /x/{id}", json=OK, times=2)
    view = setup.executor.with_config(replace(setup.config, **other))
    await asyncio.gather(setup.read(), setup.read(view))
    assert len(setup.transport.requests) == 2


async def test_a_fresh_read_is_shared_with_fresh_reads_only_and_disables_the_cache():
    setup = ExecutorSetup(transport=YieldingTransport())
    setup.transport.answer("GET /x/{id}", json=OK, times=2)
    await asyncio.gather(setup.read(), setup.read(fresh=True))
    assert [each.headers.get("Cache-Control") for each in setup.transport.requests] == [None, "no-cache"]


async def test_reads_with_different_tokens_of_one_provider_are_not_shared():
    user = contextvars.ContextVar("user")

    class ByTask:
        async def get_access_token(self):
            return user.get()

    class Mirror(YieldingTransport):
        async def send(self, request):
            await super().send(request)
            return HttpResponse(status=200, body=json.dumps({request.authorization.reveal(): 1}).encode())

    async def read_as(setup, name):
        user.set(name)
        return await setup.read()

    setup = ExecutorSetup(auth_provider=ByTask(), transport=Mirror())
    setup.transport.answer("GET /x/{id}", times=2)
    assert await asyncio.gather(read_as(setup, "ana"), read_as(setup, "bob")) == [{"Bearer ana": 1}, {"Bearer bob": 1}]


async def test_reads_of_derived_executors_with_equal_settings_are_shared():
    setup = ExecutorSetup(transport=YieldingTransport())
    setup.transport.answer("GET /x/{id}", json=OK)
    view = setup.executor.with_config(replace(setup.config, max_retries=1))
    assert await asyncio.gather(setup.read(), setup.read(view)) == [OK, OK]
    assert len(setup.transport.requests) == 1


async def test_reads_of_two_users_are_not_shared():
    setup = ExecutorSetup(transport=YieldingTransport())
    setup.transport.answer("GET /x/{id}", json=OK, times=2)
    user = setup.executor.for_user(NumberedTokens())  # with an equal token
    await asyncio.gather(setup.read(), setup.read(user))
    assert len(setup.transport.requests) == 2


async def test_with_config_changes_the_settings_and_shares_the_rest():
    setup = ExecutorSetup(market="DE")
    view = setup.executor.with_config(replace(setup.config, market="SE", timeout=1.0, max_retries=0))
    setup.transport.answer("GET /x/{id}", json=OK)
    setup.transport.answer("GET /x/{id}", status=502)
    await setup.read(view)
    with pytest.raises(ServerError):
        await setup.read(view)
    assert [(request.url[-9:], request.timeout) for request in setup.transport.requests] == [("market=SE", 1.0)] * 2
    assert setup.auth.number == 1
