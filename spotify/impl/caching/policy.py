"""RFC 9111 as pure functions: what may be stored, under which key, for how long, and what a write invalidates.

A partition of the cache follows HTTP's rules for a private cache, the shared partition those for a shared cache. There
is no heuristic freshness: a response without an explicit lifetime is always validated. The user's settings can change
how long a response is fresh, and allow stale ones: see `freshness`.

For invalidation (section 4.4) a response belongs to at most one *area*: the `cache_area` of its operation, filled with
the path parameters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Final
from urllib.parse import unquote
from urllib.request import parse_http_list

import msgspec

from spotify.interfaces.operation import Operation
from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse
from spotify.interfaces.transport import CacheHit, HttpRequest, HttpResponse
from spotify.operations import match_operation

# Not the other errors: the next request may succeed.
_CACHEABLE_STATUSES: Final = frozenset({200, 204, 404, 410})
# The settings for freshness apply to these alone: an object that is missing now may exist soon.
_SUCCESSES: Final = frozenset({200, 204})
# A request with one of these controls caches itself, or is about a part of the response.
_BYPASSING_HEADERS: Final = frozenset(
    {
        "authorization",  # belongs into `HttpRequest.authorization`, which the key depends on
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
# Section 3.1: headers of one connection; and cookies, which belong to one client.
_NOT_STORED: Final = frozenset(
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
# Section 3.2: a response without a body does not change what describes the stored body.
_CONTENT_HEADERS: Final = frozenset({"content-encoding", "content-length", "content-range", "content-type"})

_DAY: Final = 86_400.0

_PLAYLIST_URI: Final = re.compile(r"spotify:playlist:(\w+)")

SHARED_PARTITION: Final = "shared"
"""The partition of responses that are the same for all users."""


def partition_of(request: HttpRequest) -> str:
    """Return the partition of the cache for the user of a request. It does not reveal the token.

    Each token has its own partition, also each token of the same user: one user can log out and another log in, and a
    wrong guess would show one user's data to the other. Frequent reads are soon cached again. Only where the auth
    provider names whom it acts for, as for an application without a user, do its tokens share a partition, in all
    processes.
    """
    if request.acts_for is not None:
        return _digest(b"acts for " + request.acts_for.encode())
    if request.authorization is None:
        return "anonymous"
    # An encoding that never fails: the error would show the token.
    return _digest(b"partition of " + request.authorization.reveal().encode(errors="surrogatepass"))


def cache_key(partition: str, url: str) -> str:
    """Return the key of the response to a GET of a URL."""
    return _digest(f"{partition} {url}".encode())


def is_cacheable(request: HttpRequest) -> bool:
    """Whether a response to the request may be stored, or served from the cache."""
    is_plain_get = request.method == "GET" and request.body is None
    return is_plain_get and not _BYPASSING_HEADERS.intersection(_lowered(request.headers))


def is_public(response: HttpResponse) -> bool:
    """Whether a response to one authorization may be served to another. Section 3.5.

    `s-maxage` and `must-revalidate` would allow that as well. Here an explicit `public` is required.
    """
    control = directives(response.headers)
    return "public" in control and "private" not in control and "authorization" not in _vary_names(response)


def to_cached(
    request: HttpRequest,
    response: HttpResponse,
    *,
    requested_at: float,
    received_at: float,
    ttl: float | None = None,
    stale_for: float = 0.0,
) -> CachedResponse | None:
    """Return the response as it is to be stored; None if it must not be, or need not be. Sections 3 and 4.2.

    Args:
        request: A request that `is_cacheable`.
        response: Its response.
        requested_at: When the request was sent, in seconds since the epoch.
        received_at: When the response was received, in seconds since the epoch.
        ttl: Seconds for which the user wants it to be fresh; None for HTTP's rules.
        stale_for: Seconds after that for which it is still useful.
    """
    control = directives(response.headers)
    vary_names = _vary_names(response)
    if response.status not in _CACHEABLE_STATUSES or "no-store" in control or "*" in vary_names:
        return None
    if not _is_intact(response):
        return None
    lifetime = 0.0 if "no-cache" in control else _lifetime(response, control, received_at)
    age = _age(response.headers, requested_at=requested_at, received_at=received_at)
    fresh_for = max(0.0, lifetime - age)
    useful_for = fresh_for if entity_tag(response.headers) is None else max(fresh_for, _DAY)
    if response.status in _SUCCESSES:
        useful_for = max(useful_for, (fresh_for if ttl is None else ttl) + stale_for)
    if not useful_for:
        return None
    request_headers = _lowered(request.headers)
    not_stored = _NOT_STORED.union(field_names(response.headers.get("connection", "")))
    return CachedResponse(
        response=replace(
            response, headers={name: value for name, value in response.headers.items() if name not in not_stored}
        ),
        received_at=received_at,
        age=age,
        fresh_for=fresh_for,
        useful_for=useful_for,
        vary=tuple((name, request_headers.get(name)) for name in vary_names if name != "authorization"),
    )


def matches(cached: CachedResponse, request: HttpRequest) -> bool:
    """Whether a stored response is for the request's values of the headers named by `Vary`. Section 4.1."""
    if not cached.vary:
        return True
    headers = _lowered(request.headers)
    return all(headers.get(name) == value for name, value in cached.vary)


