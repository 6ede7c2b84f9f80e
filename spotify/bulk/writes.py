"""Writes of several requests: sent in order, with errors that say exactly where the write stopped."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from spotify.bulk.playlist_verification import PlaylistState, PlaylistVerifier
from spotify.errors import PartialWriteError, SpotifyError
from spotify.interfaces.executor import Argument, Call, RequestExecutor
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Priority
from spotify.models import PlaylistSnapshot

# The most times that a part is sent, if verification shows each time that it was not applied.
_MAX_SENDS: Final = 3

SnapshotT = TypeVar("SnapshotT", bound="PlaylistSnapshot | None")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One request of a bulk write.

    Attributes:
        operation: The operation to call.
        uris: The URIs that it writes.
        arguments: Path and query parameters by their wire names.
        json: The body; None for no body.
        is_chained: Whether the request refers to the version of the playlist that the previous part returned.
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
    """The state of a bulk write that stopped. It can be pickled, to resume the write in another process.

    Attributes:
        parts: The requests that were not confirmed, in order.
        state: The state of the playlist before the first of them; None if the write is not verified.
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
        verifier: PlaylistVerifier | None = None,
        applied: Sequence[str] = (),
        snapshot_id: str | None = None,
    ) -> None:
        """Create a write.

        Args:
            executor: Executes the calls.
            parts: The requests.
            verifier: Finds out the outcome of a part whose response was lost, before the next part is sent; None
                leaves it unknown.
            applied: The URIs that were written before.
            snapshot_id: The version of the playlist after that.
        """
        self._executor = executor
        self._parts = tuple(parts)
        self._verifier = verifier
        self._applied = list(applied)
        self._snapshot_id = snapshot_id
        self._priority: Priority = "bulk" if len(parts) > 1 else "interactive"

    async def run(self) -> str | None:
        """Send the parts; return the last snapshot id, None if the responses have none.

        Raises:
            PartialWriteError: Some of the URIs were applied, or may have been, and others were not. If the write was
                cancelled, it is the cause of the `CancelledError`.
            Exception: The error of the request, if it was the only one or if nothing was applied.
        """
        for number, part in enumerate(self._parts):
            try:
                await self._apply(part)
            except (Exception, CancelledError) as exc:
                unknown = _is_unknown(exc)
                if not self._applied and (len(self._parts) == 1 or not unknown):
                    raise  # nothing else to report
                stopped = self._stopped_at(number, unknown=unknown)
                if isinstance(exc, CancelledError):
                    stopped.__cause__ = exc.__cause__
                    raise exc from stopped  # a cancellation has to stay one
                raise stopped from exc
            self._applied.extend(part.uris)
        return self._snapshot_id

    def _stopped_at(self, number: int, *, unknown: bool) -> PartialWriteError:
        part, later = self._parts[number], self._parts[number + 1 :]
        return PartialWriteError(
            "the write stopped before its end",
            applied=self._applied,
            unknown=part.uris if unknown else (),
            not_applied=_uris_of(later if unknown else (part, *later)),
            snapshot_id=self._snapshot_id,
            operation=part.operation.id,
            resumption=Resumption((part, *later), None if self._verifier is None else self._verifier.state),
        )

    async def _apply(self, part: Part) -> None:
        """Send a part, and again if the verifier finds that it was not applied."""
        for sends_left in reversed(range(_MAX_SENDS)):
            try:
                self._snapshot_id = await self._send(part)
            except Exception as exc:
                if self._verifier is None or not _is_unknown(exc):
                    raise
                try:
                    outcome = await self._verifier.outcome(part.uris)
                except CancelledError as cancelled:
                    # `exc` is about the part; the cancellation is about the reads of the verifier.
                    raise cancelled from exc
                if outcome == "applied":
                    self._snapshot_id = self._verifier.state.snapshot_id
                    return
                if outcome == "not_applied" and sends_left:
                    continue
                if outcome == "not_applied" and isinstance(exc, SpotifyError):
                    exc.may_have_been_executed = False
                raise
            if self._verifier is not None:
                self._verifier.record(part.uris, self._snapshot_id)
            return

    async def _send(self, part: Part) -> str | None:
        if part.operation.returns_snapshot:
            return (await self._executor.execute(self._call(part, PlaylistSnapshot))).snapshot_id
        await self._executor.execute(self._call(part, type(None)))
        return None

    def _call(self, part: Part, into: type[SnapshotT]) -> Call[SnapshotT]:
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
    """Resume a bulk write where it stopped; return the last snapshot id, None if the responses have none.

    Raises:
        ValueError: The error does not come from a bulk write, or was resumed before.
        PartialWriteError: The write stopped again, or it is unknown whether `error.unknown` was applied.
    """
    resumption = error.resumption
    if not isinstance(resumption, Resumption):
        raise ValueError(  # noqa: TRY004 - its type is right
            "error must be a PartialWriteError of a bulk write that was not resumed before; "
            "if the resumed write stopped again, resume the error that it raised"
        )
    if not all(part.idempotent for part in resumption.parts):
        # Resuming a second time, even after a cancellation, would write twice.
        error.resumption = None
    try:
        rest = await _rest(executor, error, resumption)
    except BaseException:
        error.resumption = resumption  # nothing was sent but reads
        raise
    try:
        return await rest.run()
    except (Exception, CancelledError) as exc:
        if not isinstance(exc, PartialWriteError) and not isinstance(exc.__cause__, PartialWriteError):
            error.resumption = resumption  # nothing was applied
        raise


async def _rest(executor: RequestExecutor, error: PartialWriteError, resumption: Resumption) -> BulkWrite:
    """Return the write of the parts that are still to be sent.

    Raises:
        PartialWriteError: It is unknown whether `error.unknown` was applied.
    """
    parts, state = resumption.parts, resumption.state
    applied, snapshot_id = list(error.applied), error.snapshot_id
    verifier = None if state is None else PlaylistVerifier(executor, state)
    if error.unknown and not parts[0].idempotent:
        outcome = "unknown" if verifier is None else await verifier.outcome(error.unknown)
        if outcome == "unknown":
            raise error
        if verifier is not None and outcome == "applied":
            applied.extend(error.unknown)
            parts, snapshot_id = parts[1:], verifier.state.snapshot_id
    return BulkWrite(executor, parts, verifier=verifier, applied=applied, snapshot_id=snapshot_id)


def _is_unknown(error: BaseException) -> bool:
    """Return whether a request that raised `error` may have been executed."""
    if isinstance(error, CancelledError) and error.__cause__ is not None:
        error = error.__cause__
    return error.may_have_been_executed if isinstance(error, SpotifyError) else True


def _uris_of(parts: Sequence[Part]) -> list[str]:
    return [uri for part in parts for uri in part.uris]
