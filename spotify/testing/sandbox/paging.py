"""Pages: a window on a list, with links to the windows beside it."""

from __future__ import annotations

from spotify.testing.sandbox.messages import JsonObject


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
