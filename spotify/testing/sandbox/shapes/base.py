"""What the builders of JSON objects share: links, pages and a cache."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final, Protocol, TypeVar
from urllib.parse import quote

from spotify.testing.sandbox.catalogue import Entity
from spotify.testing.sandbox.http.messages import JsonObject

_IMAGE_SIZES: Final = (640, 300, 64)


class Links:
    """The URLs of API objects and images."""

    def __init__(self, origin: str) -> None:
        """`origin` is the base URL of the sandbox, without a path."""
        self.api_url: Final = f"{origin}/v1"
        self._images_url: Final = f"{origin}/image"

    def href(self, collection: str, id: str) -> str:
        """Return the Web API URL of an object."""
        return f"{self.api_url}/{collection}/{quote(id, safe='')}"

    def image(self, name: str) -> str:
        """Return the URL of an image."""
        return f"{self._images_url}/{name}"

    def images(self, name: str | None) -> list[JsonObject]:
        """Return the `ImageObject`s of an image in three sizes, widest first; an empty list for None."""
        if name is None:
            return []
        return [{"height": size, "width": size, "url": self.image(f"{name}-{size}")} for size in _IMAGE_SIZES]


def external_urls(kind: str, id: str) -> JsonObject:
    """Return an `ExternalUrlObject`: the web player's URL of an object."""
    return {"spotify": f"https://open.spotify.com/{kind}/{quote(id, safe='')}"}


def page(url: str, items: list[object], *, total: int, limit: int, offset: int, query: str = "") -> JsonObject:
    """Return a page object.

    Args:
        url: The URL of the request, without its query.
        items: The items of the page.
        total: The number of items on all pages.
        limit: The maximum number of items of the page.
        offset: The index of the first item.
        query: Further encoded parameters for the links.
    """

    def link(start: int) -> str:
        return f"{url}?offset={start}&limit={limit}" + (f"&{query}" if query else "")

    return {
        "href": link(offset),
        "limit": limit,
        "next": link(offset + limit) if offset + limit < total else None,
        "offset": offset,
        "previous": link(max(0, offset - limit)) if offset > 0 else None,
        "total": total,
        "items": items,
    }


def first_page(url: str, items: list[object], *, total: int, limit: int, market: str | None) -> JsonObject:
    """Return the first page that a full object contains; its links keep `market`."""
    query = f"market={market}" if market else ""
    return page(url, items, total=total, limit=limit, offset=0, query=query)


_Key = tuple[str, str, str | None]


class ShapeCache:
    """Built objects by builder method, entity id and market. It is cleared when it is full."""

    def __init__(self, max_size: int = 30_000) -> None:
        """Cache up to `max_size` objects."""
        self._max_size = max_size
        self._shapes: dict[_Key, JsonObject] = {}

    def __len__(self) -> int:
        return len(self._shapes)

    def get(self, key: _Key) -> JsonObject | None:
        """Return the cached object, None if there is none."""
        return self._shapes.get(key)

    def clear(self) -> None:
        """Remove all objects."""
        self._shapes.clear()

    def put(self, key: _Key, shape: JsonObject) -> None:
        """Cache an object."""
        if len(self._shapes) >= self._max_size:
            self._shapes.clear()
        self._shapes[key] = shape


class _HasCache(Protocol):
    @property
    def cache(self) -> ShapeCache: ...


_Builder = TypeVar("_Builder", bound=_HasCache)
_Entity = TypeVar("_Entity", bound=Entity)
_Build = Callable[[_Builder, _Entity, str | None], JsonObject]


def cached(build: _Build[_Builder, _Entity]) -> _Build[_Builder, _Entity]:
    """Cache the objects that a method builds in the `cache` of its instance. Callers must not modify them."""
    name = build.__name__

    @functools.wraps(build)
    def cached_build(self: _Builder, entity: _Entity, market: str | None) -> JsonObject:
        key = (name, entity.id, market)
        shape = self.cache.get(key)
        if shape is None:
            shape = build(self, entity, market)
            self.cache.put(key, shape)
        return shape

    return cached_build
