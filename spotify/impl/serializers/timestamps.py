"""Spotify's timestamps: RFC 3339, read the same way by both serializers."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

_RFC3339: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):?(\d\d))?", re.ASCII
)


def parse_timestamp(text: str) -> datetime | None:
    """Return the moment that an RFC 3339 text names, to the nearest microsecond; None if it names none.

    A text without time zone gives a moment without one.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    *numbers, fraction, zulu, sign, hours, minutes = match.groups()
    try:
        moment = datetime(*map(int, numbers), tzinfo=_zone(zulu, sign, hours, minutes))  # type: ignore[arg-type,misc]
        return moment + timedelta(microseconds=_microseconds(fraction)) if fraction else moment
    except (OverflowError, ValueError):
        return None


def _zone(zulu: str | None, sign: str | None, hours: str | None, minutes: str | None) -> timezone | None:
    if zulu is not None:
        return UTC
    if sign is None or hours is None or minutes is None:
        return None
    if int(minutes) > 59:
        raise ValueError("no such offset")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


def _microseconds(fraction: str) -> int:
    digits = fraction.ljust(7, "0")
    return int(digits[:6]) + (digits[6] >= "5")
