"""The transport that serves responses from a cache."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from spotify._checks import check_methods, check_type
from spotify.config import ClientConfig
from spotify.errors import ClientClosedError, TransportError
from spotify.impl.caching import policy
from spotify.impl.caching.freshness import Freshness
from spotify.impl.caching.policy import (
    SHARED_PARTITION,
    area_of,
    cache_key,
    invalidated_areas,
    is_personal,
    partition_of,
)
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.clock import Clock
from spotify.interfaces.operation import Operation
from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse, ResponseCache
from spotify.interfaces.transport import CacheHit, HttpRequest, HttpResponse, Transport, unsent
from spotify.logs import get_logger
from spotify.operations import match_operation

_log = get_logger(__name__)

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CachingTransport:
    """`Transport` that wraps another one, with a response cache.

    It follows RFC 9111, by the Web API's headers `Cache-Control`, `Expires`, `Vary` and `ETag`: a fresh response is
    served without a request, a stale one after Spotify has validated it. The config can change how long a response is
    fresh, and allow stale ones. A response to one access token is never served
    to another, unless it is `public` and does not vary by `Authorization`. A write invalidates the reads it affects,
    also if it is unknown whether it was executed.
    """

    __slots__ = ("_api_url", "_cache", "_clock", "_closed", "_freshness", "_transport")

    def __init__(
        self, transport: Transport, cache: ResponseCache, *, config: ClientConfig, clock: Clock | None = None
    ) -> None:
        """Wrap a transport.

        Args:
            transport: Sends what the cache cannot serve. It stays the caller's: `close` leaves it open.
            cache: Stores the responses. Transports of the same API may share one.
            config: Its `api_url`: only requests below it are cached. Its `cache_ttl`, `stale_while_revalidate` and
                `stale_if_refused`.
            clock: Determines the age of responses; None for the system's.

        Raises:
            TypeError: An argument is of the wrong type.
            ValueError: A key of `cache_ttl` is unknown.
        """
        check_methods("transport", transport, ("send", "close"))
        check_methods("cache", cache, ("get", "put", "discard", "invalidate"))
        check_type("config", config, ClientConfig)
        if clock is None:
            clock = SystemClock()
        check_methods("clock", clock, ("time", "monotonic", "sleep"))
        self._transport = transport
        self._cache = cache
        self._clock = clock
        self._api_url = config.api_url
        self._freshness = Freshness.of(config)
        self._closed = False

    async def find(self, request: HttpRequest, /) -> CacheHit | None:
        """Return a response from the cache, fresh or to be revalidated in the background; None if there is none."""
        if self._closed or (lookup := await self._look_up(request)) is None:
            return None
        if (hit := self._hit(lookup, stale_for=self._freshness.while_revalidating)) is None:
            _latest_miss.set(lookup)
        return hit

    async def find_stale(self, request: HttpRequest, /) -> CacheHit | None:
        """Return a response to use because the request was refused; None if there is none."""
        if self._closed or not self._freshness.if_refused or (lookup := await self._look_up(request)) is None:
            return None
        return self._hit(lookup, stale_for=self._freshness.if_refused)

    async def find_many(self, requests: Sequence[HttpRequest], /, *, if_refused: bool) -> Sequence[CacheHit | None]:
        """Return for each request the fresh response, or with `if_refused` also a stale one; None if there is none.

        Args:
            requests: Reads of one operation of the catalogue.
            if_refused: Whether to return the responses that `find_stale` returns.
        """
        places = list(map(self._place_of, requests))
        scopes = next((place.scopes for place in places if place is not None), ())
        keys = [key for place in places if place is not None for key in place.keys]
        if self._closed or not keys:
            return [None] * len(requests)
        found = await self._cache.get(keys, scopes)
        stored = dict(zip(keys, found.responses, strict=False))  # none if the cache is unavailable
        stale_for = self._freshness.if_refused if if_refused else 0.0
        return [
            None
            if place is None or place.scopes != scopes
            else self._hit(self._lookup(request, place, found.stamp, map(stored.get, place.keys)), stale_for=stale_for)
            for request, place in zip(requests, places, strict=True)
        ]

    async def discard(self, request: HttpRequest, /) -> None:
        """Discard the stored response to a request, because it cannot be decoded."""
        if (place := self._place_of(request)) is not None:
            await self._cache.discard(place.keys)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Return a response from the cache, or send the request.

        Raises:
            TransportError: The request was sent, and there was no response.
            ClientClosedError: After `close`.
        """
        if self._closed:
            raise unsent(ClientClosedError("The client is closed: create a new one, or close it later"))
        if request.method not in _SAFE_METHODS:
            path = self._path_of(request)
            return await (self._transport.send(request) if path is None else self._write(request, path))
        lookup = self._take_latest_miss(request)
        if lookup is None:
            lookup = await self._look_up(request)
            if lookup is None:
                return await self._transport.send(request)
            if (hit := self._hit(lookup)) is not None:
                return hit
        for cached in lookup.responses:
            if (conditional := policy.conditional_request(request, cached)) is not None:
                return await self._revalidate(lookup, cached, conditional)
        return await self._fetch(lookup)

    async def close(self) -> None:
        """Refuse all later requests. The transport and the cache stay open."""
        self._closed = True

    async def _look_up(self, request: HttpRequest) -> _Lookup | None:
        """Look a request up in the cache; None if its response must not come from there."""
        if (place := self._place_of(request)) is None:
            return None
        found = await self._cache.get(place.keys, place.scopes)
        return self._lookup(request, place, found.stamp, found.responses)

    def _place_of(self, request: HttpRequest) -> _Place | None:
        """Return where the response to a request is stored; None if it must not be."""
        path = self._path_of(request)
        if path is None or not policy.is_cacheable(request):
            return None
        # The responses of an unknown operation are not stored: it is unknown which writes invalidate them.
        if (match := match_operation(request.method, path)) is None:
            return None
        area = area_of(*match)
        partition = partition_of(request)
        keys = [cache_key(partition, request.url)]
        scopes = [ALL_RESPONSES]
        if area is not None:
            scopes.append(_scope(area, partition))
        # A response about the current user is not shared, regardless of its headers.
        if area is None or not is_personal(area):
            keys.append(cache_key(SHARED_PARTITION, request.url))
        return _Place(path=path, operation=match[0], keys=keys, scopes=scopes)

    def _lookup(
        self, request: HttpRequest, place: _Place, stamp: str | None, responses: Iterable[CachedResponse | None]
    ) -> _Lookup:
        return _Lookup(
            transport=self,
            request=request,
            place=place,
            ttl=self._freshness.ttl.get(place.operation.id),
            stamp=stamp,
            responses=[cached for cached in responses if cached is not None and policy.matches(cached, request)],
        )

    def _take_latest_miss(self, request: HttpRequest) -> _Lookup | None:
        """Return the miss of `find` for this very request, so that a miss costs one lookup."""
        miss = _latest_miss.get()
        if miss is None or miss.request is not request or miss.transport is not self:
            return None
        _latest_miss.set(None)
        return miss

    def _hit(self, lookup: _Lookup, *, stale_for: float = 0.0) -> CacheHit | None:
        now = self._clock.time()
        for allowed in (0.0, stale_for):
            for cached in lookup.responses:
                if policy.is_usable(cached, now, lookup.ttl, stale_for=allowed):
                    hit = policy.hit_of(cached, now, is_stale=allowed > 0.0)
                    _log.debug("cache_hit", path=lookup.place.path, age=round(hit.age, 3), is_stale=hit.is_stale)
                    return hit
        return None

    async def _fetch(self, lookup: _Lookup) -> HttpResponse:
        _log.debug("cache_miss", path=lookup.place.path)
        requested_at = self._clock.time()
        response = await self._transport.send(lookup.request)
        await self._store(lookup, response, requested_at)
        return response

    async def _revalidate(self, lookup: _Lookup, cached: CachedResponse, conditional: HttpRequest) -> HttpResponse:
        requested_at = self._clock.time()
        response = await self._transport.send(conditional)
        if response.status == 304:
            if not policy.validates(response, cached):
                return await self._fetch(lookup)
            response = policy.freshened(cached, response)
            _log.debug("cache_revalidated", path=lookup.place.path)
        else:
            _log.debug("cache_miss", path=lookup.place.path)
        await self._store(lookup, response, requested_at)
        return response

    async def _store(self, lookup: _Lookup, response: HttpResponse, requested_at: float) -> None:
        if lookup.stamp is None:
            return
        await self._put(lookup, response, requested_at, lookup.stamp)
        for request, one in objects_of(lookup.place.operation, lookup.request, response):
            place = self._place_of(request)
            if place is not None and place.scopes == lookup.place.scopes:  # so the stamp is the same
                await self._put(self._lookup(request, place, lookup.stamp, ()), one, requested_at, lookup.stamp)

    async def _put(self, lookup: _Lookup, response: HttpResponse, requested_at: float, stamp: str) -> None:
        cached = policy.to_cached(
            lookup.request,
            response,
            requested_at=requested_at,
            received_at=self._clock.time(),
            ttl=lookup.ttl,
            stale_for=self._freshness.stale_for,
        )
        if cached is not None:
            key = lookup.place.keys[-1] if policy.is_public(response) else lookup.place.keys[0]
            await self._cache.put(key, cached, stamp)

    async def _write(self, request: HttpRequest, path: str) -> HttpResponse:
        may_have_been_executed = True
        try:
            response = await self._transport.send(request)
        except TransportError as exc:
            may_have_been_executed = exc.sent
            raise
        else:
            may_have_been_executed = not 400 <= response.status < 500
            return response
        finally:
            # Also if the call is cancelled: Spotify may have received the request.
            if may_have_been_executed:
                areas = invalidated_areas(request.method, path, request.url.partition("?")[2])
                partition = partition_of(request)
                await self._cache.invalidate([_scope(area, partition) for area in areas])
                _log.debug("cache_invalidated", path=path, areas=areas)

    def _path_of(self, request: HttpRequest) -> str | None:
        """Return the path below the API's base URL; None if the request is for another URL."""
        path = request.url.removeprefix(self._api_url).partition("?")[0]
        return path if request.url.startswith(self._api_url) and path.startswith("/") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where the response to a request is stored."""

    path: str
    """The path of the request below the API's base URL."""
    operation: Operation
    """The operation of the request."""
    keys: Sequence[str]
    """The key for the request's partition, then the key for the shared partition if the response may be shared."""
    scopes: Sequence[str]
    """The scopes of the response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lookup:
    """What the cache has for one request."""

    transport: CachingTransport
    """The transport that looked the request up."""
    request: HttpRequest
    """The request."""
    place: _Place
    """Where the response to the request is stored."""
    ttl: float | None
    """Seconds for which the user wants the response to be fresh; None for HTTP's rules."""
    stamp: str | None
    """The stamp of the scopes, None if the cache is unavailable."""
    responses: Sequence[CachedResponse]
    """The stored responses that match the request."""


