"""`ClientConfig`: the settings of a client, frozen and validated."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import wraps
from typing import Any, Final, Literal, TypeAlias, TypedDict, TypeVar, get_args

from spotify import __version__
from spotify._checks import (
    check_locale,
    check_market,
    check_names,
    check_number,
    check_range,
    check_text,
    check_type,
    is_mapping,
    path_of,
    shown,
)
from spotify._exceptions import ARGUMENTS_HIDDEN, hides_arguments
from spotify._setting_values import check_proxy, checked_url, settings_in, split_url

T = TypeVar("T")

SerializerName: TypeAlias = Literal["msgspec", "dataclasses-json"]
CacheName: TypeAlias = Literal["none", "memory", "redis", "sqlite"]
CacheKind: TypeAlias = Literal[
    "album",
    "artist",
    "audiobook",
    "browse",
    "chapter",
    "episode",
    "library",
    "player",
    "playlist",
    "search",
    "show",
    "track",
    "user",
]
"""What a read is about: see `docs/caching.md`."""
QuotaMode: TypeAlias = Literal["auto", "development", "extended"]
PriorityChoice: TypeAlias = Literal["auto", "interactive", "bulk"]

DEFAULT_TIMEOUT: Final = 30.0
DEFAULT_MAX_RETRIES: Final = 3

TOKEN_PATH: Final = "/api/token"  # noqa: S105  below `accounts_url`

# Gateways in common use give up a request after at most 60 s; half as much again is for what is queued behind them.
_LATE_EXECUTION: Final = 90.0
_LATE_EXECUTION_TIMEOUTS: Final = 3.0

_TYPES: Final = {"str": (str,), "str | None": (str, type(None)), "bool": (bool,)}
_CHOICES: Final = {
    "serializer": get_args(SerializerName),
    "quota_mode": get_args(QuotaMode),
    "cache": get_args(CacheName),
    "priority": get_args(PriorityChoice),
}
_POSITIVE_SECONDS: Final = (
    "timeout",
    "connect_timeout",
    "retry_base_delay",
    "retry_max_delay",
    "keepalive_timeout",
    "rate_window",
)
_COUNTS: Final = {
    "max_retries": 0,
    "max_concurrency": 1,
    "read_ahead": 1,
    "max_response_bytes": 1,
    "cache_max_bytes": 1,
    "rate_limit": 1,
    "retry_budget": 0,
}
_MAY_BE_NONE: Final = frozenset({"rate_limit", "retry_budget"})


def _names_the_nearest_setting(cls: type[T]) -> type[T]:
    """Decorate the class of the settings, so that the error for an unknown setting names a similar one."""
    create = cls.__init__

    @wraps(create)
    def checked(self: T, **settings: object) -> None:
        check_names("setting", settings, cls.__annotations__)
        create(self, **settings)

    cls.__init__ = checked  # type: ignore[method-assign,assignment]
    return cls


class _Hidden(str):
    """A str that `repr` does not show: `dataclasses.replace` has all fields of a config in its local variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


