"""Custom components as plain classes, for type checkers only: nothing here is run."""

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
    SqliteResponseCache,
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
    Operation,
    PauseReason,
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


class CustomTransport:
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        return HttpResponse(status=200, body=request.url.encode())

    async def close(self) -> None: ...


class CustomAuth:
    async def get_access_token(self) -> str:
        return "token"


class CustomRetryPolicy:
    # The result is narrower than the protocol's, and the positional parameter has another name.
    def decide(self, outcome: Attempt, /) -> GiveUp:
        return GiveUp("not_retryable" if outcome.number == 1 else "enough")


class CustomSerializer:
    def decode(self, data: bytes, into: type[T], /) -> T:
        return into(**json.loads(data))

    def encode(self, value: object, /) -> bytes:
        return json.dumps(value).encode()


class CustomRateLimiter:
    @asynccontextmanager
    async def slot(self, admission: Admission, /) -> AsyncGenerator[None]:
        yield

    async def pause(self, seconds: float, /, *, operation: Operation | None, reason: PauseReason) -> None: ...


class SemaphoreLimiter:
    def __init__(self) -> None:
        self._semaphore = asyncio.Semaphore(5)

    def slot(self, admission: Admission, /) -> AbstractAsyncContextManager[None]:
        return self._semaphore

    async def pause(self, seconds: float, /, *, operation: Operation | None, reason: PauseReason) -> None: ...


class CustomClock:
    def time(self) -> float:
        return 0.0

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float, /) -> None: ...


class CustomResponseCache:
    async def get(self, keys: Sequence[str], scopes: Sequence[str], /) -> CacheFinding:
        return CacheFinding()

    async def put(self, key: str, response: CachedResponse, stamp: str, /) -> None: ...

    async def discard(self, keys: Collection[str], /) -> None: ...

    async def invalidate(self, scopes: Collection[str], /) -> None: ...


def by_hand(config: ClientConfig) -> None:
    caches: list[ResponseCache] = [
        CustomResponseCache(),
        MemoryResponseCache(),
        RedisResponseCache("redis://127.0.0.1"),
        SqliteResponseCache("responses.sqlite3"),
    ]
    for cache in caches:
        AsyncSpotifyClient("token", transport=CachingTransport(CustomTransport(), cache, config=config))


def by_keyword() -> None:
    AsyncSpotifyClient(auth_provider=CustomAuth())
    AsyncSpotifyClient("token", transport=CustomTransport())
    AsyncSpotifyClient("token", retry_policy=CustomRetryPolicy())
    AsyncSpotifyClient("token", serializer=CustomSerializer())
    AsyncSpotifyClient("token", rate_limiter=CustomRateLimiter())
    AsyncSpotifyClient("token", rate_limiter=SemaphoreLimiter())
    AsyncSpotifyClient("token", clock=CustomClock())
    AsyncSpotifyClient(
        client_id="id",
        client_secret="secret",
        config=ClientConfig(market="DE", serializer="dataclasses-json"),
        transport=FakeTransport(),
        clock=FakeClock(),
        timeout=5,
        max_retries=0,
    )


def by_keyword_of_build_container() -> None:
    build_container(auth_provider=CustomAuth())
    build_container("token", transport=CustomTransport())
    build_container("token", retry_policy=CustomRetryPolicy())
    build_container("token", serializer=CustomSerializer())
    build_container("token", rate_limiter=CustomRateLimiter())
    build_container("token", clock=CustomClock())


def container_providers(container: SpotifyContainer) -> None:
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


def protocols_as_arguments(
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
    container = SpotifyContainer(auth_provider=providers.Object(CustomAuth()), clock=providers.Singleton(FakeClock))
    return container.client()


def deciding(attempt: Attempt) -> Retry | GiveUp:
    if isinstance(attempt.error.__cause__, OSError):
        return Retry(1.0)
    return GiveUp("own reason")
