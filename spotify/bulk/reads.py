"""Reading many objects: in batches where the quota mode has them, one by one and all at once where it has not."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from spotify._checks import in_chunks
from spotify._concurrency import run_all
from spotify.errors import DecodeError, EndpointUnavailableError, NotFoundError, PartialReadError, SpotifyError
from spotify.interfaces.operation import Operation
from spotify.quota import Quota

T = TypeVar("T")


class BulkRead(Generic[T]):
    """One read of many objects.

    What is got is kept by id, so that an error takes nothing with it but its own ids.
    """

    def __init__(
        self,
        operation: Operation,
        quota: Quota,
        *,
        read_batch: Callable[[Sequence[str]], Coroutine[None, None, list[T | None]]],
        read_one: Callable[[str], Coroutine[None, None, T]],
    ) -> None:
        """Take what is to be called.

        Args:
            operation: The one that takes many ids.
            quota: What is known of the quota mode.
            read_batch: Calls it with at most as many ids as it takes.
            read_one: Calls the operation that replaces it, with one id.
        """
        self._operation = operation
        self._quota = quota
        self._read_batch = read_batch
        self._read_one = read_one

    async def outcomes(self, ids: Iterable[str]) -> Mapping[str, T | SpotifyError | None]:
        """Return what became of each id: the object, None if it does not exist, or the error.

        Raises:
            EndpointUnavailableError: The quota mode has neither the operation nor a replacement.
        """
        unique = list(dict.fromkeys(ids))
        if self._quota.has(self._operation) or self._operation.replacement is None:
            try:
                return await self._by_batches(unique)
            except EndpointUnavailableError:
                if self._operation.replacement is None:
                    raise
        return await self._one_by_one(unique)

    async def _by_batches(self, ids: Sequence[str]) -> Mapping[str, T | SpotifyError | None]:
        chunks = list(in_chunks(ids, self._operation.max_ids))
        # As long as nobody knows whether the operation is there, one request is enough to find out.
        probes = 0 if self._quota.is_certain(self._operation) else 1
        read = [await self._batch(chunk) for chunk in chunks[:probes]]
        read += await run_all(self._batch(chunk) for chunk in chunks[probes:])
        return {each: outcome for chunk in read for each, outcome in chunk.items()}

    async def _batch(self, ids: Sequence[str]) -> Mapping[str, T | SpotifyError | None]:
        try:
            objects = await self._read_batch(ids)
            if len(objects) != len(ids):
                raise DecodeError(
                    f"{len(objects)} objects for {len(ids)} ids: they cannot be told apart",
                    operation=self._operation.id,
                )
        except EndpointUnavailableError:
            raise
        except SpotifyError as exc:
            return dict.fromkeys(ids, exc)
        return dict(zip(ids, objects, strict=True))

    async def _one_by_one(self, ids: Sequence[str]) -> Mapping[str, T | SpotifyError | None]:
        return dict(zip(ids, await run_all(map(self._one, ids)), strict=True))

    async def _one(self, id: str) -> T | SpotifyError | None:
        try:
            return await self._read_one(id)
        except NotFoundError:
            return None
        except SpotifyError as exc:
            return exc


def without_errors(
    ids: Sequence[str], outcomes: Mapping[str, T | SpotifyError | None], operation: Operation
) -> list[T | None]:
    """Return the objects in the order of the ids.

    Raises:
        PartialReadError: Some of them failed.
        SpotifyError: All of them failed; it is the first one's error.
    """
    results: list[T | None] = []
    errors: dict[str, SpotifyError] = {}
    for each in ids:
        outcome = outcomes[each]
        if isinstance(outcome, SpotifyError):
            errors[each] = outcome
            results.append(None)
        else:
            results.append(outcome)
    if not errors:
        return results
    if len(errors) == len(outcomes):
        raise next(iter(errors.values()))
    raise PartialReadError(
        f"{len(errors)} of {len(outcomes)} objects could not be read",
        results=results,
        errors=errors,
        operation=operation.id,
    )
