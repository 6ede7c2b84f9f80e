"""Writes that need several requests: one after the other, and exact about where they stopped."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from spotify.bulk.playlist_check import PlaylistCheck, PlaylistState
from spotify.errors import PartialWriteError, SpotifyError
from spotify.interfaces.executor import Argument, Call, RequestExecutor
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Priority
from spotify.models import PlaylistSnapshot

# A part that is seen not to have been applied is sent again, but not for ever.
_MOST_SENDS: Final = 3

#: What each request leaves: a playlist's snapshot, or nothing.
LeftT = TypeVar("LeftT", bound="PlaylistSnapshot | None")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One request of a bulk write.

    Attributes:
        operation: What it calls.
        uris: What it writes.
        arguments: Path and query parameters by their wire names.
        json: The body; None for none.
        is_chained: Whether it is about the version of the playlist that the part before it left.
        idempotent: Whether sending it twice is harmless.
    """

    operation: Operation
    uris: Sequence[str]
    arguments: Mapping[str, Argument] = field(default_factory=dict[str, Argument])
    json: Mapping[str, object] | None = None
    is_chained: bool = False
    idempotent: bool


@dataclass(frozen=True, slots=True)
class Resumption:
    """What it takes to go on with a bulk write. It can be pickled, to go on in another process.

    Attributes:
        parts: The requests that were not confirmed, in order.
        state: The playlist before the first of them, where it was looked at; else None.
    """

    parts: tuple[Part, ...]
    state: PlaylistState | None


class BulkWrite:
    """Sends the parts of one write in order."""

    def __init__(
        self,
        executor: RequestExecutor,
        parts: Sequence[Part],
        *,
        check: PlaylistCheck | None = None,
        applied: Sequence[str] = (),
        snapshot_id: str | None = None,
    ) -> None:
        """Take what is to be sent.

        Args:
            executor: Carries the calls.
            parts: The requests.
            check: Settles a part whose answer was lost before anything else is sent; None leaves it unknown.
            applied: What was written before.
            snapshot_id: The version of the playlist that this left.
        """
        self._executor = executor
        self._parts = tuple(parts)
        self._check = check
        self._applied = list(applied)
        self._snapshot_id = snapshot_id
        self._priority: Priority = "bulk" if len(parts) > 1 else "interactive"

    async def run(self) -> str | None:
        """Send the parts; return the last snapshot id, None where there are no snapshots.

        Raises:
            PartialWriteError: Some of it was applied, or may have been, and the rest was not; as the cause of the
                `CancelledError` if it was cancelled.
            Exception: Whatever the request raised, if it was the only one, or if nothing at all was applied.
        """
        for number, part in enumerate(self._parts):
            try:
                await self._apply(part)
            except (Exception, CancelledError) as exc:
                unknown = _is_unknown(exc)
                if not self._applied and (len(self._parts) == 1 or not unknown):
                    raise  # its own error says it all
                stopped = self._stopped_at(number, unknown=unknown)
                if isinstance(exc, CancelledError):
                    stopped.__cause__ = exc.__cause__
                    raise exc from stopped  # a cancellation must go on as one
                raise stopped from exc
            self._applied.extend(part.uris)
        return self._snapshot_id

    def _stopped_at(self, number: int, *, unknown: bool) -> PartialWriteError:
        part, later = self._parts[number], self._parts[number + 1 :]
        return PartialWriteError(
            "the write stopped half way",
            applied=self._applied,
            unknown=part.uris if unknown else (),
            not_applied=_uris(later if unknown else (part, *later)),
            snapshot_id=self._snapshot_id,
            operation=part.operation.id,
            resumption=Resumption((part, *later), None if self._check is None else self._check.state),
        )

    async def _apply(self, part: Part) -> None:
        """Send a part, and once more if it is seen that it was not applied."""
        for sends_left in reversed(range(_MOST_SENDS)):
            try:
                self._snapshot_id = await self._send(part)
            except Exception as exc:
                if self._check is None or not _is_unknown(exc):
                    raise
                try:
                    outcome = await self._check.outcome(part.uris)
                except CancelledError as cancelled:
                    raise cancelled from exc  # it is about the look at the playlist; what became of the part is not
                if outcome == "applied":
                    self._snapshot_id = self._check.state.snapshot_id
                    return
                if outcome == "not_applied" and sends_left:
                    continue
                if outcome == "not_applied" and isinstance(exc, SpotifyError):
                    exc.may_have_been_executed = False
                raise
            if self._check is not None:
                self._check.note(part.uris, self._snapshot_id)
            return

    async def _send(self, part: Part) -> str | None:
        if part.operation.returns_snapshot:
            return (await self._executor.execute(self._call(part, PlaylistSnapshot))).snapshot_id
        await self._executor.execute(self._call(part, type(None)))
        return None

    def _call(self, part: Part, into: type[LeftT]) -> Call[LeftT]:
        json = part.json
        if part.is_chained and json is not None and self._snapshot_id is not None:
            json = {**json, "snapshot_id": self._snapshot_id}
        return Call(
            operation=part.operation,
            into=into,
            arguments=part.arguments,
            json=json,
            idempotent=part.idempotent,
            priority=self._priority,
        )


async def resume_write(executor: RequestExecutor, error: PartialWriteError) -> str | None:
    """Go on with a bulk write where it stopped; return the last snapshot id, None where there are no snapshots.

    Raises:
        ValueError: The error does not come from a bulk write, or somebody went on from there already.
        PartialWriteError: It stopped again, or it cannot be told whether what is `unknown` was applied.
    """
    resumption = error.resumption
    if not isinstance(resumption, Resumption):
        raise ValueError(  # noqa: TRY004 - its type is right
            "there is nothing to go on with: error must be a PartialWriteError of a bulk write, from which nobody went "
            "on already; where that stopped again, go on from the error that it raised"
        )
    if not all(part.idempotent for part in resumption.parts):
        # Whoever goes on from here a second time, be it after a cancellation, would write twice.
        error.resumption = None
    try:
        rest = await _rest(executor, error, resumption)
    except BaseException:
        error.resumption = resumption  # it was only looked at
        raise
    try:
        return await rest.run()
    except (Exception, CancelledError) as exc:
        if not isinstance(exc, PartialWriteError) and not isinstance(exc.__cause__, PartialWriteError):
            error.resumption = resumption  # nothing was applied
        raise


async def _rest(executor: RequestExecutor, error: PartialWriteError, resumption: Resumption) -> BulkWrite:
    """Return the write of what is still to be written.

    Raises:
        PartialWriteError: It cannot be told whether what is `unknown` was applied.
    """
    parts, state = resumption.parts, resumption.state
    applied, snapshot_id = list(error.applied), error.snapshot_id
    check = None if state is None else PlaylistCheck(executor, state)
    if error.unknown and not parts[0].idempotent:
        outcome = "unknown" if check is None else await check.outcome(error.unknown)
        if outcome == "unknown":
            raise error
        if check is not None and outcome == "applied":
            applied.extend(error.unknown)
            parts, snapshot_id = parts[1:], check.state.snapshot_id
    return BulkWrite(executor, parts, check=check, applied=applied, snapshot_id=snapshot_id)


def _is_unknown(error: BaseException) -> bool:
    """Whether a request that ended so may have had its effect all the same."""
    if isinstance(error, CancelledError) and error.__cause__ is not None:
        error = error.__cause__
    return error.may_have_been_executed if isinstance(error, SpotifyError) else True


def _uris(parts: Sequence[Part]) -> list[str]:
    return [uri for part in parts for uri in part.uris]
