"""The response cache: a transport that uses it, HTTP's caching rules, and the stores in memory and in Redis.

Begin with `caching_transport`. `policy` holds the decisions of RFC 9111, invalidation by writes included.
"""

from spotify.impl.caching.caching_transport import CachingTransport
from spotify.impl.caching.memory_response_cache import MemoryResponseCache
from spotify.impl.caching.redis_response_cache import RedisResponseCache

__all__ = ["CachingTransport", "MemoryResponseCache", "RedisResponseCache"]