@hides_arguments
@_names_the_nearest_setting
@dataclass(frozen=True, slots=True, kw_only=True)
class ClientConfig:
    """The settings of a client.

    ::

        config = ClientConfig(timeout=10.0, deadline=60.0, cache="memory")
        config = replace(ClientConfig.from_env(), max_retries=5)
        client = AsyncSpotifyClient.from_client_credentials(config=config)

    A value out of bounds raises `ValueError`, one of the wrong type `TypeError`. Change a copy with
    `dataclasses.replace`.
    """

    api_url: str = "https://api.spotify.com/v1"
    """The base URL of the Web API. https, or http for a loopback address: it receives access tokens."""
    accounts_url: str = "https://accounts.spotify.com"
    """The base URL of the accounts service, which issues tokens: https, or http on a loopback address."""
    timeout: float = DEFAULT_TIMEOUT
    """Seconds for one attempt, more than 0. It does not include the wait for a token: a request that refreshes a user's
    token or completes a login may take 120 seconds, as it cannot be repeated.
    """
    connect_timeout: float = 10.0
    """Seconds within an attempt to get a connection, from the pool or a new one, more than 0; at most nine tenths of
    `timeout` are used.
    """
    deadline: float | None = None
    """Seconds for a whole call including waits and retries, more than 0; None for no limit. A refresh that the call
    waits for continues after it, and the new token is stored. A method that sends several requests (`collect`, bulk
    reads and writes) applies it to each request.
    """
    max_retries: int = DEFAULT_MAX_RETRIES
    """Attempts after the first, 0 or more."""
    retry_budget: int | None = 100
    """The number of retries that all calls together may use, 0 or more; None for no limit. Each successful request
    restores a tenth of a retry. It prevents retries from multiplying the traffic during an outage. Retries after a 429
    do not count.
    """
    retry_base_delay: float = 0.5
    """The upper bound of the first backoff in seconds, more than 0. Each backoff is random; the bound doubles with each
    attempt, up to `retry_max_delay`.
    """
    retry_max_delay: float = 8.0
    """The upper bound of every backoff in seconds, more than 0."""
    max_retry_wait: float = 30.0
    """Seconds, 0 or more; the longest wait for a `Retry-After`, a pause after a 429 or `rate_limit`, and before a
    retry. A call that would wait longer raises `RateLimitError` at once: Spotify has sent 86,400 seconds. Bulk requests
    do not count the time that they wait for each other.
    """
    write_settle_time: float | None = None
    """Seconds, 0 or more, for which Spotify may still execute a write after the client gave up its request without a
    response. A later write to the same object that does not commute with it waits for that long. None for three times
    `timeout`, at least 90: gateways in common use end a request after 60 s.
    """
    max_concurrency: int = 50
    """The number of concurrent requests and of pooled connections, 1 or more."""
    read_ahead: int = 50
    """The maximum number of pages that `async for` over a list requests in advance, 1 or more; at most
    `max_concurrency` are used. It begins with one, and with more while the pages do not arrive as fast as they are
    used. A loop that ends early does not use all of them. See `Paginator.with_options`.
    """
    rate_limit: int | None = None
    """The number of requests per `rate_window` that the client sends at most, 1 or more; None for no limit until
    Spotify responds with 429. Spotify does not publish its limit, which depends on the application.
    """
    rate_window: float = 30.0
    """The window of `rate_limit` in seconds, more than 0. Spotify uses 30."""
    rate_limit_reserve: float = 0.2
    """The share of `rate_limit` and of `daily_limit` that only interactive calls may use, from 0 to less than 1. While
    bulk requests wait, one request in ten is one of them, also from this share of `rate_limit`.
    """
    daily_limit: int | Mapping[str, int] | None = field(default=None, hash=False)
    """The number of requests in 24 hours that the client sends at most, 1 or more, or a mapping of operation ids to
    such numbers, with `*` for all operations together; None for no limit. Calls beyond it raise `QuotaExceededError`
    unsent. Without `redis_url` or `usage_path` it applies to each client. `get-an-album=500,*=2000` in the environment.
    """
    usage_path: str | os.PathLike[str] | None = None
    """A file that keeps the usage (`client.usage`) and long pauses between runs, and shares them between processes;
    None for no file. With `redis_url`, Redis does that.
    """
    account: str | None = None
    """The name of the developer account, for clients of several of its applications, as Spotify counts the quota by
    account: those with the same name and Redis, or the same `usage_path`, share the usage, the `daily_limit` and the
    pauses for the quota, but not those for a rate limit. It replaces `redis_prefix` in the keys of the usage. None for
    one application.
    """
    priority: PriorityChoice = "auto"
    """`auto` gives calls of one request priority over methods that send several (`collect`, `async for`, bulk reads and
    writes). `interactive` and `bulk` give all calls that priority.
    """
    keepalive_timeout: float = 30.0
    """Seconds before an idle connection is closed, more than 0."""
    max_response_bytes: int = 64 * 1024 * 1024
    """The size limit of a decompressed response body, 1 or more."""
    token_expiry_skew: float = 60.0
    """Seconds before its expiry at which a token is refreshed, 0 or more."""
    quota_mode: QuotaMode = "auto"
    """`development` or `extended` if the application's quota mode is known; `auto` detects it from refusals, see
    `spotify.quota`.
    """
    market: str | None = None
    """The default of `market` arguments, an ISO 3166-1 alpha-2 country code."""
    locale: str | None = None
    """The default of `locale` arguments, a language and a country such as `es_MX`."""
    strict_decoding: bool = False
    """Whether a response that differs from the documented shape raises `DecodeError`. Otherwise it is decoded as far as
    possible and logged as `response_drift`.
    """
    serializer: SerializerName = "msgspec"
    """`msgspec`, or `dataclasses-json`, which needs no compiled code and is about 100 times slower."""
    cache: CacheName = "none"
    """`none`, `memory`, `redis` to share cached responses between workers, which needs `redis_url`, or `sqlite` to keep
    them in a file. See `docs/caching.md`.
    """
    cache_path: str | os.PathLike[str] | None = None
    """The file of the SQLite cache; None for `async-spotify-client/responses.sqlite3` in the user's directory for
    caches.
    """
    cache_max_bytes: int = 64 * 1024 * 1024
    """The approximate size limit of the memory cache, and of the SQLite cache, whose responses are compressed, 1 or
    more.
    """
    cache_ttl: Mapping[str, float] = field(default_factory=dict[str, float], hash=False)
    """Seconds, 0 or more, for which cached responses are fresh, by what they are about (`CacheKind`, such as `album`)
    or by the id of an operation, which takes precedence. It replaces what `Cache-Control` says, except `no-store`. In
    the environment: `album=86400,playlist=60`.
    """
    stale_while_revalidate: float = 0.0
    """Seconds, 0 or more, after a cached response has become stale for which it is still returned at once, and
    requested again in the background.
    """
    stale_if_refused: float | bool = False
    """Seconds, 0 or more, after a cached response has become stale for which a call returns it instead of raising the
    error for a 429, a 5xx, no response, or a wait that the call does not allow. True for as long as it is stored.
    """
    redis_url: str | Callable[[], str] | None = field(default=None, repr=False)
    """The URL of a Redis that the workers of one application share, such as `redis://host:6379/0`; None for no Redis.
    It holds the rate limit, the application's token, and the tokens of users whose auth provider has no token store. It
    may contain a password and is left out of `repr`. A function that returns the URL is called for each connection, so
    that a running program gets a new password.
    """
    redis_prefix: str = "spotify"
    """The prefix of all keys in Redis. Workers with the same prefix share one rate limit."""
    token_encryption_keys: tuple[str, ...] | Callable[[], Iterable[str]] = field(default=(), repr=False)
    """`cryptography.fernet.Fernet` keys for tokens in Redis. The first encrypts, all decrypt; empty for no encryption.
    Left out of `repr`. Comma-separated in the environment. A function that returns the keys is called whenever a token
    is loaded or saved.
    """
    proxy: str | None = field(default=None, repr=False)
    """The URL of an HTTP proxy; None for no proxy. It may contain a password and is left out of `repr`."""
    trust_env: bool = False
    """Whether to use the proxy in `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, with its credentials in `~/.netrc` (or
    the file that `NETRC` names).
    """
    ca_file: str | os.PathLike[str] | None = None
    """A PEM file of CA certificates to trust besides those of the system, such as that of a company whose proxy
    decrypts TLS. See `docs/network.md`.
    """
    user_agent: str = f"async-spotify-client/{__version__}"
    """The `User-Agent` header."""
    name: str | None = None
    """A name for the client in events, spans and metrics, for processes with several; None for none."""

    def __post_init__(self) -> None:
        for setting in fields(self):
            _check_type(setting.name, getattr(self, setting.name), _TYPES.get(str(setting.type)))
        for name in ("api_url", "accounts_url"):
            object.__setattr__(self, name, checked_url(name, getattr(self, name)))
        self._check_seconds()
        self._check_counts()
        self._check_caching()
        self._check_usage()
        if self.market is not None:
            check_market(self.market)
        if self.locale is not None:
            check_locale(self.locale)
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {choices}, not {shown(getattr(self, name))}")
        self._check_paths()
        check_proxy("proxy", self.proxy)
        self._check_redis()
        if not self.user_agent.isprintable() or not self.user_agent.isascii() or not self.user_agent:
            raise ValueError("user_agent must be printable ASCII and not empty")
        self._hide_secrets()

    def _hide_secrets(self) -> None:
        for name in ("proxy", "redis_url"):
            if isinstance(url := getattr(self, name), str):
                object.__setattr__(self, name, _Hidden(url))
        if not callable(self.token_encryption_keys):
            object.__setattr__(self, "token_encryption_keys", tuple(map(_Hidden, self.token_encryption_keys)))

    def _check_paths(self) -> None:
        for name in ("cache_path", "ca_file", "usage_path"):
            if (path := getattr(self, name)) is not None:
                path_of(name, path)

    def _check_seconds(self) -> None:
        for name in _POSITIVE_SECONDS:
            check_number(name, getattr(self, name), above=0)
        if self.deadline is not None:
            check_number("deadline", self.deadline, above=0)
        if self.write_settle_time is not None:
            check_number("write_settle_time", self.write_settle_time, at_least=0)
        for name in ("max_retry_wait", "token_expiry_skew"):
            check_number(name, getattr(self, name), at_least=0)

    def _check_caching(self) -> None:
        check_number("stale_while_revalidate", self.stale_while_revalidate, at_least=0)
        if not isinstance(self.stale_if_refused, bool):
            check_number("stale_if_refused", self.stale_if_refused, at_least=0)
        check_type("cache_ttl", self.cache_ttl, Mapping)
        for key, seconds in self.cache_ttl.items():
            check_text("a key of cache_ttl", key)
            # An operation id has a hyphen. Which ids there are is checked when the client is created.
            if key not in get_args(CacheKind) and "-" not in key:
                kinds = ", ".join(get_args(CacheKind))
                raise ValueError(f"cache_ttl has the key {shown(key)}; a key must be {kinds}, or an operation id")
            check_number(f"cache_ttl[{shown(key)}]", seconds, at_least=0)
        object.__setattr__(self, "cache_ttl", dict(self.cache_ttl))

    def _check_redis(self) -> None:
        keys, url = self.token_encryption_keys, self.redis_url
        _check_type_or_function("token_encryption_keys", keys, tuple)
        if not callable(keys):
            for position, key in enumerate(keys):
                check_type(f"token_encryption_keys[{position}]", key, str)
        check_text("redis_prefix", self.redis_prefix)
        _check_type_or_function("redis_url", url, (str, type(None)))
        if isinstance(url, str):
            if split_url("redis_url", url).scheme not in {"redis", "rediss", "unix"}:
                raise ValueError("redis_url must be a redis://, rediss:// or unix:// URL")
        elif url is None and self.cache == "redis":
            raise ValueError("cache='redis' needs a redis_url")

    def _check_counts(self) -> None:
        for name, at_least in _COUNTS.items():
            value = getattr(self, name)
            if value is not None or name not in _MAY_BE_NONE:
                check_range(name, value, at_least=at_least)
        check_number("rate_limit_reserve", self.rate_limit_reserve, at_least=0)
        if self.rate_limit_reserve >= 1:
            raise ValueError(f"rate_limit_reserve must be less than 1, not {shown(self.rate_limit_reserve)}")

    def _check_usage(self) -> None:
        limits: object = self.daily_limit
        if is_mapping(limits):
            if not limits:
                raise ValueError("daily_limit must not be empty: None is for no limit")
            for name, limit in limits.items():
                check_type("a name in daily_limit", name, str)
                check_range(f"daily_limit[{shown(name)}]", limit, at_least=1)
            object.__setattr__(self, "daily_limit", dict(limits))
        elif limits is not None:
            check_range("daily_limit", limits, at_least=1)
        for name in ("account", "name"):
            if (value := getattr(self, name)) is not None:
                check_text(name, value)
        if self.usage_path is not None and self.redis_url is not None:
            raise ValueError("usage_path is for clients without redis_url: Redis holds the usage")
        if self.account is not None and self.usage_path is None and self.redis_url is None:
            raise ValueError("account needs a redis_url or a usage_path")

    @property
    def late_execution_bound(self) -> float:
        """The seconds that `write_settle_time` stands for."""
        if self.write_settle_time is not None:
            return self.write_settle_time
        return max(_LATE_EXECUTION, _LATE_EXECUTION_TIMEOUTS * self.timeout)

    @classmethod
    @ARGUMENTS_HIDDEN
    def from_env(cls, environ: Mapping[str, str] | None = None) -> ClientConfig:
        """Read the settings from environment variables: `api_url` from `SPOTIFY_API_URL`, and so on for every field.

        An unset or empty variable leaves the default. A variable whose name is almost that of a setting or credential
        is warned of (`UserWarning`). Credentials are not settings: see
        `AsyncSpotifyClient.from_client_credentials`.

        Args:
            environ: The environment; None for `os.environ`.

        Raises:
            ValueError: A variable has the wrong format (the message names the variable) or its value is out of bounds
                (the message names the field).
            TypeError: `environ` is not a mapping of str to str.
        """
        environ = os.environ if environ is None else environ
        settings: dict[str, Any] = settings_in(environ, {setting.name: str(setting.type) for setting in fields(cls)})
        return cls(**settings)


