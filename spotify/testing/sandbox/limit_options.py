"""Parses the limits on calls: the arguments of `SpotifySandbox`, and the options of the command line.

An operation is named as in `SpotifySandbox.fail`: by its id, or by its method and path. A bucket of the daily quota can
also have several targets, all operations of a method (`GET *`), or all operations (`*`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias, TypeGuard

from spotify._checks import check_number, check_range, is_mapping
from spotify.testing.sandbox.http.call_limits import RateLimit
from spotify.testing.sandbox.web_api.targets import Destination, Target
from spotify.testing.sandbox.web_api.web_api import WEB_API

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
