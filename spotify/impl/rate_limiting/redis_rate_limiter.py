"""The rate limiter that the workers of an application share in Redis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, get_args

from spotify._checks import check_methods, check_number, check_range, check_text, shown
from spotify._event_loops import LoopBound
from spotify._exceptions import ARGUMENTS_HIDDEN
from spotify.impl.rate_limiting.concurrency_queue import ConcurrencyQueue, Slot
from spotify.impl.rate_limiting.gate import Gate, OperationPauses, active_pauses
from spotify.impl.rate_limiting.in_process_rate_limiter import checked_window_limit
from spotify.impl.rate_limiting.redis_permits import RedisPermits
from spotify.impl.rate_limiting.shared_pacer import SharedPacer, WhenUnavailable
from spotify.impl.system_clock import SystemClock
from spotify.interfaces.clock import Clock
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import Admission, Pause, PauseReason

if TYPE_CHECKING:
    from redis.asyncio import Redis


class _Worker:
    """One event loop of one process."""

    __slots__ = ("pacer", "queue")

    def __init__(self, pacer: SharedPacer, queue: ConcurrencyQueue) -> None:
        self.pacer: Final = pacer
        self.queue: Final = queue

    async def close(self) -> None:
        await self.pacer.close()


class RedisRateLimiter:
    """`RateLimiter` in Redis (5 or later), for the workers of one application on many machines.

    ::

        limiter = RedisRateLimiter("redis://redis.example.org", application=client_id, rate_limit=200)
        client = AsyncSpotifyClient(client_id=client_id, client_secret=client_secret, rate_limiter=limiter)

    All workers that name the same application keep to one `rate_limit`. Each gets a fair share of the permits that are
    requested. Interactive calls go before bulk calls, as in one process. While a worker's bulk calls wait, at least one
    of ten of its requests is one of theirs, also if the interactive calls of other workers fill the limit. A request
    needs a permit from Redis; one round trip requests permits for all calls that wait at that time.

    Each event loop of a process is a worker. One limiter can be used in several threads at the same time.

    A 429 that one worker receives pauses all workers. Permits granted before the pause are used within `timeout`
    seconds, usually in less than a round trip; none is granted during it. After the pause one request is sent first,
    and each response allows two more, over all workers together.

    No call waits longer than `timeout` for a Redis that is unavailable, and most do not wait at all. Each worker keeps
    to its fair share of the limit among the workers last seen, pauses only itself after a 429, and uses Redis again
    when it replies. It then keeps to its share for one more window, in which all workers report what they have sent.

    Needs the extra: `pip install 'async-spotify-client[redis]'`.
    """

    __slots__ = ("_gate", "_pauses", "_permits", "_workers")

    @ARGUMENTS_HIDDEN
    def __init__(
        self,
        redis: str | Callable[[], str] | Redis,
        *,
        application: str,
        max_concurrency: int = 50,
        rate_limit: int | None = None,
        rate_window: float = 30.0,
        reserve: float = 0.2,
        when_unavailable: WhenUnavailable = "local",
        lease: float = 60.0,
        timeout: float = 0.5,
        prefix: str = "spotify",
        clock: Clock | None = None,
    ) -> None:
        """Create a limiter. Nothing is opened yet.

        Args:
            redis: A URL (`redis://[[user]:password@]host[:port][/db]`, `rediss://…` for TLS, `unix://path`), or a
                client, which stays the caller's and serves one event loop.
            application: The application whose requests are counted together: its client id, as Spotify counts by it.
            max_concurrency: The most requests of one event loop in flight, 1 or more.
            rate_limit: The most requests of all workers in any `rate_window`, 1 or more; None for no limit: then only
                pauses are shared. Must be the same for all workers, as must `rate_window`, `reserve` and `lease`.
            rate_window: Seconds, more than 0. Spotify's window is 30 seconds.
            reserve: The share of `rate_limit` kept free for interactive calls, from 0 to below 1.
            when_unavailable: What happens to calls while Redis is unavailable: they are sent within this worker's fair
                share of the limit (`local`), or fail with `RateLimiterError` (`refuse`).
            lease: Seconds for which a request counts, plus a window, if its worker does not report on it: longer than
                a request can take (`ClientConfig.timeout`) and `timeout` together.
            timeout: Seconds to wait for a reply of Redis, connecting included, more than 0.
            prefix: The prefix of the keys in Redis.
            clock: Time and sleep; None for the system's.

        Raises:
            ImportError: The extra is not installed.
            TypeError: An argument is of the wrong type.
            ValueError: The URL is invalid, or an argument is out of bounds.
        """
        check_text("application", application)
        check_text("prefix", prefix)
        check_range("max_concurrency", max_concurrency, at_least=1)
        check_number("lease", lease, above=0)
        if when_unavailable not in get_args(WhenUnavailable):
            raise ValueError(f"when_unavailable must be 'local' or 'refuse', not {shown(when_unavailable)}")
        if clock is None:
            clock = SystemClock()
        check_methods("clock", clock, ("time", "monotonic", "sleep"))
        window_limit = checked_window_limit(rate_limit=rate_limit, rate_window=rate_window, reserve=reserve)
        permits = RedisPermits(
            redis,
            application=application,
            prefix=prefix,
            window_limit=window_limit,
            responses_to_open=max_concurrency,
            lease=lease,
            timeout=timeout,
            needed_by=type(self).__name__,
        )
        gate = Gate(clock, responses_to_open=max_concurrency)
        pauses = OperationPauses(clock, responses_to_open=max_concurrency)

        def new_worker() -> _Worker:
            pacer = SharedPacer(
                permits, gate, pauses, window_limit, when_unavailable=when_unavailable, timeout=timeout, clock=clock
            )
            queue = ConcurrencyQueue(max_concurrency, pacer, clock, pauses=pauses, log_waits=False)
            pacer.attach(queue)
            return _Worker(pacer, queue)

        self._permits = permits
        self._gate = gate
        self._pauses = pauses
        self._workers = LoopBound(new_worker)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {self._permits.server}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def slot(self, admission: Admission, /) -> Slot:
        """Return the context in which to send one request.

        Raises:
            WaitTooLongError: On entering: the wait would be longer than the admission allows.
            QuotaExceededError: The same, if a quota is used up.
            RateLimiterError: On entering: Redis is unavailable, and `when_unavailable` is `refuse`.
        """
        return Slot(self._workers.get().queue, self._pauses, admission)

    async def pause(
        self, seconds: float, /, *, operation: Operation | None = None, reason: PauseReason = "rate_limit"
    ) -> None:
        """Pause all workers for `seconds`. Has no effect if a longer pause is already active.

        A pause of one operation becomes one of all requests while another operation is paused too.

        If Redis is unavailable this worker pauses at once, and the others when Redis is available again.
        """
        if seconds <= 0:
            return
        operation_id = None if operation is None else operation.id
        if operation_id is None or self._pauses.pause(seconds, operation_id, reason):
            self._gate.pause(seconds, reason)
        pacer = self._workers.get().pacer
        for worker in self._workers.values():
            worker.queue.wake_all()
        await pacer.pause(seconds, reason, operation_id)

    def pauses(self) -> Sequence[Pause]:
        """Return the pauses that are active, as far as this worker knows."""
        return active_pauses(self._gate, self._pauses)

    async def close(self) -> None:
        """Send a last report to Redis, and close the connections that were opened here.

        A later call opens them again. A client passed by the caller stays open.
        """
        await self._workers.close_all(_Worker.close)
        await self._permits.close()
