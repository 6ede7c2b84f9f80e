"""What became of the permits of one worker."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from spotify.interfaces.rate_limiter import Priority


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
