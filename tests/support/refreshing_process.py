"""Processes that get access tokens from a shared store."""

import asyncio
import os
import signal
import sys

from spotify import ClientConfig, FileTokenStore, PkceAuth, RedisTokenStore, SpotifyError
from tests.support.forked_processes import CONTEXT

AT_LOCK = "at the lock"

#: Steps of a refresh, as audit events of Python, so that no code is changed for the test.
STEPS = {
    "locked": ("socket.connect", ""),
    "received": ("open", ".pending"),
    "written": ("os.rename", ".pending"),
    "renamed": ("open", "/tokens"),
}


class RefreshingProcess:
    """A process that gets access tokens, one after the other.

    Attributes:
        reports: The access tokens and names of errors so far.
    """

    def __init__(self, accounts_url, location, dies_at=None, *, times=1, name="worker"):
        """Start a process for a directory or Redis URL.

        It gets `times` tokens, or kills itself at the step `dies_at`. `name` is the `User-Agent` of its requests.
        """
        self.reports = []
        self._messages, output = CONTEXT.Pipe(duplex=False)
        arguments = (output, accounts_url, location, dies_at, times, name)
        self._process = CONTEXT.Process(target=_main, args=arguments, daemon=True)
        self._process.start()
        output.close()
        self._exit = asyncio.ensure_future(asyncio.to_thread(self._process.join))

    async def wait_for_lock(self):
        """Wait until the process waits for the lock of a directory."""
        assert await self._receive() == AT_LOCK

    def send_signal(self, number):
        os.kill(self._process.pid, number)

    async def kill(self):
        self._process.kill()
        await asyncio.shield(self._exit)

    async def outcome(self):
        """Return the last access token or name of an error, or the negative number of the signal that ended it."""
        while (message := await self._receive()) is not None:
            self.reports.append(message)
        await asyncio.shield(self._exit)
        return self._process.exitcode or (self.reports[-1] if self.reports else None)

    @property
    def has_ended(self):
        return self._exit.done()

    async def _receive(self):
        try:
            return await asyncio.to_thread(self._messages.recv)
        except EOFError:
            return None


def _main(output, accounts_url, location, dies_at, times, name):
    _report_lock(output)
    if dies_at is not None:
        _die_at(dies_at)
    asyncio.run(_get_tokens(output, accounts_url, location, times, name))


def _report_lock(output):
    is_reported = False

    def hook(event, _arguments):
        nonlocal is_reported
        if event == "fcntl.flock" and not is_reported:
            is_reported = True
            output.send(AT_LOCK)

    sys.addaudithook(hook)


def _die_at(step):
    expected, end = STEPS[step]

    def hook(event, arguments):
        if event == expected and (not end or str(arguments[0]).endswith(end)):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


async def _get_tokens(output, accounts_url, location, times, name):
    store = RedisTokenStore(location) if "://" in location else FileTokenStore(location)
    # The timeout of calls is shorter than most pauses of a process. It must not apply to a refresh.
    config = ClientConfig(accounts_url=accounts_url, user_agent=name, timeout=0.1)
    auth = PkceAuth("app", "http://127.0.0.1:8000/callback", user="ana", store=store, config=config)
    try:
        for _ in range(times):
            try:
                output.send(await auth.get_access_token())
            except SpotifyError as error:
                output.send(type(error).__name__)
    finally:
        await auth.close()
        if isinstance(store, RedisTokenStore):
            await store.close()
