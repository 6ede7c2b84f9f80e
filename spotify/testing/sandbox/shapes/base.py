"""The members that every object has, and the addresses in them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final, Protocol, TypeVar
from urllib.parse import quote

from spotify.testing.sandbox.http.messages import JsonObject

_IMAGE_SIZES: Final = (640, 300, 64)


class Links:
    """Addresses of things: in the Web API, in the web player, of pictures."""

    def __init__(self, origin: str) -> None:
        """`origin` is where the sandbox is served."""
        self.api_url: Final = f"{origin}/v1"
        self._images_url: Final = f"{origin}/image"

    def href(self, collection: str, id: str) -> str:
        """Where the Web API has the full object."""
        return f"{self.api_url}/{collection}/{quote(id, safe='')}"

    def image(self, name: str) -> str:
        """Where a picture is."""
        return f"{self._images_url}/{name}"

    def images(self, name: str | None) -> list[JsonObject]:
        """A picture in its three sizes, widest first; nothing for no picture."""
        if name is None:
            return []
        return [{"height": size, "width": size, "url": self.image(f"{name}-{size}")} for size in _IMAGE_SIZES]


def web_player(kind: str, id: str) -> JsonObject:
    """The `external_urls` of a thing."""
    return {"spotify": f"https://open.spotify.com/{kind}/{quote(id, safe='')}"}


_MOST_SHAPES: Final = 30_000


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


class Remembers:
    """Has methods that are `remembered`."""

    def __init__(self, most: int = _MOST_SHAPES) -> None:
        """Remember `most` shapes; one more, and all are forgotten."""
        self.most: Final = most
        self.memory: Final[dict[tuple[str, str, str | None], JsonObject]] = {}


_Self = TypeVar("_Self", bound=Remembers)
_Entity = TypeVar("_Entity", bound=_HasId)


def remembered(
    build: Callable[[_Self, _Entity, str | None], JsonObject],
) -> Callable[[_Self, _Entity, str | None], JsonObject]:
    """Keep what a method makes of an entity for a market. Nobody may change it afterwards."""
    name = build.__name__

    @functools.wraps(build)
    def remember(self: _Self, entity: _Entity, market: str | None = None) -> JsonObject:
        key = (name, entity.id, market)
        shape = self.memory.get(key)
        if shape is None:
            if len(self.memory) >= self.most:
                self.memory.clear()
            shape = self.memory[key] = build(self, entity, market)
        return shape

    return remember


def page(url: str, items: list[object], *, total: int, limit: int, offset: int, query: str = "") -> JsonObject:
    """A page object.

    Args:
        url: What was called, without its query.
        items: The page's items.
        total: How many there are on all pages.
        limit: The most that a page of this size holds.
        offset: Where this page starts.
        query: Further parameters that the links carry on, encoded.
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
