"""An accounts service on a socket, and processes that refresh a token with it."""

import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import web

from spotify.credentials import Secret
from spotify.interfaces import Token, TokenKey
from tests.support.refreshing_process import RefreshingProcess
from tests.support.rotating_accounts import RotatingAccounts

KEY = TokenKey(client_id="app", user="ana")


class Served:
    """The accounts service, a store with an expired token, and processes that use both.

    Attributes:
        before_rotation: Awaited when a refresh is requested, before it is processed; None for nothing.
        before_response: Awaited when the refresh token is rotated, before the response is sent; None for nothing.
        worker: The `User-Agent` of the request for which a hook is called.
        refreshed_by: The `User-Agent` of each refresh, in order.
    """

    def __init__(self, store, location, accounts):
        self.accounts = accounts
        self.store = store
        self.before_response = None
        self.before_rotation = None
        self.url = ""
        self.worker = ""
        self.refreshed_by = []
        self._location = str(location)

    async def handle(self, request):
        form = await request.post()
        self.worker = worker = request.headers["User-Agent"]
        if self.before_rotation is not None:
            await self.before_rotation()
        status, body = self.accounts.token(form["refresh_token"])
        if status == 200:
            self.refreshed_by.append(worker)
        self.worker = worker
        if self.before_response is not None:
            await self.before_response()
        return web.json_response(body, status=status)

    async def save_expired_token(self):
        issued_at = datetime.fromtimestamp(time.time(), UTC) - timedelta(hours=2)
        token = Token(
            access_token=Secret("access-ana-0"),
            refresh_token=Secret("ana-0"),
            issued_at=issued_at,
            expires_at=issued_at + timedelta(hours=1),
            authorized_at=issued_at,
        )
        await self.store.save(KEY, token)

    def start(self, *dies_at, **settings):
        return RefreshingProcess(self.url, self._location, *dies_at, **settings)

    async def run(self, *dies_at):
        """Run a process, and return its outcome."""
        return await self.start(*dies_at).outcome()

    async def run_killed_before_rotation(self):
        """Run a process that is killed while it holds the lock and its refresh is not yet processed."""
        process = self.start()

        async def kill():
            self.before_rotation = None
            await process.kill()
            raise web.HTTPServiceUnavailable

        self.before_rotation = kill
        await process.outcome()


@asynccontextmanager
async def serve(store, location, accounts=None):
    """Serve the accounts service during the context. `location` is the store's, for the processes."""
    served = Served(store, location, accounts or RotatingAccounts())
    await served.save_expired_token()
    application = web.Application()
    application.router.add_post("/api/token", served.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        served.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield served
    finally:
        await runner.cleanup()
