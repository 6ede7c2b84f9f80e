"""Who may send now: the rate limiters, and what they are made of."""

from spotify.impl.rate_limiting.in_process_rate_limiter import InProcessRateLimiter
from spotify.impl.rate_limiting.redis_rate_limiter import RedisRateLimiter

__all__ = ["InProcessRateLimiter", "RedisRateLimiter"]
