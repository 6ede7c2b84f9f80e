"""What may be kept, for whom, and for how long. RFC 9111 as pure functions.

HTTP's rules for a private cache hold for what belongs to one authorization, those of a shared cache for what belongs to
all. Nothing is guessed: an answer that does not say how long it is fresh is never given again unasked, and one that is
stale never unvalidated, whatever happens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Final
from urllib.request import parse_http_list

from spotify.interfaces.response_cache import CachedResponse
from spotify.interfaces.transport import HttpRequest, HttpResponse

# Answers that tell what there is, and that there is nothing. Other errors are worth another question.
_CACHEABLE_STATUSES: Final = frozenset({200, 204, 404, 410})
# Whoever sends these has a mind of his own about caches, or about what part of the answer he wants.
_PASSING_BY: Final = frozenset(
    {
        "authorization",  # it belongs into the request's own field, where the key sees it
        "cache-control",
        "cookie",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "pragma",
        "range",
    }
)
# Section 3.1: what concerns one connection. Cookies are nobody else's business.
_NOT_KEPT: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authentication-info",
        "proxy-authorization",
        "proxy-connection",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# Section 3.2: what describes the body that is kept is not changed by an answer without one.
_OF_THE_BODY: Final = frozenset({"content-encoding", "content-length", "content-range", "content-type"})

_DAY: Final = 86_400.0


def may_be_answered(request: HttpRequest) -> bool:
    """Whether a cache may answer the request, and keep the answer."""
    return request.method == "GET" and request.body is None and not _PASSING_BY.intersection(_lowered(request.headers))


def is_public(response: HttpResponse) -> bool:
    """Whether the answer to one authorization may be given to another. Section 3.5.

    `s-maxage` and `must-revalidate` would allow that as well. Here the server has to say `public` in so many words.
    """
    said = directives(response.headers)
    return "public" in said and "private" not in said and "authorization" not in _vary_names(response)


def to_keep(
    request: HttpRequest, response: HttpResponse, *, requested_at: float, received_at: float
) -> CachedResponse | None:
    """Return the answer as it is to be kept; None if it must not be, or would be of no use. Sections 3 and 4.2.

    Args:
        request: One that `may_be_answered`.
        response: Its answer.
        requested_at: When the request was sent, in seconds since the epoch.
        received_at: When the answer was there.
    """
    said = directives(response.headers)
    vary_names = _vary_names(response)
    if response.status not in _CACHEABLE_STATUSES or "no-store" in said or "*" in vary_names:
        return None
    can_be_validated = entity_tag(response.headers) is not None
    lifetime = 0.0 if "no-cache" in said else _lifetime(response, said, received_at)
    if lifetime <= 0 and not can_be_validated:
        return None
    age = _age(response.headers, requested_at=requested_at, received_at=received_at)
    fresh_for = max(0.0, lifetime - age)
    if not fresh_for and not can_be_validated:
        return None
    asked_with = _lowered(request.headers)
    dropped = _NOT_KEPT.union(field_names(response.headers.get("connection", "")))
    return CachedResponse(
        response=replace(
            response, headers={name: value for name, value in response.headers.items() if name not in dropped}
        ),
        received_at=received_at,
        age=age,
        fresh_for=fresh_for,
        useful_for=max(fresh_for, _DAY) if can_be_validated else fresh_for,
        vary=tuple((name, asked_with.get(name)) for name in vary_names if name != "authorization"),
    )


def answers(cached: CachedResponse, request: HttpRequest) -> bool:
    """Whether a kept answer is one to this request, all headers considered that it varies by. Section 4.1."""
    if not cached.vary:
        return True
    asks_with = _lowered(request.headers)
    return all(asks_with.get(name) == value for name, value in cached.vary)


def is_fresh(cached: CachedResponse, now: float) -> bool:
    """Whether a kept answer may be given without asking the server. Section 4.2.

    One that comes from the future is not: the clock was set back, and nobody knows how old it is.
    """
    return 0 <= now - cached.received_at < cached.fresh_for


def as_hit(cached: CachedResponse, now: float) -> HttpResponse:
    """Return a fresh kept answer with its `Age`, as section 5.1 wants it."""
    age = int(cached.age + now - cached.received_at)
    return replace(cached.response, headers={**cached.response.headers, "age": str(age)})


def conditional(request: HttpRequest, cached: CachedResponse) -> HttpRequest | None:
    """Return the request that asks whether a kept answer still holds; None if that cannot be asked. Section 4.3.1."""
    tag = entity_tag(cached.response.headers)
    return None if tag is None else replace(request, headers={**request.headers, "If-None-Match": tag})


def confirms(not_modified: HttpResponse, cached: CachedResponse) -> bool:
    """Whether a 304 speaks of this kept answer, and of no other. Section 4.3.4."""
    tag = entity_tag(not_modified.headers)
    return tag is None or _strong(tag) == _strong(entity_tag(cached.response.headers) or "")


def confirmed(cached: CachedResponse, not_modified: HttpResponse) -> HttpResponse:
    """Return a kept answer with what a 304 that `confirms` it says anew. Section 3.2."""
    # The age is that of the former answer, unless the new one tells one.
    kept = {name: value for name, value in cached.response.headers.items() if name != "age"}
    news = {name: value for name, value in not_modified.headers.items() if name not in _OF_THE_BODY}
    return replace(cached.response, headers={**kept, **news})


def _age(headers: Mapping[str, str], *, requested_at: float, received_at: float) -> float:
    """Return how old an answer was when it came. Section 4.2.3."""
    date = http_date(headers.get("date"))
    apparent_age = 0.0 if date is None else received_at - date
    stated_age = seconds(headers.get("age", "").strip()) + max(0.0, received_at - requested_at)
    return max(apparent_age, stated_age)


def _lifetime(response: HttpResponse, said: Mapping[str, str], received_at: float) -> float:
    """Return for how many seconds an answer is fresh, from its making on. Section 4.2.1."""
    if "s-maxage" in said and is_public(response):
        return seconds(said["s-maxage"])
    if "max-age" in said:
        return seconds(said["max-age"])
    if "expires" not in response.headers:
        return 0.0
    expires = http_date(response.headers["expires"])
    date = http_date(response.headers.get("date"))
    return 0.0 if expires is None else expires - (received_at if date is None else date)


def _vary_names(response: HttpResponse) -> tuple[str, ...]:
    return field_names(response.headers.get("vary", ""))


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in headers.items()}


def _strong(tag: str) -> str:
    return tag.removeprefix("W/")


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


SHARED: Final = "shared"
"""The partition of answers that are the same for everybody."""


def partition_of(request: HttpRequest) -> str:
    """Return the name of the partition of the cache that a request's answers belong to; it tells nothing of the token.

    A token has a partition of its own. A user's next one has another: a user can log out and another one in, and a
    guess that fails shows one user's answers to the other. What a user reads often is there again soon. Only where the
    auth provider says for whom it acts, as that of an application without a user does, do its tokens have one together,
    in all processes.
    """
    if request.acts_for is not None:
        return _digest(b"acts for " + request.acts_for.encode())
    if request.authorization is None:
        return "anonymous"
    # An encoding that never fails: the error would show the token.
    return _digest(b"partition of " + request.authorization.reveal().encode(errors="surrogatepass"))


def _digest(name: bytes) -> str:
    return sha256(name).hexdigest()
