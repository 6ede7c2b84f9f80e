"""The settings of a client: one frozen, validated value."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, TypeAlias, TypedDict, cast, get_args
from urllib.parse import SplitResult, urlsplit

from spotify._checks import check_number, check_range, check_text, is_loopback, shown, variable_in
from spotify._version import __version__

SerializerName: TypeAlias = Literal["msgspec", "dataclasses-json"]
CacheName: TypeAlias = Literal["none", "memory", "redis"]
QuotaMode: TypeAlias = Literal["auto", "development", "extended"]
PriorityChoice: TypeAlias = Literal["auto", "interactive", "bulk"]

DEFAULT_TIMEOUT: Final = 30.0
DEFAULT_MAX_RETRIES: Final = 3

_ENVIRONMENT_PREFIX: Final = "SPOTIFY_"
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LOCALE: Final = re.compile(r"[a-z]{2,3}_[A-Z]{2}")
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
    "max_response_bytes": 1,
    "cache_max_bytes": 1,
    "rate_limit": 1,
    "retry_budget": 0,
}
_MAY_BE_NONE: Final = frozenset({"rate_limit", "retry_budget"})
_TRUTHS: Final = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientConfig:
    """Everything about a client that is not a component of its own.

    A wrong value raises `ValueError` on construction, one of a wrong type `TypeError`. Make a changed copy with
    `dataclasses.replace`.

    Attributes:
        api_url: Where the Web API is. https, or http on a loopback address only: an access token travels there.
        accounts_url: Where the accounts service is (tokens). The same rule.
        timeout: Seconds for one attempt, all of it, more than 0.
        connect_timeout: Seconds for getting a connection within an attempt, a kept one or a new one, more than 0; at
            most nine tenths of `timeout` are used.
        deadline: Seconds for a whole call with its waits and repeats, more than 0; None for no bound but the others. Of
            what takes several requests (lists read to the end, objects and writes in bulk) each request has so many.
        max_retries: Attempts after the first, 0 or more.
        retry_budget: Retries that all calls together may make on credit, 0 or more; None for no bound. Each call that
            succeeds brings a tenth of one back. It keeps an outage from multiplying the traffic, and is not noticed
            otherwise. Waits that Spotify asked for (429) do not count.
        retry_base_delay: Seconds; the first back-off is a random time up to this, each next up to the double.
        retry_max_delay: Seconds; the longest back-off that the client chooses by itself.
        max_retry_wait: Seconds; the longest `Retry-After` that is waited out. A longer one raises `RateLimitError` at
            once: Spotify has been seen to ask for 86,400 seconds.
        max_concurrency: Requests on the wire at once, and connections kept, 1 or more.
        rate_limit: The most requests in any `rate_window`, 1 or more, so that Spotify need not refuse any; None for no
            bound until it does. Spotify does not publish its own bound; it depends on the application.
        rate_window: Seconds, more than 0. Spotify counts over 30.
        rate_limit_reserve: The share of `rate_limit`, from 0 to below 1, that is kept free for interactive calls.
        priority: `auto` lets what takes several requests (lists read to the end, objects and writes in bulk) give way
            to calls of a single one; `interactive` or `bulk` makes all calls of the client the one or the other.
        keepalive_timeout: Seconds for which an idle connection is kept.
        max_response_bytes: The largest body accepted, after decompression.
        token_expiry_skew: Seconds before its expiry at which a token counts as expired.
        quota_mode: `development` or `extended` if you know which of Spotify's quota modes the application is in; `auto`
            finds out by itself, see `spotify.quota`.
        market: An ISO 3166-1 alpha-2 country, sent with every operation that takes a market and was given none.
        locale: Language and country such as `es_MX`, sent with every operation that takes a locale and was given none.
        strict_decoding: Raise `DecodeError` for an answer that is not of the documented shape, instead of making the
            best of it and logging `response_drift`.
        serializer: `msgspec`, or `dataclasses-json` for those who want no compiled part (it is some 100 times slower).
        cache: `memory` gives Spotify's answers again for as long as they are good, see `spotify.impl.caching`; so does
            `redis`, with what any worker was answered, and wants a `redis_url`; `none` asks each time.
        cache_max_bytes: About how much memory the answers in the cache may take, 1 or more.
        redis_url: The URL of a Redis that the workers of one application share, such as `redis://host:6379/0`; None for
            none. There they keep one rate limit, one gate, the application's token, and the tokens of users whose auth
            provider has no store of its own. It may hold a password, so it is left out of `repr`.
        redis_prefix: How the keys in Redis begin. Workers with the same prefix count as one application.
        token_encryption_keys: Keys of `cryptography.fernet.Fernet` for the tokens in Redis: the first encrypts, all of
            them decrypt; none for plain tokens. Left out of `repr`. In the environment, with commas between them.
        proxy: The URL of an HTTP proxy; None for none. It may hold a password, so it is left out of `repr`.
        trust_env: Whether to take the proxy from `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY` and `~/.netrc`.
        user_agent: The `User-Agent` header.
    """

    api_url: str = "https://api.spotify.com/v1"
    accounts_url: str = "https://accounts.spotify.com"
    timeout: float = DEFAULT_TIMEOUT
    connect_timeout: float = 10.0
    deadline: float | None = None
    max_retries: int = DEFAULT_MAX_RETRIES
    retry_budget: int | None = 100
    retry_base_delay: float = 0.5
    retry_max_delay: float = 8.0
    max_retry_wait: float = 30.0
    max_concurrency: int = 50
    rate_limit: int | None = None
    rate_window: float = 30.0
    rate_limit_reserve: float = 0.2
    priority: PriorityChoice = "auto"
    keepalive_timeout: float = 30.0
    max_response_bytes: int = 64 * 1024 * 1024
    token_expiry_skew: float = 60.0
    quota_mode: QuotaMode = "auto"
    market: str | None = None
    locale: str | None = None
    strict_decoding: bool = False
    serializer: SerializerName = "msgspec"
    cache: CacheName = "none"
    cache_max_bytes: int = 64 * 1024 * 1024
    redis_url: str | None = field(default=None, repr=False)
    redis_prefix: str = "spotify"
    token_encryption_keys: tuple[str, ...] = field(default=(), repr=False)
    proxy: str | None = field(default=None, repr=False)
    trust_env: bool = False
    user_agent: str = f"async-spotify-client/{__version__}"

    def __post_init__(self) -> None:
        for setting in fields(self):
            _check_type(setting.name, getattr(self, setting.name), _TYPES.get(str(setting.type)))
        for name in ("api_url", "accounts_url"):
            object.__setattr__(self, name, _checked_url(name, getattr(self, name)))
        self._check_seconds()
        self._check_counts()
        _check_form("market", self.market, _COUNTRY, "an ISO 3166-1 alpha-2 code such as 'DE'")
        _check_form("locale", self.locale, _LOCALE, "a language and a country such as 'es_MX'")
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {choices}, not {shown(getattr(self, name))}")
        _check_proxy(self.proxy)
        self._check_redis()
        if not self.user_agent.isprintable() or not self.user_agent.isascii() or not self.user_agent:
            raise ValueError("user_agent must be printable ASCII and not empty")

    def _check_seconds(self) -> None:
        for name in _POSITIVE_SECONDS:
            check_number(name, getattr(self, name), above=0)
        if self.deadline is not None:
            check_number("deadline", self.deadline, above=0)
        for name in ("max_retry_wait", "token_expiry_skew"):
            check_number(name, getattr(self, name), at_least=0)

    def _check_redis(self) -> None:
        keys = cast("object", self.token_encryption_keys)
        if not isinstance(keys, tuple) or not all(isinstance(key, str) for key in cast("tuple[object, ...]", keys)):
            raise TypeError("token_encryption_keys must be a tuple of str")
        check_text("redis_prefix", self.redis_prefix)
        if self.redis_url is not None:
            if _split_url("redis_url", self.redis_url).scheme not in {"redis", "rediss", "unix"}:
                raise ValueError("redis_url must be a redis://, rediss:// or unix:// URL")
        elif self.cache == "redis":
            raise ValueError("cache is 'redis', which wants a redis_url")

    def _check_counts(self) -> None:
        for name, at_least in _COUNTS.items():
            value = getattr(self, name)
            if value is not None or name not in _MAY_BE_NONE:
                check_range(name, value, at_least=at_least)
        check_number("rate_limit_reserve", self.rate_limit_reserve, at_least=0)
        if self.rate_limit_reserve >= 1:
            raise ValueError(f"rate_limit_reserve must be less than 1, not {shown(self.rate_limit_reserve)}")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> ClientConfig:
        """Make the settings from the environment: `api_url` from `SPOTIFY_API_URL`, and so on for every field.

        A variable that is unset or empty leaves the default. Credentials are not settings: see
        `AsyncSpotifyClient.from_client_credentials` for those.

        Args:
            environ: The variables; None for the process' own.

        Raises:
            ValueError: A variable cannot be read as its field's type: the message names it. Or its value is out of
                bounds: the message names the field.
            TypeError: `environ` is not a mapping of texts.
        """
        environ = os.environ if environ is None else environ
        given: dict[str, Any] = {}
        for setting in fields(cls):
            variable = _ENVIRONMENT_PREFIX + setting.name.upper()
            if text := variable_in(environ, variable):
                given[setting.name] = _parsed(variable, text, str(setting.type))
        return cls(**given)


class CallOptions(TypedDict, total=False):
    """The settings that `AsyncSpotifyClient.with_options` can change: those of `ClientConfig` of the same names."""

    timeout: float
    deadline: float | None
    max_retries: int
    max_retry_wait: float
    priority: PriorityChoice
    market: str | None
    locale: str | None


def _parsed(variable: str, text: str, kind: str) -> object:
    try:
        match kind.removesuffix(" | None"):
            case "float":
                return float(text)
            case "int":
                return int(text)
            case "bool":
                return _TRUTHS[text.lower()]
            case "tuple[str, ...]":
                return tuple(part.strip() for part in text.split(",") if part.strip())
            case _:
                return text
    except (ValueError, KeyError):
        expected = {"float": "a number", "int": "a whole number"}.get(kind.removesuffix(" | None"), "true or false")
        raise ValueError(f"the environment variable {variable} must be {expected}") from None


def _checked_url(name: str, url: str) -> str:
    parts = _split_url(name, url)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError(f"{name} must have no credentials, query or fragment")
    if parts.scheme == "https" and parts.hostname:
        return url.rstrip("/")
    if parts.scheme == "http" and parts.hostname and (parts.hostname == "localhost" or is_loopback(parts.hostname)):
        return url.rstrip("/")
    raise ValueError(
        f"{name} must be an https:// URL (http:// is accepted for 127.0.0.1, [::1] and localhost only), "
        f"not {shown(url)}"
    )


def _split_url(name: str, url: str) -> SplitResult:
    # The parser drops line ends and spaces, and reads the port on demand only. The URL is left out of the message: that
    # of a proxy or of Redis can hold a password.
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f"{name} must be a URL of printable ASCII without spaces: encode what is none")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        pass  # what it says may be a piece of the password: of one with a `/`, it takes what is before that for a port
    else:
        return parts
    raise ValueError(f"{name} cannot be read as a URL; what is special in a password has to be percent-encoded")


def _check_proxy(url: str | None) -> None:
    if url is None:
        return
    parts = _split_url("proxy", url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("proxy must be an http:// or https:// URL")


def _check_type(name: str, value: object, kinds: tuple[type, ...] | None) -> None:
    if kinds is not None and not isinstance(value, kinds):
        wanted = "a str" if str in kinds else "True or False"
        raise TypeError(f"{name} must be {wanted}, not {type(value).__name__}")


def _check_form(name: str, value: str | None, form: re.Pattern[str], description: str) -> None:
    if value is not None and not form.fullmatch(value):
        raise ValueError(f"{name} must be {description}, not {shown(value)}")
