"""Where in a list a scan is: small values to keep, and to go on from later."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from spotify._checks import check_range, check_text
from spotify.errors import PagingError
from spotify.interfaces.operation import Operation
from spotify.models.base import SpotifyModel


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetPosition(SpotifyModel):
    """A place in a list by offset and limit. `to_json` and `from_json` take it out of the process and back.

    Attributes:
        offset: How many items of the list are behind; what the methods that list things take as `offset`.
        skip: How many items of the page that starts there are behind as well. 0 but where a page may have holes, so
            that an item's offset cannot be told from its place on the page.
    """

    offset: int = 0
    skip: int = 0

    def __post_init__(self) -> None:
        check_range("offset", self.offset, at_least=0)
        check_range("skip", self.skip, at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorPosition(SpotifyModel):
    """A place in a list by cursor. `to_json` and `from_json` take it out of the process and back.

    Attributes:
        after: The cursor after which the page begins; None where the list does not go that way, or at its beginning.
        before: The cursor before which it begins; None likewise.
        skip: How many items of that page are behind.
    """

    after: str | None = None
    before: str | None = None
    skip: int = 0

    def __post_init__(self) -> None:
        for name, cursor in (("after", self.after), ("before", self.before)):
            if cursor is not None:
                check_text(name, cursor, may_be_empty=True)
        check_range("skip", self.skip, at_least=0)


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
