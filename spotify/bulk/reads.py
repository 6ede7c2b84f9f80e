"""Reading many objects: in batches if the quota mode has the operation, otherwise one by one concurrently."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Final, Generic, TypeAlias, TypeVar

from spotify._concurrency import MAX_TASKS, run_all
from spotify.bulk.batches import in_batches
from spotify.errors import (
    AppOwnerPremiumRequiredError,
    AuthenticationError,
    EndpointUnavailableError,
    MissingScopeError,
    NotFoundError,
    PartialReadError,
    SpotifyError,
    UserNotRegisteredError,
)
from spotify.interfaces.operation import Operation
from spotify.models import SpotifyModel
from spotify.models.identity import with_requested_id
from spotify.quota import Quota

T = TypeVar("T", bound=SpotifyModel)

#: Refusals of the application, the user or the token.
_OF_EVERY_REQUEST: Final = (
    AppOwnerPremiumRequiredError,
    AuthenticationError,
    MissingScopeError,
    UserNotRegisteredError,
)

FindCached: TypeAlias = Callable[[Sequence[str], "SpotifyError | None"], Coroutine[None, None, Mapping[str, T]]]
"""Returns the objects in a response cache by id: the fresh ones, or those to use instead of the error of a request."""


class BulkRead(Generic[T]):
    """A read of many objects.

    A request that fails affects only the ids that it asked for, unless every other request would be refused as well.
    """

    def __init__(
        self,
        operation: Operation,
        quota: Quota,
        *,
        read_batch: Callable[[Sequence[str]], Coroutine[None, None, list[T | SpotifyError | None]]],
        read_one: Callable[[str], Coroutine[None, None, T]],
        find_cached: FindCached[T] | None = None,
        announce: Callable[[int], None] | None = None,
        concurrency: int = MAX_TASKS,
    ) -> None:
        """Create a read.

        Args:
            operation: The operation that takes many ids.
            quota: The known facts about the quota mode.
            read_batch: Calls `operation` with at most `operation.max_ids` ids, and returns for each the object, None if
                it does not exist, or the error of an object that could not be decoded.
            read_one: Calls the operation that replaces it, with one id.
            find_cached: Finds objects in a response cache; None for no cache.
            announce: Called with the highest number of calls before the first of them; None for nothing.
            concurrency: The number of calls at the same time. Those that would wait for others could still be sent
                after a refusal.
        """
        self._operation = operation
        self._quota = quota
        self._read_batch = read_batch
        self._read_one = read_one
        self._find_cached = find_cached
        self._announce = announce
        self._concurrency = concurrency

    async def outcomes(self, ids: Iterable[str]) -> Mapping[str, T | SpotifyError | None]:
        """Return the outcome for each id: the object, None if it does not exist, or the error.

        Raises:
            EndpointUnavailableError: The quota mode has neither the operation nor a replacement; or it is configured
                as `extended` and Spotify refused the operation.
        """
        unique = list(dict.fromkeys(ids))
        cached = await self._cached(unique, None)
        missing = [key for key in unique if key not in cached]
        if not missing:
            return cached
        if self._announce is not None:
            self._announce(self._most_calls(len(missing)))
        return {**cached, **await self._requested(missing)}

    async def _cached(self, ids: Sequence[str], instead_of: SpotifyError | None) -> Mapping[str, T]:
        """Return the objects in the response cache: the fresh ones, or those to use instead of an error."""
        return {} if self._find_cached is None else await self._find_cached(ids, instead_of)

    def _most_calls(self, count: int) -> int:
        batches = -(-count // (self._operation.max_ids or count))
        if self._operation.replacement is None or self._quota.mode == "extended":
            return batches
        if self._quota.mode == "development":
            return count
        # As long as it is unknown whether there are batches, one can be refused.
        return batches if self._quota.is_certain(self._operation) else 1 + count

    async def _requested(self, ids: Sequence[str]) -> Mapping[str, T | SpotifyError | None]:
        if self._operation.replacement is None or self._quota.mode != "development":
            try:
                return await self._in_batches(ids)
            except EndpointUnavailableError:
                # In extended quota a refusal has another cause, which one request per id would meet as well.
                if self._operation.replacement is None or self._quota.mode == "extended":
                    raise
        return await self._one_by_one(ids)

    async def _in_batches(self, ids: Sequence[str]) -> Mapping[str, T | SpotifyError | None]:
        outcomes: dict[str, T | SpotifyError | None] = {}
        batches = list(in_batches(ids, self._operation))
        # While it is unknown whether the quota mode has the operation, one request is enough to find out.
        probes = 0 if self._quota.is_certain(self._operation) else 1
        for part in (batches[:probes], batches[probes:]):
            if not await self._run_until_refused((self._batch(batch, outcomes) for batch in part), ids, outcomes):
                break
        return outcomes

    async def _batch(self, ids: Sequence[str], outcomes: dict[str, T | SpotifyError | None]) -> None:
        try:
            objects = await self._read_batch(ids)
        except SpotifyError as exc:
            if isinstance(exc, EndpointUnavailableError) or _is_of_every_request(exc):
                raise
            outcomes |= {**dict.fromkeys(ids, exc.with_traceback(None)), **await self._cached(ids, exc)}
        else:
            for key, found in zip(ids, objects, strict=True):
                outcomes[key] = with_requested_id(found, key) if isinstance(found, SpotifyModel) else found

    async def _one_by_one(self, ids: Sequence[str]) -> Mapping[str, T | SpotifyError | None]:
        outcomes: dict[str, T | SpotifyError | None] = {}
        await self._run_until_refused((self._one(each, outcomes) for each in ids), ids, outcomes)
        return outcomes

    async def _one(self, id: str, outcomes: dict[str, T | SpotifyError | None]) -> None:
        try:
            outcomes[id] = with_requested_id(await self._read_one(id), id)
        except NotFoundError:
            outcomes[id] = None
        except SpotifyError as exc:
            if _is_of_every_request(exc):
                raise
            outcomes[id] = exc.with_traceback(None)

    async def _run_until_refused(
        self,
        requests: Iterable[Coroutine[None, None, None]],
        ids: Sequence[str],
        outcomes: dict[str, T | SpotifyError | None],
    ) -> bool:
        """Run requests concurrently. After a refusal that every request would get, send no more, and return False.

        The refusal is then the outcome of each id that has none.
        """
        try:
            await run_all(requests, limit=self._concurrency)
        except SpotifyError as exc:
            if not _is_of_every_request(exc):
                raise
            refusal = exc.with_traceback(None)
            for key in ids:
                outcomes.setdefault(key, refusal)
            return False
        return True


def _is_of_every_request(error: SpotifyError) -> bool:
    """Return whether every other request would fail in the same way."""
    return error.is_about_token or isinstance(error, _OF_EVERY_REQUEST)


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
