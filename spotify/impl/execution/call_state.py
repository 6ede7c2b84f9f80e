"""The state of one call: its attempts and waits, and what observers learn about them."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import Token
from typing import TypeVar

from spotify.errors import SpotifyError
from spotify.impl.execution.refusals import Refusal
from spotify.impl.execution.shared_requests import FailedRequest
from spotify.impl.observers.call_observers import CallObservers
from spotify.interfaces.clock import Clock
from spotify.interfaces.executor import Call
from spotify.interfaces.observer import AttemptInfo, CallInfo, CallResult, WaitCause
from spotify.interfaces.rate_limiter import Priority
from spotify.interfaces.transport import CacheHit, HttpResponse
from spotify.logs import CLIENT_NAME, EventLogger, get_logger
from spotify.responses import RECORDING, Received

T = TypeVar("T")

_log = get_logger(__name__)


class CallState:
    """The attempts of one call so far."""

    __slots__ = (
        "_clock",
        "_info",
        "_is_logged",
        "_is_observed",
        "_is_open",
        "_is_pending",
        "_is_shared",
        "_mark",
        "_named",
        "_observers",
        "_outcome",
        "_replaced_error",
        "_user",
        "_waits",
        "_waits_before",
        "_was_executed",
        "attempt",
        "idempotent",
        "operation",
        "priority",
        "reason",
        "sent",
        "started_at",
    )

    def __init__(
        self,
        call: Call[T],
        clock: Clock,
        observers: CallObservers,
        *,
        user: object = None,
        priority: Priority = "interactive",
    ) -> None:
        """Begin a call now.

        Args:
            call: The call.
            clock: The time.
            observers: Learn what is reported.
            user: Identifies the user or application, for the observers.
            priority: The priority of the call.
        """
        operation = call.operation
        self.operation = operation
        """The operation that is called."""
        self.idempotent = operation.idempotent if call.idempotent is None else call.idempotent
        """Whether the request can be sent twice without harm."""
        self.attempt = 1
        """The number of the current attempt, 1 for the first."""
        self.started_at = self._mark = clock.monotonic()
        """When the call began, by the clock's `monotonic`."""
        self.sent = False
        """Whether the current attempt may have reached the API."""
        self.reason: str | None = None
        """Why a failed request is not sent again; None while there is none."""
        self._is_pending = False  # whether the current attempt was sent and has no outcome yet
        self._was_executed = False  # whether an earlier attempt may have been executed
        self._is_open = False  # whether the end of the current attempt is still to be reported
        self._is_shared = False  # whether the outcome of the last attempt is that of another call's request
        self._clock = clock
        self._observers = observers
        self._named: Token[str | None] | None = None
        self._user = user
        self.priority: Priority = priority
        """The priority of the call."""
        self._is_observed = False
        self._is_logged = False  # whether each attempt is logged
        self._info: CallInfo | None = None
        self._waits: dict[WaitCause, float] = {}
        self._waits_before: dict[WaitCause, float] | None = None  # before the current attempt; None for none
        self._outcome: HttpResponse | Refusal | None = None  # the last response
        self._replaced_error: type[BaseException] | None = None

    @property
    def log(self) -> EventLogger:
        """A logger that adds the operation to each event."""
        operation = self.operation
        return _log.bind(operation=operation.id, method=operation.method, route=operation.path)

    @property
    def may_have_been_executed(self) -> bool:
        """Whether the call may have been executed, in this attempt or an earlier one."""
        return self._is_pending or self._was_executed

    @property
    def waited(self) -> float:
        """The seconds waited for the rate limiter, for a token, and between attempts."""
        return sum(self._waits.values())

    def elapsed(self) -> float:
        """Return the seconds since the call began."""
        return self._clock.monotonic() - self.started_at

    def start(self) -> None:
        """Report the start of the call."""
        observers = self._observers
        if observers.client is not None:
            self._named = CLIENT_NAME.set(observers.client)
        self._is_logged = observers.logs_success()
        self._is_observed = self._is_logged or observers.are_there
        if self._is_observed:
            self._info = info = self._call_at(self._clock.time())
            if observers.call_started is not None:
                observers.call_started(info)

    def add_wait(self, cause: WaitCause, seconds: float) -> None:
        """Record a wait that has ended."""
        self._waits[cause] = self._waits.get(cause, 0.0) + seconds

    def start_attempt(self) -> None:
        """Record that an attempt starts."""
        self.sent = self._is_pending = False
        self._is_open = True
        self._mark = self._clock.monotonic()

    def receive_token(self) -> None:
        """Record that the attempt has a token. For a call that is not observed, `start_sending` includes the wait."""
        if self._is_observed:
            self._end_wait("token")

    def start_sending(self) -> None:
        """Record that the request is sent now."""
        self.sent = self._is_pending = True
        self._end_wait("rate_limit")
        if self._is_logged:
            self.log.debug("request_sent", attempt=self.attempt)

    def stop_sending(self) -> None:
        """Record that the request was not sent after all."""
        self.sent = self._is_pending = False

    def succeed(self, response: HttpResponse) -> None:
        """Record the response of the last attempt."""
        self._outcome = response
        if self._is_observed:
            self._is_shared = not self.sent and not isinstance(response, CacheHit)
            self._report_attempt(None)
        if (received := RECORDING.get()) is not None:
            received.append(
                Received(
                    operation=self.operation.id,
                    status=response.status,
                    headers=response.headers,
                    content=response.body,
                    attempts=self.attempt,
                    waited=self.waited,
                    from_cache=isinstance(response, CacheHit),
                    is_stale=isinstance(response, CacheHit) and response.is_stale,
                    age=response.age if isinstance(response, CacheHit) else 0.0,
                )
            )

    def fail_attempt(self, failed: FailedRequest, *, may_have_been_executed: bool) -> None:
        """Record that the attempt failed, and whether it may have been executed."""
        self._outcome = failed.refusal
        self._is_shared = not self.sent and failed.is_reported
        failed.is_reported = True
        self._is_pending = False
        self._was_executed = self._was_executed or may_have_been_executed

    def schedule_retry(self, error: type[SpotifyError], delay: float) -> None:
        """Report a failed attempt that is repeated after `delay` seconds."""
        self._report_attempt(error, retry_in=delay)

    def start_retry(self, delay: float) -> None:
        """Record that the delay of a retry has passed."""
        self.attempt += 1
        self.add_wait("retry", delay)

    def replace_error(self, error: BaseException, stale: HttpResponse) -> None:
        """Record a stale response from the cache, which is returned instead of the error."""
        if self._is_open:
            self._report_attempt(type(error))
        self._replaced_error = type(error)
        self._is_open = True
        self.succeed(stale)

    def finish(self, error: BaseException | None = None) -> None:
        """Report the end of the call, and that of an attempt that the error ended.

        Args:
            error: What the call raises; None if it returns.
        """
        if self._named is not None:
            CLIENT_NAME.reset(self._named)
        if error is None and not self._is_observed and self._replaced_error is None:
            return
        kind = None if error is None else type(error)
        if self._is_open and kind is not None:
            self._report_attempt(kind)
        observers = self._observers
        log = None if kind is None and self._replaced_error is None else observers.log_result
        if log is None and observers.call_finished is None:
            return
        outcome = self._outcome
        # By position, for speed; the order is that of `CallResult`.
        result = CallResult(
            self._info or self._call_info(),
            None if outcome is None else outcome.status,
            kind,
            self.reason,
            kind is not None and self.may_have_been_executed,
            self._replaced_error,
            self.attempt,
            self._is_shared,
            isinstance(outcome, CacheHit),
            self.elapsed(),
            self._waits,
            len(outcome.body) if isinstance(outcome, HttpResponse) else _length_of(outcome),
            observers.daily_limit,
            observers.requests_today,
        )
        if log is not None:
            log(result)
        if observers.call_finished is not None:
            observers.call_finished(result)

    def _end_wait(self, cause: WaitCause) -> None:
        now = self._clock.monotonic()
        self._waits[cause] = self._waits.get(cause, 0.0) + (now - self._mark)
        self._mark = now

    def _call_at(self, started_at: float) -> CallInfo:
        observers = self._observers
        return CallInfo(self.operation, observers.client, observers.api_url, self._user, self.priority, started_at)

    def _call_info(self) -> CallInfo:
        if self._info is None:
            self._info = self._call_at(self._clock.time() - self.elapsed())
        return self._info

    def _report_attempt(self, error: type[BaseException] | None, *, retry_in: float | None = None) -> None:
        self._is_open = False
        observers = self._observers
        log = observers.log_attempt if self._is_logged or error is not None else None
        if log is None and observers.attempt_finished is None:
            return
        outcome, before, call, mark = self._outcome, self._waits_before, self._info or self._call_info(), self._mark
        waits: Mapping[WaitCause, float] = self._waits
        if before is not None:
            waits = {cause: seconds - before.get(cause, 0.0) for cause, seconds in waits.items()}
        if retry_in is not None:
            self._waits_before, self._waits = self._waits, self._waits.copy()  # observers keep the former
        # By position, for speed; the order is that of `AttemptInfo`.
        attempt = AttemptInfo(
            call,
            self.attempt,
            None if outcome is None else outcome.status,
            error,
            self.sent,
            self._is_shared,
            isinstance(outcome, CacheHit),
            call.started_at + (mark - self.started_at),
            self._clock.monotonic() - mark,
            waits,
            len(outcome.body) if isinstance(outcome, HttpResponse) else _length_of(outcome),
            outcome.pause if isinstance(outcome, Refusal) and not self._is_shared else 0.0,
            retry_in,
        )
        if log is not None:
            log(attempt)
        if observers.attempt_finished is not None:
            observers.attempt_finished(attempt)


def _length_of(refusal: Refusal | None) -> int:
    return 0 if refusal is None else len(refusal.body.encode())
