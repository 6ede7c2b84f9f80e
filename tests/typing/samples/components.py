"""Plain classes in the place of every component, for type checkers alone: nothing here is run, nothing inherits."""

# pyright: strict

import asyncio
import json
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar, assert_type

from dependency_injector import providers

from spotify import (
    AsyncSpotifyClient,
    CachingTransport,
    ClientConfig,
    MemoryResponseCache,
    RedisResponseCache,
    SpotifyContainer,
    build_container,
)
from spotify.interfaces import (
    Admission,
    Attempt,
    AuthProvider,
    CachedResponse,
    CacheFinding,
    Clock,
    GiveUp,
    HttpRequest,
    HttpResponse,
    RateLimiter,
    RequestExecutor,
    ResponseCache,
    Retry,
    RetryPolicy,
    Serializer,
    Transport,
)
from spotify.services import AlbumsService
from spotify.testing import FakeClock, FakeTransport

T = TypeVar("T")


class OwnTransport:
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        return HttpResponse(status=200, body=request.url.encode())

    async def close(self) -> None: ...


class OwnAuth:
    async def get_access_token(self) -> str:
        return "token"


class OwnRetryPolicy:
    # Narrower than the protocol's result, and another name for what is positional.
    def decide(self, what_happened: Attempt, /) -> GiveUp:
        return GiveUp("not_retryable" if what_happened.number == 1 else "enough")


class OwnSerializer:
    def decode(self, data: bytes, into: type[T], /) -> T:
        return into(**json.loads(data))

    def encode(self, value: object, /) -> bytes:
        return json.dumps(value).encode()


class OwnRateLimiter:
    @asynccontextmanager
    async def slot(self, admission: Admission, /) -> AsyncGenerator[None]:
        yield

    async def pause(self, seconds: float, /) -> None: ...


class SemaphoreLimiter:
    def __init__(self) -> None:
        self._places = asyncio.Semaphore(5)

    def slot(self, admission: Admission, /) -> AbstractAsyncContextManager[None]:
        return self._places

    async def pause(self, seconds: float, /) -> None: ...


class OwnClock:
    def time(self) -> float:
        return 0.0

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float, /) -> None: ...


class OwnResponseCache:
    async def get(self, keys: Sequence[str], scopes: Sequence[str], /) -> CacheFinding:
        return CacheFinding()

    async def put(self, key: str, response: CachedResponse, stamp: str, /) -> None: ...

    async def invalidate(self, scopes: Collection[str], /) -> None: ...


def by_hand(config: ClientConfig) -> None:
    caches: list[ResponseCache] = [OwnResponseCache(), MemoryResponseCache(), RedisResponseCache("redis://127.0.0.1")]
    for cache in caches:
        AsyncSpotifyClient("token", transport=CachingTransport(OwnTransport(), cache, config=config))


def by_keyword() -> None:
    AsyncSpotifyClient(auth_provider=OwnAuth())
    AsyncSpotifyClient("token", transport=OwnTransport())
    AsyncSpotifyClient("token", retry_policy=OwnRetryPolicy())
    AsyncSpotifyClient("token", serializer=OwnSerializer())
    AsyncSpotifyClient("token", rate_limiter=OwnRateLimiter())
    AsyncSpotifyClient("token", rate_limiter=SemaphoreLimiter())
    AsyncSpotifyClient("token", clock=OwnClock())
    AsyncSpotifyClient(
        client_id="id",
        client_secret="secret",
        config=ClientConfig(market="DE", serializer="dataclasses-json"),
        transport=FakeTransport(),
        clock=FakeClock(),
        timeout=5,
        max_retries=0,
    )


def by_keyword_of_the_container() -> None:
    build_container(auth_provider=OwnAuth())
    build_container("token", transport=OwnTransport())
    build_container("token", retry_policy=OwnRetryPolicy())
    build_container("token", serializer=OwnSerializer())
    build_container("token", rate_limiter=OwnRateLimiter())
    build_container("token", clock=OwnClock())


def what_the_container_gives(container: SpotifyContainer) -> None:
    assert_type(container.config(), ClientConfig)
    assert_type(container.auth_provider(), AuthProvider)
    assert_type(container.transport(), Transport)
    assert_type(container.response_cache(), ResponseCache | None)
    assert_type(container.cached_transport(), Transport)
    assert_type(container.retry_policy(), RetryPolicy)
    assert_type(container.serializer(), Serializer)
    assert_type(container.rate_limiter(), RateLimiter)
    assert_type(container.clock(), Clock)
    assert_type(container.executor(), RequestExecutor)
    assert_type(container.albums(), AlbumsService)


def as_the_protocol(
    *,
    transport: Transport,
    auth: AuthProvider,
    policy: RetryPolicy,
    serializer: Serializer,
    limiter: RateLimiter,
    clock: Clock,
) -> None:
    AsyncSpotifyClient(
        auth_provider=auth,
        transport=transport,
        retry_policy=policy,
        serializer=serializer,
        rate_limiter=limiter,
        clock=clock,
    )


def embedding() -> AsyncSpotifyClient:
    container = SpotifyContainer(auth_provider=providers.Object(OwnAuth()), clock=providers.Singleton(FakeClock))
    return container.client()


def deciding(attempt: Attempt) -> Retry | GiveUp:
    if isinstance(attempt.error.__cause__, OSError):
        return Retry(1.0)
    return GiveUp("own reason")
