"""The response cache: the transport that asks it, HTTP's rules for it, and where it keeps answers."""

from spotify.impl.caching.caching_transport import CachingTransport
from spotify.impl.caching.memory_response_cache import MemoryResponseCache
from spotify.impl.caching.redis_response_cache import RedisResponseCache

__all__ = ["CachingTransport", "MemoryResponseCache", "RedisResponseCache"]
