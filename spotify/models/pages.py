"""Pages: the parts in which Spotify returns lists."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from spotify.errors import DecodeError
from spotify.models.base import SpotifyModel, is_false, is_present, json_metadata

T = TypeVar("T")
U = TypeVar("U")

_IF_TRUE: Final = json_metadata(exclude=is_false)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(SpotifyModel, Generic[T]):
    """One page of a list by offset and limit: the API's PagingObject. It iterates over its items and has their length.

    Attributes:
        items: The items of this page, in order.
        items_damaged: Whether `items` could not be read: they are empty, and iterating over the page raises
            `DecodeError`. Lists that are read page by page raise it too.
        href: The URL of this page.
        limit: The maximum number of items on a page; 0 if missing.
        next: The URL of the next page; None on the last one. Untrusted: never send a token to it.
        offset: The offset of the first item, from 0.
        previous: The URL of the previous page; None on the first one.
        total: The number of items on all pages; None if missing.
    """

    items: list[T]
    href: str | None = None
    limit: int = 0
    next: str | None = None
    offset: int = 0
    previous: str | None = None
    total: int | None = None
    items_damaged: bool = field(default=False, metadata=_IF_TRUE)

    def __iter__(self) -> Iterator[T]:
        return iter(_readable(self.items, self.items_damaged))

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> T:
        return self.items[index]

    def present(self: "Page[U | None]") -> list[U]:
        """Return the items without nulls, unknown items, and entries without their object."""
        return [item for item in _readable(self.items, self.items_damaged) if item is not None and is_present(item)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursors(SpotifyModel):
    """The cursors of a page: the API's CursorObject.

    Attributes:
        after: The cursor of the next page; None on the last one.
        before: The cursor of the previous page.
    """

    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorPage(SpotifyModel, Generic[T]):
    """One page of a list by cursor: the API's CursorPagingObject. It iterates over its items and has their length.

    Attributes:
        items: The items of this page, in order.
        items_damaged: Whether `items` could not be read: they are empty, and iterating over the page raises
            `DecodeError`. Lists that are read page by page raise it too.
        cursors: The cursors of the adjacent pages; None on some last pages.
        href: The URL of this page.
        limit: The maximum number of items on a page; 0 if missing.
        next: The URL of the next page; None on the last one. Untrusted: never send a token to it.
        total: The number of items on all pages; None if missing, as it always is for recently played items.
    """

    items: list[T] = field(default_factory=list[T])
    cursors: Cursors | None = None
    href: str | None = None
    limit: int = 0
    next: str | None = None
    total: int | None = None
    items_damaged: bool = field(default=False, metadata=_IF_TRUE)

    def __iter__(self) -> Iterator[T]:
        return iter(_readable(self.items, self.items_damaged))

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> T:
        return self.items[index]

    def present(self: "CursorPage[U | None]") -> list[U]:
        """Return the items without nulls, unknown items, and entries without their object."""
        return [item for item in _readable(self.items, self.items_damaged) if item is not None and is_present(item)]


def _readable(items: list[T], damaged: bool) -> list[T]:
    if damaged:
        raise DecodeError("the items of this page could not be read", path="$.items")
    return items
