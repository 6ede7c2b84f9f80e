"""Writes of several requests: sent in order, with errors that say exactly where the write stopped."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NoReturn, TypeAlias, TypeVar

from spotify._checks import implements
from spotify._exceptions import PROGRESS_HIDDEN
from spotify.bulk.costs import announce
from spotify.bulk.playlist_verification import (
    FinalItems,
    Outcome,
    PlaylistState,
    PlaylistVerifier,
    read_final,
)
from spotify.errors import DeadlineExceededError, PartialWriteError, SpotifyError
from spotify.interfaces.executor import Argument, Call, RequestExecutor, SupportsWriteOrder, WriteOrder
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Priority
from spotify.models import PlaylistSnapshot

T = TypeVar("T")
WriteCall: TypeAlias = Call[PlaylistSnapshot | None]

# The most times that a part is sent, if verification shows each time that it was not applied.
_MAX_SENDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One request of a bulk write."""

    operation: Operation
    """The operation to call."""
    uris: Sequence[str]
    """The URIs that it writes."""
    arguments: Mapping[str, Argument] = field(default_factory=dict[str, Argument])
    """Path and query parameters by their wire names."""
    json: Mapping[str, object] | None = None
    """The body; None for no body."""
    is_chained: bool = False
    """Whether the request refers to the version of the playlist that the previous part returned."""
    idempotent: bool
    """Whether sending it twice is harmless."""
    replaces: bool = False
    """Whether the URIs become the only items of a playlist."""


@dataclass(frozen=True, slots=True)
class Resumption:
    """The state of a bulk write that stopped. It can be pickled, to resume the write in another process."""

    parts: tuple[Part, ...]
    """The requests that were not confirmed, in order."""
    state: PlaylistState | None
    """The state of the playlist before the first of `parts`; None if the write is not verified."""
    final: FinalItems | None = None
    """What the playlist has to hold at the end; None if that is not known."""
    unsettled: tuple[tuple[WriteCall, float], ...] = ()
    """The requests that may still be executed, and when they were given up, in seconds since the epoch."""


class BulkWrite:
    """Sends the parts of one write in order.

    The executor does not send a part while an earlier one that does not commute with it may still be executed: see
    `WriteOrder`.
    """

    def __init__(
        self,
        executor: RequestExecutor,
        parts: Sequence[Part],
        *,
        verifier: PlaylistVerifier | None = None,
        final: FinalItems | None = None,
        applied: Sequence[str] = (),
        snapshot_id: str | None = None,
        uncertain: Sequence[WriteCall] = (),
    ) -> None:
        """Create a write.

        Args:
            executor: Executes the calls.
            parts: The requests.
            verifier: Finds out the outcome of a part whose response was lost, before the next part is sent; None
                leaves it unknown.
            final: What the playlist has to hold at the end, which is checked if a response was lost; None for no check.
            applied: The URIs that were written before.
            snapshot_id: The version of the playlist after that.
            uncertain: The calls whose response was lost before.
        """
        self._executor = executor
        self._write_order = _write_order_of(executor)
        self._parts = tuple(parts)
        self._verifier = verifier
        self._final = final
        self._applied = list(applied)
        self._snapshot_id = snapshot_id
        self._uncertain = list(uncertain)
        self._priority: Priority = "bulk" if len(parts) > 1 else "interactive"

    async def run(self) -> str | None:
        """Send the parts; return the last snapshot id, None if the responses have none.

        Raises:
            PartialWriteError: Some of the URIs were applied, or may have been, and others were not. If the write was
                cancelled, it is the cause of the `CancelledError`.
            Exception: The error of the request, if it was the only one or if nothing was applied.
        """
        with PROGRESS_HIDDEN:
            return await self._run()

    async def _run(self) -> str | None:
        announce(self._executor, len(self._parts))
        for number, part in enumerate(self._parts):
            try:
                await self._apply(part)
            except (Exception, CancelledError) as exc:
                unknown = _is_unknown(exc)
                if not self._applied and (len(self._parts) == 1 or not unknown):
                    raise  # nothing else to report
                _raise_from(exc, self._stopped_at(number, unknown=unknown))
            self._applied.extend(part.uris)
        if self._uncertain and self._final is not None:
            await self._check(self._final)
        return self._snapshot_id

    def _stopped_at(self, number: int, *, unknown: bool) -> PartialWriteError:
        part, later = self._parts[number], self._parts[number + 1 :]
        times = ((call, self._write_order.unsettled_since(call)) for call in self._uncertain)
        return PartialWriteError(
            "the write stopped before its end",
            applied=self._applied,
            unknown=part.uris if unknown else (),
            not_applied=_uris_of(later if unknown else (part, *later)),
            snapshot_id=self._snapshot_id,
            operation=part.operation.id,
            resumption=Resumption(
                parts=(part, *later),
                state=None if self._verifier is None else self._verifier.state,
                final=self._final,
                unsettled=tuple((call, since) for call, since in times if since is not None),
            ),
        )

    async def _apply(self, part: Part) -> None:
        """Send a part, and again if the verifier finds that it was not applied."""
        for sends_left in reversed(range(_MAX_SENDS)):
            # A verified part is not repeated before its outcome is known.
            is_repeatable = part.idempotent and self._verifier is None
            call = _call_of(part, self._snapshot_id, self._priority, idempotent=is_repeatable)
            try:
                self._snapshot_id = await self._send(call)
            except Exception as exc:
                if self._verifier is None or not _is_unknown(exc):
                    raise
                self._uncertain.append(call)
                outcome = await self._outcome(self._verifier, part, call, exc)
                if outcome == "applied":
                    return
                if outcome == "not_applied" and sends_left:
                    continue
                if outcome == "not_applied" and isinstance(exc, SpotifyError):
                    exc.may_have_been_executed = False
                raise
            if self._verifier is not None:
                self._verifier.record(part.uris, self._snapshot_id, replaces=part.replaces)
            return

    async def _send(self, call: Call[PlaylistSnapshot | None]) -> str | None:
        try:
            snapshot = await self._executor.execute(call)
        finally:
            # Also after a success, which can be that of a second request.
            if self._write_order.unsettled_since(call) is not None:
                self._uncertain.append(call)
        return None if snapshot is None else snapshot.snapshot_id

    async def _outcome(self, verifier: PlaylistVerifier, part: Part, call: WriteCall, error: Exception) -> Outcome:
        """Return whether a part without a response was applied; raise `error`, its error, if it cannot be found out."""
        find_out = verifier.replacement_outcome if part.replaces else verifier.outcome
        try:
            outcome = await find_out(part.uris, partial(self._write_order.settle, call))
        except (Exception, CancelledError) as stopped:
            # `error` is about the part, the other one about the reads of the verifier.
            if isinstance(stopped, CancelledError):
                raise stopped from error
            raise error from error.__cause__
        if outcome == "applied":
            self._write_order.confirm(call)
            self._snapshot_id = verifier.state.snapshot_id
        return outcome

    async def _check(self, final: FinalItems) -> None:
        """Check that no request was executed even later than `WriteOrder` expects.

        Raises:
            PartialWriteError: The playlist is not as the write left it, or could not be read.
        """
        error = PartialWriteError(
            "a response was lost, and the playlist does not hold what was written: another client changed it, or a "
            "request was executed later than expected; compare it with what it should hold",
            applied=(),
            unknown=self._applied,
            not_applied=(),
            snapshot_id=self._snapshot_id,
            operation=self._parts[-1].operation.id if self._parts else None,
            resumption=Resumption(parts=(), state=None),
        )
        try:
            current = await read_final(self._executor, final, self._snapshot_id)
        except (SpotifyError, CancelledError) as exc:
            _raise_from(exc, error)
        if current is None:
            raise error


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
    # With a verified part whose outcome is unknown, the playlist is read first.
    announce(executor, len(resumption.parts) + bool(error.unknown and resumption.state))
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
    write_order = _write_order_of(executor)
    for call, since in resumption.unsettled:
        write_order.restore(call, since)
    if error.unknown and not (parts and parts[0].idempotent):
        if verifier is None:
            raise error
        call = _call_of(parts[0], snapshot_id, "bulk", idempotent=False)
        try:
            outcome = await verifier.outcome(error.unknown, partial(write_order.settle, call))
        except DeadlineExceededError:
            raise error from error.__cause__
        if outcome == "unknown":
            raise error
        if outcome == "applied":
            write_order.confirm(call)
            applied.extend(error.unknown)
            parts, snapshot_id = parts[1:], verifier.state.snapshot_id
    return BulkWrite(
        executor,
        parts,
        verifier=verifier,
        final=resumption.final,
        applied=applied,
        snapshot_id=snapshot_id,
        uncertain=[call for call, _ in resumption.unsettled],
    )


