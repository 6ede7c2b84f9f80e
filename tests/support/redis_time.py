"""The limiter's scripts in a real Redis, whose time is told by the test."""

import json

from redis import Redis

from spotify.impl.redis.scripts import load_script

SECOND = 1_000_000
TOLD_TIME = "local now = tonumber(ARGV[2])\n"


class ToldTime:
    """Redis at a moment of the test's choice, in seconds.

    Attributes:
        now: The time.
    """

    def __init__(self, url, *, limit=10, bulk_limit=None, window=30.0, lease=60.0, patience=15.0, full=50):
        self.now = 1_800_000_000.0
        self.redis = Redis.from_url(url)
        self.settings = {
            "limit": limit,
            "bulk_limit": limit if bulk_limit is None else bulk_limit,
            "window": round(window * SECOND),
            "lease": round(lease * SECOND),
            "demand_lifetime": round(patience * SECOND),
            "responses_to_open": full,
            "ramp_up_interval": round(0.1 * SECOND),
        }
        self._exchange = self.redis.register_script(TOLD_TIME + load_script("gate", "exchange_permits"))
        self._pause = self.redis.register_script(TOLD_TIME + load_script("gate", "pause"))

    def forget(self):
        self.redis.flushall()

    def close(self):
        self.redis.close()

    def pause(self, seconds):
        self._pause(keys=["gate"], args=[round(seconds * SECOND), self._now()])

    def ask(self, worker="a", *, interactive=0, bulk=0, first=1, answered=(), **told):
        """Exchange; return the answer by name, times in seconds."""
        question = {
            **self.settings,
            "worker": worker,
            "born": 0,
            "paused": 0,
            "complete": False,
            "first": first,
            "sent": (),
            "answered": [(number, round(ago * SECOND)) for number, ago in answered],
            "unused": (),
            "interactive": interactive,
            "bulk": bulk,
            **told,
        }
        answer = self._exchange(keys=["gate", "permits", "counts", "workers"], args=[json.dumps(question), self._now()])
        names = "born", "age", "closed", "interactive", "bulk", "room", "bulk_room", "share", "bulk_share", "workers"
        named = dict(zip(names, answer, strict=True))
        for name in ("age", "closed", "room", "bulk_room"):
            named[name] /= SECOND
        return named

    def counted(self):
        """How many permits count."""
        return self.redis.zcount("permits", f"({self._now()}", "+inf")

    def _now(self):
        return round(self.now * SECOND)