def is_usable(cached: CachedResponse, now: float, ttl: float | None, *, stale_for: float = 0.0) -> bool:
    """Whether a stored response may be served without validation. Section 4.2.

    A response from the future may not: the clock was set back, and the age is unknown.

    Args:
        cached: The response.
        now: Seconds since the epoch.
        ttl: Seconds for which the user wants it to be fresh, since it was received; None for HTTP's rules.
        stale_for: Seconds for which it may be served although it is stale.
    """
    seconds_stored = now - cached.received_at
    if cached.response.status not in _SUCCESSES:
        return 0 <= seconds_stored < cached.fresh_for
    return 0 <= seconds_stored < (cached.fresh_for if ttl is None else ttl) + stale_for


def hit_of(cached: CachedResponse, now: float, *, is_stale: bool) -> CacheHit:
    """Return a stored response with its `Age`, as section 5.1 requires."""
    age = cached.age + now - cached.received_at
    response = cached.response
    headers = {**response.headers, "age": str(int(age))}
    return CacheHit(status=response.status, headers=headers, body=response.body, age=age, is_stale=is_stale)


def conditional_request(request: HttpRequest, cached: CachedResponse) -> HttpRequest | None:
    """Return the request that validates a stored response; None if it has no valid `ETag`. Section 4.3.1."""
    tag = entity_tag(cached.response.headers)
    return None if tag is None else replace(request, headers={**request.headers, "If-None-Match": tag})


def validates(not_modified: HttpResponse, cached: CachedResponse) -> bool:
    """Whether a 304 is about this stored response. Section 4.3.4."""
    tag = entity_tag(not_modified.headers)
    return tag is None or _opaque_tag(tag) == _opaque_tag(entity_tag(cached.response.headers) or "")


def freshened(cached: CachedResponse, not_modified: HttpResponse) -> HttpResponse:
    """Return a stored response with the headers of a 304 that `validates` it. Section 3.2."""
    # The stored `Age` is outdated, and a 304 without one is new.
    stored = {name: value for name, value in cached.response.headers.items() if name != "age"}
    updates = {name: value for name, value in not_modified.headers.items() if name not in _CONTENT_HEADERS}
    return replace(cached.response, headers={**stored, **updates})


_ETAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
# RFC 9111, section 1.2.2: the value for more seconds than a cache can represent.
_MOST_SECONDS: Final = 2**31
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]*")
_NO_STORE: Final[Mapping[str, str]] = {"no-store": ""}


