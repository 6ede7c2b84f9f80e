"""Dates and durations as Python knows them, beside the wire's texts and numbers."""

from datetime import date, timedelta
from typing import NamedTuple

from spotify.models.enums import ReleaseDatePrecision


class ReleaseDate(NamedTuple):
    """A release date, and how exactly it is known.

    Attributes:
        date: The day; the first one of the year or month if no more is known.
        precision: What of the day can be relied on.
    """

    date: date
    precision: ReleaseDatePrecision


_YEAR_DIGITS = 4
_PRECISIONS = (ReleaseDatePrecision.YEAR, ReleaseDatePrecision.MONTH, ReleaseDatePrecision.DAY)


def parse_release_date(text: str | None, precision: ReleaseDatePrecision | None = None) -> ReleaseDate | None:
    """Read `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.

    Args:
        text: The `release_date`.
        precision: The `release_date_precision`. If it is coarser than the text, what it does not vouch for is dropped.

    Returns:
        None for what is no date, such as the `0000` that some albums have.
    """
    parts = (text or "").split("-")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() and len(part) <= _YEAR_DIGITS for part in parts):
        return None
    known = len(parts)
    if precision in _PRECISIONS:
        known = min(known, _PRECISIONS.index(precision) + 1)
    year, month, day = ([int(part) for part in parts[:known]] + [1, 1])[:3]
    try:
        return ReleaseDate(date(year, month, day), _PRECISIONS[known - 1])
    except (OverflowError, ValueError):
        return None


def milliseconds(count: int) -> timedelta:
    """Return a number of milliseconds as a duration, or the longest that there is if it is longer."""
    try:
        return timedelta(milliseconds=count)
    except OverflowError:
        return timedelta.max if count > 0 else timedelta.min
