"""Positions in a list, from which a scan can be resumed, and the parameters of links to the next page."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from spotify._checks import check_range, check_text
from spotify.interfaces.operation import Operation
from spotify.models import SpotifyModel


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetPosition(SpotifyModel):
    """A position in a list by offset and limit. `to_json` and `from_json` allow it to be stored.

    ::

        entries = client.playlists.get_items("37i9dQZF1DXcBWIGoYBM5M")
        saved = entries.position.to_json()
        entries = entries.starting_at(OffsetPosition.from_json(saved))  # also in another process
    """

    offset: int = 0
    """The number of items before it: the `offset` argument of the methods that return lists."""
    skip: int = 0
    """The number of items to skip on the page that starts at `offset`. Not 0 only where a page may lack items, so that
    the offset of an item cannot be derived from its index on the page.
    """

    def __post_init__(self) -> None:
        check_range("offset", self.offset, at_least=0)
        check_range("skip", self.skip, at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CursorPosition(SpotifyModel):
    """A position in a list by cursor. `to_json` and `from_json` allow it to be stored.

    ::

        artists = client.users.get_followed_artists()
        saved = artists.position.to_json()
        artists = artists.starting_at(CursorPosition.from_json(saved))  # also in another process
    """

    after: str | None = None
    """The cursor after which the page starts; None at the start of a list, or if it is read backwards."""
    before: str | None = None
    """The cursor before which the page starts; None at the start of a list, or if it is read forwards."""
    skip: int = 0
    """The number of items to skip on the page that `after` or `before` selects."""

    def __post_init__(self) -> None:
        for name, cursor in (("after", self.after), ("before", self.before)):
            if cursor is not None:
                check_text(name, cursor, may_be_empty=True)
        check_range("skip", self.skip, at_least=0)


def link_parameters(operation: Operation, link: str) -> dict[str, str]:
    """Return the query parameters of a link to a page that are parameters of the operation.

    Host and path are ignored, so that a link cannot send the access token to another server. There are none in a link
    that is not a URL.
    """
    try:
        query = dict(parse_qsl(urlsplit(link).query))
    except ValueError:
        return {}
    return {name: query[name] for name in operation.query if name in query}


def integer_parameter(parameters: dict[str, str], name: str) -> int | None:
    """Return a query parameter as a non-negative integer, None if it is missing or not one."""
    value = parameters.get(name, "")
    # Real offsets have few digits. Converting a million digits would take noticeable time.
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 18 else None
