"""The cache of a transport, as the executor uses it: before a request, beside one, and instead of an error."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Sequence
from typing import Final

from spotify._checks import implements
from spotify.errors import RateLimitError, ServerError, SpotifyError, TransportError
from spotify.impl.execution.cancel_scope import CancelScope
from spotify.impl.execution.shared_requests import FailedRequest, Outcome
from spotify.interfaces.operation import Operation
from spotify.interfaces.transport import (
    CacheHit,
    HttpRequest,
    HttpResponse,
    SupportsCachedObjects,
    SupportsLookup,
    SupportsStaleLookup,
    Transport,
)
from spotify.logs import get_logger

_log = get_logger(__name__)

#: Spotify has refused the request for now, or could not be reached.
_REFUSED: Final = (RateLimitError, ServerError, TransportError)


class CachedReads:
    """The responses of a transport with a cache, and the requests in the background that replace stale ones."""

    __slots__ = ("_refreshes", "_transport", "find")

    def __init__(self, transport: SupportsLookup) -> None:
        """Create an instance without requests."""
        self._transport = transport
        self.find = transport.find
        self._refreshes: dict[Hashable, asyncio.Task[None]] = {}

    @classmethod
    def of(cls, transport: Transport) -> CachedReads | None:
        """Return the cache of a transport; None if it has none."""
        return cls(transport) if implements(transport, SupportsLookup) else None

    def may_replace(self, error: BaseException, operation: Operation) -> bool:
        """Return whether a stored response can be returned instead of the error of a call."""
        return operation.method == "GET" and isinstance(error, _REFUSED)

    async def find_many(self, requests: Sequence[HttpRequest], *, if_refused: bool) -> Sequence[CacheHit | None]:
        """Return for each read the response that can be used without a request; None if there is none.

        Args:
            requests: Reads of one operation.
            if_refused: Whether to return stale responses as `find_stale` does; otherwise only fresh ones.
        """
        if implements(self._transport, SupportsCachedObjects):
            return await self._transport.find_many(requests, if_refused=if_refused)
        return [None] * len(requests)

    async def discard(self, request: HttpRequest) -> None:
        """Discard the stored response to a request, because it cannot be decoded."""
        if implements(self._transport, SupportsCachedObjects):
            await self._transport.discard(request)

    async def find_stale(self, request: HttpRequest) -> HttpResponse | None:
        """Return the response to use because the request was refused; None if there is none."""
        if implements(self._transport, SupportsStaleLookup):
            return await self._transport.find_stale(request)
        return None

    def refresh(self, send: Callable[[], Coroutine[None, None, Outcome]], scope: CancelScope, *, key: Hashable) -> None:
        """Send a request in the background, unless one with this key is running in this event loop.

        Args:
            send: Sends the request; the transport stores its response.
            scope: Ends it early.
            key: Identifies the request.
        """
        loop = asyncio.get_running_loop()
        where = loop, key
        if where not in self._refreshes:
            self._refreshes[where] = task = loop.create_task(_run(send, scope))
            task.add_done_callback(lambda _: self._refreshes.pop(where, None))

    async def close(self) -> None:
        """Cancel the requests in the background of this event loop, and wait until they have ended."""
        loop = asyncio.get_running_loop()
        running = [task for task in list(self._refreshes.values()) if task.get_loop() is loop]
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)


async def _run(send: Callable[[], Coroutine[None, None, Outcome]], scope: CancelScope) -> None:
    try:
        with scope:
            outcome = await send()
    except SpotifyError as exc:  # the deadline, or the client was closed
        reason = type(exc).__name__
    except Exception as exc:  # noqa: BLE001  there is no caller to raise it to
        reason = type(exc).__name__
    else:
        if not isinstance(outcome, FailedRequest):
            return
        reason = outcome.error_type.__name__
    _log.info("cache_refresh_failed", error=reason)
