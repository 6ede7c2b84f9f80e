"""Processes that share a file store, over real sockets, and what is left when one of them is killed."""

import asyncio
import signal

import pytest

from spotify.impl.token_stores import FileTokenStore

from .served_accounts import KEY, serve


@pytest.fixture
async def served(tmp_path):
    async with serve(FileTokenStore(tmp_path / "tokens"), tmp_path / "tokens") as served:
        yield served


async def test_four_processes_share_one_refresh(served):
    assert await asyncio.gather(*(served.run() for _ in range(4))) == ["access-ana-1"] * 4
    assert served.accounts.refreshes == {"ana": 1}
    assert (await served.store.load(KEY)).refresh_token.reveal() == "ana-1"


@pytest.mark.parametrize(("step", "refreshes"), [("locked", 1), ("written", 1), ("renamed", 1)])
async def test_the_others_go_on_when_one_is_killed(served, step, refreshes):
    assert await served.run(step) == -signal.SIGKILL
    assert await asyncio.gather(*(served.run() for _ in range(2))) == ["access-ana-1"] * 2
    assert served.accounts.refreshes == {"ana": refreshes}


async def test_they_go_on_when_it_is_killed_before_its_request_was_served(served):
    await served.run_killed_before_rotation()
    assert await served.run() == "access-ana-1"


async def test_when_it_is_killed_with_the_answer_on_its_way_the_user_has_to_log_in_and_nobody_hangs(served):
    # The old refresh token is dead, and the new one is nowhere: no client can mend that.
    process = await served.start()

    async def kill():
        served.before_answer = None
        process.kill()
        await process.wait()

    served.before_answer = kill
    await process.wait()
    assert await asyncio.gather(*(served.run() for _ in range(2))) == ["ReauthorizationRequiredError"] * 2


async def test_when_it_is_killed_with_the_answer_in_memory_it_is_the_same(served):
    assert await served.run("answered") == -signal.SIGKILL
    assert await served.run() == "ReauthorizationRequiredError"
    assert (await served.store.load(KEY)).refresh_token.reveal() == "ana-0"
