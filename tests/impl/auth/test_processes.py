"""Processes that share a file store, over real sockets, and what is left when one of them is killed."""

import asyncio
import signal
import sys
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from spotify.impl.token_stores import FileTokenStore
from spotify.interfaces import Token, TokenKey
from spotify.secret import Secret

from .rotating_accounts import RotatingAccounts

ROOT = Path(__file__).parents[3]
KEY = TokenKey(client_id="app", user="ana")


class Served:
    """The accounts service on a socket, with an old token in a file store.

    Attributes:
        before_rotation: Awaited when a refresh was asked for; None for nothing.
        before_answer: Awaited when a refresh token was rotated and the answer is not yet on its way; None for nothing.
    """

    def __init__(self, folder):
        self.accounts = RotatingAccounts()
        self.store = FileTokenStore(folder)
        self.before_answer = None
        self.before_rotation = None
        self.url = ""
        self._folder = folder

    async def answer(self, request):
        form = await request.post()
        if self.before_rotation is not None:
            await self.before_rotation()
        status, body = self.accounts.token(form["refresh_token"])
        if self.before_answer is not None:
            await self.before_answer()
        return web.json_response(body, status=status)

    async def keep_old_token(self):
        issued_at = datetime.fromtimestamp(time.time(), UTC) - timedelta(hours=2)
        token = Token(
            access_token=Secret("access-ana-0"),
            refresh_token=Secret("ana-0"),
            issued_at=issued_at,
            expires_at=issued_at + timedelta(hours=1),
            authorized_at=issued_at,
        )
        await self.store.save(KEY, token)

    async def start(self, *dies_at):
        program = str(Path(__file__).with_name("refreshing_process.py"))
        return await asyncio.create_subprocess_exec(
            sys.executable,
            program,
            self.url,
            str(self._folder),
            *dies_at,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
        )

    async def run(self, *dies_at):
        return await outcome(await self.start(*dies_at))


async def outcome(process):
    """The access token that a process got, or the name of its error; the signal that ended it, if one did."""
    output, _ = await process.communicate()
    return process.returncode or output.decode().split("\n")[-1]


@asynccontextmanager
async def serve(folder):
    served = Served(folder)
    await served.keep_old_token()
    application = web.Application()
    application.router.add_post("/api/token", served.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield served
    finally:
        await runner.cleanup()


@pytest.fixture
async def served(tmp_path):
    async with serve(tmp_path / "tokens") as served:
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
