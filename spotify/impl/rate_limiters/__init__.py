"""Who may send now: the rate limiters, and what they are made of."""

from spotify.impl.rate_limiters.in_process_rate_limiter import InProcessRateLimiter

__all__ = ["InProcessRateLimiter"]
