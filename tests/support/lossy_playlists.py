"""A playlist behind a network that loses answers, as it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from spotify.bulk.writes import resume_write
from spotify.client import AsyncSpotifyClient
from spotify.errors import PartialWriteError, RateLimitError, TransportError
from spotify.interfaces.executor import Call, RequestExecutor
from spotify.services import PlaylistsService
from spotify.testing import SpotifySandbox

T = TypeVar("T")


class Lossy:
    """`RequestExecutor` that carries out writes to playlists, or does not, and loses answers, as it is told."""

    def __init__(self, executor: RequestExecutor, fates: str) -> None:
        """`fates` is a letter a write.

        `.` answered, `e` executed and lost, `n` lost before, `r` refused, `c` cancelled while it waits for its turn.
        """
        self.fates = list(fates)
        self.writes = 0
        self.before_loss: Callable[[], object] = lambda: None
        self.read_error: BaseException | None = None
        self.after_read: list[Callable[[], Awaitable[object]]] = []
        self._executor = executor

    async def execute(self, call: Call[T], /) -> T:
        if call.operation.method == "GET":
            if self.read_error is not None:
                raise self.read_error
            found = await self._executor.execute(call)
            if self.after_read:
                await self.after_read.pop()()
            return found
        self.writes += 1
        fate = self.fates.pop(0) if self.fates else "."
        if fate == "r":
            error = RateLimitError("slow down", status_code=429)
            error.may_have_been_executed = False
            raise error
        if fate == "c":
            waited = TransportError("the call was cancelled", sent=False)
            waited.may_have_been_executed = False
            raise asyncio.CancelledError from waited
        if fate == ".":
            return await self._executor.execute(call)
        if fate == "e":
            await self._executor.execute(call)
        result = self.before_loss()
        if asyncio.iscoroutine(result):
            await result
        await asyncio.sleep(0)
        raise TransportError("the connection broke", sent=True)

    async def close(self) -> None: ...


class Bench:
    """A sandbox, a client over a network that loses answers, and a playlist."""

    def __init__(self, sandbox: SpotifySandbox, client: AsyncSpotifyClient, fates: str) -> None:
        self.sandbox, self.client = sandbox, client
        self.lossy = Lossy(client._executor, fates)
        self.playlists = PlaylistsService(self.lossy)
        self.tracks = [track.uri for track in sandbox.catalogue.tracks]
        self.id = ""

    async def begin(self, held: int = 5) -> Bench:
        self.id = (await self.client.playlists.create("Lossy")).id
        if held:
            await self.client.playlists.add_items(self.id, self.tracks[:held])
        return self

    async def uris(self) -> list[str]:
        entries = await self.client.playlists.get_items(self.id).collect()
        return [entry.item.uri for entry in entries if entry.item is not None]

    async def resume(self, error: PartialWriteError) -> str | None:
        return await resume_write(self.lossy, error)
