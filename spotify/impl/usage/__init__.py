"""The daily limit, and the ledger that processes share: in a file or in Redis."""

from typing import TYPE_CHECKING

from spotify._lazy_imports import lazy_imports

if TYPE_CHECKING:
    from spotify.impl.usage.file_usage_ledger import FileUsageLedger
    from spotify.impl.usage.redis_usage_ledger import RedisUsageLedger
    from spotify.impl.usage.usage_rate_limiter import LimitedUsage, UsageRateLimiter
else:
    __getattr__, __dir__ = lazy_imports(
        __name__,
        {
            "spotify.impl.usage.file_usage_ledger": ("FileUsageLedger",),
            "spotify.impl.usage.redis_usage_ledger": ("RedisUsageLedger",),
            "spotify.impl.usage.usage_rate_limiter": ("LimitedUsage", "UsageRateLimiter"),
        },
    )

__all__ = ["FileUsageLedger", "LimitedUsage", "RedisUsageLedger", "UsageRateLimiter"]
