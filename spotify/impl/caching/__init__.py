"""The response cache: the transport that asks it, HTTP's rules for it, and where it keeps answers.

`RedisResponseCache` is in its module, `redis_response_cache`: it needs the extra `redis`.
"""

from spotify.impl.caching.caching_transport import CachingTransport
from spotify.impl.caching.memory_response_cache import MemoryResponseCache

__all__ = ["CachingTransport", "MemoryResponseCache"]
