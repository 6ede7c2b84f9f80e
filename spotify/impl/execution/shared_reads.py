"""Identical reads under way at the same time share one request."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from types import TracebackType
from typing import Self, TypeAlias

from spotify.interfaces.transport import HttpResponse

_Where: TypeAlias = "tuple[asyncio.AbstractEventLoop, Hashable]"


class SharedReads:
    """Finds out who else is waiting for the same answer.

    The first who asks leads: it sends the request, and its answer or error is everybody's. The others follow. If the
    leader is cancelled, one of its followers leads in its place. A write ends the sharing: who asks after it must not
    be given an answer from before.
    """

    __slots__ = ("_leaders",)

    def __init__(self) -> None:
        """Begin with nothing under way."""
        self._leaders: dict[_Where, Flight] = {}

    def read(self, what: Hashable) -> Flight:
        """Return the context of a read; its `response` is there already if somebody else got it.

        Args:
            what: All that makes its answer the same as another one's.
        """
        return Flight(self._leaders, (asyncio.get_running_loop(), what))

    def write(self) -> Flight:
        """Return the context of a write: it shares nothing, and nothing from before it is shared after it."""
        return Flight(self._leaders, None)


class Flight:
    """One call's part in a shared request.

    Attributes:
        response: The answer; None until it is there. Whoever finds None inside the block has to set it.
    """

    __slots__ = ("_followers", "_leaders", "_where", "response")

    def __init__(self, leaders: dict[_Where, Flight], where: _Where | None) -> None:
        """Take the flights under way, and which one this is; None for a write."""
        self.response: HttpResponse | None = None
        self._leaders = leaders
        self._where = where
        self._followers: list[asyncio.Future[HttpResponse | None]] = []

    @property
    def landed(self) -> HttpResponse:
        """The answer, once the block is over."""
        if self.response is None:
            raise RuntimeError("the block was left without an answer")
        return self.response

    async def __aenter__(self) -> Self:
        where = self._where
        if where is not None:
            while self.response is None and (leader := self._leaders.get(where)) is not None:
                self.response = await leader.arrival(where[0])
            if self.response is None:
                self._leaders[where] = self
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._where is None:
            self._leaders.clear()
        elif self._leaders.get(self._where) is self:
            del self._leaders[self._where]
        for follower in self._followers:
            if follower.done():
                continue  # cancelled meanwhile
            if isinstance(exc, Exception):
                follower.set_exception(exc)
            else:
                # None where the leader was cancelled: then its followers look for another one.
                follower.set_result(self.response)

    async def arrival(self, loop: asyncio.AbstractEventLoop) -> HttpResponse | None:
        """Return the answer when it is there; None if the leader went without one."""
        follower: asyncio.Future[HttpResponse | None] = loop.create_future()
        self._followers.append(follower)
        return await follower
