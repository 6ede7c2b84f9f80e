"""Writes that need several requests: one after the other, and exact about where they stopped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from spotify.errors import PartialWriteError, SpotifyError
from spotify.interfaces.operation import Operation

#: What each request leaves: a playlist's snapshot id, or nothing.
SnapshotT = TypeVar("SnapshotT", bound="str | None")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[SnapshotT]):
    """One request of a bulk write.

    Attributes:
        operation: What it calls.
        uris: What it writes.
        send: Makes the request. It is given what the part before it returned; None for the first one.
    """

    operation: Operation
    uris: Sequence[str]
    send: Callable[[SnapshotT | None], Awaitable[SnapshotT]]


async def write_parts(parts: Sequence[Part[SnapshotT]]) -> SnapshotT:
    """Send the parts, of which there is one at least, in order and return what the last one left.

    Raises:
        PartialWriteError: Some of it was applied, or may have been, and the rest was not.
        Exception: Whatever the request raised, if there was one alone, or if nothing at all was applied.
    """
    left: list[SnapshotT] = []
    for number, part in enumerate(parts):
        try:
            left.append(await part.send(left[-1] if left else None))
        except Exception as exc:
            unknown = exc.may_have_been_executed if isinstance(exc, SpotifyError) else True
            if len(parts) == 1 or (number == 0 and not unknown):
                raise  # its own error says it all
            raise PartialWriteError(
                "the write stopped half way",
                applied=_uris(parts[:number]),
                unknown=part.uris if unknown else (),
                not_applied=_uris(parts[number + 1 :] if unknown else parts[number:]),
                snapshot_id=left[-1] if left else None,
                operation=part.operation.id,
            ) from exc
    return left[-1]


def _uris(parts: Sequence[Part[SnapshotT]]) -> list[str]:
    return [uri for part in parts for uri in part.uris]
