"""A playlist in the sandbox, written to over a network that loses responses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from spotify.bulk.writes import resume_write
from spotify.client import AsyncSpotifyClient
from spotify.errors import PartialWriteError, RateLimitError, TransportError
from spotify.interfaces.executor import Call, RequestExecutor
from spotify.services import PlaylistsService
from spotify.testing import SpotifySandbox

T = TypeVar("T")


class WriteOrderOfOneLook:
    """`WriteOrder` in which a lost write is settled at the second look at the playlist."""

    def __init__(self) -> None:
        self._looked = False

    def unsettled_since(self, _call: Call[Any], /) -> None:
        return None

    def restore(self, call: Call[Any], /, since: float) -> None:
        raise AssertionError("nothing is unsettled for long")

    def confirm(self, call: Call[Any], /) -> None: ...

    async def wait_for_earlier(self, call: Call[Any], /) -> None: ...

    async def settle(self, _call: Call[Any], /) -> bool:
        self._looked = not self._looked
        return self._looked


class LossyExecutor:
    """`RequestExecutor` over another one that loses requests or responses of writes, as scripted.

    Attributes:
        outcomes: The outcomes of the next writes, one letter each: `.` success, `e` executed but the response is lost,
            `n` lost before it is executed, `r` refused, `c` cancelled while it waits for the rate limiter.
        writes: The number of writes so far.
        before_loss: Called before a response is lost; it may return a coroutine.
        read_error: Raised by every read.
        after_read: Called after a read, once.
        write_order: Settles every write at the second look.
    """

    def __init__(self, executor: RequestExecutor, outcomes: str) -> None:
        self.outcomes = list(outcomes)
        self.writes = 0
        self.before_loss: Callable[[], object] = lambda: None
        self.read_error: BaseException | None = None
        self.after_read: Callable[[], Awaitable[object]] | None = None
        self.write_order = WriteOrderOfOneLook()
        self._executor = executor

    async def execute(self, call: Call[T], /) -> T:
        if call.operation.method == "GET":
            return await self._read(call)
        self.writes += 1
        match self.outcomes.pop(0) if self.outcomes else ".":
            case ".":
                return await self._executor.execute(call)
            case "r":
                error = RateLimitError("slow down", status_code=429)
                error.may_have_been_executed = False
                raise error
            case "c":
                cause = TransportError("the call was cancelled", sent=False)
                cause.may_have_been_executed = False
                raise asyncio.CancelledError from cause
            case "e":
                await self._executor.execute(call)
            case _:
                pass
        result = self.before_loss()
        if asyncio.iscoroutine(result):
            await result
        await asyncio.sleep(0)
        raise TransportError("the connection broke", sent=True)

    async def close(self) -> None: ...

    def fail_reads(self) -> None:
        """Let every later read fail, until `read_error` is None again."""
        self.read_error = TransportError("no route", sent=False)

    async def _read(self, call: Call[T]) -> T:
        if self.read_error is not None:
            raise self.read_error
        result = await self._executor.execute(call)
        if self.after_read is not None:
            after_read, self.after_read = self.after_read, None
            await after_read()
        return result


class LossyPlaylist:
    """A new playlist in the sandbox, and a service that writes to it through a `LossyExecutor`.

    Attributes:
        id: The playlist's id.
        service: `client.playlists` over the lossy executor.
        lossy: The lossy executor.
        tracks: The URIs of the sandbox's tracks.
    """

    def __init__(self, sandbox: SpotifySandbox, client: AsyncSpotifyClient, lossy: LossyExecutor) -> None:
        self.id = ""
        self.lossy = lossy
        self.service = PlaylistsService(self.lossy)
        self.tracks = [track.uri for track in sandbox.catalogue.tracks]
        self._client = client

    @classmethod
    async def create(
        cls,
        sandbox: SpotifySandbox,
        client: AsyncSpotifyClient,
        outcomes: str,
        *,
        count: int = 5,
        executor: RequestExecutor | None = None,
    ) -> LossyPlaylist:
        """Create a playlist that holds the first `count` tracks; `executor` defaults to the client's."""
        playlist = cls(sandbox, client, LossyExecutor(executor or client._executor, outcomes))
        playlist.id = (await client.playlists.create("Lossy")).id
        if count:
            await client.playlists.add_items(playlist.id, playlist.tracks[:count])
        return playlist

    async def uris(self) -> list[str]:
        entries = await self._client.playlists.get_items(self.id).collect()
        return [entry.item.uri for entry in entries if entry.item is not None]

    async def resume(self, error: PartialWriteError) -> str | None:
        return await resume_write(self.lossy, error)
