"""Checks of what parts of an application return, where it enters: a wrong value names the part and what it returned.

The parts of this library are used as they are, so that their calls cost nothing more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Final, TypeVar, get_origin

from spotify._checks import check_keywords, shown
from spotify.interfaces.clock import Clock
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, PauseReason, RateLimiter
from spotify.interfaces.retry import Attempt, GiveUp, Retry, RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport

T = TypeVar("T")


def checked_transport(transport: Transport) -> Transport:
    """Return a transport whose responses are checked."""
    return transport if _is_own(transport) else _CheckedTransport(transport)


def checked_rate_limiter(rate_limiter: RateLimiter) -> RateLimiter:
    """Return a rate limiter whose slots are checked."""
    return rate_limiter if _is_own(rate_limiter) else _CheckedRateLimiter(rate_limiter)


def checked_retry_policy(policy: RetryPolicy) -> RetryPolicy:
    """Return a retry policy whose decisions are checked."""
    return policy if _is_own(policy) else _CheckedRetryPolicy(policy)


def checked_serializer(serializer: Serializer) -> Serializer:
    """Return a serializer whose results are checked."""
    return serializer if _is_own(serializer) else _CheckedSerializer(serializer)


def checked_clock(clock: Clock) -> Clock:
    """Return a clock whose times and `sleep` are checked.

    Raises:
        TypeError: `time` or `monotonic` returns no number.
    """
    return clock if _is_own(clock) else _CheckedClock(clock)


class _CheckedTransport:
    __slots__ = ("_name", "_transport")

    def __init__(self, transport: Transport) -> None:
        self._name: Final = f"the transport {type(transport).__name__}"
        self._transport = transport

    def __getattr__(self, name: str) -> object:
        # A transport may have a cache, with the further methods of `spotify.interfaces.transport`.
        return getattr(self._transport, name)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        sending = self._transport.send(request)
        _check(f"{self._name}: send must be an async function", sending, Awaitable)
        response = await sending
        _check(f"{self._name} must return an HttpResponse", response, HttpResponse)
        _check(f"{self._name} must return a response whose status is an int", response.status, int)
        _check(f"{self._name} must return a response whose headers are a mapping", response.headers, Mapping)
        _check(f"{self._name} must return a response whose body is bytes", response.body, bytes)
        for name, value in response.headers.items():
            _check(f"{self._name} must return a response whose header names are str", name, str)
            _check(f"{self._name} must return a response whose header values are str", value, str)
            if name != name.lower():
                raise ValueError(f"{self._name} must return header names in lower case; it returned {shown(name)}")
        return response

    async def close(self) -> None:
        await self._transport.close()


class _CheckedRateLimiter:
    __slots__ = ("_name", "_rate_limiter")

    def __init__(self, rate_limiter: RateLimiter) -> None:
        check_keywords("rate_limiter.pause", rate_limiter.pause, ("operation", "reason"))
        self._name: Final = f"the rate limiter {type(rate_limiter).__name__}"
        self._rate_limiter = rate_limiter

    def __getattr__(self, name: str) -> object:
        return getattr(self._rate_limiter, name)  # such as `pauses`

    def slot(self, admission: Admission, /) -> AbstractAsyncContextManager[None]:
        slot = self._rate_limiter.slot(admission)
        expected = f"{self._name}: slot must be a plain function that returns an async context manager"
        _check(expected, slot, AbstractAsyncContextManager)
        return slot

    async def pause(self, seconds: float, /, *, operation: Operation | None, reason: PauseReason) -> None:
        pausing = self._rate_limiter.pause(seconds, operation=operation, reason=reason)
        _check(f"{self._name}: pause must be an async function", pausing, Awaitable)
        await pausing


class _CheckedRetryPolicy:
    __slots__ = ("_name", "_policy")

    def __init__(self, policy: RetryPolicy) -> None:
        self._name: Final = f"the retry policy {type(policy).__name__}"
        self._policy = policy

    def decide(self, attempt: Attempt, /) -> Retry | GiveUp:
        decision = self._policy.decide(attempt)
        _check(f"{self._name} must return Retry or GiveUp", decision, (Retry, GiveUp))
        if isinstance(decision, Retry):
            _check(f"{self._name} must return a Retry whose delay is a number of seconds", decision.delay, (int, float))
        return decision


class _CheckedSerializer:
    __slots__ = ("_name", "_serializer")

    def __init__(self, serializer: Serializer) -> None:
        self._name: Final = f"the serializer {type(serializer).__name__}"
        self._serializer = serializer

    def decode(self, data: bytes, into: type[T], /) -> T:
        decoded = self._serializer.decode(data, into)
        if get_origin(into) is None:  # such as `list[bool]`, for which there is no quick check
            _check(f"{self._name}: decode must return an instance of {into.__name__}", decoded, into)
        return decoded

    def encode(self, value: object, /) -> bytes:
        encoded = self._serializer.encode(value)
        _check(f"{self._name}: encode must return bytes", encoded, bytes)
        return encoded


class _CheckedClock:
    __slots__ = ("_clock", "_name", "monotonic", "time")

    def __init__(self, clock: Clock) -> None:
        self._name: Final = f"the clock {type(clock).__name__}"
        self._clock = clock
        self.time: Final = clock.time
        self.monotonic: Final = clock.monotonic
        for method in (clock.time, clock.monotonic):
            _check(f"{self._name}: {method.__name__} must return a number of seconds", method(), (int, float))

    async def sleep(self, seconds: float, /) -> None:
        sleeping = self._clock.sleep(seconds)
        _check(f"{self._name}: sleep must be an async function", sleeping, Awaitable)
        await sleeping


def _is_own(part: object) -> bool:
    return type(part).__module__.startswith("spotify.")


def _check(expected: str, value: object, kind: type | tuple[type, ...]) -> None:
    """Check the type of a returned value.

    Raises:
        TypeError: It is another one. The message has the type of the value only, as the value may be secret.
    """
    if isinstance(value, kind):
        return
    returned = "None" if value is None else type(value).__name__
    if isinstance(value, Coroutine):
        value.close()  # Python would report that it was never awaited
    del value
    raise TypeError(f"{expected}; it returned {returned}")
