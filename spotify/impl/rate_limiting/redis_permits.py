"""What became of the permits of one worker."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from spotify.impl.rate_limiting.gate import SPACING
from spotify.impl.rate_limiting.redis_scripts import EXCHANGE, PAUSE
from spotify.impl.rate_limiting.window_limit import Bounds
from spotify.impl.redis.connection import RedisConnection, RedisFailure
from spotify.interfaces.rate_limiter import Priority

if TYPE_CHECKING:
    from redis.asyncio import Redis


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is told about permits, by their numbers.

    Attributes:
        first: The first number of those that are asked for.
        is_complete: Whether this is all there is: whatever else was told or granted before does not count any more.
        sent: Used without having been granted.
        answered: Answered, each so many seconds ago.
        unused: Granted and not used.
    """

    first: int
    is_complete: bool
    sent: Sequence[int]
    answered: Sequence[tuple[int, float]]
    unused: Sequence[int]


class PermitLedger:
    """Keeps account of the permits that one worker got and used, and of what the other side does not know yet.

    Which request used which permit is not written down: an answer is that to the oldest permit on the wire. The
    permits that stay are the later ones, and count for longer if nothing more is heard of them.
    """

    __slots__ = ("_answered", "_hand", "_is_known", "_next", "_on_the_wire", "_sent", "_unused")

    def __init__(self) -> None:
        """Begin with none."""
        self._next = 1
        self._hand: Final[dict[Priority, deque[tuple[int, float]]]] = {"interactive": deque(), "bulk": deque()}
        self._on_the_wire: deque[int] = deque()
        self._is_known = False
        self._sent: list[int] = []
        self._answered: list[tuple[int, float]] = []
        self._unused: list[int] = []

    @property
    def on_the_wire(self) -> int:
        """How many requests wait for their answer."""
        return len(self._on_the_wire)

    @property
    def has_news(self) -> bool:
        """Whether there is something to tell, or soon will be."""
        return bool(self._answered or self._unused or self._sent or any(self._hand.values()))

    def receive(self, priority: Priority, numbers: Sequence[int], *, until: float) -> None:
        """Take permits that can be used until then."""
        self._hand[priority].extend((number, until) for number in numbers)

    def in_hand(self, priority: Priority, now: float) -> int:
        """Return how many permits of that priority can be used."""
        hand = self._hand[priority]
        while hand and hand[0][1] <= now:
            self._unused.append(hand.popleft()[0])
        return len(hand)

    def permits(self, priority: Priority, now: float) -> bool:
        """Whether one of that priority may go. Interactive calls may use whatever there is."""
        return self.in_hand(priority, now) > 0 or (priority == "interactive" and self.in_hand("bulk", now) > 0)

    def clear_void(self, now: float) -> None:
        """Give up the permits in hand that can not be used any more."""
        for priority in self._hand:
            self.in_hand(priority, now)

    def drop(self) -> None:
        """Use none of the permits in hand."""
        for hand in self._hand.values():
            self._unused.extend(number for number, _ in hand)
            hand.clear()

    def send(self, priority: Priority) -> None:
        """Use a permit; if there is none, do so without."""
        for hand in (self._hand[priority], self._hand["bulk"]):
            if hand:
                self._on_the_wire.append(hand.popleft()[0])
                return
        number = self._new_numbers(1)[0]
        self._on_the_wire.append(number)
        self._sent.append(number)

    def answer(self, now: float) -> None:
        """Note that the answer to a request came."""
        self._answered.append((self._on_the_wire.popleft(), now))

    def report(self, now: float, *, wanted: int, counted: Sequence[float]) -> Report:
        """Return what there is to tell; it is told then, or `lose` has to be called.

        Args:
            now: The time.
            wanted: How many permits are asked for with it.
            counted: When the answers came that count in the window.
        """
        is_complete = not self._is_known
        if is_complete:
            self._answered = list(zip(self._new_numbers(len(counted)), counted, strict=True))
            self._sent, self._unused = list(self._on_the_wire), []
        report = Report(
            first=self._next,
            is_complete=is_complete,
            sent=self._sent,
            answered=[(number, now - at) for number, at in self._answered],
            unused=self._unused,
        )
        self._new_numbers(wanted)
        self._sent, self._answered, self._unused = [], [], []
        self._is_known = True
        return report

    def lose(self) -> None:
        """Nobody knows what the other side knows: the next report is complete, and permits in hand are not used."""
        for hand in self._hand.values():
            hand.clear()
        self._sent, self._answered, self._unused = [], [], []
        self._is_known = False

    def _new_numbers(self, count: int) -> range:
        numbers = range(self._next, self._next + count)
        self._next += count
        return numbers


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
