"""The settings of the application that can change while the sandbox runs, and the parsing of the limits on calls.

An operation is named as in `SpotifySandbox.fail`: by its id, or by its method and path. A bucket of the daily quota can
also have several targets, all operations of a method (`GET *`), or all operations (`*`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final, TypeAlias, TypedDict, TypeGuard, get_args

from spotify._checks import check_flag, check_names, check_number, check_range, is_mapping, strings_of
from spotify.testing.sandbox.accounts.access import MAX_USERS, Access
from spotify.testing.sandbox.accounts.authorize_page import ConsentMode
from spotify.testing.sandbox.accounts.token_endpoint import Grants
from spotify.testing.sandbox.catalogue import Catalogue, CatalogueKind
from spotify.testing.sandbox.http.call_limits import CallLimits, RateLimit
from spotify.testing.sandbox.quota import Quota, QuotaMode
from spotify.testing.sandbox.web_api.web_api import WEB_API, Destination, Target

DailyQuota: TypeAlias = int | Mapping[str, int] | Mapping[tuple[str, ...], int] | Mapping[str | tuple[str, ...], int]
OperationLimits: TypeAlias = Mapping[str, int] | Mapping[str, tuple[int, float]] | Mapping[str, int | tuple[int, float]]

_DAY: Final = 86_400.0


def daily_quota_by_operation(quota: object) -> Mapping[str, RateLimit]:
    """Return the unused buckets of a `DailyQuota` or None by operation id.

    Raises:
        ValueError: An operation does not exist, a number is out of bounds, or no call can count in a bucket.
        TypeError: A value has the wrong type.
    """
    if quota is None:
        return {}
    if not is_mapping(quota):
        if not isinstance(quota, int):
            expected = "a number of calls, a mapping from operations to calls, or None"
            raise TypeError(f"daily_quota must be {expected}, not {type(quota).__name__}")
        return dict.fromkeys(_operations("*", "daily_quota"), _daily_limit("daily_quota", quota))
    buckets: dict[str, RateLimit] = {}
    for key, calls in quota.items():
        name = f"daily_quota[{key!r}]"
        targets = key if _is_tuple(key) else (key,)
        operations = {operation for target in targets for operation in _operations(target, name)} - buckets.keys()
        if not operations:
            raise ValueError(f"no call can count in {name}: its operations are in buckets before it")
        buckets |= dict.fromkeys(operations, _daily_limit(name, calls))
    return buckets


def limits_by_operation(limits: object) -> Mapping[str, RateLimit]:
    """Return the unused limits of `OperationLimits` or None by operation id.

    Raises:
        ValueError: An operation does not exist or has two limits, or a number is out of bounds.
        TypeError: A value has the wrong type.
    """
    if limits is None:
        return {}
    if not is_mapping(limits):
        expected = "a mapping from operations to calls, or None"
        raise TypeError(f"operation_limits must be {expected}, not {type(limits).__name__}")
    by_operation: dict[str, RateLimit] = {}
    for target, limit in limits.items():
        name = f"operation_limits[{target!r}]"
        match _operations(target, name):
            case [operation]:
                if operation in by_operation:
                    raise ValueError(f"{name}: the operation {operation} has a limit already")
            case _:
                raise ValueError(f"{name} must be the limit of one operation, such as 'PUT /me/library'")
        if _is_tuple(limit):
            by_operation[operation] = _limit_in_period(name, limit)
        else:
            by_operation[operation] = _daily_limit(name, limit)
    return by_operation


def parse_daily_quota(options: Iterable[str]) -> DailyQuota | None:
    """Parse the arguments of `--daily-quota`: `3000`, or buckets such as `get-an-album, GET /me: 500`.

    Raises:
        ValueError: An argument is invalid; the message says why.
    """
    buckets: dict[str | tuple[str, ...], int] = {}
    for option in options:
        targets, _, calls = option.rpartition(":")
        names = tuple(target.strip() for target in (targets or "*").split(","))
        key = names[0] if len(names) == 1 else names
        if key in buckets:
            raise ValueError(f"the daily quota of {', '.join(names)} is given twice")
        buckets[key] = _integer(option, calls)
    return buckets or None


def parse_operation_limits(options: Iterable[str]) -> OperationLimits | None:
    """Parse the arguments of `--operation-limit`: `PUT /me/library: 500`, or with seconds `PUT /me/library: 10/3600`.

    Raises:
        ValueError: An argument is invalid; the message says why.
    """
    limits: dict[str, int | tuple[int, float]] = {}
    for option in options:
        target, colon, limit = (part.strip() for part in option.rpartition(":"))
        if not colon:
            raise ValueError(f"{option!r} is not a limit: write an operation, a colon and the calls")
        if target in limits:
            raise ValueError(f"the limit of {target} is given twice")
        calls, slash, seconds = limit.partition("/")
        limits[target] = (_integer(option, calls), _integer(option, seconds)) if slash else _integer(option, calls)
    return limits or None


def _daily_limit(name: str, calls: object) -> RateLimit:
    return RateLimit(check_range(name, calls, at_least=1), _DAY)


def _limit_in_period(name: str, limit: tuple[object, ...]) -> RateLimit:
    if len(limit) != 2:
        raise ValueError(f"{name} must be the calls in 24 hours, or (calls, seconds)")
    calls, seconds = limit
    return RateLimit(check_range(name, calls, at_least=1), check_number(f"the period of {name}", seconds, above=0))


def _is_tuple(value: object) -> TypeGuard[tuple[object, ...]]:
    return isinstance(value, tuple)


def _operations(target: object, name: str) -> list[str]:
    """Return the ids of the operations that a target names; `name` is for the error message."""
    if not isinstance(target, str):
        raise TypeError(f"{name}: an operation must be a str, not {type(target).__name__}")
    try:
        parsed = Target.parse(target)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    if parsed.path_values:
        raise ValueError(f"{name}: limits are for all objects together; write the path with {{id}}")
    destinations = (
        Destination(operation_id=route.operation_id, method=route.method, path_values={}, is_web_api=True)
        for route in WEB_API.routes
    )
    operations = [each.operation_id for each in destinations if each.operation_id and parsed.matches(each)]
    if not operations:
        raise ValueError(f"{name}: the token endpoint is not limited; use `fail` for a 429")
    return operations


def _integer(option: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"{value.strip()!r} in {option!r} is not a whole number") from None


_FLAGS: Final = ("rate_penalty", "quota_retry_after", "owner_premium", "rotate_refresh_tokens")


class ApplicationSettings(TypedDict, total=False):
    """What Spotify allows the application: arguments of `SpotifySandbox` and of `SpotifySandbox.configure`.

    By default everything is allowed. Spotify has the daily quota, the owner's Premium and the list of users in
    development mode only, the sandbox in both modes.
    """

    quota_mode: QuotaMode
    """`extended` by default, or `development` with the restrictions of 2026: 49 operations, shorter pages, fewer
    members, and the contents of only those playlists that the user owns or collaborates on.
    """
    rate_limit: int | None
    """The maximum number of calls to the Web API in any `rate_window`, of all users of an application together; None
    for no limit. A call beyond it is not executed, and gets a 429 with the seconds until the next call is admitted in
    `Retry-After`.
    """
    rate_window: float
    """Seconds, more than 0; 30 by default."""
    rate_penalty: bool
    """Whether rejected calls count too, so that calling again makes the wait longer, as at Spotify; true by default."""
    daily_quota: DailyQuota | None
    """The maximum number of calls in any 24 hours, of all applications of the developer; None for no quota. A call
    beyond it is not executed, and gets a 429 with the reason `QUOTA_EXCEEDED`, and with the seconds until the next call
    is admitted in `Retry-After`. A mapping has the calls of several buckets: `{("get-an-album", "get-an-artist"): 500,
    "GET *": 2000}`. The keys are targets of `SpotifySandbox.fail`, or tuples of targets; a call counts in the first
    bucket that has its operation.
    """
    quota_retry_after: bool
    """Whether that 429 has `Retry-After`, which Spotify omits at times; true by default."""
    operation_limits: OperationLimits | None
    """The maximum number of calls of single operations in any 24 hours, or in another period of seconds:
    `{"upload-custom-playlist-cover": 10, "PUT /me/library": (100, 3600)}`; None for no limits. A call beyond it is not
    executed, and gets a 429 with `Retry-After`.
    """
    owner_premium: bool
    """Whether the application's owner has Premium; if not, all calls get a 403 in plain text. True by default."""
    allowlist: Iterable[str] | None
    """The ids of the users, at most five, whom the owner has added to the application; None to serve all users. Others
    can log in, but their calls get a 403 in plain text.
    """
    rotate_refresh_tokens: bool
    """Whether a refresh with PKCE returns a new refresh token and ends the old one, as at Spotify until June 2026;
    false by default.
    """


