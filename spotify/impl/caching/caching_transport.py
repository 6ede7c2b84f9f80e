"""A transport that gives an answer again while it is good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, cast

from spotify._checks import check_methods
from spotify.config import ClientConfig
from spotify.errors import ClientClosedError, TransportError
from spotify.impl.caching import policy
from spotify.impl.caching.invalidation import area_of, areas_changed_by, is_personal
from spotify.impl.caching.policy import SHARED, partition_of
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.clock import Clock
from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse, CacheFinding, ResponseCache
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport
from spotify.logs import get_logger

_log = get_logger(__name__)

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CachingTransport:
    """`Transport` over another one, with a cache in between.

    What the Web API says in `Cache-Control`, `Expires`, `Vary` and `ETag` decides, by RFC 9111: a fresh answer is given
    without a request, a stale one once Spotify has said that it still holds. What was answered to one access token is
    never given to another, unless Spotify called it `public` and it does not vary by `Authorization`. A write drops the
    answers that it makes obsolete, also where nobody knows whether it happened.
    """

    __slots__ = ("_api_url", "_cache", "_clock", "_closed", "_transport")

    def __init__(
        self, transport: Transport, cache: ResponseCache, *, config: ClientConfig, clock: Clock | None = None
    ) -> None:
        """Take the parts.

        Args:
            transport: Carries what the cache cannot answer. It stays the caller's: `close` leaves it open.
            cache: Keeps the answers. Transports of the same API may share one.
            config: Of it `api_url`: only what is below it is cached.
            clock: Tells how old an answer is; None for the system's.

        Raises:
            TypeError: One of them is not what it should be.
        """
        check_methods("transport", transport, ("send", "close"))
        check_methods("cache", cache, ("get", "put", "invalidate"))
        if not isinstance(cast("object", config), ClientConfig):
            raise TypeError(f"config must be a ClientConfig, not {type(config).__name__}")
        if clock is None:
            clock = SystemClock()
        check_methods("clock", clock, ("time", "monotonic", "sleep"))
        self._transport = transport
        self._cache = cache
        self._clock = clock
        self._api_url = config.api_url
        self._closed = False

    async def find(self, request: HttpRequest, /) -> HttpResponse | None:
        """Return a kept answer that is fresh; None if there is none."""
        path = self._path_of(request)
        if self._closed or path is None or not policy.may_be_answered(request):
            return None
        _, kept = await self._kept(request, self._place_of(request, path))
        return self._hit(path, kept)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        """Return a kept answer that is good for the request, or send it.

        Raises:
            TransportError: It was sent, and no answer came.
            ClientClosedError: After `close`.
        """
        if self._closed:
            raise ClientClosedError("the client is closed; make a new one, or close it later")
        path = self._path_of(request)
        if path is None:
            return await self._transport.send(request)
        if request.method not in _SAFE_METHODS:
            return await self._write(request, path)
        if policy.may_be_answered(request):
            return await self._read(request, path)
        return await self._transport.send(request)

    async def close(self) -> None:
        """Refuse every later request. The transport and the cache stay open."""
        self._closed = True

    async def _read(self, request: HttpRequest, path: str) -> HttpResponse:
        place = self._place_of(request, path)
        found, kept = await self._kept(request, place)
        if (hit := self._hit(path, kept)) is not None:
            return hit
        for each in kept:
            if (question := policy.conditional(request, each)) is not None:
                return await self._revalidate(each, question, request, place, found)
        return await self._fetch(request, place, found)

    async def _kept(self, request: HttpRequest, place: _Place) -> tuple[CacheFinding, list[CachedResponse]]:
        """Return what the cache has in that place, and which answers of it are to this request."""
        found = await self._cache.get(place.keys, place.scopes)
        return found, [each for each in found.responses if each is not None and policy.answers(each, request)]

    def _hit(self, path: str, kept: Sequence[CachedResponse]) -> HttpResponse | None:
        now = self._clock.time()
        for each in kept:
            if policy.is_fresh(each, now):
                _log.debug("cache_hit", path=path, age=round(now - each.received_at + each.age, 3))
                return policy.as_hit(each, now)
        return None

    async def _fetch(self, request: HttpRequest, place: _Place, found: CacheFinding) -> HttpResponse:
        _log.debug("cache_miss", path=place.path)
        requested_at = self._clock.time()
        response = await self._transport.send(request)
        await self._keep(request, response, place, found, requested_at)
        return response

    async def _revalidate(
        self, kept: CachedResponse, question: HttpRequest, request: HttpRequest, place: _Place, found: CacheFinding
    ) -> HttpResponse:
        requested_at = self._clock.time()
        response = await self._transport.send(question)
        if response.status == 304:
            if not policy.confirms(response, kept):
                return await self._fetch(request, place, found)
            response = policy.confirmed(kept, response)
            _log.debug("cache_revalidated", path=place.path)
        else:
            _log.debug("cache_miss", path=place.path)
        await self._keep(request, response, place, found, requested_at)
        return response

    async def _keep(
        self, request: HttpRequest, response: HttpResponse, place: _Place, found: CacheFinding, requested_at: float
    ) -> None:
        if found.stamp is None:
            return
        cached = policy.to_keep(request, response, requested_at=requested_at, received_at=self._clock.time())
        if cached is None:
            return
        key = place.shared_key if place.shared_key is not None and policy.is_public(response) else place.own_key
        await self._cache.put(key, cached, found.stamp)

    async def _write(self, request: HttpRequest, path: str) -> HttpResponse:
        may_have_happened = True
        try:
            response = await self._transport.send(request)
        except TransportError as exc:
            may_have_happened = exc.sent
            raise
        else:
            may_have_happened = not 400 <= response.status < 500
            return response
        finally:
            # Also when the call is cancelled: the request may be with Spotify already.
            if may_have_happened:
                areas = areas_changed_by(path, request.url.partition("?")[2])
                partition = partition_of(request)
                await self._cache.invalidate([_scope(area, partition) for area in areas])
                _log.debug("cache_invalidated", path=path, areas=areas)

    def _path_of(self, request: HttpRequest) -> str | None:
        """Return the path below the Web API's address; None if the request goes elsewhere."""
        path = request.url.removeprefix(self._api_url).partition("?")[0]
        return path if request.url.startswith(self._api_url) and path.startswith("/") else None

    def _place_of(self, request: HttpRequest, path: str) -> _Place:
        area = area_of(path)
        partition = partition_of(request)
        # What is about the user who asks is not shared, whatever its headers say.
        is_own = area is not None and is_personal(area)
        return _Place(
            path=path,
            own_key=_key(partition, request.url),
            shared_key=None if is_own else _key(SHARED, request.url),
            scopes=(ALL_RESPONSES,) if area is None else (ALL_RESPONSES, _scope(area, partition)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where in the cache the answer to one request is."""

    path: str
    own_key: str
    shared_key: str | None
    scopes: tuple[str, ...]

    @property
    def keys(self) -> Sequence[str]:
        return (self.own_key,) if self.shared_key is None else (self.own_key, self.shared_key)


def _key(partition: str, url: str) -> str:
    return sha256(f"{partition} {url}".encode()).hexdigest()


def _scope(area: str, partition: str) -> str:
    return f"{partition}{area}" if is_personal(area) else area
