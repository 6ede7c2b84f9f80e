"""Saving, removing and checking through `/me/library`, which takes every kind of URI in both quota modes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spotify._checks import in_chunks
from spotify._concurrency import run_all
from spotify.bulk.writes import BulkWrite, Part
from spotify.errors import DecodeError
from spotify.ids import SpotifyUri, ids_of
from spotify.interfaces.executor import Call
from spotify.interfaces.operation import Operation
from spotify.operations.library import CHECK_LIBRARY_CONTAINS, REMOVE_LIBRARY_ITEMS, SAVE_LIBRARY_ITEMS
from spotify.services._base import Service, priority_of


class LibraryAccess(Service):
    """A service whose objects can be in the user's library, or be followed, which is the same to Spotify."""

    __slots__ = ()

    async def _save(self, kind: str, ids: Iterable[str]) -> None:
        await self._write_uris(SAVE_LIBRARY_ITEMS, _uris(kind, ids))

    async def _remove(self, kind: str, ids: Iterable[str]) -> None:
        await self._write_uris(REMOVE_LIBRARY_ITEMS, _uris(kind, ids))

    async def _check(self, kind: str, ids: Iterable[str]) -> list[bool]:
        return await self._check_uris(_uris(kind, ids))

    async def _check_uris(self, uris: Sequence[str]) -> list[bool]:
        async def check(chunk: Sequence[str]) -> list[bool]:
            call = Call(
                operation=CHECK_LIBRARY_CONTAINS,
                into=list[bool],
                arguments={"uris": ",".join(chunk)},
                priority=priority_of(is_one_of_many=len(uris) > len(chunk)),
            )
            answers = await self._executor.execute(call)
            if len(answers) != len(chunk):
                raise DecodeError(
                    f"{len(answers)} answers for {len(chunk)} URIs: they cannot be told apart",
                    operation=CHECK_LIBRARY_CONTAINS.id,
                )
            return answers

        chunks = await run_all(check(chunk) for chunk in in_chunks(uris, CHECK_LIBRARY_CONTAINS.max_ids))
        return [answer for chunk in chunks for answer in chunk]

    async def _write_uris(self, operation: Operation, uris: Sequence[str]) -> None:
        """Write one chunk after the other, so that an error can say where it stopped."""
        parts = [
            Part(operation=operation, uris=chunk, arguments={"uris": ",".join(chunk)}, idempotent=operation.idempotent)
            for chunk in in_chunks(uris, operation.max_ids)
        ]
        await BulkWrite(self._executor, parts).run()


def _uris(kind: str, ids: Iterable[str]) -> list[str]:
    return [SpotifyUri(kind, each).uri for each in ids_of(kind, ids)]
