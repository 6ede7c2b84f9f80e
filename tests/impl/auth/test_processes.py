"""Processes that share a file store, over sockets, and the state after one of them is killed."""

import asyncio
import gc
import os
import signal
import time
import weakref
from contextlib import ExitStack

import pytest
from aiohttp import web

from spotify import ClientConfig, PkceAuth, ReauthorizationRequiredError, RefreshUnfinishedError, TokenStoreError
from spotify.impl.token_stores import FileTokenStore
from tests.support.scaled_clock import SkippingClock
from tests.support.scarce_resources import full_disk
from tests.support.served_accounts import KEY, serve

pytestmark = pytest.mark.slow


@pytest.fixture
async def served(tmp_path):
    async with serve(FileTokenStore(tmp_path / "tokens"), tmp_path / "tokens") as served:
        yield served


async def test_processes_share_one_refresh(served):
    assert await asyncio.gather(*(served.run() for _ in range(4))) == ["access-ana-1"] * 4
    assert served.accounts.refreshes == {"ana": 1}
    assert (await served.store.load(KEY)).refresh_token.reveal() == "ana-1"


async def test_lock_of_a_killed_process_is_released(served):
    assert await served.run("locked") == -signal.SIGKILL
    assert await asyncio.gather(*(served.run() for _ in range(2))) == ["access-ana-1"] * 2
    assert served.accounts.refreshes == {"ana": 1}


async def test_the_login_of_a_process_that_stalls_in_its_refresh_is_not_reported_lost(served, tmp_path):
    process = served.start()
    errors = []

    async def stall():
        served.before_response = None
        process.send_signal(signal.SIGSTOP)
        store = FileTokenStore(tmp_path / "tokens", lock_timeout=0.0)
        auth = PkceAuth("app", "http://127.0.0.1:8000/callback", user="ana", store=store)
        errors.extend(await asyncio.gather(auth.get_access_token(), return_exceptions=True))
        process.send_signal(signal.SIGCONT)

    served.before_response = stall
    assert await process.outcome() == "access-ana-1"
    assert [type(error) for error in errors] == [TokenStoreError]
    assert await served.run() == "access-ana-1"


async def refuse(process):
    await process.kill()
    raise web.HTTPServiceUnavailable


async def kill(process):
    await process.kill()


#: When the refreshing process is killed: the step at which it kills itself, the hook of the service that kills it, and
#: whether the token survives. Between the rotation and the write of the new token, no client can prevent its loss.
KILLS = {
    "before rotation": ((), {"before_rotation": refuse}, True),
    "before response": ((), {"before_response": kill}, False),
    "after response": (("received",), {}, False),
    "after write": (("written",), {}, True),
    "after rename": (("renamed",), {}, True),
}


@pytest.mark.parametrize("time", KILLS)
async def test_waiting_processes_continue_when_the_refreshing_one_is_killed(served, time):
    dies_at, killed, is_saved = KILLS[time]
    others = []

    async def before_rotation():
        served.before_rotation = None
        others.extend(served.start() for _ in range(3))
        for other in others:
            await other.wait_for_lock()
        if "before_rotation" in killed:
            await killed["before_rotation"](first)

    async def before_response():
        served.before_response = None
        if "before_response" in killed:
            await killed["before_response"](first)

    served.before_rotation, served.before_response = before_rotation, before_response
    first = served.start(*dies_at)
    assert await first.outcome() == -signal.SIGKILL
    expected = "access-ana-1" if is_saved else "ReauthorizationRequiredError"
    assert await asyncio.gather(*(other.outcome() for other in others)) == [expected] * 3
    assert served.accounts.refreshes == {"ana": 1}
    assert (await served.store.load(KEY)).refresh_token.reveal() == ("ana-1" if is_saved else "ana-0")


def auth_with(served, store):
    config = ClientConfig(accounts_url=served.url)
    return PkceAuth(
        "app", "http://127.0.0.1:8000/callback", user="ana", store=store, config=config, clock=SkippingClock()
    )


async def fail_to_save(served, store):
    """Refresh the token with a disk that is full when the response arrives."""
    auth = auth_with(served, store)
    with ExitStack() as stack:

        async def fill_disk():
            stack.enter_context(full_disk())

        served.before_response = fill_disk
        with pytest.raises(TokenStoreError):
            await auth.get_access_token()
        served.before_response = None
    return auth


async def test_a_login_is_not_lost_while_another_object_has_the_unsaved_token(served, tmp_path):
    first = await fail_to_save(served, FileTokenStore(tmp_path / "tokens"))
    second = auth_with(served, FileTokenStore(tmp_path / "tokens"))

    for _ in range(2):
        with pytest.raises(RefreshUnfinishedError, match="call again later"):
            await second.get_access_token()

    assert await first.get_access_token() == await second.get_access_token() == "access-ana-1"
    assert served.accounts.refreshes == {"ana": 1}
    await asyncio.gather(first.close(), second.close())


async def test_a_process_that_does_not_save_its_token_is_presumed_dead_after_15_minutes(served, tmp_path):
    first = await fail_to_save(served, FileTokenStore(tmp_path / "tokens"))
    second = auth_with(served, FileTokenStore(tmp_path / "tokens"))
    failed_at = time.time() - 16 * 60
    os.utime(served.store.path(KEY).with_suffix(".unsaved"), (failed_at, failed_at))

    with pytest.raises(ReauthorizationRequiredError) as caught:
        await second.get_access_token()

    assert "began to refresh the token 16 minutes ago and has not finished" in caught.value.advice
    await asyncio.gather(first.close(), second.close())


async def test_a_login_is_lost_with_the_object_that_had_the_token(served, tmp_path):
    first = await fail_to_save(served, FileTokenStore(tmp_path / "tokens"))
    with full_disk():
        await first.close()
    known = weakref.ref(first)
    del first
    for _ in range(10):  # until the event loop and the threads of the store have dropped it
        await asyncio.to_thread(gc.collect)
    assert known() is None

    assert await served.run() == "ReauthorizationRequiredError"


async def test_a_token_that_was_not_saved_is_not_waited_for_after_a_new_login(served, tmp_path):
    first = await fail_to_save(served, FileTokenStore(tmp_path / "tokens"))
    async with served.store.lock(KEY):
        await served.save_expired_token()

    assert await served.run() == "ReauthorizationRequiredError"
    await first.close()
