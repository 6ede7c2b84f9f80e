"""Rate limiters: of one process, and of many workers over Redis.

Begin with `in_process_rate_limiter`, which counts requests. `gate` pauses after a 429 and ends calls that would wait
too long, and `concurrency_queue` holds the calls that wait. `redis_rate_limiter` replaces the count by permits from
Redis.
"""

from typing import TYPE_CHECKING

from spotify._lazy_imports import lazy_imports

if TYPE_CHECKING:
    from spotify.impl.rate_limiting.in_process_rate_limiter import InProcessRateLimiter
    from spotify.impl.rate_limiting.redis_rate_limiter import RedisRateLimiter
else:
    __getattr__, __dir__ = lazy_imports(
        __name__,
        {
            "spotify.impl.rate_limiting.in_process_rate_limiter": ("InProcessRateLimiter",),
            "spotify.impl.rate_limiting.redis_rate_limiter": ("RedisRateLimiter",),
        },
    )

__all__ = ["InProcessRateLimiter", "RedisRateLimiter"]
