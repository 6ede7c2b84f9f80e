"""The response cache: a transport that uses it, HTTP's caching rules, and the stores in memory, Redis and SQLite.

Begin with `caching_transport`. `policy` holds the decisions of RFC 9111, invalidation by writes included; `freshness`
the user's settings; `external_caches` what the Redis and SQLite caches share. `sqlite_response_cache` is imported when
it is used, as it imports `sqlite3`.
"""

from typing import TYPE_CHECKING

from spotify._lazy_imports import lazy_imports

if TYPE_CHECKING:
    from spotify.impl.caching.caching_transport import CachingTransport
    from spotify.impl.caching.memory_response_cache import MemoryResponseCache
    from spotify.impl.caching.redis_response_cache import RedisResponseCache
else:
    __getattr__, __dir__ = lazy_imports(
        __name__,
        {
            "spotify.impl.caching.caching_transport": ("CachingTransport",),
            "spotify.impl.caching.memory_response_cache": ("MemoryResponseCache",),
            "spotify.impl.caching.redis_response_cache": ("RedisResponseCache",),
        },
    )

__all__ = ["CachingTransport", "MemoryResponseCache", "RedisResponseCache"]
