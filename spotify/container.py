"""The container: the only place that names implementations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from dependency_injector import containers, providers

from spotify._checks import check_methods, check_token
from spotify.config import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, ClientConfig
from spotify.credentials import Secret
from spotify.impl.auth.client_credentials import ClientCredentialsAuth
from spotify.impl.auth.static_token import StaticTokenAuth
from spotify.impl.caching import CachingTransport, MemoryResponseCache, RedisResponseCache
from spotify.impl.execution.executor import RetryingExecutor
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.impl.rate_limiting import InProcessRateLimiter, RedisRateLimiter
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.impl.system_clock import SystemClock
from spotify.impl.token_stores import RedisTokenStore
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.interfaces.auth import AuthProvider, SupportsClose
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import RequestExecutor
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.response_cache import ResponseCache
from spotify.interfaces.retry import RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import Transport
from spotify.quota import Quota
from spotify.services import (
    AlbumsService,
    ArtistsService,
    AudiobooksService,
    BrowseService,
    ChaptersService,
    EpisodesService,
    LibraryService,
    PlayerService,
    PlaylistsService,
    SearchService,
    ShowsService,
    TracksService,
    UsersService,
)

if TYPE_CHECKING:
    from spotify.client import AsyncSpotifyClient

# What each part is called for. Annotations are not checked at run time, and an odd object would fail in mid-call.
_METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "auth_provider": ("get_access_token",),
    "transport": ("send", "close"),
    "retry_policy": ("decide",),
    "serializer": ("decode", "encode"),
    "rate_limiter": ("slot", "pause"),
    "clock": ("time", "monotonic", "sleep"),
}
_WAYS: Final = "access_token; client_id together with client_secret; or auth_provider"


def _owned_parts(container: SpotifyContainer) -> tuple[SupportsClose, ...]:
    """Return what the client closes: the auth provider if it can be closed, and what was made here.

    What was passed in as an object stays its owner's; what a provider made has no other owner than the client.
    """
    parts: list[object] = [container.auth_provider()]
    if container.response_cache() is not None:
        parts.append(container.cached_transport())  # or it would go on giving answers
    made = (container.transport, container.response_cache, container.rate_limiter, container.token_store)
    parts.extend(provider() for provider in made if not isinstance(_source(provider), providers.Object))
    return tuple(part for part in parts if isinstance(part, SupportsClose))


def _where_shared(config: ClientConfig) -> str:
    """Return whether workers share anything, as the name of a choice."""
    return "alone" if config.redis_url is None else "shared"


def _lease(config: ClientConfig) -> float:
    """Return the seconds for which a request counts of whose answer nothing is heard: longer than one can take."""
    return max(60.0, 2 * config.timeout)


def _with_cache(transport: Transport, cache: ResponseCache | None, config: ClientConfig, clock: Clock) -> Transport:
    return transport if cache is None else CachingTransport(transport, cache, config=config, clock=clock)


def _client_of(container: SpotifyContainer) -> AsyncSpotifyClient:
    # The two doors lead to each other: a client is built through a container, and a container hands out its client. So
    # this import, of the one thing above the container, waits until it is wanted.
    from spotify.client import client_from_container  # noqa: PLC0415

    return client_from_container(container)


def _source(provider: providers.Provider[Any]) -> providers.Provider[Any]:
    """Return the provider that has the last word after all overrides."""
    # The library's stubs leave the type parameter open here and in `override`.
    overriding: providers.Provider[Any] | None = provider.last_overriding  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return provider if overriding is None else _source(overriding)


def _override(provider: providers.Provider[Any], by: providers.Provider[Any]) -> None:
    provider.override(by)  # pyright: ignore[reportUnknownMemberType]


class SpotifyContainer(containers.DeclarativeContainer):
    """All parts of a client and how they fit together.

    Override parts on an instance, before `client()` is first called::

        container = SpotifyContainer(auth_provider=providers.Object(MyAuth()))
        container.transport.override(MyTransport())
        client = container.client()

    Pass instances, or `providers.Singleton(MyTransport)`: a bare class would be injected as the class. Build a
    container in one thread; it costs one to two milliseconds, so make one for a process or a tenant, not for a request.
    """

    __self__: providers.Self[SpotifyContainer] = providers.Self()

    config: providers.Provider[ClientConfig] = providers.Object(ClientConfig())
    auth_provider: providers.Provider[AuthProvider] = providers.Dependency(
        instance_of=AuthProvider  # type: ignore[type-abstract]  # only asked whether an object is one
    )
    clock: providers.Provider[Clock] = providers.Singleton(SystemClock)
    transport: providers.Provider[Transport] = providers.Singleton(AiohttpTransport, config)
    response_cache: providers.Provider[ResponseCache | None] = providers.Selector(
        config.provided.cache,
        **dict[str, providers.Provider[Any]](
            {
                "none": providers.Object(None),
                "memory": providers.Singleton(MemoryResponseCache, max_bytes=config.provided.cache_max_bytes),
                "redis": providers.Singleton(
                    RedisResponseCache, config.provided.redis_url, prefix=config.provided.redis_prefix, clock=clock
                ),
            }
        ),
    )
    cached_transport: providers.Provider[Transport] = providers.Singleton(
        _with_cache, transport, response_cache, config, clock
    )
    retry_policy: providers.Provider[RetryPolicy] = providers.Singleton(
        BackoffRetryPolicy,
        base_delay=config.provided.retry_base_delay,
        max_delay=config.provided.retry_max_delay,
    )
    serializer: providers.Provider[Serializer] = providers.Selector(
        config.provided.serializer,
        **dict[str, providers.Provider[Any]](
            {
                "msgspec": providers.Singleton(MsgspecSerializer, strict=config.provided.strict_decoding),
                "dataclasses-json": providers.Singleton(
                    DataclassesJsonSerializer, strict=config.provided.strict_decoding
                ),
            }
        ),
    )
    sharing: providers.Provider[str] = providers.Callable(_where_shared, config)
    rate_limiter: providers.Provider[RateLimiter] = providers.Selector(
        sharing,
        **dict[str, providers.Provider[Any]](
            {
                "alone": providers.Singleton(
                    InProcessRateLimiter,
                    max_concurrency=config.provided.max_concurrency,
                    clock=clock,
                    rate_limit=config.provided.rate_limit,
                    rate_window=config.provided.rate_window,
                    reserve=config.provided.rate_limit_reserve,
                ),
                "shared": providers.Singleton(
                    RedisRateLimiter,
                    config.provided.redis_url,
                    application=config.provided.redis_prefix,
                    prefix=config.provided.redis_prefix,
                    max_concurrency=config.provided.max_concurrency,
                    rate_limit=config.provided.rate_limit,
                    rate_window=config.provided.rate_window,
                    reserve=config.provided.rate_limit_reserve,
                    lease=providers.Callable(_lease, config),
                    clock=clock,
                ),
            }
        ),
    )
    token_store: providers.Provider[TokenStore | None] = providers.Selector(
        sharing,
        **dict[str, providers.Provider[Any]](
            {
                "alone": providers.Object(None),
                "shared": providers.Singleton(
                    RedisTokenStore,
                    config.provided.redis_url,
                    prefix=config.provided.redis_prefix,
                    encryption_keys=config.provided.token_encryption_keys,
                ),
            }
        ),
    )
    quota: providers.Provider[Quota] = providers.Singleton(Quota, config.provided.quota_mode)
    executor: providers.Provider[RequestExecutor] = providers.Singleton(
        RetryingExecutor,
        config=config,
        transport=cached_transport,
        auth_provider=auth_provider,
        retry_policy=retry_policy,
        serializer=serializer,
        rate_limiter=rate_limiter,
        clock=clock,
        quota=quota,
        token_store=token_store,
        owned=providers.Callable(_owned_parts, __self__),
    )

    albums: providers.Provider[AlbumsService] = providers.Singleton(AlbumsService, executor, quota)
    artists: providers.Provider[ArtistsService] = providers.Singleton(ArtistsService, executor, quota)
    audiobooks: providers.Provider[AudiobooksService] = providers.Singleton(AudiobooksService, executor, quota)
    browse: providers.Provider[BrowseService] = providers.Singleton(BrowseService, executor, quota)
    chapters: providers.Provider[ChaptersService] = providers.Singleton(ChaptersService, executor, quota)
    episodes: providers.Provider[EpisodesService] = providers.Singleton(EpisodesService, executor, quota)
    library: providers.Provider[LibraryService] = providers.Singleton(LibraryService, executor, quota)
    player: providers.Provider[PlayerService] = providers.Singleton(PlayerService, executor, quota)
    playlists: providers.Provider[PlaylistsService] = providers.Singleton(PlaylistsService, executor, quota)
    search: providers.Provider[SearchService] = providers.Singleton(SearchService, executor, quota)
    shows: providers.Provider[ShowsService] = providers.Singleton(ShowsService, executor, quota)
    tracks: providers.Provider[TracksService] = providers.Singleton(TracksService, executor, quota)
    users: providers.Provider[UsersService] = providers.Singleton(UsersService, executor, quota)

    client: providers.Provider[AsyncSpotifyClient] = providers.Singleton(_client_of, __self__)


def build_container(
    access_token: str | None = None,
    *,
    client_id: str | None = None,
    client_secret: str | None = None,
    auth_provider: AuthProvider | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    max_retries: int = DEFAULT_MAX_RETRIES,
    config: ClientConfig | None = None,
    transport: Transport | None = None,
    retry_policy: RetryPolicy | None = None,
    serializer: Serializer | None = None,
    rate_limiter: RateLimiter | None = None,
    clock: Clock | None = None,
) -> SpotifyContainer:
    """Return the container of one client, with the given parts in place of its own.

    The arguments are those of `AsyncSpotifyClient`, which is this function's `client()`.

    Raises:
        ValueError: There is not exactly one way to authenticate, or a setting is out of bounds.
        TypeError: A class was passed where an instance belongs.
    """
    credentials = {
        name: Secret(text)
        for name, text in (("access_token", access_token), ("client_id", client_id), ("client_secret", client_secret))
        if text is not None
    }
    del access_token, client_secret  # a traceback that shows locals must not show these
    parts: dict[str, object | None] = {
        "auth_provider": auth_provider,
        "transport": transport,
        "retry_policy": retry_policy,
        "serializer": serializer,
        "rate_limiter": rate_limiter,
        "clock": clock,
    }
    for name, part in parts.items():
        if part is not None:
            check_methods(name, part, _METHODS[name])
    _check_authentication(credentials, auth_provider)
    container = SpotifyContainer(config=providers.Object(_settings(config, timeout, max_retries)))
    for name, part in parts.items():
        if part is not None:
            _override(getattr(container, name), providers.Object(part))
    if "access_token" in credentials:
        token = credentials["access_token"]
        _override(container.auth_provider, providers.Singleton(StaticTokenAuth, token.reveal()))
    elif "client_id" in credentials:
        _override(
            container.auth_provider,
            providers.Singleton(
                ClientCredentialsAuth,
                credentials["client_id"].reveal(),
                credentials["client_secret"].reveal(),
                config=container.config,
                transport=container.transport,
                clock=container.clock,
            ),
        )
    return container


def _settings(config: ClientConfig | None, timeout: float, max_retries: int) -> ClientConfig:
    """Return the settings, where an argument that differs from its default wins over `config`."""
    settings = ClientConfig() if config is None else config
    if not isinstance(cast("object", settings), ClientConfig):
        raise TypeError(f"config must be a ClientConfig, not {type(settings).__name__}")
    if timeout != DEFAULT_TIMEOUT:
        settings = replace(settings, timeout=timeout)
    if max_retries != DEFAULT_MAX_RETRIES:
        settings = replace(settings, max_retries=max_retries)
    return settings


def _check_authentication(credentials: Mapping[str, Secret], auth_provider: AuthProvider | None) -> None:
    given = [*credentials, *([] if auth_provider is None else ["auth_provider"])]
    if given not in (["access_token"], ["client_id", "client_secret"], ["auth_provider"]):
        raise ValueError(
            f"exactly one way to authenticate is wanted: {_WAYS}; given: {' and '.join(given) or 'none of them'}"
        )
    for name, text in credentials.items():
        if isinstance(cast("object", text.reveal()), str) and not text.reveal().strip():
            raise ValueError(f"{name} is empty; exactly one way to authenticate is wanted: {_WAYS}")
        # Here and not by the provider alone, which is made when it is first wanted.
        check_token(name, text.reveal())
