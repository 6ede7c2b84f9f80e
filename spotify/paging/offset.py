"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Mapping
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, urlsplit

from spotify.errors import PagingError
from spotify.interfaces.executor import Argument
from spotify.interfaces.operation import Operation
from spotify.models import CursorPage, Page
from spotify.paging.fetching import PageFetch

T = TypeVar("T")


PageT = TypeVar("PageT", bound="Page[Any] | CursorPage[Any]")


class _Paginator(Generic[T, PageT]):
    """A list that is fetched when it is asked for: by `await` one page of it, by `async for` every item."""

    def __init__(
        self,
        operation: Operation,
        arguments: Mapping[str, Argument],
        fetch: PageFetch[PageT],
    ) -> None:
        """Remember what to ask for; nothing is requested yet.

        Args:
            operation: The operation that answers with a page.
            arguments: Its arguments for the first page.
            fetch: Carries out the operation with arguments and returns the page.
        """
        self._operation = operation
        self._arguments = dict(arguments)
        self._fetch = fetch

    def __await__(self) -> Generator[object, None, PageT]:
        return self._first().__await__()

    async def _first(self) -> PageT:
        return await self._fetch(self._arguments, clamp=False)

    async def _pages(self) -> AsyncGenerator[PageT]:
        arguments = self._arguments
        asked = {_query(self._operation, arguments)}
        while True:
            page = await self._fetch(arguments, clamp=True)
            yield page
            if page.next is None:
                return
            arguments = next_arguments(self._operation, arguments, page.next)
            query = _query(self._operation, arguments)
            if query in asked:
                raise PagingError(f"{self._operation.id}: a page names an earlier one as its next")
            asked.add(query)


class Paginator(_Paginator[T, Page[T]]):
    """A list by offset and limit.

    ::

        page = await client.albums.get_tracks(album_id)                # one page, with its total
        async for track in client.albums.get_tracks(album_id): ...     # every item, page after page
    """

    async def __aiter__(self) -> AsyncGenerator[T]:
        async for page in self._pages():
            for item in page.items:
                yield item


class CursorPaginator(_Paginator[T, CursorPage[T]]):
    """A list by cursor: each page says after which object the next one starts.

    ::

        page = await client.users.get_followed_artists()
        async for artist in client.users.get_followed_artists(): ...
    """

    async def __aiter__(self) -> AsyncGenerator[T]:
        async for page in self._pages():
            for item in page.items:
                yield item


def next_arguments(operation: Operation, arguments: Mapping[str, Argument], link: str) -> dict[str, Argument]:
    """Return the arguments for the page that a `next` link stands for.

    The link is data from outside. Only those query parameters of it are taken that the operation has; its host and path
    are never looked at, so that it cannot lead the access token anywhere.
    """
    try:
        query = dict(parse_qsl(urlsplit(link).query))
    except ValueError:
        raise PagingError(f"{operation.id}: the link to the next page is not a URL") from None
    return {**arguments, **{name: query[name] for name in operation.query if name in query}}


def _query(operation: Operation, arguments: Mapping[str, Argument]) -> tuple[str, ...]:
    return tuple(str(arguments.get(name)) for name in operation.query)
