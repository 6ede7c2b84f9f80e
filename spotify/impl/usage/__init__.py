"""The daily limit, and the ledger that processes share: in a file or in Redis."""

from spotify.impl.usage.daily_limit import DailyLimit
from spotify.impl.usage.file_usage_ledger import FileUsageLedger
from spotify.impl.usage.redis_usage_ledger import RedisUsageLedger
from spotify.impl.usage.usage_rate_limiter import UsageRateLimiter

__all__ = ["DailyLimit", "FileUsageLedger", "RedisUsageLedger", "UsageRateLimiter"]
