"""The scripts of the rate limiter in a real Redis, in simulated time."""

import json

from redis import Redis

from spotify.impl.rate_limiting.redis_permits import RedisPermits
from spotify.impl.redis.scripts import load_script

SECOND = 1_000_000
KEYS = ["gate", "permits", "counts", "workers", "operations"]
SIMULATED_TIME = "local now = tonumber(ARGV[#ARGV])\n"


class SimulatedRedis:
    """A Redis whose time the test sets.

    Attributes:
        now: The time in seconds.
    """

    def __init__(
        self, url, *, limit=10, bulk_limit=None, window=30.0, lease=60.0, demand_lifetime=15.0, responses_to_open=50
    ):
        self.now = 1_800_000_000.0
        self.redis = Redis.from_url(url)
        self.settings = {
            "limit": limit,
            "bulk_limit": limit if bulk_limit is None else bulk_limit,
            "window": round(window * SECOND),
            "lease": round(lease * SECOND),
            "demand_lifetime": round(demand_lifetime * SECOND),
            "responses_to_open": responses_to_open,
            "ramp_up_interval": round(0.1 * SECOND),
        }
        self._exchange = self.redis.register_script(SIMULATED_TIME + load_script("gate", "exchange_permits"))
        self._pause = self.redis.register_script(SIMULATED_TIME + load_script("gate", "pause"))

    def close(self):
        self.redis.close()

    def pause(self, seconds, *, operation="", reason="rate_limit"):
        args = [round(seconds * SECOND), reason, operation, self._now()]
        self._pause(keys=["gate", "operations"], args=args)

    def exchange(self, worker="a", *, interactive=0, bulk=0, first=1, answered=(), **fields):
        """Run the exchange; return the reply by name, durations in seconds."""
        request = {
            **self.settings,
            "worker": worker,
            "created_at": 0,
            "paused": 0,
            "reason": "rate_limit",
            "paused_operations": {},
            "complete": False,
            "first": first,
            "sent": (),
            "answered": [(number, round(age * SECOND)) for number, age in answered],
            "unused": (),
            "interactive": interactive,
            "bulk": bulk,
            **fields,
        }
        reply = self._exchange(keys=KEYS, args=[json.dumps(request), self._now()])
        names = (
            "created_at",
            "age",
            "pause_left",
            "interactive",
            "bulk",
            "delay",
            "bulk_delay",
            "share",
            "bulk_share",
            "workers",
            "pauses",
        )
        named = dict(zip(names, reply, strict=True))
        for name in ("age", "pause_left", "delay", "bulk_delay"):
            named[name] /= SECOND
        pauses = json.loads(named["pauses"])
        named["reason"] = pauses["reason"]
        named["paused_operations"] = {name: (left / SECOND, why) for name, (left, why) in pauses["operations"].items()}
        return named

    def counted(self):
        """Return the number of permits that have not expired."""
        return self.redis.zcount("permits", f"({self._now()}", "+inf")

    def _now(self):
        return round(self.now * SECOND)


class SimulatedServerTime:
    """Makes Redis have the time of a clock for `RedisRateLimiter`, until the end of the test.

    Attributes:
        clock: The clock.
    """

    def __init__(self, monkeypatch):
        self.clock = None
        original = RedisPermits._run

        async def run(permits, script, parse, keys, arguments):
            script = script.replace(load_script("server_time"), SIMULATED_TIME)
            return await original(permits, script, parse, keys, [*arguments, round(self.clock.time() * SECOND)])

        monkeypatch.setattr(RedisPermits, "_run", run)