def directives(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return the directives of `Cache-Control` by name in lower case; the first of repeated ones.

    An invalid header counts as `no-store`: a misplaced quote can hide a directive.

    Args:
        headers: The headers of a response, their names in lower case.
    """
    header = headers.get("cache-control", "")
    if header.count('"') % 2:
        return _NO_STORE
    by_name: dict[str, str] = {}
    for directive in parse_http_list(header):
        name, _, value = directive.partition("=")
        name = name.strip().lower()
        if not _NAME.fullmatch(name):
            return _NO_STORE
        by_name.setdefault(name, value.strip().strip('"'))
    return by_name


def seconds(value: str) -> int:
    """Return a number of seconds; 0 for an invalid one, which has to count as stale."""
    return min(int(value[:20]), _MOST_SECONDS) if value.isascii() and value.isdigit() else 0


def http_date(value: str | None) -> float | None:
    """Return an HTTP date in seconds since the epoch; None if it is invalid or missing."""
    try:
        date = parsedate_to_datetime(value or "")
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def field_names(value: str) -> tuple[str, ...]:
    """Return the names in a list such as that of `Vary`, in lower case."""
    return tuple(name for part in value.split(",") if (name := part.strip().lower()))


def entity_tag(headers: Mapping[str, str]) -> str | None:
    """Return the `ETag`; None if it is missing or invalid, so that it must not be sent back."""
    tag = headers.get("etag", "").strip()
    return tag if _ETAG.fullmatch(tag) else None


_ERROR_OBJECT: Final = re.compile(rb"\s*\{\s*\"error\"\s*:")


def _is_intact(response: HttpResponse) -> bool:
    """Whether a successful response is what its status says: neither truncated, nor a gateway's page, nor an error."""
    if response.status != 200 or not response.body:
        return True
    try:
        msgspec.json.decode(response.body, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return not _ERROR_OBJECT.match(response.body)


def _age(headers: Mapping[str, str], *, requested_at: float, received_at: float) -> float:
    """Return the age of a response when it was received. Section 4.2.3."""
    date = http_date(headers.get("date"))
    apparent_age = 0.0 if date is None else received_at - date
    stated_age = seconds(headers.get("age", "").strip()) + max(0.0, received_at - requested_at)
    return max(apparent_age, stated_age)


def _lifetime(response: HttpResponse, control: Mapping[str, str], received_at: float) -> float:
    """Return the freshness lifetime of a response in seconds. Section 4.2.1."""
    if "s-maxage" in control and is_public(response):
        return seconds(control["s-maxage"])
    if "max-age" in control:
        return seconds(control["max-age"])
    if "expires" not in response.headers:
        return 0.0
    expires = http_date(response.headers["expires"])
    date = http_date(response.headers.get("date"))
    return 0.0 if expires is None else expires - (received_at if date is None else date)


def _vary_names(response: HttpResponse) -> tuple[str, ...]:
    return field_names(response.headers.get("vary", ""))


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in headers.items()}


def _opaque_tag(tag: str) -> str:
    return tag.removeprefix("W/")


def _digest(value: bytes) -> str:
    return sha256(value).hexdigest()


def area_of(operation: Operation, path_parameters: Mapping[str, str]) -> str | None:
    """Return the area of the responses to a read; None for the catalogue, which no write changes."""
    return None if operation.cache_area is None else operation.cache_area.format_map(path_parameters)


def invalidated_areas(method: str, path: str, query: str) -> tuple[str, ...]:
    """Return the areas that a write invalidates: `ALL_RESPONSES` if the operation is unknown.

    Args:
        method: The HTTP method.
        path: The path below the API's base URL.
        query: The query, percent-encoded: it can name playlists.
    """
    match = match_operation(method, path)
    if match is None:
        return (ALL_RESPONSES,)
    operation, path_parameters = match
    areas = [area.format_map(path_parameters) for area in operation.invalidates]
    areas += [f"/playlists/{playlist_id}" for playlist_id in _PLAYLIST_URI.findall(unquote(query))]
    return tuple(dict.fromkeys(areas))


def is_personal(area: str) -> bool:
    """Whether the responses in an area differ from user to user."""
    return area == "/me" or area.startswith("/me/")
