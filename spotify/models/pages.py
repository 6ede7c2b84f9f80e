"""Pages of lists, and the items that they leave out: nulls, unknown items, and entries without their object."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from spotify.errors import DecodeError
from spotify.models.base import IF_TRUE, SpotifyModel

T = TypeVar("T")
U = TypeVar("U")


def is_present(item: object) -> bool:
    """Return whether an item of a list is an object: neither null, nor unreadable, nor an entry without its object."""
    return item.holds_object() if isinstance(item, SpotifyModel) else item is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(SpotifyModel, Generic[T]):
    """A page of a list by offset and limit: the API's PagingObject. It iterates over its items and has their length."""

    items: list[T]
    """The items of this page, in order."""
    href: str | None = None
    """The URL of this page."""
    limit: int = 0
    """The maximum number of items on a page; 0 if missing."""
    next: str | None = None
    """The URL of the next page; None on the last one. Untrusted: never send a token to it."""
    offset: int = 0
    """The offset of the first item, from 0."""
    previous: str | None = None
    """The URL of the previous page; None on the first one."""
    total: int | None = None
    """The number of items on all pages; None if missing."""
    items_damaged: bool = field(default=False, metadata=IF_TRUE)
    """Whether `items` could not be read: they are empty, and iterating over the page raises `DecodeError`. Lists that
    are read page by page raise it too.
    """

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
    """The cursors of a page: the API's CursorObject."""

    after: str | None = None
    """The cursor of the next page; None on the last one."""
    before: str | None = None
    """The cursor of the previous page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorPage(SpotifyModel, Generic[T]):
    """One page of a list by cursor: the API's CursorPagingObject. It iterates over its items and has their length."""

    items: list[T] = field(default_factory=list[T])
    """The items of this page, in order."""
    cursors: Cursors | None = None
    """The cursors of the adjacent pages; None on some last pages."""
    href: str | None = None
    """The URL of this page."""
    limit: int = 0
    """The maximum number of items on a page; 0 if missing."""
    next: str | None = None
    """The URL of the next page; None on the last one. Untrusted: never send a token to it."""
    total: int | None = None
    """The number of items on all pages; None if missing, as it always is for recently played items."""
    items_damaged: bool = field(default=False, metadata=IF_TRUE)
    """Whether `items` could not be read: they are empty, and iterating over the page raises `DecodeError`. Lists that
    are read page by page raise it too.
    """

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