# What `find` looked up last in the running task, for the `send` that follows.
_latest_miss: ContextVar[_Lookup | None] = ContextVar("_latest_miss", default=None)


def _scope(area: str, partition: str) -> str:
    return f"{partition}{area}" if is_personal(area) else area


# Headers about the whole body.
_OF_THE_BATCH: Final = frozenset({"content-encoding", "content-length", "content-md5", "etag", "last-modified"})

_decoder = msgspec.json.Decoder(dict[str, list[msgspec.Raw]])


def objects_of(
    operation: Operation, request: HttpRequest, response: HttpResponse
) -> Iterator[tuple[HttpRequest, HttpResponse]]:
    """Yield for each object in a response the request that reads it alone, and the response to that.

    Nothing is yielded for ids that do not exist, for an operation whose objects differ from those that are read alone
    (`Operation.batch_of`), and for a body that is not as documented.
    """
    if operation.batch_of is None or response.status != 200:
        return
    url, _, query = request.url.partition("?")
    parameters = query.split("&")
    ids = [parameter.removeprefix("ids=") for parameter in parameters if parameter.startswith("ids=")]
    others = "&".join(parameter for parameter in parameters if not parameter.startswith("ids="))
    try:
        (bodies,) = _decoder.decode(response.body).values()
        (joined,) = ids
    except ValueError:  # msgspec's errors, too
        return
    headers = {name: value for name, value in response.headers.items() if name not in _OF_THE_BATCH}
    keys = joined.split(",")
    if len(keys) != len(bodies):
        return
    for key, body in zip(keys, bodies, strict=True):
        if key.isalnum() and bytes(body).startswith(b"{"):
            one = replace(request, url=f"{url}/{key}?{others}" if others else f"{url}/{key}")
            yield one, HttpResponse(status=200, headers=headers, body=bytes(body))
