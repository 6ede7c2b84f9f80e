"""The implementations that the settings choose: one function for each part of a client that has several."""

from __future__ import annotations

from typing import Final

from spotify.config import ClientConfig
from spotify.impl import caching, rate_limiting, serialization, token_stores  # import their names on first use
from spotify.impl import usage as metering
from spotify.impl.caching.freshness import Freshness
from spotify.impl.rate_limiting.in_process_rate_limiter import InProcessRateLimiter
from spotify.impl.usage.usage_rate_limiter import UsageRateLimiter
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import RateLimiter
from spotify.interfaces.response_cache import ResponseCache
from spotify.interfaces.serializer import Serializer
from spotify.interfaces.token_store import TokenStore
from spotify.interfaces.transport import Transport
from spotify.interfaces.usage_ledger import UsageLedger
from spotify.usage import Usage

# Seconds for which responses are stored at most, if no setting makes them useful for longer.
_DAY: Final = 86_400.0
_WEEK: Final = 604_800.0


def response_cache_of(config: ClientConfig, clock: Clock) -> ResponseCache | None:
    """Return the response cache that the settings choose; None for none.

    Raises:
        ValueError: A key of `cache_ttl` is not the id of a read.
    """
    longest = Freshness.of(config).longest
    if config.cache == "memory":
        return caching.MemoryResponseCache(max_bytes=config.cache_max_bytes)
    if config.cache == "redis" and config.redis_url is not None:
        return caching.RedisResponseCache(
            config.redis_url, prefix=config.redis_prefix, max_age=max(_DAY, longest), clock=clock
        )
    if config.cache == "sqlite":
        from spotify.impl.caching.sqlite_response_cache import SqliteResponseCache  # imports sqlite3

        return SqliteResponseCache(
            config.cache_path, max_bytes=config.cache_max_bytes, max_age=max(_WEEK, longest), clock=clock
        )
    return None


def serializer_of(config: ClientConfig) -> Serializer:
    """Return the serializer that the settings choose."""
    if config.serializer == "dataclasses-json":
        return serialization.DataclassesJsonSerializer(strict=config.strict_decoding)
    return serialization.MsgspecSerializer(strict=config.strict_decoding)


def rate_limiter_of(config: ClientConfig, clock: Clock) -> RateLimiter:
    """Return a rate limiter for this process, or for all workers that use the same Redis."""
    if config.redis_url is None:
        return InProcessRateLimiter(
            max_concurrency=config.max_concurrency,
            clock=clock,
            rate_limit=config.rate_limit,
            rate_window=config.rate_window,
            reserve=config.rate_limit_reserve,
        )
    return rate_limiting.RedisRateLimiter(
        config.redis_url,
        application=config.redis_prefix,
        prefix=config.redis_prefix,
        max_concurrency=config.max_concurrency,
        rate_limit=config.rate_limit,
        rate_window=config.rate_window,
        reserve=config.rate_limit_reserve,
        # A permit whose response is never reported expires after this; it must outlive any request.
        lease=max(60.0, 2 * config.timeout),
        clock=clock,
    )


def token_store_of(config: ClientConfig) -> TokenStore | None:
    """Return a token store in Redis; None without Redis."""
    if config.redis_url is None:
        return None
    return token_stores.RedisTokenStore(
        config.redis_url, prefix=config.redis_prefix, encryption_keys=config.token_encryption_keys
    )


def with_cache(transport: Transport, cache: ResponseCache | None, config: ClientConfig, clock: Clock) -> Transport:
    """Return a transport that looks responses up in a cache, if there is one."""
    return transport if cache is None else caching.CachingTransport(transport, cache, config=config, clock=clock)


def usage_of(config: ClientConfig, clock: Clock, rate_limiter: RateLimiter) -> Usage:
    """Return what counts the requests, with the ledger and the daily limit that the settings choose."""
    ledger: UsageLedger | None = None
    if config.redis_url is not None:
        ledger = metering.RedisUsageLedger(config.redis_url, prefix=config.account or config.redis_prefix)
    elif config.usage_path is not None:
        ledger = metering.FileUsageLedger(config.usage_path)
    own_account = config.account is not None
    if config.daily_limit is None:
        return Usage(now=clock.time, limiter=rate_limiter, ledger=ledger, only_quota_pauses=own_account)
    return metering.LimitedUsage(
        config.daily_limit,
        reserve=config.rate_limit_reserve,
        now=clock.time,
        limiter=rate_limiter,
        ledger=ledger,
        only_quota_pauses=own_account,
    )


def with_usage(rate_limiter: RateLimiter, usage: Usage, config: ClientConfig, clock: Clock) -> RateLimiter:
    """Return a rate limiter that exchanges the ledger and applies the daily limit, if there is one of them."""
    if config.daily_limit is None and not usage.has_ledger:
        return rate_limiter
    return UsageRateLimiter(rate_limiter, usage=usage, now=clock.time)
