"""What all services share: one way to call an operation, one to page through it, one to read many objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from spotify.errors import DecodeError
from spotify.interfaces.executor import Argument, Call, RequestExecutor
from spotify.interfaces.operation import Operation
from spotify.models import CursorPage, Page
from spotify.paging import CursorPaginator, Paginator
from spotify.quota import Quota
from spotify.services._arguments import check_arguments, in_chunks
from spotify.services._concurrency import run_all

T = TypeVar("T")
AnswerT = TypeVar("AnswerT")


class Service:
    """One area of the Web API. A service knows operations, models and the executor, and nothing else."""

    __slots__ = ("_executor", "_quota")

    def __init__(self, executor: RequestExecutor, quota: Quota | None = None) -> None:
        """Take the executor that carries the calls, and what is known of the quota mode; None for nothing yet."""
        self._executor = executor
        self._quota = quota or Quota()

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

    def _pages(self, operation: Operation, into: type[Page[T]], **arguments: Argument) -> Paginator[T]:
        """Return the list of an operation that answers with a page."""
        return self._wrapped_pages(operation, into, _itself, **arguments)

    def _wrapped_pages(
        self, operation: Operation, into: type[AnswerT], page_of: Callable[[AnswerT], Page[T]], **arguments: Argument
    ) -> Paginator[T]:
        """Return the list of an operation whose answer has the page inside."""
        check_arguments(operation, arguments)

        async def fetch(page_arguments: Mapping[str, Argument], /, *, clamp: bool) -> Page[T]:  # noqa: ARG001
            call = Call(operation=operation, into=into, arguments=page_arguments)
            return page_of(await self._executor.execute(call))

        return Paginator(operation, arguments, fetch)

    def _wrapped_cursor_pages(
        self,
        operation: Operation,
        into: type[AnswerT],
        page_of: Callable[[AnswerT], CursorPage[T]],
        **arguments: Argument,
    ) -> CursorPaginator[T]:
        """Return the list of an operation whose answer has a page by cursor inside."""
        check_arguments(operation, arguments)

        async def fetch(page_arguments: Mapping[str, Argument], /, *, clamp: bool) -> CursorPage[T]:  # noqa: ARG001
            call = Call(operation=operation, into=into, arguments=page_arguments)
            return page_of(await self._executor.execute(call))

        return CursorPaginator(operation, arguments, fetch)

    async def _get_several(
        self,
        operation: Operation,
        into: type[AnswerT],
        objects_of: Callable[[AnswerT], list[T]],
        ids: Sequence[str],
        **arguments: Argument,
    ) -> list[T]:
        """Read many objects, as many a call as the operation allows, and return them in the order of the ids."""
        check_arguments(operation, arguments)

        async def read(chunk: Sequence[str]) -> list[T]:
            call = Call(operation=operation, into=into, arguments={**arguments, "ids": ",".join(chunk)})
            objects = objects_of(await self._executor.execute(call))
            if len(objects) != len(chunk):
                raise DecodeError(
                    f"{len(objects)} objects for {len(chunk)} ids: they cannot be told apart", operation=operation.id
                )
            return objects

        chunks = await run_all(read(chunk) for chunk in in_chunks(ids, operation.max_ids))
        return [item for chunk in chunks for item in chunk]


def _itself(page: Page[T]) -> Page[T]:
    return page
