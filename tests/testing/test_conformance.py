"""The conformance checks: the implementations pass them, and broken ones are named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from spotify import ClientCredentialsAuth, MemoryResponseCache, MemoryTokenStore, StaticTokenAuth
from spotify.errors import ClientClosedError, DecodeError, TransportError
from spotify.impl.execution.retry import BackoffRetryPolicy
from spotify.impl.rate_limiting import InProcessRateLimiter, RedisRateLimiter
from spotify.impl.serialization import DataclassesJsonSerializer, MsgspecSerializer
from spotify.impl.transport.aiohttp_transport import AiohttpTransport
from spotify.impl.usage import LimitedUsage, UsageRateLimiter
from spotify.interfaces.response_cache import CacheFinding
from spotify.interfaces.retry import GiveUp, Retry
from spotify.interfaces.transport import HttpRequest, HttpResponse
from spotify.testing import (
    ConformanceError,
    check_auth_provider,
    check_rate_limiter,
    check_response_cache,
    check_retry_policy,
    check_serializer,
    check_token_store,
    check_transport,
)
from tests.support.memory_ledger import MemoryLedger
from tests.support.redis_server import RedisServer
from tests.support.simulated_redis import SimulatedServerTime

pytestmark = pytest.mark.slow


def broken_of(caught: pytest.ExceptionInfo[ConformanceError]) -> str:
    return " | ".join(caught.value.broken)


# Transports


async def test_the_default_transport_passes() -> None:
    await check_transport(AiohttpTransport)


class Wrapper:
    """A transport that changes what another one does."""

    def __init__(self, config: Any) -> None:
        self.inner = AiohttpTransport(config)

    async def send(self, request: HttpRequest, /) -> HttpResponse:
        return await self.inner.send(request)

    async def close(self) -> None:
        await self.inner.close()


class KeepsHeaderCase(Wrapper):
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        response = await super().send(request)
        return replace(response, headers={name.title(): value for name, value in response.headers.items()})


class SendsTwice(Wrapper):
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        try:
            return await super().send(request)
        except ClientClosedError:
            raise
        except TransportError:
            return await super().send(request)


class HidesSent(Wrapper):
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        try:
            return await super().send(request)
        except TransportError as error:
            raise TransportError(str(error), sent=False) from None


class RaisesOtherErrors(Wrapper):
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        try:
            return await super().send(request)
        except TransportError as error:
            raise OSError(str(error)) from None


class ShowsTheToken(Wrapper):
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        try:
            return await super().send(request)
        except TransportError as error:
            assert request.authorization is not None
            raise TransportError(f"{request.authorization.reveal()}: {error}", sent=True) from None


class ChangesTheQuery(Wrapper):
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        return await super().send(replace(request, url=request.url.replace("%2F", "/")))


class DropsTheBody(Wrapper):
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        response = await super().send(request)
        return response if response.status < 400 else replace(response, body=b"")


class RespondsAfterClose(Wrapper):
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        try:
            return await super().send(request)
        except ClientClosedError:
            return HttpResponse(status=200)


class ShortensBodies(Wrapper):
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        try:
            return await super().send(request)
        except ClientClosedError:
            raise
        except TransportError as error:
            if not error.sent:
                raise
            return HttpResponse(status=200, body=b"{")


class SwallowsCancellation(Wrapper):
    async def send(self, request: HttpRequest, /) -> HttpResponse:
        try:
            return await super().send(request)
        except asyncio.CancelledError:
            return HttpResponse(status=200)


@pytest.mark.parametrize(
    ("mutant", "rule"),
    [
        (KeepsHeaderCase, "names response headers in lower case"),
        (SendsTwice, "sends a request at most once"),
        (HidesSent, "reports that a request may have been sent"),
        (RaisesOtherErrors, "raises TransportError if there is no connection"),
        (ShowsTheToken, "keeps the token out of errors"),
        (ChangesTheQuery, "sends the request unchanged"),
        (DropsTheBody, "returns every status with its body"),
        (RespondsAfterClose, "refuses requests after close"),
        (ShortensBodies, "reports a response that is cut"),
        (SwallowsCancellation, "can be cancelled"),
    ],
)
async def test_a_broken_transport_is_named(mutant: type[Wrapper], rule: str) -> None:
    with pytest.raises(ConformanceError) as caught:
        await check_transport(mutant)
    assert rule in broken_of(caught)


# Retry policies


async def test_the_default_retry_policy_passes() -> None:
    await check_retry_policy(lambda: BackoffRetryPolicy(base_delay=0.5, max_delay=30.0))


class AlwaysRetries:
    def decide(self, attempt: Any, /) -> Retry | GiveUp:
        return Retry(1.0) if attempt.number <= attempt.max_retries else GiveUp("retries_exhausted")


class IgnoresMaximum:
    def decide(self, attempt: Any, /) -> Retry | GiveUp:
        return GiveUp("may_have_been_executed") if attempt.may_have_been_executed else Retry(1.0)


class Counts:
    count = 0

    def decide(self, attempt: Any, /) -> Retry | GiveUp:
        self.count += 1
        retries = self.count < 20 and attempt.number <= attempt.max_retries and not attempt.may_have_been_executed
        return Retry(1.0) if retries else GiveUp("retries_exhausted")


class ReturnsSeconds:
    def decide(self, attempt: Any, /) -> Any:
        return 1.0


@pytest.mark.parametrize(
    ("mutant", "rule"),
    [
        (AlwaysRetries, "does not repeat a write that may have been executed"),
        (IgnoresMaximum, "respects max_retries"),
        (Counts, "has no state"),
        (ReturnsSeconds, "decides every attempt"),
    ],
)
async def test_a_broken_retry_policy_is_named(mutant: Any, rule: str) -> None:
    with pytest.raises(ConformanceError) as caught:
        await check_retry_policy(mutant)
    assert rule in broken_of(caught)


# Serializers


@pytest.mark.parametrize("serializer", [MsgspecSerializer, DataclassesJsonSerializer])
async def test_the_serializers_pass(serializer: Any) -> None:
    await check_serializer(serializer)


class Quotes(MsgspecSerializer):
    def decode(self, data: bytes, into: Any, /) -> Any:
        try:
            return super().decode(data, into)
        except DecodeError as error:
            raise DecodeError(f"{error}: {data!r}") from None


class Spaced(MsgspecSerializer):
    def encode(self, value: object, /) -> bytes:
        return super().encode(value).replace(b",", b", ")


class Forgetful(MsgspecSerializer):
    def decode(self, data: bytes, into: Any, /) -> Any:
        return super().decode(data.replace(b'"popularity"', b'"popularitaet"'), into)


@pytest.mark.parametrize(
    ("mutant", "rule"),
    [
        (Quotes, "keeps the document out of errors"),
        (Spaced, "encodes compact JSON"),
        (Forgetful, "decodes as the default serializer does"),
    ],
)
async def test_a_broken_serializer_is_named(mutant: Any, rule: str) -> None:
    with pytest.raises(ConformanceError) as caught:
        await check_serializer(mutant)
    assert rule in broken_of(caught)


# Token stores. That each implementation passes is tested in tests/impl/token_stores.


class Store(MemoryTokenStore):
    """A store to break."""


class ReturnsOlder(Store):
    def __init__(self) -> None:
        super().__init__()
        self.first: dict[Any, Any] = {}

    async def load(self, key: Any, /) -> Any:
        return self.first.get(key, await super().load(key))

    async def save(self, key: Any, token: Any, /) -> None:
        self.first.setdefault(key, token)
        await super().save(key, token)

    async def delete(self, key: Any, /) -> None:
        self.first.pop(key, None)
        await super().delete(key)


class MixesUsers(Store):
    async def load(self, key: Any, /) -> Any:
        return await super().load(replace(key, client_id="x"))

    async def save(self, key: Any, token: Any, /) -> None:
        await super().save(replace(key, client_id="x"), token)

    async def delete(self, key: Any, /) -> None:
        await super().delete(replace(key, client_id="x"))


class DropsScopes(Store):
    async def save(self, key: Any, token: Any, /) -> None:
        await super().save(key, replace(token, scopes=frozenset()))


class DoesNotLock(Store):
    @asynccontextmanager
    async def lock(self, key: Any, /) -> AsyncIterator[None]:
        yield


class DoesNotDelete(Store):
    async def delete(self, key: Any, /) -> None:
        """Do nothing."""


@pytest.mark.parametrize(
    ("mutant", "rule"),
    [
        (ReturnsOlder, "returns the token that was saved last"),
        (MixesUsers, "keeps applications and users apart"),
        (DropsScopes, "returns every member of a token"),
        (DoesNotLock, "lets one task hold the lock of a key"),
        (DoesNotDelete, "deletes a token"),
    ],
)
async def test_a_broken_token_store_is_named(mutant: type[Store], rule: str) -> None:
    store = mutant()
    with pytest.raises(ConformanceError) as caught:
        await check_token_store(lambda: store)
    assert rule in broken_of(caught)


# Response caches. That each implementation passes is tested in tests/impl/caching.


class IgnoresWrites(MemoryResponseCache):
    async def invalidate(self, scopes: Any, /) -> None:
        """Do nothing."""


class KeepsDiscarded(MemoryResponseCache):
    async def discard(self, keys: Any, /) -> None:
        """Do nothing."""


class EmptiesEverything(MemoryResponseCache):
    async def invalidate(self, scopes: Any, /) -> None:
        await super().invalidate([*scopes, "*"])


class DropsVary(MemoryResponseCache):
    async def put(self, key: Any, response: Any, stamp: Any, /) -> None:
        await super().put(key, replace(response, vary=()), stamp)


class Unavailable(MemoryResponseCache):
    async def get(self, keys: Any, scopes: Any, /) -> CacheFinding:
        return CacheFinding(stamp="s", responses=(None,) * len(keys))


@pytest.mark.parametrize(
    ("mutant", "rule"),
    [
        (IgnoresWrites, "does not find a response after a write"),
        (IgnoresWrites, "does not store a response that was in flight"),
        (KeepsDiscarded, "discards responses"),
        (EmptiesEverything, "keeps the responses of other scopes"),
        (DropsVary, "finds a stored response unchanged"),
        (Unavailable, "finds a stored response unchanged"),
    ],
)
async def test_a_broken_response_cache_is_named(mutant: Any, rule: str) -> None:
    with pytest.raises(ConformanceError) as caught:
        await check_response_cache(mutant)
    assert rule in broken_of(caught)


# Auth providers


async def test_the_auth_providers_pass() -> None:
    await check_auth_provider(lambda sandbox: ClientCredentialsAuth(sandbox.client_id, sandbox.client_secret))
    await check_auth_provider(lambda sandbox: StaticTokenAuth(sandbox.issue_token(user="sandbox_listener")))


class Issues:
    """A provider with a new token for each call."""

    def __init__(self, sandbox: Any) -> None:
        self.sandbox = sandbox

    async def get_access_token(self) -> str:
        return str(self.sandbox.issue_token(user="sandbox_listener"))


class DiscardsAnything(Issues):
    token: str | None = None

    async def get_access_token(self) -> str:
        self.token = self.token or await super().get_access_token()
        return self.token

    async def invalidate(self, access_token: str, /) -> None:
        self.token = None


class KeepsRejected(DiscardsAnything):
    async def invalidate(self, access_token: str, /) -> None:
        """Do nothing."""


class Invents:
    def __init__(self, sandbox: Any) -> None:
        """Know no sandbox."""

    async def get_access_token(self) -> str:
        return "invented"


@pytest.mark.parametrize(
    ("mutant", "rule"),
    [
        (Issues, "returns the current token without a request"),
        (Issues, "shares one refresh"),
        (DiscardsAnything, "keeps the current token if another one was rejected"),
        (KeepsRejected, "replaces a token that was rejected"),
        (Invents, "returns a token that is valid"),
    ],
)
async def test_a_broken_auth_provider_is_named(mutant: Any, rule: str) -> None:
    with pytest.raises(ConformanceError) as caught:
        await check_auth_provider(mutant)
    assert rule in broken_of(caught)


# Rate limiters


def limiter(clock: Any, slots: int) -> InProcessRateLimiter:
    return InProcessRateLimiter(max_concurrency=slots, clock=clock)


def limiter_with_daily_limit(clock: Any, slots: int) -> UsageRateLimiter:
    usage = LimitedUsage(1_000, reserve=0.2, now=clock.time, ledger=MemoryLedger())
    return UsageRateLimiter(limiter(clock, slots), usage=usage, now=clock.time)


@pytest.mark.parametrize("factory", [limiter, limiter_with_daily_limit])
async def test_the_rate_limiters_of_one_process_pass(factory: Any) -> None:
    await check_rate_limiter(factory)


@pytest.mark.parametrize("rate_limit", [None, 1_000])
async def test_the_rate_limiter_in_redis_passes(
    rate_limit: int | None, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server_time = SimulatedServerTime(monkeypatch)

    async with AsyncExitStack() as limiters:

        def limiter_in_redis(clock: Any, slots: int) -> RedisRateLimiter:
            server_time.clock = clock
            in_redis = RedisRateLimiter(
                redis_server.url,
                application=uuid4().hex,  # no limiter knows of the pauses of another one
                max_concurrency=slots,
                rate_limit=rate_limit,
                timeout=10.0,  # a busy machine does not exceed it
                clock=clock,
            )
            limiters.push_async_callback(in_redis.close)
            return in_redis

        await check_rate_limiter(limiter_in_redis)


class Limits:
    """A limiter that changes what another one does."""

    def __init__(self, clock: Any, slots: int) -> None:
        self.inner = limiter(clock, slots)

    def slot(self, admission: Any, /) -> Any:
        return self.inner.slot(admission)

    async def pause(self, seconds: float, /, *, operation: Any, reason: Any) -> None:
        await self.inner.pause(seconds, operation=operation, reason=reason)


class NoLimit(Limits):
    @asynccontextmanager
    async def slot(self, admission: Any, /) -> AsyncIterator[None]:
        yield


class IgnoresPauses(Limits):
    async def pause(self, seconds: float, /, *, operation: Any, reason: Any) -> None:
        """Do nothing."""


class PausesEverything(Limits):
    async def pause(self, seconds: float, /, *, operation: Any, reason: Any) -> None:
        await super().pause(seconds, operation=None, reason=reason)


class Waits(Limits):
    def slot(self, admission: Any, /) -> Any:
        return self.inner.slot(replace(admission, max_wait=1e6, deadline=float("inf")))


class ForgetsARelease(Limits):
    """A semaphore that is not released after an error."""

    def __init__(self, clock: Any, slots: int) -> None:
        super().__init__(clock, slots)
        self.slots = SimpleNamespace(free=asyncio.Semaphore(slots))

    @asynccontextmanager
    async def slot(self, admission: Any, /) -> AsyncIterator[None]:
        await self.slots.free.acquire()
        async with self.inner.slot(admission):
            yield
        self.slots.free.release()


@pytest.mark.parametrize(
    ("mutant", "rule"),
    [
        (NoLimit, "limits concurrent requests"),
        (IgnoresPauses, "sends nothing during a pause"),
        (PausesEverything, "pauses one operation without the others"),
        (Waits, "raises WaitTooLongError at once if a pause is longer"),
        (Waits, "raises WaitTooLongError at once if a pause ends after the deadline"),
        (ForgetsARelease, "releases a slot"),
    ],
)
async def test_a_broken_rate_limiter_is_named(mutant: Any, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spotify.testing.conformance.rules._TIMEOUT", 1.0)
    monkeypatch.setattr("spotify.testing.conformance.rate_limiters._RELEASE_TIMEOUT", 0.2)
    with pytest.raises(ConformanceError) as caught:
        await check_rate_limiter(mutant)
    assert rule in broken_of(caught)
