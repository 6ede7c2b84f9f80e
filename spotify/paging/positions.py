"""Where in a list a scan is: small values to keep, and to go on from later."""

from __future__ import annotations

from dataclasses import dataclass

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
        _check_count("offset", self.offset)
        _check_count("skip", self.skip)


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
        _check_count("skip", self.skip)


def _check_count(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    if value < 0:
        raise ValueError(f"{name} must be 0 or more, not {value}")
