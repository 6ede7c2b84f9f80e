"""A client in a process that is frozen and continued, which reports the outcome of each call."""

import asyncio
import os
import random
import signal
from contextlib import suppress

from spotify import ClientConfig
from spotify.client import AsyncSpotifyClient
from spotify.errors import SpotifyError
from spotify.impl.system_clock import SystemClock
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.operations import BY_ID
from spotify.testing.sandbox import Catalogue
from tests.support.chaos_ledger import CallLedger, NumberingTransport
from tests.support.every_operation import BY_METHODS
from tests.support.forked_processes import CONTEXT
from tests.support.playlist_writes import PlaylistWrite

TIMEOUT = 0.25
_SETTLE_TIME = 3.0  # longer than a busy machine delays the sandbox
_READS = 40
_WRITES_PER_OPERATION = 2
_PLAYLIST_WRITES = 4
_CONCURRENCY = 6


class FrozenClient:
    """The process. Requests of its calls have the header `X-Call`.

    Attributes:
        is_ready: Whether it has begun its calls: the requests before prepare them.
        freezes: How often it was frozen.
    """

    def __init__(self, api_url, token, seed):
        self.is_ready = False
        self.freezes = 0
        self._is_frozen = False
        self._messages, output = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(target=_main, args=(output, api_url, token, seed), daemon=True)
        self._process.start()
        output.close()

    def freeze(self, seconds):
        """Stop the process, and let it continue after `seconds`. Has no effect while it is frozen."""
        if self._is_frozen:
            return
        self._is_frozen = True
        self.freezes += 1
        os.kill(self._process.pid, signal.SIGSTOP)
        asyncio.get_running_loop().call_later(seconds, self._continue)

    async def wait_until_ready(self):
        assert await asyncio.to_thread(self._messages.recv) == "ready"
        self.is_ready = True

    async def report(self):
        """Wait for its end; return its call records, unexpected errors, and playlists with what they may hold."""
        report = await asyncio.to_thread(self._messages.recv)
        await asyncio.to_thread(self._process.join)
        return report

    def kill(self):
        self._process.kill()

    def _continue(self):
        self._is_frozen = False
        if self._process.is_alive():
            os.kill(self._process.pid, signal.SIGCONT)


def _main(output, api_url, token, seed):
    asyncio.run(_make_calls(output, api_url, token, random.Random(seed)))


async def _make_calls(output, api_url, token, rng):
    catalogue, clock = Catalogue.of(0), SystemClock()
    config = ClientConfig(
        api_url=api_url,
        timeout=TIMEOUT,
        write_settle_time=_SETTLE_TIME,
        retry_base_delay=0.01,
        retry_budget=None,
        max_concurrency=_CONCURRENCY,
        quota_mode="extended",
    )
    transport = AiohttpTransport(config)
    numbering = NumberingTransport(transport, clock)
    async with AsyncSpotifyClient(token, transport=numbering, config=config) as owner:
        ledger = CallLedger(owner._executor)
        client = owner._view(ledger)
        playlist_writes = [PlaylistWrite(client, catalogue, number) for number in range(_PLAYLIST_WRITES)]
        for write in playlist_writes:
            await write.prepare()
        output.send("ready")
        calls = [write.write for write in playlist_writes]
        reads = [each for each in BY_METHODS if BY_ID[each].method == "GET"]
        operations = [rng.choice(reads) for _ in range(_READS)]
        operations += [each for each in BY_METHODS if each not in reads for _ in range(_WRITES_PER_OPERATION)]
        calls += [_call_of(operation, client, catalogue) for operation in operations]
        rng.shuffle(calls)
        remaining = iter(calls)

        async def worker():
            for call in remaining:
                await call()

        await asyncio.gather(*(worker() for _ in range(_CONCURRENCY)))
        records = [
            (record.number, record.operation.id, record.idempotent, record.outcome, record.requests)
            for record in ledger.records
        ]
        playlists = [(write.id, write.possible(), repr(write)) for write in playlist_writes]
        output.send((records, [repr(error) for error in ledger.unexpected_errors], playlists))
    await transport.close()


def _call_of(operation, client, catalogue):
    async def call():
        with suppress(SpotifyError):  # it is in the ledger
            await BY_METHODS[operation](client, catalogue)

    return call
