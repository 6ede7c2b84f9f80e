"""Rate limiters: of one process, and of many workers over Redis.

Begin with `in_process_rate_limiter`. `gate` pauses after a 429, `window_limit` counts requests, `concurrency_queue`
holds the calls that wait, and `waits` ends those that would wait too long. `redis_rate_limiter` replaces the count by
permits from Redis.
"""

from spotify.impl.rate_limiting.in_process_rate_limiter import InProcessRateLimiter
from spotify.impl.rate_limiting.redis_rate_limiter import RedisRateLimiter

__all__ = ["InProcessRateLimiter", "RedisRateLimiter"]
