"""The user's library by URI: `/me/library` takes objects of every kind in both quota modes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from spotify._concurrency import run_all
from spotify.bulk.batches import check_count, concurrency_of, in_batches, priority_of
from spotify.bulk.costs import announce
from spotify.bulk.writes import BulkWrite, Part
from spotify.ids import Reference, SpotifyUri, ids_of
from spotify.interfaces.executor import Call, RequestExecutor
from spotify.interfaces.operation import Operation
from spotify.operations.library import CHECK_LIBRARY_CONTAINS, REMOVE_LIBRARY_ITEMS, SAVE_LIBRARY_ITEMS


async def save_to_library(executor: RequestExecutor, uris: Sequence[str]) -> None:
    """Save objects, or follow them.

    Raises:
        PartialWriteError: More than one request was needed and not all of them succeeded.
    """
    await _write(executor, SAVE_LIBRARY_ITEMS, uris)


async def remove_from_library(executor: RequestExecutor, uris: Sequence[str]) -> None:
    """Remove objects, or unfollow them.

    Raises:
        PartialWriteError: More than one request was needed and not all of them succeeded.
    """
    await _write(executor, REMOVE_LIBRARY_ITEMS, uris)


async def check_library(executor: RequestExecutor, uris: Sequence[str]) -> list[bool]:
    """Return one bool per URI, in order: whether the object is saved or followed. Requests are sent concurrently."""

    async def check(batch: Sequence[str]) -> list[bool]:
        call = Call(
            operation=CHECK_LIBRARY_CONTAINS,
            into=list[bool],
            arguments={"uris": ",".join(batch)},
            priority=priority_of(is_one_of_many=len(uris) > len(batch)),
            check=partial(check_count, asked=batch),
        )
        return await executor.execute(call)

    batches = list(in_batches(uris, CHECK_LIBRARY_CONTAINS))
    announce(executor, len(batches))
    return [
        result for results in await run_all(map(check, batches), limit=concurrency_of(executor)) for result in results
    ]


def uris_of(kind: str, ids: Iterable[Reference]) -> list[str]:
    """Return the URIs of objects of one kind, given as ids, URIs or URLs.

    Raises:
        TypeError: `ids` is a str, or not an iterable of str.
        ValueError: `ids` is empty, or names an object of another kind.
    """
    return [SpotifyUri(kind, value).uri for value in ids_of(kind, ids)]


async def _write(executor: RequestExecutor, operation: Operation, uris: Sequence[str]) -> None:
    parts = [
        Part(operation=operation, uris=batch, arguments={"uris": ",".join(batch)}, idempotent=operation.idempotent)
        for batch in in_batches(uris, operation)
    ]
    await BulkWrite(executor, parts).run()
