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
        process = await self.start(*dies_at)
        output, _ = await process.communicate()
        return output.decode().strip() or process.returncode


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


@pytest.mark.parametrize(("step", "refreshes"), [("locked", 1), ("written", 1), ("renamed", 1)])
async def test_the_others_go_on_when_one_is_killed(served, step, refreshes):
    assert await served.run(step) == -signal.SIGKILL
    assert await asyncio.gather(*(served.run() for _ in range(2))) == ["access-ana-1"] * 2
    assert served.accounts.refreshes == {"ana": refreshes}


async def test_they_go_on_when_it_is_killed_before_its_request_was_served(served):
    process = await served.start()

    async def kill():
        served.before_rotation = None
        process.kill()
        await process.wait()
        raise web.HTTPServiceUnavailable

    served.before_rotation = kill
    await process.wait()
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
