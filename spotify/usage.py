"""What a client has used of the quota: its calls of the last 24 hours, and what is closed until when."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from secrets import token_hex
from types import MappingProxyType
from typing import Final

from spotify._checks import implements
from spotify._event_loops import LoopIndependentLock, thread_lock
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import PauseReason, Priority, RateLimiter, SupportsPauses
from spotify.interfaces.usage_ledger import (
    BUCKET_SECONDS,
    CountsByBucket,
    LedgerContent,
    LedgerUnavailableError,
    LedgerUpdate,
    StoredPause,
    UsageLedger,
)
from spotify.logs import get_logger
from spotify.operations import BY_ID

_log = get_logger(__name__)

_DAY: Final = 86_400
_SHORT_PAUSE: Final = 60.0  # seconds; a shorter pause is not stored

_CURRENT_SECONDS: Final = 60.0  # after which the ledger is read before a call; usually it was, after the call before

MADE, _REFUSED, RETRIED, _CACHED = range(4)
"""The positions of the counts of an operation in a period."""

_ZEROS: Final = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCounts:
    """The calls of the last 24 hours, of one operation or of all."""

    made: int
    """Requests that were sent, including the refused and the retried ones. Calls that share a request count once."""
    refused: int
    """Requests that Spotify refused with 429."""
    retried: int
    """Requests that repeated a failed one."""
    cached: int
    """Responses from the cache, which saved a request or replaced an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """An operation, or the whole API, for which no request is sent for now."""

    operation: str | None
    """The id of the operation; None for all operations."""
    until: datetime
    """When the first request is sent again (UTC)."""
    reason: PauseReason
    """`rate_limit` or `quota_exceeded`."""

    def __str__(self) -> str:
        return f"{self.operation or 'all operations'} until {self.until:%Y-%m-%d %H:%M} UTC ({self.reason})"


