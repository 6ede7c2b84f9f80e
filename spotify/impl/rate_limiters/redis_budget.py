"""What the workers of an application may send, as Redis knows it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from spotify.impl.rate_limiters.bounds import Bounds
from spotify.impl.rate_limiters.gate import SPACING
from spotify.impl.rate_limiters.permit_ledger import Report
from spotify.impl.rate_limiters.redis_scripts import EXCHANGE, PAUSE
from spotify.impl.redis_connection import RedisConnection, RedisFailure
from spotify.interfaces.rate_limiter import Priority

if TYPE_CHECKING:
    from redis.asyncio import Redis

_MICROSECONDS: Final = 1_000_000

LONGEST_WAIT: Final = 1 / 4
"""A worker that wants more permits asks again after this part of the window at the latest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """What Redis answers for the calls of one priority.

    Attributes:
        granted: How many permits the worker gets.
        room_after: Seconds until there may be room for more.
        share: How many requests in the window are the worker's fair share.
    """

    granted: int
    room_after: float
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What Redis answers.

    Attributes:
        born: When Redis began to count, in its time.
        age: Seconds since then.
        closed_for: Seconds for which the gate stays closed.
        lanes: What interactive and bulk calls get; None if Redis began to count anew, and has to be told all first.
        workers: How many workers there are.
    """

    born: int
    age: float
    closed_for: float
    lanes: Mapping[Priority, Lane] | None
    workers: int


class RedisBudget:
    """Speaks to Redis: one round trip for each question."""

    __slots__ = ("_bounds", "_connection", "_keys", "_timeout", "server")

    def __init__(
        self,
        redis: str | Redis,
        *,
        application: str,
        prefix: str,
        bounds: Bounds | None,
        full: int,
        lease: float,
        timeout: float,
        needed_by: str,
    ) -> None:
        """Check the arguments; nothing is opened yet.

        Args:
            redis: A URL or a client.
            application: Whose calls are counted together.
            prefix: How the keys begin.
            bounds: How much may be sent; None for no bound but the gate.
            full: How many answers after a pause show that all is well.
            lease: Seconds for which a permit counts, and a window, if nothing is heard of it.
            timeout: Seconds for one round trip, connecting included.
            needed_by: Who is named if the extra is not installed.
        """
        self._connection = RedisConnection(redis, timeout=timeout, needed_by=needed_by)
        self.server: Final = self._connection.server
        # The braces keep the keys on one node of a cluster.
        self._keys = [f"{prefix}:rate:{{{application}}}:{name}" for name in ("gate", "permits", "counts", "workers")]
        most = {"interactive": 0, "bulk": 0} if bounds is None else bounds.most()
        window = 0.0 if bounds is None else bounds.window
        self._bounds = {
            "limit": most["interactive"],
            "bulk_limit": most["bulk"],
            "window": _microseconds(window),
            "lease": _microseconds(lease),
            "patience": _microseconds(2 * window * LONGEST_WAIT),
            "full": full,
            "spacing": _microseconds(SPACING),
        }
        self._timeout = timeout

    async def exchange(
        self, worker: str, report: Report, wanted: Mapping[Priority, int], *, born: int, paused: float
    ) -> Answer:
        """Tell what became of permits, and ask for more.

        Args:
            worker: Who asks.
            report: What became of them.
            wanted: How many more.
            born: When Redis began to count, as far as the worker knows; 0 if that is of no matter.
            paused: Seconds for which the gate is to be closed.

        Raises:
            RedisFailure: There is no answer, or not in time. What was asked may have been done all the same.
        """
        question: dict[str, object] = {
            "worker": worker,
            "born": born,
            "paused": _microseconds(paused),
            **self._bounds,
            "complete": report.is_complete,
            "first": report.first,
            "sent": report.sent,
            "answered": [(number, int(age * _MICROSECONDS)) for number, age in report.answered],
            "unused": report.unused,
            "interactive": wanted["interactive"],
            "bulk": wanted["bulk"],
        }
        answer = await self._run(EXCHANGE, self._keys, json.dumps(question, separators=(",", ":")))
        born, age, closed, interactive, bulk, room, bulk_room, share, bulk_share, workers = cast("list[int]", answer)
        lanes: dict[Priority, Lane] = {
            "interactive": Lane(granted=interactive, room_after=room / _MICROSECONDS, share=share),
            "bulk": Lane(granted=bulk, room_after=bulk_room / _MICROSECONDS, share=bulk_share),
        }
        return Answer(
            born=born,
            age=age / _MICROSECONDS,
            closed_for=closed / _MICROSECONDS,
            lanes=lanes if workers else None,
            workers=workers,
        )

    async def pause(self, seconds: float) -> None:
        """Close the gate for that many seconds.

        Raises:
            RedisFailure: Nobody knows whether it is closed.
        """
        await self._run(PAUSE, self._keys[:1], _microseconds(seconds))

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def _run(self, script: str, keys: list[str], argument: str | int) -> object:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._connection.run(script, keys=keys, arguments=[argument])
        except TimeoutError:
            pass
        except RuntimeError as exc:  # a client that was given, in another event loop than its own
            raise RedisFailure(f"{self.server} cannot be asked ({type(exc).__name__})", is_outage=True) from None
        raise RedisFailure(f"{self.server} did not answer in time", is_outage=True)


def _microseconds(seconds: float) -> int:
    return round(seconds * _MICROSECONDS)
