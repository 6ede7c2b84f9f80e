"""How the headers that speak to caches are read. RFC 9111, section 5."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.request import parse_http_list

_ETAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
# RFC 9111, section 1.2.2: a cache that meets more seconds than it can keep uses this.
_MOST_SECONDS: Final = 2**31
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]*")
_UNREADABLE: Final[Mapping[str, str]] = {"no-store": ""}


def directives(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return the directives of `Cache-Control` by name in lower case; of repeated ones the first.

    A header that cannot be read is taken for `no-store`: a directive can be hidden behind a quote out of place.

    Args:
        headers: A response's headers, their names in lower case.
    """
    text = headers.get("cache-control", "")
    if text.count('"') % 2:
        return _UNREADABLE
    found: dict[str, str] = {}
    for directive in parse_http_list(text):
        name, _, value = directive.partition("=")
        name = name.strip().lower()
        if not _NAME.fullmatch(name):
            return _UNREADABLE
        found.setdefault(name, value.strip().strip('"'))
    return found


def seconds(text: str) -> int:
    """Return a number of seconds; 0 for what is none, because it must count as stale then."""
    return min(int(text[:20]), _MOST_SECONDS) if text.isascii() and text.isdigit() else 0


def http_date(text: str | None) -> float | None:
    """Return the seconds since the epoch of an HTTP date; None for what is none."""
    try:
        moment = parsedate_to_datetime(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def field_names(text: str) -> tuple[str, ...]:
    """Return the names in a list such as that of `Vary`, in lower case."""
    return tuple(name for part in text.split(",") if (name := part.strip().lower()))


def entity_tag(headers: Mapping[str, str]) -> str | None:
    """Return the `ETag`; None if there is none, or one that must not be sent back as it is."""
    tag = headers.get("etag", "").strip()
    return tag if _ETAG.fullmatch(tag) else None