class Usage:
    """What was used of the quota in the last 24 hours; `client.usage`.

    ::

        print(client.usage)
        client.usage.total.made, client.usage.operations["get-an-album"].refused, client.usage.closed

    It is shared by the clients that `for_user` and `with_options` return. With `ClientConfig(redis_url=…)` it includes
    the calls of all workers, with `usage_path` those of all processes that use the file, as of about a second ago;
    otherwise those of this client. It counts in periods of 15 minutes, so that up to 15 minutes more than a day are
    included and never less.
    """

    __slots__ = (
        "_applied_pauses",
        "_bucket_end",
        "_bucket_floor",
        "_current",
        "_current_until",
        "_exchange_lock",
        "_full_exchange_bucket",
        "_is_available",
        "_ledger",
        "_limiter",
        "_lock",
        "_now",
        "_only_quota_pauses",
        "_sending",
        "_stored",
        "_unsent",
        "_update_number",
        "_writer",
        "is_limit_reached",
    )

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.time,
        limiter: RateLimiter | None = None,
        ledger: UsageLedger | None = None,
        only_quota_pauses: bool = False,
    ) -> None:
        """Start with nothing counted.

        Args:
            now: Returns seconds since the epoch.
            limiter: The rate limiter whose pauses to report, store and restore; None for none.
            ledger: Shares the counts and the pauses with other processes; None for none.
            only_quota_pauses: Whether to share only the pauses for the quota, not those for the limits of one
                application: several applications of a developer account use the ledger.
        """
        self._now = now
        self._limiter = limiter
        self._ledger = ledger
        self._only_quota_pauses = only_quota_pauses
        self._lock = thread_lock()
        self._stored: dict[int, dict[str, list[int]]] = {}  # as last read from the ledger
        self._sending: LedgerUpdate | None = None
        self._unsent: dict[int, dict[str, list[int]]] = {}
        self._bucket_end = self._bucket_floor = 0
        self._current: dict[str, list[int]] = {}
        self._exchange_lock = LoopIndependentLock()
        self._writer = token_hex(8)
        self._update_number = 0
        self._full_exchange_bucket = -1
        self._applied_pauses: dict[str | None, float] = {}
        self.is_limit_reached = False  # when a request was last refused for a limit; never without one
        self._is_available = True
        self._current_until = -math.inf

    @property
    def total(self) -> CallCounts:
        """The calls of all operations."""
        return _counts_of(map(sum, zip(_ZEROS, *self._sums().values(), strict=True)))

    @property
    def operations(self) -> Mapping[str, CallCounts]:
        """The calls of each operation, by operation id, the most used first."""
        sums = sorted(self._sums().items(), key=lambda item: (-item[1][MADE], item[0]))
        return MappingProxyType({operation: _counts_of(counts) for operation, counts in sums})

    @property
    def closed(self) -> tuple[Closure, ...]:
        """What is closed, the last to open first. Empty if a custom rate limiter does not report it."""
        return tuple(
            Closure(operation=pause.operation, until=datetime.fromtimestamp(pause.until, UTC), reason=pause.reason)
            for pause in sorted(self._pauses(), key=lambda pause: -pause.until)
        )

    async def sync(self) -> None:
        """Exchange the counts and pauses with the ledger, now instead of in the background. It raises no error.

        Call it to read the usage of other processes before the first call. Without a ledger it does nothing.
        """
        if self._ledger is not None:
            async with self._exchange_lock.held():
                await self._exchange(self._ledger)

    async def load(self) -> None:
        """Read the ledger, unless that was done within the last minute or failed. It raises no error."""
        if self._ledger is not None and self._now() >= self._current_until:
            async with self._exchange_lock.held():
                if self._now() >= self._current_until:
                    await self._exchange(self._ledger)

    async def store_pauses(self) -> None:
        """Store the pauses that the ledger does not have, unless it could not be used before. It raises no error."""
        if self._ledger is not None and self._is_available and self._new_pauses():
            async with self._exchange_lock.held():
                if self._is_available and self._new_pauses():
                    await self._exchange(self._ledger)

    async def close(self) -> None:
        """Store what was counted, if the ledger can be used, and close it."""
        if self._ledger is not None:
            if self.has_news:
                await self.sync()
            await self._ledger.close()

    def __str__(self) -> str:
        total = self.total
        calls = "1 call" if total.made == 1 else f"{total.made} calls"
        most_used = ", ".join(f"{name} {counts.made}" for name, counts in list(self.operations.items())[:3])
        closed = "".join(f"; closed: {closure}" for closure in self.closed)
        return (
            f"{calls} in 24 h{f' ({most_used})' if total.made else ''}; {total.refused} refused, "
            f"{total.retried} retried, {total.cached} from the cache{closed}"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self}>"

    @property
    def has_ledger(self) -> bool:
        """Whether the usage is shared with other processes."""
        return self._ledger is not None

    @property
    def is_available(self) -> bool:
        """Whether the last exchange with the ledger succeeded."""
        return self._is_available

    @property
    def current_until(self) -> float:
        """Until when `load` has nothing to do, in seconds since the epoch."""
        return self._current_until

    @property
    def has_news(self) -> bool:
        """Whether something was counted, or closed, that the ledger does not have."""
        return bool(self._sending or self._unsent or self._new_pauses())

    def check(self, _operation: Operation, _priority: Priority, /) -> None:
        """Check that the limit, if there is one, allows one more request of the operation; see `LimitedUsage`."""

    def record_sent(self, operation: Operation, _priority: Priority = "interactive", /, *, is_retry: bool) -> None:
        """Count a request that is sent now, for the client's own use.

        Args:
            operation: The operation of the request.
            is_retry: Whether it repeats a failed one.

        Raises:
            QuotaExceededError: With a `daily_limit`: the request would exceed it, and is not counted.
        """
        now = self._now()
        with self._lock:
            counts = self._current.get(operation.id) if self._bucket_floor <= now < self._bucket_end else None
            if counts is None:
                counts = self._counts(operation, now)
            counts[MADE] += 1
            if is_retry:
                counts[RETRIED] += 1

    def record_refused(self, operation: Operation) -> None:
        """Count a refusal with 429 of a request that was counted."""
        with self._lock:
            self._counts(operation, self._now())[_REFUSED] += 1

    def record_cached(self, operation: Operation) -> None:
        """Count a response from the cache."""
        with self._lock:
            self._counts(operation, self._now())[_CACHED] += 1

    def made(self, operation_id: str | None) -> int:
        """Return the number of requests made in the last 24 hours, of an operation, or of all for None."""
        return sum(self._made_by_bucket(operation_id).values())

    def time_until_fewer(self, count: int, operation_id: str | None) -> float:
        """Return the seconds until `count` of the requests made are more than 24 hours old.

        Args:
            count: The number of requests, 1 or more.
            operation_id: The operation; None for all.
        """
        now = self._now()
        for bucket, made in sorted(self._made_by_bucket(operation_id).items()):
            count -= made
            if count <= 0:
                return max(0.0, (bucket + 1) * BUCKET_SECONDS + _DAY - now)
        return float(_DAY + BUCKET_SECONDS)

    def _begin_bucket(self, now: float) -> None:
        bucket = int(now // BUCKET_SECONDS)
        self._bucket_end = (bucket + 1) * BUCKET_SECONDS
        self._bucket_floor = self._bucket_end - _DAY
        self._current = self._unsent.setdefault(bucket, {})
        self._drop_old(now)
        self._changed()

    def _changed(self) -> None:
        """React to other counts than those of `record_sent`; called while the lock is held."""

    def _counts(self, operation: Operation, now: float) -> list[int]:
        """Return the counts of an operation in the current bucket, to change while holding the lock."""
        # A clock that is set back does not begin an earlier bucket, which would leave the window too early.
        if not self._bucket_floor <= now < self._bucket_end:
            self._begin_bucket(now)
        counts = self._current.get(operation.id)
        if counts is None:
            counts = self._current[operation.id] = list(_ZEROS)
        return counts

    def _drop_old(self, now: float) -> None:
        first = _first_bucket(now)
        for counts in (self._stored, self._unsent):
            for bucket in [bucket for bucket in counts if bucket < first]:
                del counts[bucket]

    def _counted(self) -> Iterator[tuple[int, str, list[int]]]:
        """Yield the counts in the window by bucket and operation. The same bucket can come more than once."""
        first = _first_bucket(self._now())
        sending: CountsByBucket = self._sending.counts if self._sending is not None else {}
        for part in (self._stored, sending, self._unsent):
            for bucket, operations in part.items():
                if bucket >= first:
                    for operation, counts in operations.items():
                        yield bucket, operation, list(counts)

    def _sums(self) -> dict[str, list[int]]:
        sums: dict[str, list[int]] = {}
        with self._lock:
            for _, operation, counts in self._counted():
                known = sums.get(operation, _ZEROS)
                sums[operation] = [one + other for one, other in zip(known, counts, strict=True)]
        return sums

    def _made_by_bucket(self, operation_id: str | None) -> dict[int, int]:
        made: dict[int, int] = {}
        with self._lock:
            for bucket, operation, counts in self._counted():
                if operation_id is None or operation == operation_id:
                    made[bucket] = made.get(bucket, 0) + counts[MADE]
        return made

    def _pauses(self) -> list[StoredPause]:
        limiter: object = self._limiter
        if not implements(limiter, SupportsPauses):
            return []
        now = self._now()
        return [
            StoredPause(operation=pause.operation, until=now + pause.seconds, reason=pause.reason)
            for pause in limiter.pauses()
        ]

    def _new_pauses(self) -> list[StoredPause]:
        """Return the pauses that the ledger does not have."""
        return [
            pause
            for pause in self._pauses()
            if pause.until > self._now() + _SHORT_PAUSE
            and (pause.reason == "quota_exceeded" or not self._only_quota_pauses)
            and self._is_longer(pause)
        ]

    def _is_longer(self, pause: StoredPause) -> bool:
        return pause.until > self._applied_pauses.get(pause.operation, 0.0) + 1.0

    async def _exchange(self, ledger: UsageLedger) -> None:
        is_repeated = self._sending is not None
        update, first_bucket = self._next_update()
        try:
            content = await ledger.exchange(update, first_bucket=first_bucket, now=self._now())
        except LedgerUnavailableError as exc:
            if self._is_available:
                _log.warning("usage_ledger_unavailable", reason=str(exc))
            self._is_available, self._current_until = False, math.inf
            self._full_exchange_bucket = -1
        else:
            self._is_available, self._current_until = True, self._now() + _CURRENT_SECONDS
            self._accept(content, first_bucket)
            await self._restore(content.pauses)
            if is_repeated:
                await self._exchange(ledger)  # what was counted since the update failed

    def _next_update(self) -> tuple[LedgerUpdate, int]:
        """Return the update to send, and the first bucket that other processes may have changed."""
        with self._lock:
            now = self._now()
            self._drop_old(now)
            bucket = int(now // BUCKET_SECONDS)
            update = self._sending
            if update is None:
                self._update_number += 1
                update = LedgerUpdate(
                    writer=f"{self._writer}-{os.getpid()}",  # a forked process is another one
                    number=self._update_number,
                    counts=self._unsent,
                    pauses=self._new_pauses(),
                )
                self._unsent, self._bucket_end = {}, 0
            update = self._sending = replace(update, counts=_moved_to(bucket - 1, update.counts, now))
            # The others do not read earlier buckets again before the next one begins, so nothing is added to these.
            is_full = bucket != self._full_exchange_bucket
            return update, _first_bucket(now) if is_full else bucket - 1

    def _accept(self, content: LedgerContent, first_bucket: int) -> None:
        with self._lock:
            for bucket in [bucket for bucket in self._stored if bucket >= first_bucket]:
                del self._stored[bucket]
            for bucket, operations in content.counts.items():
                self._stored[bucket] = {operation: list(counts) for operation, counts in operations.items()}
            if self._sending is not None:
                for pause in self._sending.pauses:
                    self._applied_pauses[pause.operation] = pause.until
            self._sending = None
            self._full_exchange_bucket = int(self._now() // BUCKET_SECONDS)
            self._changed()

    async def _restore(self, pauses: Iterable[StoredPause]) -> None:
        """Apply the pauses that other processes have stored."""
        known = {pause.operation: pause.until for pause in self._pauses()}
        # A second paused operation pauses all requests, for as long as itself: the shortest pause comes last.
        for pause in sorted(pauses, key=lambda pause: -pause.until):
            operation = None if pause.operation is None else BY_ID.get(pause.operation)
            seconds = pause.until - self._now()
            is_new = self._is_longer(pause) and pause.until > known.get(pause.operation, 0.0) + 1.0
            if self._limiter is None or seconds <= 0.0 or not is_new or (pause.operation and operation is None):
                continue
            self._applied_pauses[pause.operation] = pause.until
            await self._limiter.pause(seconds, operation=operation, reason=pause.reason)


def _first_bucket(now: float) -> int:
    """Return the bucket of 24 hours ago."""
    return int((now - _DAY) // BUCKET_SECONDS)


def _moved_to(first: int, counts: CountsByBucket, now: float) -> dict[int, dict[str, list[int]]]:
    """Return the counts of the last 24 hours, with those of the buckets before `first` in `first`."""
    moved: dict[int, dict[str, list[int]]] = {}
    for bucket, operations in counts.items():
        if bucket >= _first_bucket(now):
            target = moved.setdefault(max(bucket, first), {})
            for operation, each in operations.items():
                known = target.get(operation, _ZEROS)
                target[operation] = [one + other for one, other in zip(known, each, strict=True)]
    return moved


def _counts_of(counts: Iterable[int]) -> CallCounts:
    made, refused, retried, cached = counts
    return CallCounts(made=made, refused=refused, retried=retried, cached=cached)
