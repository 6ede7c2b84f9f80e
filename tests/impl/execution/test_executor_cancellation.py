"""How calls end early: deadline, cancellation, closing."""

import asyncio
from dataclasses import replace

import pytest

from spotify.errors import (
    ClientClosedError,
    DeadlineExceededError,
    RateLimitError,
    TransportError,
)
from spotify.impl.system_clock import SystemClock
from spotify.testing import FakeClock
from tests.support.executor_setup import (
    OK,
    ExecutorSetup,
    HangingTransport,
    NumberedTokens,
    YieldingTransport,
    check_slot_is_free,
)


async def test_a_retry_after_the_deadline_is_not_scheduled():
    setup = ExecutorSetup(deadline=5.0)
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "20"})
    with pytest.raises(RateLimitError):
        await setup.read()
    assert setup.clock.sleeps == []


async def test_a_deadline_cancels_a_call():
    setup = ExecutorSetup(deadline=0.01, transport=HangingTransport(), clock=SystemClock())
    with pytest.raises(DeadlineExceededError, match=r"0\.01 s") as caught:
        await setup.read()
    assert caught.value.sent is True
    assert caught.value.operation == "get-x"


async def test_a_timeout_error_of_a_custom_provider_is_raised_unchanged():
    class Late:
        async def get_access_token(self):
            raise TimeoutError("vault")

    with pytest.raises(TimeoutError, match="vault"):
        await ExecutorSetup(auth_provider=Late(), deadline=60.0).read()


async def test_a_cancelled_call_releases_its_slot():
    setup = ExecutorSetup(transport=HangingTransport(), slots=1)
    call = asyncio.create_task(setup.read())
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await check_slot_is_free(setup.limiter)


async def test_a_call_closed_while_it_waits_sends_nothing_more():
    class Closing(FakeClock):
        async def sleep(self, seconds):
            await setup.executor.close()

    setup = ExecutorSetup(clock=Closing())
    setup.transport.answer("GET /x/{id}", status=503)
    with pytest.raises(ClientClosedError) as caught:
        await setup.read()
    assert len(setup.transport.requests) == 1
    assert caught.value.may_have_been_executed is True


async def test_a_closed_executor_refuses_calls():
    setup = ExecutorSetup()
    await setup.executor.close()
    await setup.executor.close()
    with pytest.raises(ClientClosedError) as caught:
        await setup.read()
    assert caught.value.may_have_been_executed is False


async def test_closing_cancels_running_calls():
    setup = ExecutorSetup(transport=HangingTransport(), clock=SystemClock())
    reading, appending = asyncio.create_task(setup.read()), asyncio.create_task(setup.append())
    await asyncio.sleep(0)
    await setup.executor.close()
    for call in (reading, appending):
        with pytest.raises(ClientClosedError, match="during the call") as caught:
            await call
        assert caught.value.may_have_been_executed is True


async def test_closing_cancels_a_call_that_waits_for_its_retry():
    class Endless(FakeClock):
        async def sleep(self, seconds):
            await asyncio.Event().wait()

    setup = ExecutorSetup(clock=Endless())
    setup.transport.fail("POST /x", TransportError("refused", sent=False))
    appending = asyncio.create_task(setup.append())
    await asyncio.sleep(0)
    await setup.executor.close()
    with pytest.raises(ClientClosedError) as caught:
        await appending
    assert caught.value.may_have_been_executed is False


async def test_a_call_cancelled_before_closing_raises_cancelled_error():
    setup = ExecutorSetup(transport=HangingTransport())
    reading = asyncio.create_task(setup.read())
    await asyncio.sleep(0)
    reading.cancel()
    await setup.executor.close()
    with pytest.raises(asyncio.CancelledError):
        await reading


async def test_closing_closes_derived_executors_but_not_the_parent():
    setup = ExecutorSetup(transport=HangingTransport(), clock=SystemClock())
    view = setup.executor.with_config(replace(setup.config, timeout=1.0))
    other = setup.executor.for_user(NumberedTokens())
    await view.close()
    calls = [asyncio.create_task(setup.read(each)) for each in (setup.executor, other)]
    await asyncio.sleep(0)
    with pytest.raises(ClientClosedError):
        await setup.read(view)
    await setup.executor.close()
    for call in calls:
        with pytest.raises(ClientClosedError):
            await call
    with pytest.raises(ClientClosedError):
        other.for_user(NumberedTokens())


@pytest.mark.parametrize("steps", range(12))
async def test_a_call_cancelled_at_any_step_leaves_no_task_and_no_slot(steps):
    class Slow(NumberedTokens):
        async def get_access_token(self):
            await asyncio.sleep(0)
            return "token"

    setup = ExecutorSetup(transport=YieldingTransport(), auth_provider=Slow(), slots=1)
    setup.transport.answer("GET /x/{id}", status=503, headers={"Retry-After": "1"})
    setup.transport.answer("GET /x/{id}", status=429, headers={"Retry-After": "1"})
    setup.transport.answer("GET /x/{id}", json=OK, times=50)
    calls = [asyncio.create_task(setup.read()) for _ in range(3)]
    for _ in range(steps):
        await asyncio.sleep(0)
    calls[0].cancel()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert outcomes[1:] == [OK, OK]
    assert await asyncio.wait_for(setup.read(), timeout=60) == OK
    assert asyncio.all_tasks() == {asyncio.current_task()}
    await check_slot_is_free(setup.limiter)


async def test_closing_in_another_thread_ends_the_calls_of_this_one():
    setup = ExecutorSetup(transport=HangingTransport(), clock=SystemClock())
    reading = asyncio.create_task(setup.read())
    await asyncio.sleep(0)
    await asyncio.to_thread(asyncio.run, setup.executor.close())
    with pytest.raises(ClientClosedError):
        await reading
