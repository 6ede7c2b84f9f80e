"""`SpotifyContainer`: wires the parts of a client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypedDict, TypeVar, Unpack

from dependency_injector import containers, providers

from spotify._checks import check_methods, check_names, check_token, check_type, implements
from spotify._exceptions import ARGUMENTS_HIDDEN
from spotify.config import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, ClientConfig
from spotify.credentials import Secret, secret_source
from spotify.impl import auth  # import their names on first use
from spotify.impl.checked_parts import (
    checked_clock,
    checked_rate_limiter,
    checked_response_cache,
    checked_retry_policy,
    checked_serializer,
    checked_transport,
)
from spotify.impl.choices import (
    rate_limiter_of,
    response_cache_of,
    serializer_of,
    token_store_of,
    usage_of,
    with_cache,
    with_usage,
)
from spotify.impl.execution.executor import RetryingExecutor
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.impl.observers.call_observers import checked_observers
from spotify.impl.system_clock import SystemClock
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.impl.usage.usage_rate_limiter import UsageRateLimiter
from spotify.interfaces.auth import AuthProvider, SupportsClose
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import RequestExecutor
from spotify.interfaces.observer import Observer
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.response_cache import ResponseCache
from spotify.interfaces.retry import RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import Transport
from spotify.quota import Quota
from spotify.usage import Usage

if TYPE_CHECKING:
    from spotify import services as _services
    from spotify.client import AsyncSpotifyClient

T = TypeVar("T")

# Annotations are not checked at run time: an object without these methods is refused here, not in the middle of a call.
_METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "auth_provider": ("get_access_token",),
    "transport": ("send", "close"),
    "retry_policy": ("decide",),
    "serializer": ("decode", "encode"),
    "rate_limiter": ("slot", "pause"),
    "clock": ("time", "monotonic", "sleep"),
}
_PART_METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    **_METHODS,
    "response_cache": ("get", "put", "discard", "invalidate"),
    "token_store": ("load", "save", "delete"),
    "executor": ("execute", "close"),
}
_AUTH_ARGUMENTS: Final = "access_token; client_id and client_secret; or auth_provider"


def _owned_parts(container: SpotifyContainer) -> tuple[SupportsClose, ...]:
    """Return the parts that `client.close` closes: the auth provider, and every part that the container created.

    A part that was passed in as an object (`providers.Object`) is closed by its owner.
    """
    parts: list[object] = [container.auth_provider()]
    if container.response_cache() is not None:
        parts.append(container.cached_transport())  # a closed client must not return cached responses
    if isinstance(metered := container.metered_rate_limiter(), UsageRateLimiter):
        parts.append(metered)
    created = (container.transport, container.response_cache, container.rate_limiter, container.token_store)
    parts.extend(provider() for provider in created if not isinstance(_source(provider), providers.Object))
    return tuple(part for part in parts if implements(part, SupportsClose))


def _service(name: str) -> Callable[..., Any]:
    """Return a function that creates a service. It imports the services, and with them the models."""

    def create(*args: object, **options: object) -> object:
        return getattr(import_module("spotify.services"), name)(*args, **options)

    return create


def check_parts(container: SpotifyContainer) -> None:
    """Check the parts of a container as the keyword arguments of a client are checked, and refuse later overrides.

    Raises:
        TypeError: A part lacks a method, or is a class instead of an instance.
    """
    for name, methods in _PART_METHODS.items():
        provider = getattr(container, name)
        if name == "serializer" and _source(provider) is provider:
            continue  # it is created when it is first used
        if (part := provider()) is not None:
            check_methods(name, part, methods)
    for provider in container.providers.values():
        if isinstance(provider, _Part):
            provider.is_in_use = True


def _client_of(container: SpotifyContainer) -> AsyncSpotifyClient:
    # The client imports this module and the container provides the client, so one of the two imports has to be late.
    from spotify.client import AsyncSpotifyClient

    return AsyncSpotifyClient.from_container(container)


def _source(provider: providers.Provider[Any]) -> providers.Provider[Any]:
    """Return the provider in effect after all overrides."""
    # The stubs of dependency-injector leave the type parameter open here and in `override`.
    overriding: providers.Provider[Any] | None = provider.last_overriding  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return provider if overriding is None else _source(overriding)


def _override(provider: providers.Provider[Any], by: providers.Provider[Any]) -> None:
    provider.override(by)  # pyright: ignore[reportUnknownMemberType]


def override_transport(container: SpotifyContainer, create: Callable[[], Transport]) -> None:
    """Let a container create its transport with a function. The client closes it, unlike a transport that is passed."""
    _override(container.transport, providers.Singleton(create))


class _Part(providers.Provider[T]):
    """A provider that refuses an override that would have no effect."""

    is_in_use = False

    def override(self, provider: Any) -> Any:
        """Override this provider, unless a client was created.

        Raises:
            RuntimeError: A client was created.
        """
        if self.is_in_use:
            raise RuntimeError(
                "the container has created its client, which would not use this override: override before the first "
                "call of client(), or create another container"
            )
        return super().override(provider)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


class _Singleton(_Part[T], providers.Singleton[T]):
    """A part that is created once."""


class _Dependency(_Part[T], providers.Dependency[T]):
    """A part that the application provides."""


class _Object(_Part[T], providers.Object[T]):
    """A value."""


class SpotifyContainer(containers.DeclarativeContainer):
    """The parts of one client and how they are wired.

    Override parts on an instance, before the first call of `client()`::

        container = SpotifyContainer(auth_provider=providers.Object(MyAuth()))
        container.transport.override(MyTransport())
        client = container.client()

    Pass an instance or `providers.Singleton(MyTransport)`: a bare class would be injected as a class. Create a
    container in one thread. Creating one takes one to two milliseconds: create one per process or tenant, not one per
    request.
    """

    __self__: providers.Self[SpotifyContainer] = providers.Self()

    config: providers.Provider[ClientConfig] = _Object(ClientConfig())
    """The settings."""
    auth_provider: providers.Provider[AuthProvider] = _Dependency(
        instance_of=AuthProvider  # type: ignore[type-abstract]  # used for isinstance only
    )
    """Provides the access tokens. It has to be given."""
    clock: providers.Provider[Clock] = _Singleton(SystemClock)
    """Time and sleep."""
    transport: providers.Provider[Transport] = _Singleton(AiohttpTransport, config)
    """Sends requests."""
    response_cache: providers.Provider[ResponseCache | None] = _Singleton(response_cache_of, config, clock)
    """Stores responses; None for no cache."""
    cached_transport: providers.Provider[Transport] = _Singleton(
        with_cache,
        providers.Callable(checked_transport, transport),
        providers.Callable(checked_response_cache, response_cache),
        config,
        clock,
    )
    """The transport, with the cache around it if there is one."""
    retry_policy: providers.Provider[RetryPolicy] = _Singleton(
        BackoffRetryPolicy,
        base_delay=config.provided.retry_base_delay,
        max_delay=config.provided.retry_max_delay,
    )
    """Decides whether a failed request is sent again."""
    serializer: providers.Provider[Serializer] = _Singleton(serializer_of, config)
    """Converts JSON to models."""
    rate_limiter: providers.Provider[RateLimiter] = _Singleton(rate_limiter_of, config, clock)
    """Decides when a request may be sent."""
    token_store: providers.Provider[TokenStore | None] = _Singleton(token_store_of, config)
    """Stores the tokens of auth providers that have no store; None for none."""
    quota: providers.Provider[Quota] = _Singleton(Quota, config.provided.quota_mode, now=clock.provided.time)
    """What is known about the quota mode of the application."""
    usage: providers.Provider[Usage] = _Singleton(usage_of, config, clock, rate_limiter)
    """Counts the calls."""
    metered_rate_limiter: providers.Provider[RateLimiter] = _Singleton(
        with_usage, providers.Callable(checked_rate_limiter, rate_limiter), usage, config, clock
    )
    """The rate limiter, with the daily limit around it if there is one."""
    observers: providers.Provider[Sequence[Observer]] = _Object(())
    """Observe the calls."""
    executor: providers.Provider[RequestExecutor] = _Singleton(
        RetryingExecutor.create,
        config=config,
        transport=cached_transport,
        auth_provider=auth_provider,
        retry_policy=providers.Callable(checked_retry_policy, retry_policy),
        serializer=providers.Singleton(checked_serializer, serializer).provider,  # creating it imports the models
        rate_limiter=metered_rate_limiter,
        clock=providers.Callable(checked_clock, clock),
        quota=quota,
        usage=usage,
        observers=observers,
        token_store=token_store,
        owned=providers.Callable(_owned_parts, __self__),
    )
    """Executes the calls; it can be wrapped."""

    read_ahead: providers.Provider[int] = providers.Callable(
        min, config.provided.read_ahead, config.provided.max_concurrency
    )
    """The most pages that a list requests in advance."""
    albums: providers.Provider[_services.AlbumsService] = providers.Singleton(
        _service("AlbumsService"), executor, quota, read_ahead=read_ahead
    )
    """`client.albums`."""
    artists: providers.Provider[_services.ArtistsService] = providers.Singleton(
        _service("ArtistsService"), executor, quota, read_ahead=read_ahead
    )
    """`client.artists`."""
    audiobooks: providers.Provider[_services.AudiobooksService] = providers.Singleton(
        _service("AudiobooksService"), executor, quota, read_ahead=read_ahead
    )
    """`client.audiobooks`."""
    browse: providers.Provider[_services.BrowseService] = providers.Singleton(
        _service("BrowseService"), executor, quota, read_ahead=read_ahead
    )
    """`client.browse`."""
    chapters: providers.Provider[_services.ChaptersService] = providers.Singleton(
        _service("ChaptersService"), executor, quota, read_ahead=read_ahead
    )
    """`client.chapters`."""
    episodes: providers.Provider[_services.EpisodesService] = providers.Singleton(
        _service("EpisodesService"), executor, quota, read_ahead=read_ahead
    )
    """`client.episodes`."""
    library: providers.Provider[_services.LibraryService] = providers.Singleton(
        _service("LibraryService"), executor, quota, read_ahead=read_ahead
    )
    """`client.library`."""
    player: providers.Provider[_services.PlayerService] = providers.Singleton(
        _service("PlayerService"), executor, quota, read_ahead=read_ahead
    )
    """`client.player`."""
    playlists: providers.Provider[_services.PlaylistsService] = providers.Singleton(
        _service("PlaylistsService"), executor, quota, read_ahead=read_ahead
    )
    """`client.playlists`."""
    search: providers.Provider[_services.SearchService] = providers.Singleton(
        _service("SearchService"), executor, quota, read_ahead=read_ahead
    )
    """`client.search`."""
    shows: providers.Provider[_services.ShowsService] = providers.Singleton(
        _service("ShowsService"), executor, quota, read_ahead=read_ahead
    )
    """`client.shows`."""
    tracks: providers.Provider[_services.TracksService] = providers.Singleton(
        _service("TracksService"), executor, quota, read_ahead=read_ahead
    )
    """`client.tracks`."""
    users: providers.Provider[_services.UsersService] = providers.Singleton(
        _service("UsersService"), executor, quota, read_ahead=read_ahead
    )
    """`client.users`."""

    client: providers.Provider[AsyncSpotifyClient] = providers.Singleton(_client_of, __self__)
    """The client, with the components of this container."""


class ClientArguments(TypedDict, total=False):
    """The keyword arguments of `AsyncSpotifyClient`, with the meaning and the defaults they have there."""

    client_id: str | None
    client_secret: str | Callable[[], str] | None
    auth_provider: AuthProvider | None
    timeout: float
    max_retries: int
    config: ClientConfig | None
    transport: Transport | None
    retry_policy: RetryPolicy | None
    serializer: Serializer | None
    rate_limiter: RateLimiter | None
    clock: Clock | None
    observers: Sequence[Observer]


@ARGUMENTS_HIDDEN
def build_container(access_token: str | None = None, **arguments: Unpack[ClientArguments]) -> SpotifyContainer:
    """Create the container of one client; `AsyncSpotifyClient` takes the same arguments and calls this.

    Args:
        access_token: An access token; it is not refreshed.
        **arguments: The keyword arguments of `AsyncSpotifyClient`.

    Raises:
        ValueError: There is not exactly one way to authenticate, or a setting is out of bounds.
        TypeError: There is no such argument, or one is of the wrong type, or a class instead of an instance.
    """
    if unknown := arguments.keys() - ClientArguments.__annotations__.keys():
        check_names("argument", sorted(unknown), ClientArguments.__annotations__)
    strings = {"access_token": access_token, "client_id": arguments.pop("client_id", None)}
    credentials = {name: Secret(value) for name, value in strings.items() if value is not None}
    client_secret = arguments.pop("client_secret", None)
    parts = {name: part for name in _METHODS if (part := arguments.get(name)) is not None}
    for name, part in parts.items():
        check_methods(name, part, _METHODS[name])
    passed = {**credentials, "client_secret": client_secret, "auth_provider": parts.get("auth_provider")}
    _check_authentication([name for name, value in passed.items() if value is not None])
    for name, secret in credentials.items():
        check_token(name, secret.reveal())
    if client_secret is not None:
        secret_source("client_secret", client_secret)
    config = _merged_config(
        arguments.get("config"),
        arguments.get("timeout", DEFAULT_TIMEOUT),
        arguments.get("max_retries", DEFAULT_MAX_RETRIES),
    )
    container = SpotifyContainer(config=providers.Object(config))
    observers = checked_observers(arguments.get("observers", ()))
    if observers:
        _override(container.observers, providers.Object(observers))
    for name, part in parts.items():
        _override(getattr(container, name), providers.Object(part))
    if "access_token" in credentials:
        token = credentials["access_token"]
        _override(container.auth_provider, providers.Singleton(auth.StaticTokenAuth, token.reveal()))
    elif client_secret is not None:
        _override(
            container.auth_provider,
            providers.Singleton(
                auth.ClientCredentialsAuth,
                credentials["client_id"].reveal(),
                client_secret,
                config=container.config,
                transport=providers.Callable(checked_transport, container.transport),
                clock=container.clock,
            ),
        )
    return container


def _merged_config(config: ClientConfig | None, timeout: float, max_retries: int) -> ClientConfig:
    """Return the config; `timeout` and `max_retries` take precedence where they differ from their defaults."""
    merged = ClientConfig() if config is None else config
    check_type("config", merged, ClientConfig)
    if timeout != DEFAULT_TIMEOUT:
        merged = replace(merged, timeout=timeout)
    if max_retries != DEFAULT_MAX_RETRIES:
        merged = replace(merged, max_retries=max_retries)
    return merged


def _check_authentication(passed: Sequence[str]) -> None:
    if passed not in (["access_token"], ["client_id", "client_secret"], ["auth_provider"]):
        raise ValueError(
            f"pass exactly one way to authenticate: {_AUTH_ARGUMENTS}; passed: {' and '.join(passed) or 'none of them'}"
        )
