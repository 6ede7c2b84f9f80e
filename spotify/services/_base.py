"""The base of all services: calling an operation, also by its id, paging through it, reading many objects."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from spotify._checks import check_flag, check_market, check_range, check_text, check_type, shown
from spotify._exceptions import PROGRESS_HIDDEN
from spotify.bulk.batches import check_count, concurrency_of, priority_of
from spotify.bulk.costs import announce
from spotify.bulk.reads import BulkRead, without_errors
from spotify.errors import BadRequestError, DecodeError, SpotifyError
from spotify.interfaces.executor import Argument, Call, RequestExecutor, SupportsCachedResults
from spotify.interfaces.operation import JSON, Operation
from spotify.models import CursorPage, Page, Several, SpotifyModel
from spotify.models.base import empty_response
from spotify.models.identity import with_requested_id
from spotify.operations import BY_ID
from spotify.paging import CursorPaginator, Paginator
from spotify.paging.paginator import DEFAULT_READ_AHEAD
from spotify.quota import Quota

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=SpotifyModel)
ResponseT = TypeVar("ResponseT", bound=SpotifyModel)
SeveralT = TypeVar("SeveralT", bound=Several)


class Service:
    """One area of the Web API. A service knows operations, models and the executor."""

    __slots__ = ("_executor", "_quota", "_read_ahead")

    def __init__(
        self, executor: RequestExecutor, quota: Quota | None = None, *, read_ahead: int = DEFAULT_READ_AHEAD
    ) -> None:
        """Create a service that calls operations through `executor`.

        Args:
            executor: Executes the calls.
            quota: The quota mode; None for an unknown one.
            read_ahead: The maximum number of pages that `async for` over a list requests in advance.
        """
        self._executor = executor
        self._quota = quota or Quota()
        self._read_ahead = read_ahead

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {', '.join(_methods(type(self)))}>"

    if not TYPE_CHECKING:  # type checkers know the methods

        def __getattr__(self, name):  # called only for a name that does not exist
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            if not name.startswith("_"):
                names = _methods(type(self))
                near = get_close_matches(name, names, cutoff=0.5)
                message += f"; the nearest methods are {', '.join(near)}" if near else f"; it has {', '.join(names)}"
            raise AttributeError(message, name=name, obj=self)

    def _call(
        self,
        operation: Operation,
        into: type[T],
        *,
        json: object = None,
        content: bytes | None = None,
        **arguments: Argument,
    ) -> Coroutine[None, None, T]:
        """Call an operation. `into` is the type of the result; `type(None)` ignores the response body."""
        check_arguments(operation, arguments)
        return self._executor.execute(
            Call(operation=operation, into=into, arguments=arguments, json=json, content=content)
        )

    def _call_or_none(
        self, operation: Operation, into: type[T], *, json: object = None, **arguments: Argument
    ) -> Coroutine[None, None, T | None]:
        """Call an operation whose response can be empty (204); then the result is None."""
        check_arguments(operation, arguments)
        call: Call[T | None] = Call(operation=operation, into=into, arguments=arguments, json=json, if_empty=None)
        return self._executor.execute(call)

    async def _call_list(self, operation: Operation, into: type[ModelT], **arguments: Argument) -> ModelT:
        """Call an operation that responds with a list; the list is empty if the response is."""
        result = await self._call_or_none(operation, into, **arguments)
        return empty_response(into) if result is None else result

    async def _call_page(
        self, operation: Operation, into: type[ModelT], arguments: Mapping[str, Argument], *, clamp: bool
    ) -> ModelT:
        """Call an operation that responds with a page, of the highest size that the quota mode allows by default.

        `clamp` lowers a `limit` that is too high; without it, such a limit is a `ValueError`. Reads of many
        pages set it; their requests have a lower priority than single requests.
        """
        while True:
            highest = self._quota.max_limit(operation)
            limit = page_limit(operation, arguments, highest=highest, clamp=clamp)
            call: Call[ModelT | None] = Call(
                operation=operation,
                into=into,
                arguments={**arguments, "limit": limit},
                if_empty=None,
                priority=priority_of(is_one_of_many=clamp),
            )
            try:
                result = await self._executor.execute(call)
                return empty_response(into) if result is None else result
            except BadRequestError:
                # The refusal may have taught the quota a lower limit; then the loop sends that one.
                if self._quota.max_limit(operation) == highest:
                    raise

    def _pages(self, operation: Operation, into: type[Page[T]], **arguments: Argument) -> Paginator[T]:
        """Return a paginator of an operation that responds with a page."""
        return self._wrapped_pages(operation, into, _identity, **arguments)

    def _wrapped_pages(
        self,
        operation: Operation,
        into: type[ResponseT],
        page_of: Callable[[ResponseT], Page[T]],
        **arguments: Argument,
    ) -> Paginator[T]:
        """Return a paginator of an operation whose response contains a page."""
        check_page_arguments(arguments)

        async def fetch(page_arguments: Mapping[str, Argument], /, *, clamp: bool = True) -> Page[T]:
            page = page_of(await self._call_page(operation, into, page_arguments, clamp=clamp))
            return page if not page.items_damaged else _refuse(page, operation)

        return Paginator(operation, arguments, fetch).with_options(read_ahead=self._read_ahead)

    def _wrapped_cursor_pages(
        self,
        operation: Operation,
        into: type[ResponseT],
        page_of: Callable[[ResponseT], CursorPage[T]],
        cursor_of: Callable[[T], str | None],
        **arguments: Argument,
    ) -> CursorPaginator[T]:
        """Return a paginator of an operation whose response contains a page with a cursor, as its items do."""
        check_page_arguments(arguments)

        async def fetch(page_arguments: Mapping[str, Argument], /, *, clamp: bool = True) -> CursorPage[T]:
            page = page_of(await self._call_page(operation, into, page_arguments, clamp=clamp))
            return page if not page.items_damaged else _refuse(page, operation)

        return CursorPaginator(operation, arguments, fetch, cursor_of=cursor_of)

    async def _get_several(
        self,
        operation: Operation,
        into: type[SeveralT],
        objects_of: Callable[[SeveralT], list[ModelT | None]],
        one: tuple[Operation, type[ModelT]],
        ids: Sequence[str],
        *,
        return_errors: bool,
        **arguments: Argument,
    ) -> list[ModelT | None] | list[ModelT | SpotifyError | None]:
        """Read many objects and return them in the order of `ids`; `one` is the operation that reads a single one."""
        check_arguments(operation, arguments)
        check_flag("return_errors", return_errors)

        async def read_batch(batch: Sequence[str]) -> list[ModelT | SpotifyError | None]:
            call = Call(
                operation=operation,
                into=into,
                arguments={**arguments, "ids": ",".join(batch)},
                priority=priority_of(is_one_of_many=len(ids) > len(batch)),
                check=lambda response: check_count(objects_of(response), batch),
            )
            response = await self._executor.execute(call)
            objects: list[ModelT | SpotifyError | None] = [*objects_of(response)]
            for index in response.unreadable:
                objects[index] = DecodeError(
                    "the object is not a JSON object", path=f"$[…][{index}]", operation=operation.id
                )
            return objects

        def call_of(id: str) -> Call[ModelT]:
            return Call(
                operation=one[0],
                into=one[1],
                arguments={**arguments, "id": id},
                priority=priority_of(is_one_of_many=len(ids) > 1),
            )

        async def read_one(id: str) -> ModelT:
            return await self._executor.execute(call_of(id))

        async def find_cached(keys: Sequence[str], instead_of: SpotifyError | None) -> Mapping[str, ModelT]:
            if not isinstance(self._executor, SupportsCachedResults):
                return {}
            results = await self._executor.cached_results([*map(call_of, keys)], instead_of=instead_of)
            return {
                key: with_requested_id(result, key)
                for key, result in zip(keys, results, strict=True)
                if result is not None
            }

        read = BulkRead(
            operation,
            self._quota,
            read_batch=read_batch,
            read_one=read_one,
            find_cached=find_cached,
            announce=partial(announce, self._executor),
            concurrency=concurrency_of(self._executor),
        )
        with PROGRESS_HIDDEN:
            outcomes = await read.outcomes(ids)
            if return_errors:
                return [outcomes[key] for key in ids]
            return without_errors(ids, outcomes, operation)


def check_arguments(operation: Operation, arguments: Mapping[str, Argument]) -> None:
    """Check `limit`, `offset` and `market` if they are given.

    Raises:
        TypeError: A value is of the wrong type.
        ValueError: A value is out of the operation's bounds.
    """
    check_page_arguments(arguments)
    if (limit := arguments.get("limit")) is not None:
        check_range("limit", limit, at_least=1, at_most=operation.max_limit)


def check_page_arguments(arguments: Mapping[str, Argument]) -> None:
    """Check `offset`, `market` and the lower bound of `limit`; its upper bound depends on the quota mode.

    Raises:
        TypeError: A value is of the wrong type.
        ValueError: A value is out of bounds.
    """
    limit, offset, market = arguments.get("limit"), arguments.get("offset"), arguments.get("market")
    if limit is not None:
        check_range("limit", limit, at_least=1)
    if offset is not None:
        check_range("offset", offset, at_least=0)
    if market is not None:
        check_market(market)


def page_limit(
    operation: Operation, arguments: Mapping[str, Argument], *, highest: int | None, clamp: bool
) -> int | None:
    """Return the `limit` to send: the given one if it is allowed, otherwise the highest.

    Args:
        operation: The operation; its `max_results` bounds `offset + limit`.
        arguments: The arguments, with a valid `limit` and `offset`, or without.
        highest: The highest limit that the quota mode allows; None if the operation has no `limit`.
        clamp: Whether a limit that is too high is lowered instead of refused.

    Raises:
        ValueError: The limit is too high, or there are no results at this offset.
    """
    given, offset = _int_or_zero(arguments.get("limit")), _int_or_zero(arguments.get("offset"))
    if highest is None:
        return given or None
    limit = min(given or highest, highest)
    if given > highest and not clamp:
        mode = " in development mode" if highest != operation.max_limit else ""
        raise ValueError(f"limit must be from 1 to {highest}{mode}, not {given}; leave it out for the highest")
    if operation.max_results is None:
        return limit
    left = operation.max_results - offset
    if left < 1 or (given > left and not clamp):
        raise ValueError(
            f"offset + limit must be at most {operation.max_results}, not {offset + limit}: "
            "Spotify returns no further results"
        )
    return min(limit, left)


def _int_or_zero(value: object) -> int:
    return value if isinstance(value, int) else 0


def _refuse(page: Page[Any] | CursorPage[Any], operation: Operation) -> NoReturn:
    raise DecodeError(
        "the response is a list whose items could not be read", path="$.items", operation=operation.id, partial=page
    )


def _identity(page: Page[T]) -> Page[T]:
    return page


MethodT = TypeVar("MethodT", bound=Callable[..., object])


def calls(operation: Operation, *others: Operation) -> Callable[[MethodT], MethodT]:
    """Mark a method of a service with the operations that it calls, as its attributes `operation` and `operations`.

    Args:
        operation: The operation whose scopes, limits and availability are the method's.
        *others: Operations that some arguments or quota modes use in addition, or instead.
    """

    def mark(method: MethodT) -> MethodT:
        method.__dict__.update(operation=operation, operations=(operation, *others))
        return method

    return mark


def call_by_id(
    operation_id: str, arguments: Mapping[str, Argument], *, json: object = None, content: bytes | None = None
) -> Call[object]:
    """Return the call of an operation whose result is plain JSON data, or None if the response is empty.

    Raises:
        TypeError: An argument is unknown, missing or of the wrong type, or the operation takes no such body.
        ValueError: There is no such operation, or an argument is out of bounds.
    """
    operation = _operation(operation_id)
    _check_names(operation, arguments)
    for name, value in arguments.items():
        _check_value(name, value)
    check_arguments(operation, arguments)
    _check_body(operation, json, content)
    return Call(
        operation=operation,
        into=type(None) if operation.ignores_response_body else object,
        arguments=arguments,
        json=json,
        content=content,
        if_empty=None,
    )


def _operation(operation_id: str) -> Operation:
    check_text("operation_id", operation_id)
    operation = BY_ID.get(operation_id)
    if operation is None:
        near = get_close_matches(operation_id, BY_ID, n=1)
        advice = f"; did you mean {near[0]!r}?" if near else ", such as 'get-an-album'"
        raise ValueError(
            f"operation_id must be one of the {len(BY_ID)} of Spotify's API description, "
            f"not {shown(operation_id)}{advice}"
        )
    return operation


def _methods(service: type[Service]) -> list[str]:
    return [name for name in dir(service) if not name.startswith("_")]


def _check_names(operation: Operation, arguments: Mapping[str, Argument]) -> None:
    known = (*operation.path_parameters, *operation.query)
    for name in arguments:
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise TypeError(f"{operation.id} has no parameter {shown(name)}: {takes}")
    for name in operation.path_parameters:
        if arguments.get(name) is None:
            raise TypeError(f"{operation.id} needs {name}, which is part of its path {operation.path}")


def _check_value(name: str, value: object) -> None:
    # Annotations are not checked at run time, and a list would be sent as Python prints it.
    if not isinstance(value, str | int | float | None):
        raise TypeError(
            f"{name} must be a str, a number, True, False or None, not {type(value).__name__}; "
            "join several strings with commas"
        )


def _check_body(operation: Operation, json: object, content: bytes | None) -> None:
    if json is not None and content is not None:
        raise TypeError("give json or content, not both")
    if content is not None:
        check_type("content", content, bytes)
    takes = "no body" if operation.content_type is None else f"content of the type {operation.content_type}"
    if json is not None and operation.content_type != JSON:
        raise TypeError(f"{operation.id} takes {takes}, not json")
    if content is not None and operation.content_type is None:
        raise TypeError(f"{operation.id} takes {takes}")
