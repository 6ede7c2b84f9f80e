"""An accounts service on a socket, and processes that refresh a token there."""

import asyncio
import sys
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from spotify.credentials import Secret
from spotify.interfaces import Token, TokenKey
from tests.support.rotating_accounts import RotatingAccounts

ROOT = Path(__file__).parents[2]
KEY = TokenKey(client_id="app", user="ana")


class Served:
    """The accounts service on a socket, with an old token in a store, and processes that use both.

    Attributes:
        before_rotation: Awaited when a refresh was asked for, and nothing has been done; None for nothing.
        before_answer: Awaited when a refresh token was rotated and the answer is not yet on its way; None for nothing.
    """

    def __init__(self, store, where):
        self.accounts = RotatingAccounts()
        self.store = store
        self.before_answer = None
        self.before_rotation = None
        self.url = ""
        self._where = str(where)

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
            self._where,
            *dies_at,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
        )

    async def run(self, *dies_at):
        return await outcome(await self.start(*dies_at))

    async def run_killed_before_rotation(self):
        """Run a process that is killed, lock in hand, when it has asked for a refresh and nothing has been done."""
        process = await self.start()

        async def kill():
            self.before_rotation = None
            process.kill()
            await process.wait()
            raise web.HTTPServiceUnavailable

        self.before_rotation = kill
        await process.wait()


async def outcome(process):
    """The access token that a process got, or the name of its error; the signal that ended it, if one did."""
    output, _ = await process.communicate()
    return process.returncode or output.decode().split("\n")[-1]


@asynccontextmanager
async def serve(store, where):
    """Serve it for as long as the context lasts; `where` is how a process is told of the store."""
    served = Served(store, where)
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