async def wait_to_read(executor: RequestExecutor, first: Part) -> None:
    """Wait until a read shows the state before a write: until no earlier write to the same object can be executed.

    Args:
        executor: Executes the write.
        first: The first part of the write.

    Raises:
        SpotifyError: The deadline is too short, or the client was closed.
    """
    await _write_order_of(executor).wait_for_earlier(_call_of(first, None, "bulk", idempotent=first.idempotent))


class _NoWriteOrder:
    """`WriteOrder` for an executor that has none: a write without a response may be executed at any time."""

    def unsettled_since(self, _call: Call[T], /) -> None:
        return None

    def restore(self, call: Call[T], /, since: float) -> None:
        pass

    def confirm(self, call: Call[T], /) -> None:
        pass

    async def wait_for_earlier(self, call: Call[T], /) -> None:
        pass

    async def settle(self, call: Call[T], /) -> bool:
        raise DeadlineExceededError("The write may still be executed", sent=True, operation=call.operation.id)


def _write_order_of(executor: RequestExecutor) -> WriteOrder:
    return executor.write_order if implements(executor, SupportsWriteOrder) else _NoWriteOrder()


def _call_of(part: Part, snapshot_id: str | None, priority: Priority, *, idempotent: bool) -> WriteCall:
    """Return the call of a part; `snapshot_id` is the version that the previous part returned."""
    json = part.json
    if part.is_chained and json is not None and snapshot_id is not None:
        json = {**json, "snapshot_id": snapshot_id}
    return Call(
        operation=part.operation,
        into=PlaylistSnapshot if part.operation.returns_snapshot else type(None),
        arguments=part.arguments,
        json=json,
        if_empty=None,
        idempotent=idempotent,
        priority=priority,
    )


def _raise_from(exc: Exception | CancelledError, stopped: PartialWriteError) -> NoReturn:
    """Raise the error of a write that `exc` stopped."""
    if isinstance(exc, CancelledError):
        stopped.__cause__ = exc.__cause__
        raise exc from stopped  # a cancellation has to stay one
    raise stopped from exc


def _is_unknown(error: BaseException) -> bool:
    """Return whether a request that raised `error` may have been executed."""
    if isinstance(error, CancelledError) and error.__cause__ is not None:
        error = error.__cause__
    return error.may_have_been_executed if isinstance(error, SpotifyError) else True


def _uris_of(parts: Sequence[Part]) -> list[str]:
    return [uri for part in parts for uri in part.uris]
