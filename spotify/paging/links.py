"""Links from one page to the next: data from outside, of which only the query is looked at."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from spotify.errors import PagingError
from spotify.interfaces.operation import Operation


def query_of(operation: Operation, link: str) -> dict[str, str]:
    """Return the query parameters of a `next` link that the operation has.

    Host and path are never looked at, so that no link can lead the access token anywhere.

    Raises:
        PagingError: It is not a URL.
    """
    try:
        query = dict(parse_qsl(urlsplit(link).query))
    except ValueError:
        raise PagingError(f"{operation.id}: the link to the next page is not a URL") from None
    return {name: query[name] for name in operation.query if name in query}


def number_in(query: dict[str, str], name: str) -> int | None:
    """Return a query parameter as the whole number that it should be, or None."""
    text = query.get(name, "")
    # Spotify's numbers have few digits; turning a million of them into a number would take a while.
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None
