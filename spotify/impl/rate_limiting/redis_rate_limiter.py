"""The rate limiter that the workers of an application share in Redis."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, get_args

from spotify._checks import check_methods, check_number, check_range, check_text, shown
from spotify._concurrency import LoopBound
from spotify.impl.rate_limiting.concurrency_queue import Places, Slot
from spotify.impl.rate_limiting.gate import Gate
from spotify.impl.rate_limiting.redis_permits import RedisBudget
from spotify.impl.rate_limiting.shared_pacer import SharedPace, WhenAway
from spotify.impl.rate_limiting.window_limit import checked_bounds
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.clock import Clock
from spotify.interfaces.rate_limiter import Admission

if TYPE_CHECKING:
    from redis.asyncio import Redis


class _Worker:
    """One event loop of one process."""

    __slots__ = ("pace", "places")

    def __init__(self, pace: SharedPace, places: Places) -> None:
        self.pace: Final = pace
        self.places: Final = places


class RedisRateLimiter:
    """`RateLimiter` in Redis (5 or later), for the workers of one application on many machines.

    ::

        limiter = RedisRateLimiter("redis://redis.example.org", application=client_id, rate_limit=200)
        client = AsyncSpotifyClient(client_id=client_id, client_secret=client_secret, rate_limiter=limiter)

    All workers that name the same application keep to one `rate_limit`, each getting a fair share of what is wanted;
    interactive calls go before bulk ones, as in one process. Redis is asked before a request, once for all calls that
    wait at that moment. A 429 that one worker meets closes the gate for all: whatever Redis lets go after it was told
    is nothing, and what it let go before is sent within `timeout` seconds of the question, as a rule in less than the
    time of a round trip. Then one request goes first, and each answer lets two more out, over all workers together.

    No call waits for a Redis that is away for longer than `timeout`, and most do not wait at all: each worker keeps to
    its fair share of the limit among those that were there last, closes its own gate only, and goes back to Redis when
    that answers. It keeps to its share for one more window then, in which all tell Redis what they have sent.

    It needs the extra: `pip install 'async-spotify-client[redis]'`.
    """

    __slots__ = ("_budget", "_gate", "_workers")

    def __init__(
        self,
        redis: str | Redis,
        *,
        application: str,
        max_concurrency: int = 50,
        rate_limit: int | None = None,
        rate_window: float = 30.0,
        reserve: float = 0.2,
        when_away: WhenAway = "local",
        lease: float = 60.0,
        timeout: float = 0.5,
        prefix: str = "spotify",
        clock: Clock | None = None,
    ) -> None:
        """Open the gate; nothing else is opened yet.

        Args:
            redis: A URL (`redis://[[user]:password@]host[:port][/db]`, `rediss://…` for TLS, `unix://path`), or a
                client, which stays the caller's and serves one event loop.
            application: Whose calls are counted together: the client id, as Spotify counts by it.
            max_concurrency: How many requests this worker may have on the wire at once, 1 or more.
            rate_limit: How many requests all workers together may send in any `rate_window`, 1 or more; None for no
                bound: then only the gate is shared. It has to be the same for all workers, as have `rate_window`,
                `reserve` and `lease`.
            rate_window: Seconds, more than 0. Spotify counts over 30.
            reserve: The share of `rate_limit` that is kept free for interactive calls, from 0 up to, not including, 1.
            when_away: What becomes of calls while Redis is away: they go on within this worker's fair share of the
                limit (`local`), or fail with `RateLimiterError` (`refuse`).
            lease: Seconds for which a request counts, and a window, if its worker is not heard of again: longer than
                a request can take (`ClientConfig.timeout`) and `timeout` together.
            timeout: Seconds to wait for an answer of Redis, connecting included, more than 0.
            prefix: How the keys in Redis begin.
            clock: Time and sleep; None for the system's.

        Raises:
            ImportError: The extra is not installed.
            TypeError: An argument is of the wrong type.
            ValueError: The URL cannot be understood, or an argument is out of its bounds.
        """
        check_text("application", application)
        check_text("prefix", prefix)
        check_range("max_concurrency", max_concurrency, at_least=1)
        check_number("lease", lease, above=0)
        if when_away not in get_args(WhenAway):
            raise ValueError(f"when_away must be 'local' or 'refuse', not {shown(when_away)}")
        if clock is None:
            clock = SystemClock()
        check_methods("clock", clock, ("time", "monotonic", "sleep"))
        bounds = checked_bounds(rate_limit=rate_limit, rate_window=rate_window, reserve=reserve)
        budget = RedisBudget(
            redis,
            application=application,
            prefix=prefix,
            bounds=bounds,
            full=max_concurrency,
            lease=lease,
            timeout=timeout,
            needed_by=type(self).__name__,
        )
        gate = Gate(clock, full=max_concurrency)

        def new_worker() -> _Worker:
            pace = SharedPace(budget, gate, bounds, when_away=when_away, timeout=timeout, clock=clock)
            places = Places(max_concurrency, pace, clock, tells_of_waits=False)
            pace.attend(places)
            return _Worker(pace, places)

        self._budget = budget
        self._gate = gate
        self._workers = LoopBound(new_worker)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {self._budget.server}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def slot(self, admission: Admission, /) -> Slot:
        """Hold one of the places on the wire.

        Raises:
            RateLimitError: On entering: the gate stays closed for longer than `admission.max_wait`.
            RateLimiterError: On entering: Redis is away, and `when_away` is `refuse`.
        """
        return Slot(self._workers.get().places, admission)

    async def pause(self, seconds: float, /) -> None:
        """Close the gate of all workers for that many seconds from now; a longer pause in force stays.

        If Redis is away, this worker's gate is closed at once, and the others' when Redis is back.
        """
        if seconds <= 0:
            return
        self._gate.close(seconds)
        worker = self._workers.get()
        worker.places.look_again()
        await worker.pace.pause(seconds)

    async def close(self) -> None:
        """Tell Redis what it does not know yet, and close the connections that were opened here.

        A later call opens them again. A client that was given stays open.
        """
        worker = self._workers.find()
        self._workers.pop_all()
        if worker is not None:
            await worker.pace.close()
        await self._budget.close()
