"""What all services share: one way to call an operation, one to page through it, one to read many objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Self, TypeVar

from spotify._checks import check_arguments, check_flag, check_page_arguments, page_limit
from spotify.bulk.reads import BulkRead, without_errors
from spotify.errors import BadRequestError, SpotifyError
from spotify.interfaces.executor import Argument, Call, RequestExecutor
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Priority
from spotify.models import CursorPage, Page
from spotify.paging import CursorPaginator, Paginator
from spotify.quota import Quota

T = TypeVar("T")
AnswerT = TypeVar("AnswerT")
ServiceT = TypeVar("ServiceT", bound="Service")


class Service:
    """One area of the Web API. A service knows operations, models and the executor, and nothing else."""

    __slots__ = ("_executor", "_quota")

    def __init__(self, executor: RequestExecutor, quota: Quota | None = None) -> None:
        """Take the executor that carries the calls, and what is known of the quota mode; None for nothing yet."""
        self._executor = executor
        self._quota = quota or Quota()

    def _over(self, executor: RequestExecutor) -> Self:
        other = copy(self)
        other._executor = executor  # noqa: SLF001
        return other

    async def _call(
        self,
        operation: Operation,
        into: type[T],
        *,
        json: object = None,
        content: bytes | None = None,
        **arguments: Argument,
    ) -> T:
        """Call an operation whose answer is always there; `type(None)` for one whose answer says nothing."""
        check_arguments(operation, arguments)
        return await self._executor.execute(
            Call(operation=operation, into=into, arguments=arguments, json=json, content=content)
        )

    async def _call_or_none(self, operation: Operation, into: type[T], **arguments: Argument) -> T | None:
        """Call an operation that answers with nothing when there is nothing to tell."""
        check_arguments(operation, arguments)
        call: Call[T | None] = Call(operation=operation, into=into, arguments=arguments, if_empty=None)
        return await self._executor.execute(call)

    async def _call_page(
        self, operation: Operation, into: type[T], arguments: Mapping[str, Argument], *, clamp: bool
    ) -> T:
        """Call an operation that answers with a page, as long a one as the quota mode allows unless told otherwise.

        A `limit` that is too high becomes the highest with `clamp`, and is a `ValueError` without. Who clamps reads
        many pages, and gives way to whoever wants one.
        """
        priority: Priority = "bulk" if clamp else "interactive"
        while True:
            highest = self._quota.max_limit(operation)
            limit = page_limit(operation, arguments, highest=highest, clamp=clamp)
            call = Call(operation=operation, into=into, arguments={**arguments, "limit": limit}, priority=priority)
            try:
                return await self._executor.execute(call)
            except BadRequestError:
                # The refusal may have taught the quota a lower limit; then the loop asks for that one.
                if self._quota.max_limit(operation) == highest:
                    raise

    def _pages(self, operation: Operation, into: type[Page[T]], **arguments: Argument) -> Paginator[T]:
        """Return the list of an operation that answers with a page."""
        return self._wrapped_pages(operation, into, _itself, **arguments)

    def _wrapped_pages(
        self, operation: Operation, into: type[AnswerT], page_of: Callable[[AnswerT], Page[T]], **arguments: Argument
    ) -> Paginator[T]:
        """Return the list of an operation whose answer has the page inside."""
        check_page_arguments(arguments)

        async def fetch(page_arguments: Mapping[str, Argument], /, *, clamp: bool = True) -> Page[T]:
            return page_of(await self._call_page(operation, into, page_arguments, clamp=clamp))

        return Paginator(operation, arguments, fetch)

    def _wrapped_cursor_pages(
        self,
        operation: Operation,
        into: type[AnswerT],
        page_of: Callable[[AnswerT], CursorPage[T]],
        **arguments: Argument,
    ) -> CursorPaginator[T]:
        """Return the list of an operation whose answer has a page by cursor inside."""
        check_page_arguments(arguments)

        async def fetch(page_arguments: Mapping[str, Argument], /, *, clamp: bool = True) -> CursorPage[T]:
            return page_of(await self._call_page(operation, into, page_arguments, clamp=clamp))

        return CursorPaginator(operation, arguments, fetch)

    async def _get_several(
        self,
        operation: Operation,
        into: type[AnswerT],
        objects_of: Callable[[AnswerT], list[T | None]],
        one: tuple[Operation, type[T]],
        ids: Sequence[str],
        *,
        return_errors: bool,
        **arguments: Argument,
    ) -> list[T | None] | list[T | SpotifyError | None]:
        """Read many objects and return them in the order of the ids; `one` reads a single one of them."""
        check_arguments(operation, arguments)
        check_flag("return_errors", return_errors)

        async def read_batch(chunk: Sequence[str]) -> list[T | None]:
            these = {**arguments, "ids": ",".join(chunk)}
            priority = priority_of(is_one_of_many=len(ids) > len(chunk))
            call = Call(operation=operation, into=into, arguments=these, priority=priority)
            return objects_of(await self._executor.execute(call))

        async def read_one(id: str) -> T:
            this = {**arguments, "id": id}
            call = Call(
                operation=one[0], into=one[1], arguments=this, priority=priority_of(is_one_of_many=len(ids) > 1)
            )
            return await self._executor.execute(call)

        bulk = BulkRead(operation, self._quota, read_batch=read_batch, read_one=read_one)
        outcomes = await bulk.outcomes(ids)
        if return_errors:
            return [outcomes[each] for each in ids]
        return without_errors(ids, outcomes, operation)


def priority_of(*, is_one_of_many: bool) -> Priority:
    """Return how urgent a request is: whoever makes many of them gives way to whoever makes one."""
    return "bulk" if is_one_of_many else "interactive"


def with_executor(service: ServiceT, executor: RequestExecutor) -> ServiceT:
    """Return the service with another executor: that of another user."""
    return service._over(executor)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def _itself(page: Page[T]) -> Page[T]:
    return page
