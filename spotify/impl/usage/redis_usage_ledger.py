"""The ledger in Redis, shared by workers on many machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, get_args

from spotify._checks import check_text
from spotify._exceptions import ARGUMENTS_HIDDEN
from spotify.impl.redis.connection import RedisConnection, RedisFailure, UnexpectedReplyError, list_of
from spotify.impl.redis.scripts import load_script
from spotify.interfaces.rate_limiter import PauseReason
from spotify.interfaces.usage_ledger import (
    BUCKET_SECONDS,
    LedgerContent,
    LedgerUnavailableError,
    LedgerUpdate,
    StoredPause,
)

if TYPE_CHECKING:
    from redis.asyncio import Redis

_KINDS: Final = ("made", "refused", "retried", "cached")
_KEPT_SECONDS: Final = 90_000  # a day, a bucket, and some minutes for clocks that differ
_REASONS: Final[dict[str, PauseReason]] = {reason: reason for reason in get_args(PauseReason)}


class RedisUsageLedger:
    """`UsageLedger` in Redis (5 or later): one hash per bucket, which expires, and one for the pauses."""

    __slots__ = ("_connection", "_prefix")

    @ARGUMENTS_HIDDEN
    def __init__(
        self, redis: str | Callable[[], str] | Redis, *, prefix: str = "spotify", timeout: float = 0.5
    ) -> None:
        """Create a ledger. Nothing is opened yet.

        Args:
            redis: A URL, or a client, which stays the caller's; as for `RedisRateLimiter`.
            prefix: The prefix of the keys. Workers with the same prefix share the ledger.
            timeout: Seconds to wait for a reply of Redis, connecting included, more than 0.

        Raises:
            ImportError: The extra is not installed.
            TypeError: An argument is of the wrong type.
            ValueError: The URL is invalid, or an argument is out of bounds.
        """
        check_text("prefix", prefix)
        self._connection = RedisConnection(redis, timeout=timeout, needed_by=type(self).__name__)
        self._prefix = prefix

    async def exchange(self, update: LedgerUpdate, /, *, first_bucket: int, now: float) -> LedgerContent:
        """Add an update, and return the content with it.

        Raises:
            LedgerUnavailableError: Redis is unavailable or refused.
        """
        # A clock that was set back may have counted in a later bucket.
        last_bucket = max((int(now // BUCKET_SECONDS), *update.counts))
        buckets = sorted({*range(first_bucket, last_bucket + 1), *update.counts})
        positions = {bucket: position for position, bucket in enumerate(buckets, start=3)}
        additions: list[str | int] = []
        for bucket, operations in update.counts.items():
            for operation, counts in operations.items():
                for kind, count in zip(_KINDS, counts, strict=True):
                    if count:
                        additions += (positions[bucket], f"{operation} {kind}", count)
        pauses = [part for pause in update.pauses for part in (pause.operation or "", repr(pause.until), pause.reason)]

        def parse(reply: object) -> LedgerContent:
            return _parse(reply, buckets)

        try:
            return await self._connection.run(
                load_script("exchange_usage"),
                parse=parse,
                keys=[
                    f"{self._prefix}:usage:pauses",
                    f"{self._prefix}:usage:writer:{update.writer}",
                    *(f"{self._prefix}:usage:{bucket}" for bucket in buckets),
                ],
                arguments=[update.number, repr(now), _KEPT_SECONDS, len(additions) // 3, *additions, *pauses],
            )
        except RedisFailure as exc:
            reason = str(exc)
        raise LedgerUnavailableError(reason)

    async def close(self) -> None:
        """Close the connections that were opened here. A later exchange opens them again."""
        await self._connection.close()


def _parse(reply: object, buckets: Sequence[int]) -> LedgerContent:
    stored_pauses, *hashes = list_of(reply)
    if len(hashes) != len(buckets):
        raise UnexpectedReplyError
    counts: dict[int, dict[str, list[int]]] = {}
    for bucket, fields in zip(buckets, hashes, strict=True):
        for field, count in _pairs(fields):
            operation, _, kind = field.rpartition(" ")
            if kind not in _KINDS or not count.isdecimal():
                raise UnexpectedReplyError
            counts.setdefault(bucket, {}).setdefault(operation, [0] * len(_KINDS))[_KINDS.index(kind)] = int(count)
    pauses: list[StoredPause] = []
    for operation, value in _pairs(stored_pauses):
        until, _, reason = value.partition(" ")
        try:
            pauses.append(StoredPause(operation=operation or None, until=float(until), reason=_REASONS[reason]))
        except (ValueError, KeyError):
            raise UnexpectedReplyError from None
    return LedgerContent(counts=counts, pauses=pauses)


def _pairs(fields: object) -> list[tuple[str, str]]:
    """Return the fields of a hash, which may have none."""
    if fields == []:
        return []
    strings: list[str] = []
    for part in list_of(fields):
        if isinstance(part, bytes):
            strings.append(part.decode("utf-8", errors="replace"))
        elif isinstance(part, str):
            strings.append(part)
        else:
            raise UnexpectedReplyError
    return list(zip(strings[::2], strings[1::2], strict=True))