class SandboxArguments(ApplicationSettings, total=False):
    """The arguments of `SpotifySandbox`, with the meaning and the defaults they have there."""

    host: str
    port: int
    seed: int
    catalogue: CatalogueKind
    latency: float
    token_lifetime: float
    consent: ConsentMode
    consent_user: str | None
    redirect_uris: Iterable[str]
    fault_seed: int
    bare_saved_audiobooks: bool
    time: Callable[[], float]
    sleep: Callable[[float], Awaitable[object]]


_DEFAULTS: Final[ApplicationSettings] = {
    "quota_mode": "extended",
    "rate_limit": None,
    "rate_window": 30.0,
    "rate_penalty": True,
    "daily_quota": None,
    "quota_retry_after": True,
    "operation_limits": None,
    "owner_premium": True,
    "allowlist": None,
    "rotate_refresh_tokens": False,
}


class SettingsControl:
    """Applies `ApplicationSettings` to the parts of the sandbox."""

    def __init__(
        self,
        settings: ApplicationSettings,
        *,
        quota: Quota,
        limits: CallLimits,
        access: Access,
        grants: Grants,
        catalogue: Catalogue,
    ) -> None:
        """Apply the first settings to these parts; the users of an allowlist are those of `catalogue`.

        Raises:
            ValueError: See `apply`.
            TypeError: See `apply`.
        """
        self._quota = quota
        self._limits = limits
        self._access = access
        self._grants = grants
        self._catalogue = catalogue
        self._current = _DEFAULTS
        self._first: ApplicationSettings = {**_DEFAULTS, **settings}
        self.apply(self._first)
        self._first["allowlist"] = access.allowlist

    def reset(self) -> None:
        """Return to the first settings, without counted calls."""
        self.apply(self._first)

    def apply(self, settings: ApplicationSettings) -> None:
        """Change what `settings` has. If one of them is invalid, nothing changes.

        Raises:
            ValueError: A number is out of bounds, or an operation or a user does not exist.
            TypeError: A setting has the wrong type, or does not exist.
        """
        if settings.keys() - ApplicationSettings.__annotations__.keys():
            check_names("argument", settings, SandboxArguments.__annotations__)
        if settings.get("quota_mode", "extended") not in get_args(QuotaMode):
            raise ValueError(f"quota_mode must be 'development' or 'extended', not {settings.get('quota_mode')!r}")
        for name in _FLAGS:
            check_flag(name, settings.get(name, True))
        limits, access, grants = self._limits, self._access, self._grants
        current: ApplicationSettings = {**self._current, **settings}
        rate_limit, daily_quota, operation_limits = limits.rate_limit, limits.daily_quota, limits.operation_limits
        allowlist = access.allowlist
        if settings.keys() & {"rate_limit", "rate_window", "rate_penalty"}:
            rate_limit = _rate_limit(current)
        if "daily_quota" in settings:
            daily_quota = daily_quota_by_operation(settings["daily_quota"])
        if "operation_limits" in settings:
            operation_limits = limits_by_operation(settings["operation_limits"])
        if "allowlist" in settings:
            allowlist = _allowlist(settings["allowlist"], self._catalogue)
        self._current = current
        self._quota.mode = settings.get("quota_mode", self._quota.mode)
        limits.rate_limit, limits.daily_quota, limits.operation_limits = rate_limit, daily_quota, operation_limits
        limits.quota_retry_after = settings.get("quota_retry_after", limits.quota_retry_after)
        access.owner_premium = settings.get("owner_premium", access.owner_premium)
        access.allowlist = allowlist
        grants.rotates = settings.get("rotate_refresh_tokens", grants.rotates)


def _rate_limit(settings: ApplicationSettings) -> RateLimit | None:
    calls, window = settings.get("rate_limit"), settings.get("rate_window", 0.0)
    check_number("rate_window", window, above=0)
    if calls is None:
        return None
    return RateLimit(check_range("rate_limit", calls, at_least=1), window, penalty=settings.get("rate_penalty", True))


def _allowlist(users: Iterable[str] | None, catalogue: Catalogue) -> frozenset[str] | None:
    if users is None:
        return None
    ids = frozenset(strings_of("allowlist", users))
    if unknown := ids - catalogue.user_by_id.keys():
        raise ValueError(f"allowlist: there is no user {min(unknown)!r}; see `catalogue.users`")
    if len(ids) > MAX_USERS:
        raise ValueError(f"allowlist must have at most {MAX_USERS} users, as at Spotify, not {len(ids)}")
    return ids
