"""Checks of what parts of an application return, where it enters: a wrong value names the part and what it returned.

The parts of this library are used as they are, so that their calls cost nothing more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from types import NoneType
from typing import Final, Generic, TypeVar, get_origin

from spotify._checks import check_keywords, shown
from spotify.interfaces.clock import Clock
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, PauseReason, RateLimiter
from spotify.interfaces.response_cache import CachedResponse, CacheFinding, ResponseCache
from spotify.interfaces.retry import Attempt, GiveUp, Retry, RetryPolicy
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import Token, TokenKey, TokenStore
from spotify.interfaces.transport import HttpRequest, HttpResponse, Transport

T = TypeVar("T")


def checked_transport(transport: Transport) -> Transport:
    """Return a transport whose responses are checked."""
    return transport if _is_own(transport) else _CheckedTransport("transport", transport)


def checked_rate_limiter(rate_limiter: RateLimiter) -> RateLimiter:
    """Return a rate limiter whose slots are checked."""
    if _is_own(rate_limiter):
        return rate_limiter
    check_keywords("rate_limiter.pause", rate_limiter.pause, ("operation", "reason"))
    return _CheckedRateLimiter("rate limiter", rate_limiter)


def checked_retry_policy(policy: RetryPolicy) -> RetryPolicy:
    """Return a retry policy whose decisions are checked."""
    return policy if _is_own(policy) else _CheckedRetryPolicy("retry policy", policy)


def checked_serializer(serializer: Serializer) -> Serializer:
    """Return a serializer whose results are checked."""
    return serializer if _is_own(serializer) else _CheckedSerializer("serializer", serializer)


def checked_clock(clock: Clock) -> Clock:
    """Return a clock whose times and `sleep` are checked.

    Raises:
        TypeError: `time` or `monotonic` returns no number.
    """
    return clock if _is_own(clock) else _CheckedClock(clock)


def checked_token_store(store: TokenStore) -> TokenStore:
    """Return a token store whose tokens and locks are checked."""
    return store if _is_own(store) else _CheckedTokenStore("token store", store)


def checked_response_cache(cache: ResponseCache | None) -> ResponseCache | None:
    """Return a response cache whose findings are checked; None for None."""
    return cache if cache is None or _is_own(cache) else _CheckedResponseCache("response cache", cache)


class _Checked(Generic[T]):
    """A part of the application whose further methods, such as `pauses` of a rate limiter, are not checked."""

    __slots__ = ("_name", "_part")

    def __init__(self, kind: str, part: T) -> None:
        self._name: Final = f"the {kind} {type(part).__name__}"
        self._part: Final = part

    def __getattr__(self, name: str) -> object:
        if name.startswith("_"):
            raise AttributeError(name)  # `copy.copy` asks for names before there is a part
        return getattr(self._part, name)


class _CheckedTransport(_Checked[Transport]):
    __slots__ = ()

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        response = await _checked_awaitable(f"{self._name}: send", self._part.send(request))
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
        await self._part.close()


class _CheckedRateLimiter(_Checked[RateLimiter]):
    __slots__ = ()

    def slot(self, admission: Admission, /) -> AbstractAsyncContextManager[None]:
        slot = self._part.slot(admission)
        expected = f"{self._name}: slot must be a plain function that returns an async context manager"
        _check(expected, slot, AbstractAsyncContextManager)
        return slot

    async def pause(self, seconds: float, /, *, operation: Operation | None, reason: PauseReason) -> None:
        pausing = self._part.pause(seconds, operation=operation, reason=reason)
        await _checked_awaitable(f"{self._name}: pause", pausing)


class _CheckedRetryPolicy(_Checked[RetryPolicy]):
    __slots__ = ()

    def decide(self, attempt: Attempt, /) -> Retry | GiveUp:
        decision = self._part.decide(attempt)
        _check(f"{self._name} must return Retry or GiveUp", decision, (Retry, GiveUp))
        if isinstance(decision, Retry):
            _check(f"{self._name} must return a Retry whose delay is a number of seconds", decision.delay, (int, float))
        return decision


class _CheckedSerializer(_Checked[Serializer]):
    __slots__ = ()

    def decode(self, data: bytes, into: type[T], /) -> T:
        decoded = self._part.decode(data, into)
        if get_origin(into) is None:  # such as `list[bool]`, for which there is no quick check
            _check(f"{self._name}: decode must return an instance of {into.__name__}", decoded, into)
        return decoded

    def encode(self, value: object, /) -> bytes:
        encoded = self._part.encode(value)
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
        await _checked_awaitable(f"{self._name}: sleep", self._clock.sleep(seconds))


class _CheckedTokenStore(_Checked[TokenStore]):
    __slots__ = ()

    async def load(self, key: TokenKey, /) -> Token | None:
        token = await _checked_awaitable(f"{self._name}: load", self._part.load(key))
        _check(f"{self._name}: load must return a Token or None", token, (Token, NoneType))
        return token

    async def save(self, key: TokenKey, token: Token, /) -> None:
        await _checked_awaitable(f"{self._name}: save", self._part.save(key, token))

    async def delete(self, key: TokenKey, /) -> None:
        await _checked_awaitable(f"{self._name}: delete", self._part.delete(key))

    def lock(self, key: TokenKey, /) -> AbstractAsyncContextManager[None]:
        lock = self._part.lock(key)
        expected = f"{self._name}: lock must be a plain function that returns an async context manager"
        _check(expected, lock, AbstractAsyncContextManager)
        return lock


class _CheckedResponseCache(_Checked[ResponseCache]):
    __slots__ = ()

    async def get(self, keys: Sequence[str], scopes: Sequence[str], /) -> CacheFinding:
        finding = await _checked_awaitable(f"{self._name}: get", self._part.get(keys, scopes))
        _check(f"{self._name}: get must return a CacheFinding", finding, CacheFinding)
        for response in finding.responses:
            _check(f"{self._name}: get must find CachedResponse or None", response, (CachedResponse, NoneType))
        return finding

    async def put(self, key: str, response: CachedResponse, stamp: str, /) -> None:
        await _checked_awaitable(f"{self._name}: put", self._part.put(key, response, stamp))

    async def discard(self, keys: Collection[str], /) -> None:
        await _checked_awaitable(f"{self._name}: discard", self._part.discard(keys))

    async def invalidate(self, scopes: Collection[str], /) -> None:
        await _checked_awaitable(f"{self._name}: invalidate", self._part.invalidate(scopes))


def _is_own(part: object) -> bool:
    return type(part).__module__.startswith("spotify.")


async def _checked_awaitable(method: str, returned: Awaitable[T]) -> T:
    """Await what a method returned, which must be an async function."""
    _check(f"{method} must be an async function", returned, Awaitable)
    return await returned


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
