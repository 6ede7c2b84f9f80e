"""How many calls a bulk read or write takes, without making them."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import NoReturn, TypeVar

from spotify.errors import SpotifyError
from spotify.interfaces.executor import Call, RequestExecutor, SupportsCachedResults

T = TypeVar("T")


class Counted(Exception):  # noqa: N818  not an error
    """Ends a method that runs over a `CallCounter`."""

    def __init__(self, calls: int) -> None:
        super().__init__(calls)
        self.calls = calls
        """The number of calls that it would make."""


class CallCounter:
    """`RequestExecutor` that calls nothing: the first call ends the method, with the number of its calls."""

    def __init__(self, executor: RequestExecutor) -> None:
        """Wrap the executor whose response cache saves calls."""
        self._executor = executor

    async def execute(self, call: Call[T], /) -> NoReturn:
        """Raise `Counted`: a method that has not announced more makes one call, or none if it is cached."""
        is_cached = call.operation.method == "GET" and await self.cached_results([call]) != [None]
        raise Counted(0 if is_cached else 1)

    async def cached_results(
        self, calls: Sequence[Call[T]], /, *, instead_of: SpotifyError | None = None, **_: object
    ) -> Sequence[T | None]:
        """Return the results in the response cache, which does not count as their use."""
        if isinstance(self._executor, SupportsCachedResults):
            return await self._executor.cached_results(calls, instead_of=instead_of, peek=True)
        return [None] * len(calls)

    async def close(self) -> None:
        """Do nothing."""


async def count(planned: Awaitable[object]) -> int:
    """Return the number of calls of a method that runs over a `CallCounter`."""
    try:
        await planned
    except Counted as counted:
        return counted.calls
    return 0  # all of it is in the response cache


def announce(executor: RequestExecutor, calls: int) -> None:
    """State how many calls a method is about to make at most, if nothing fails.

    Raises:
        Counted: The executor only counts.
    """
    if isinstance(executor, CallCounter):
        raise Counted(calls)
