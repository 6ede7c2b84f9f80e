"""Processes that share a file store, over real sockets, and what is left when one of them is killed."""

import asyncio
import signal

import pytest
from aiohttp import web

from spotify.impl.token_stores import FileTokenStore
from tests.support.served_accounts import KEY, outcome, serve


@pytest.fixture
async def served(tmp_path):
    async with serve(FileTokenStore(tmp_path / "tokens"), tmp_path / "tokens") as served:
        yield served


async def test_four_processes_share_one_refresh(served):
    assert await asyncio.gather(*(served.run() for _ in range(4))) == ["access-ana-1"] * 4
    assert served.accounts.refreshes == {"ana": 1}
    assert (await served.store.load(KEY)).refresh_token.reveal() == "ana-1"


async def test_the_others_go_on_when_one_is_killed_that_has_the_lock_and_sent_nothing(served):
    assert await served.run("locked") == -signal.SIGKILL
    assert await asyncio.gather(*(served.run() for _ in range(2))) == ["access-ana-1"] * 2
    assert served.accounts.refreshes == {"ana": 1}


async def refuse(process):
    process.kill()
    await process.wait()
    raise web.HTTPServiceUnavailable


async def kill(process):
    process.kill()
    await process.wait()


#: Where the process dies that refreshes: by itself at a step, or killed from outside; and whether its token is saved.
#: From the rotation until the token is written, the old one is dead and the new one nowhere: no client can mend that.
MOMENTS = {
    "before its request is served": ((), {"before_rotation": refuse}, True),
    "with the answer on its way": ((), {"before_answer": kill}, False),
    "with the answer in memory": (("answered",), {}, False),
    "with the token written": (("written",), {}, True),
    "with the file renamed": (("renamed",), {}, True),
}


@pytest.mark.parametrize("moment", MOMENTS)
async def test_when_one_of_four_is_killed_the_three_who_wait_for_it_go_on_at_once(served, moment):
    dies_at, killed, is_saved = MOMENTS[moment]
    others = []

    async def before_rotation():
        served.before_rotation = None
        others.extend([await served.start() for _ in range(3)])
        assert [await other.stdout.readline() for other in others] == [b"at the lock\n"] * 3
        if "before_rotation" in killed:
            await killed["before_rotation"](first)

    async def before_answer():
        served.before_answer = None
        if "before_answer" in killed:
            await killed["before_answer"](first)

    served.before_rotation, served.before_answer = before_rotation, before_answer
    first = await served.start(*dies_at)
    assert await outcome(first) == -signal.SIGKILL
    expected = "access-ana-1" if is_saved else "ReauthorizationRequiredError"
    assert await asyncio.gather(*map(outcome, others)) == [expected] * 3
    assert served.accounts.refreshes == {"ana": 1}
    assert (await served.store.load(KEY)).refresh_token.reveal() == ("ana-1" if is_saved else "ana-0")
