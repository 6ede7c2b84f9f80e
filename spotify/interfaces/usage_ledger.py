"""The ledger: the usage of an application or account, shared by processes and kept between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from spotify.interfaces.rate_limiter import PauseReason

BUCKET_SECONDS: Final = 900

CountsByBucket: TypeAlias = Mapping[int, Mapping[str, Sequence[int]]]
"""For each bucket and operation id: requests made, refused and retried, and responses from the cache.

A bucket is the number of a period of `BUCKET_SECONDS` since the epoch.
"""


class LedgerUnavailableError(Exception):
    """The ledger cannot be used for now. The message says why and shows no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPause:
    """A pause that outlives a process."""

    operation: str | None
    """The id of the operation; None for all requests."""
    until: float
    """The end, in seconds since the epoch."""
    reason: PauseReason
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerUpdate:
    """What one process adds to the ledger."""

    writer: str
    """Identifies the process."""
    number: int
    """The number of the update, 1 for the process's first. One that may have been added is sent again with the same
    number, and the same counts, possibly in later buckets.
    """
    counts: CountsByBucket
    """What to add to the counts."""
    pauses: Sequence[StoredPause]
    """The pauses that the process knows."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to add."""
        return not self.counts and not self.pauses


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerContent:
    """What all processes have counted."""

    counts: CountsByBucket
    """The counts of the requested buckets."""
    pauses: Sequence[StoredPause]
    """The pauses that have not ended."""


class UsageLedger(Protocol):
    """Adds up the counts of several processes, and keeps them for at least a day."""

    async def exchange(self, update: LedgerUpdate, /, *, first_bucket: int, now: float) -> LedgerContent:
        """Add an update, and return the content with it. An update that was added before MUST NOT be added again.

        Args:
            update: What to add.
            first_bucket: The first bucket to return.
            now: Seconds since the epoch. What is more than a day older may be dropped.

        Raises:
            LedgerUnavailableError: The update may not have been added.
        """
        ...

    async def close(self) -> None:
        """Close what was opened."""
        ...
