"""The ledger in a file, shared by the processes of one machine."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import msgspec

from spotify._checks import path_of
from spotify._exceptions import reason_of
from spotify.credentials import Secret
from spotify.errors import TokenStoreError
from spotify.impl.token_stores.private_files import create_document, move, prepare_directory, read_document
from spotify.impl.token_stores.process_lock import blocking_process_lock
from spotify.impl.token_stores.token_document import DamagedDocumentError
from spotify.interfaces.rate_limiter import PauseReason
from spotify.interfaces.usage_ledger import (
    BUCKET_SECONDS,
    LedgerContent,
    LedgerUnavailableError,
    LedgerUpdate,
    StoredPause,
)
from spotify.logs import get_logger

_log = get_logger(__name__)

_VERSION: Final = 1
_KINDS: Final = 4  # made, refused, retried, cached
_OfOperation: TypeAlias = Annotated[
    list[Annotated[int, msgspec.Meta(ge=0)]], msgspec.Meta(min_length=_KINDS, max_length=_KINDS)
]
_Counts: TypeAlias = dict[int, dict[str, _OfOperation]]

_BUCKETS: Final = 97  # of 15 minutes, in a day and the current one
_KEPT_SECONDS: Final = 86_400.0  # for which a repeated update is recognised
_LOCK_TIMEOUT: Final = 5.0  # seconds; other processes hold the lock for some milliseconds


class FileUsageLedger:
    """`UsageLedger` in one JSON file.

    The file is readable by its owner only, and replaced atomically. It and its directory must belong to the user of the
    process or to root, and must not be writable by all users. A damaged file is logged and counts as empty.
    """

    __slots__ = ("_is_damage_logged", "_path")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Keep the path. Nothing is opened yet.

        Args:
            path: The file; it is created when something is first counted, and so is its directory.

        Raises:
            TypeError: It is not a path.
            ValueError: It is empty, or has a character that is invalid in a path.
        """
        self._path = path_of("usage_path", path)
        self._is_damage_logged = False

    async def exchange(self, update: LedgerUpdate, /, *, first_bucket: int, now: float) -> LedgerContent:
        """Add an update, and return the content with it.

        Raises:
            LedgerUnavailableError: The file cannot be read or written, or belongs to a later version of this library.
        """
        try:
            # In a thread that is not cancelled with this call, so that the lock is held until the file is written.
            content = await asyncio.to_thread(self._exchange, update, now)
        except TokenStoreError as exc:
            raise LedgerUnavailableError(str(exc)) from None
        except OSError as exc:
            raise LedgerUnavailableError(f"{self._path} cannot be used: {reason_of(exc)}") from None
        return LedgerContent(
            counts={bucket: counts for bucket, counts in content.counts.items() if bucket >= first_bucket},
            pauses=tuple(content.pauses.values()),
        )

    async def close(self) -> None:
        """Do nothing: the file is open during an exchange only."""

    def _exchange(self, update: LedgerUpdate, now: float) -> _Content:
        if update.is_empty:
            return self._read(now)
        with blocking_process_lock(self._path.with_name(f"{self._path.name}.lock"), lock_timeout=_LOCK_TIMEOUT):
            content = self._read(now)
            content.add(update, now)
            pending = self._path.with_name(f"{self._path.name}.pending")
            prepare_directory(self._path.parent)
            create_document(pending, Secret(content.to_json()))
            move(pending, self._path)
        return content

    def _read(self, now: float) -> _Content:
        try:
            document = read_document(self._path)
            content = _Content() if document is None else _Content.parse(document.reveal(), self._path)
        except DamagedDocumentError as exc:
            if not self._is_damage_logged:
                _log.warning("usage_ledger_damaged", path=str(self._path), reason=str(exc))
            self._is_damage_logged = True
            content = _Content()
        content.drop_old(now)
        return content


class _Versioned(msgspec.Struct):
    """What documents of all versions have."""

    version: int = _VERSION


class _Document(_Versioned, kw_only=True):
    """A document of this version."""

    counts: _Counts
    pauses: list[tuple[str | None, float, PauseReason]]
    updates: dict[str, tuple[int, float]]


class _Content:
    """What the file holds."""

    __slots__ = ("counts", "pauses", "updates")

    def __init__(self) -> None:
        self.counts: _Counts = {}
        """The counts by bucket and operation."""
        self.pauses: dict[str | None, StoredPause] = {}
        """The pauses by operation."""
        self.updates: dict[str, tuple[int, float]] = {}
        """The number and the time of the last update of each process."""

    @classmethod
    def parse(cls, document: str, path: Path) -> _Content:
        """Return the content of a document.

        Raises:
            DamagedDocumentError: It is invalid.
            LedgerUnavailableError: It belongs to a later version.
        """
        try:
            if msgspec.json.decode(document, type=_Versioned).version > _VERSION:
                raise LedgerUnavailableError(f"{path} was written by a later version of this library; use another file")
            fields = msgspec.json.decode(document, type=_Document)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            raise DamagedDocumentError("it is not a usage file") from None
        content = cls()
        content.counts = fields.counts
        content.updates = fields.updates
        for operation, until, reason in fields.pauses:
            content.pauses[operation] = StoredPause(operation=operation, until=until, reason=reason)
        return content

    def drop_old(self, now: float) -> None:
        """Remove what no longer matters, and counts of the future, which a clock that was wrong has left."""
        current = int(now // BUCKET_SECONDS)
        self.counts = {bucket: counts for bucket, counts in self.counts.items() if abs(current - bucket) <= _BUCKETS}
        self.pauses = {operation: pause for operation, pause in self.pauses.items() if pause.until > now}
        self.updates = {
            writer: update for writer, update in self.updates.items() if abs(now - update[1]) < _KEPT_SECONDS
        }

    def add(self, update: LedgerUpdate, now: float) -> None:
        """Add an update, unless it was added before."""
        if self.updates.get(update.writer, (0, 0.0))[0] >= update.number:
            return
        for bucket, operations in update.counts.items():
            stored = self.counts.setdefault(bucket, {})
            for operation, counts in operations.items():
                known = stored.get(operation, [0] * _KINDS)
                stored[operation] = [one + other for one, other in zip(known, counts, strict=True)]
        for pause in update.pauses:
            known_pause = self.pauses.get(pause.operation)
            if known_pause is None or known_pause.until < pause.until:
                self.pauses[pause.operation] = pause
        self.updates[update.writer] = update.number, now

    def to_json(self) -> str:
        """Return the document."""
        document = _Document(
            version=_VERSION,
            counts=self.counts,
            pauses=[(pause.operation, pause.until, pause.reason) for pause in self.pauses.values()],
            updates=self.updates,
        )
        return msgspec.json.encode(document).decode()