class CallOptions(TypedDict, total=False):
    """The settings that `AsyncSpotifyClient.with_options` changes; more about them is in `ClientConfig`."""

    timeout: float
    """Seconds for one attempt, more than 0."""
    deadline: float | None
    """Seconds for a whole call, with retries and waits, more than 0; None for no limit."""
    max_retries: int
    """Attempts after the first, 0 or more."""
    max_retry_wait: float
    """The longest wait of a call in seconds, 0 or more."""
    write_settle_time: float | None
    """Seconds after which a write without a response is certainly not executed, 0 or more; None for the default."""
    priority: PriorityChoice
    """`interactive`, `bulk`, or `auto` to decide by the kind of call."""
    market: str | None
    """An ISO 3166-1 alpha-2 country code for all calls that take a market; None for none."""
    locale: str | None
    """A language and a country, such as `es_MX`, for all calls that take a locale; None for none."""


def _check_type_or_function(name: str, value: object, kind: type | tuple[type, ...]) -> None:
    if not isinstance(value, kind) and (not callable(value) or isinstance(value, type)):
        expected = "tuple" if kind is tuple else "str"
        raise TypeError(f"{name} must be a {expected}, or a function that returns one, not {type(value).__name__}")


def _check_type(name: str, value: object, kinds: tuple[type, ...] | None) -> None:
    if kinds is not None and not isinstance(value, kinds):
        expected = "a str" if str in kinds else "True or False"
        raise TypeError(f"{name} must be {expected}, not {type(value).__name__}")
