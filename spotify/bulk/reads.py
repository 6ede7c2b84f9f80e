"""Reading many objects: in batches if the quota mode has the operation, otherwise one by one concurrently."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from spotify._concurrency import run_all
from spotify.errors import DecodeError, EndpointUnavailableError, NotFoundError, PartialReadError, SpotifyError
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Priority
from spotify.quota import Quota

T = TypeVar("T")


class BulkRead(Generic[T]):
    """A read of many objects. A request that fails affects only the ids that it asked for."""

    def __init__(
        self,
        operation: Operation,
        quota: Quota,
        *,
        read_batch: Callable[[Sequence[str]], Coroutine[None, None, list[T | None]]],
        read_one: Callable[[str], Coroutine[None, None, T]],
    ) -> None:
        """Create a read.

        Args:
            operation: The operation that takes many ids.
            quota: The known facts about the quota mode.
            read_batch: Calls `operation` with at most `operation.max_ids` ids.
            read_one: Calls the operation that replaces it, with one id.
        """
        self._operation = operation
        self._quota = quota
        self._read_batch = read_batch
        self._read_one = read_one

    async def outcomes(self, ids: Iterable[str]) -> Mapping[str, T | SpotifyError | None]:
        """Return the outcome for each id: the object, None if it does not exist, or the error.

        Raises:
            EndpointUnavailableError: The quota mode has neither the operation nor a replacement; or it is configured
                as `extended` and Spotify refused the operation.
        """
        unique = list(dict.fromkeys(ids))
        if self._operation.replacement is None or self._quota.mode != "development":
            try:
                return await self._in_batches(unique)
            except EndpointUnavailableError:
                # In extended quota a refusal has another cause, which one request per id would meet as well.
                if self._operation.replacement is None or self._quota.mode == "extended":
                    raise
        return await self._one_by_one(unique)

    async def _in_batches(self, ids: Sequence[str]) -> Mapping[str, T | SpotifyError | None]:
        batches = list(in_batches(ids, self._operation))
        # While it is unknown whether the quota mode has the operation, one request is enough to find out.
        probes = 0 if self._quota.is_certain(self._operation) else 1
        outcomes = [await self._batch(batch) for batch in batches[:probes]]
        outcomes += await run_all(self._batch(batch) for batch in batches[probes:])
        return {key: outcome for batch in outcomes for key, outcome in batch.items()}

    async def _batch(self, ids: Sequence[str]) -> Mapping[str, T | SpotifyError | None]:
        try:
            objects = await self._read_batch(ids)
            if len(objects) != len(ids):
                raise DecodeError(
                    f"{len(objects)} objects for {len(ids)} ids: they cannot be matched",
                    operation=self._operation.id,
                )
        except EndpointUnavailableError:
            raise
        except SpotifyError as exc:
            return dict.fromkeys(ids, exc.with_traceback(None))
        return dict(zip(ids, objects, strict=True))

    async def _one_by_one(self, ids: Sequence[str]) -> Mapping[str, T | SpotifyError | None]:
        return dict(zip(ids, await run_all(map(self._one, ids)), strict=True))

    async def _one(self, id: str) -> T | SpotifyError | None:
        try:
            return await self._read_one(id)
        except NotFoundError:
            return None
        except SpotifyError as exc:
            return exc.with_traceback(None)


def without_errors(
    ids: Sequence[str], outcomes: Mapping[str, T | SpotifyError | None], operation: Operation
) -> list[T | None]:
    """Return the objects in the order of `ids`.

    Raises:
        PartialReadError: Some of them failed.
        SpotifyError: All of them failed; it is the error of the first one.
    """
    results: list[T | None] = []
    errors: dict[str, SpotifyError] = {}
    for key in ids:
        outcome = outcomes[key]
        if isinstance(outcome, SpotifyError):
            errors[key] = outcome
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


def in_batches(values: Sequence[str], operation: Operation) -> Iterator[Sequence[str]]:
    """Yield the ids or URIs in slices of at most `operation.max_ids`, or all of them if it has no maximum."""
    size = operation.max_ids or max(len(values), 1)
    for start in range(0, len(values), size):
        yield values[start : start + size]


def priority_of(*, is_one_of_many: bool) -> Priority:
    """Return the priority of a request: the requests of a longer piece of work let single ones pass."""
    return "bulk" if is_one_of_many else "interactive"
