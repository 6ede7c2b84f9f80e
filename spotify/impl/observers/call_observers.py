"""The observers of a client, as one, and the observer that logs calls through structlog."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from inspect import iscoroutinefunction
from typing import Final, TypeVar

from spotify._checks import check_methods, each_of, implements
from spotify.config import ClientConfig
from spotify.errors import ApiError, AuthenticationError
from spotify.interfaces.observer import (
    AttemptInfo,
    CallInfo,
    CallResult,
    Observer,
    SupportsTokenRequests,
    TokenRequestInfo,
)
from spotify.logs import EventLogger, get_logger
from spotify.usage import Usage

_log = get_logger(__name__)

#: Statuses that the caller handles as part of its work: a missing object, a wrong argument, a missing permission.
_EXPECTED_STATUSES: Final = frozenset({400, 403, 404})


class LoggingObserver:
    """Logs the requests of calls: a success as debug, a retry as info, a failure as warning.

    A refusal that depends on the arguments of the call, such as a 404, is info: the caller gets an error for it. What
    several calls share is logged once.
    """

    __slots__ = ()

    def logs_success(self) -> bool:
        """Return whether calls without any failure are logged."""
        return _log.is_enabled_for(logging.DEBUG)

    def call_started(self, call: CallInfo, /) -> None:
        """Log nothing."""

    def attempt_finished(self, attempt: AttemptInfo, /) -> None:
        """Log the outcome of a request, and what follows it."""
        if attempt.is_shared or attempt.from_cache:
            return
        log, number, error = _logger_of(attempt.call), attempt.number, attempt.error
        if attempt.pause > 0.0:
            log.warning("rate_limited", attempt=number, paused=attempt.pause)
        if error is None:
            log.debug("request_succeeded", attempt=number, status=attempt.status, seconds=round(attempt.seconds, 4))
        elif attempt.retry_in is not None and issubclass(error, AuthenticationError):
            log.info("token_invalidated", attempt=number)
        elif attempt.retry_in is not None:
            log.info("retry_scheduled", attempt=number, delay=attempt.retry_in, error=error.__name__)

    def call_finished(self, result: CallResult, /) -> None:
        """Log why a call failed, unless another call logs the same request."""
        log = _logger_of(result.call)
        if result.replaced_error is not None:
            log.info("cache_stale", error=result.replaced_error.__name__)
        if result.error is None or result.reason is None or result.is_shared:
            return
        is_expected = issubclass(result.error, ApiError) and result.status in _EXPECTED_STATUSES
        write = log.info if is_expected else log.warning
        write("request_failed", attempt=result.attempts, error=result.error.__name__, reason=result.reason)

    def token_request_finished(self, request: TokenRequestInfo, /) -> None:
        """Log nothing: the auth provider logs what the request means for the login."""


def _logger_of(call: CallInfo) -> EventLogger:
    operation = call.operation
    return _log.bind(operation=operation.id, method=operation.method, route=operation.path)


EventT = TypeVar("EventT")

_COUNT_INTERVAL: Final = 1.0
_METHODS: Final = ("call_started", "attempt_finished", "call_finished")
_INHERITED: Final = (
    Observer.call_started,
    Observer.attempt_finished,
    Observer.call_finished,
    SupportsTokenRequests.token_request_finished,
)


def checked_observers(observers: object) -> tuple[Observer, ...]:
    """Return the observers as a tuple.

    Raises:
        TypeError: It is not a sequence of observers, or an observer has an async method.
    """
    checked: list[Observer] = []
    for observer in each_of(observers, "observers must be a sequence of observers"):
        check_methods("observers", observer, _METHODS)
        for name in (*_METHODS, "token_request_finished"):
            method: object = getattr(observer, name, None)
            if iscoroutinefunction(method) or iscoroutinefunction(getattr(method, "__call__", None)):  # noqa: B004
                raise TypeError(f"observers: {type(observer).__name__}.{name} must be a plain method, not an async one")
        if implements(observer, Observer):
            checked.append(observer)
    return tuple(checked)


class CallObservers:
    """Passes calls on to the observers of a client, and to the one that logs.

    An observer that raises harms neither the call nor the other observers.
    """

    __slots__ = (
        "_counted_until",
        "_faulty",
        "_observers",
        "_requests_today",
        "_usage",
        "api_url",
        "are_there",
        "attempt_finished",
        "call_finished",
        "call_started",
        "client",
        "daily_limit",
        "log_attempt",
        "log_result",
        "logs_success",
    )

    def __init__(self, observers: Sequence[Observer], *, config: ClientConfig, usage: Usage) -> None:
        """Take the application's observers.

        Args:
            observers: They are called in this order.
            config: The settings of the client.
            usage: Counts the requests of the client.
        """
        self._observers = checked_observers(observers)
        self._usage = usage
        self._faulty: set[int] = set()
        self._requests_today, self._counted_until = 0, 0.0
        self.call_started: Final = self._passed_on([observer.call_started for observer in self._observers])
        """Passes on the start of a call; None if no observer has a method for it."""
        self.attempt_finished: Final = self._passed_on([observer.attempt_finished for observer in self._observers])
        """Passes on the end of an attempt; None if no observer has a method for it."""
        self.call_finished: Final = self._passed_on([observer.call_finished for observer in self._observers])
        """Passes on the end of a call; None if no observer has a method for it."""
        self.are_there: Final = any((self.call_started, self.attempt_finished, self.call_finished))
        """Whether there are observers of the application with a method for calls."""
        logs = LoggingObserver()
        self.log_attempt: Final = self._passed_on([logs.attempt_finished])
        """Logs the end of an attempt."""
        self.log_result: Final = self._passed_on([logs.call_finished])
        """Logs the end of a call."""
        self.logs_success: Final = logs.logs_success
        """Returns whether calls without any failure are logged."""
        self.client: Final = config.name
        """`ClientConfig.name`."""
        self.api_url: Final = config.api_url
        """`ClientConfig.api_url`."""
        limit = config.daily_limit
        self.daily_limit: Final = limit if limit is None or isinstance(limit, int) else limit.get("*")
        """`ClientConfig.daily_limit` of all operations together."""

    def requests_today(self) -> int:
        """Return the number of requests of the last 24 hours, counted at most once a second."""
        if (now := time.monotonic()) >= self._counted_until:
            self._requests_today = self._usage.made(None)
            self._counted_until = now + _COUNT_INTERVAL
        return self._requests_today

    def token_request_finished(self, request: TokenRequestInfo) -> None:
        """Pass on the end of a token request."""
        interested = self._passed_on(
            [each.token_request_finished for each in self._observers if isinstance(each, SupportsTokenRequests)]
        )
        if interested is not None:
            interested(request)

    def _passed_on(self, methods: Sequence[Callable[[EventT], None]]) -> Callable[[EventT], None] | None:
        """Return a function that calls those of the methods that do something; None if there are none."""
        methods = [method for method in methods if not _does_nothing(method)]
        if len(methods) == 1:
            return self._passed_to_one(methods[0])

        def pass_on(event: EventT) -> None:
            for method in methods:
                try:
                    method(event)
                except Exception as exc:  # noqa: BLE001  whatever the application's observer raises
                    self._report(method, exc)

        return pass_on if methods else None

    def _passed_to_one(self, method: Callable[[EventT], None]) -> Callable[[EventT], None]:
        def pass_on(event: EventT) -> None:
            try:
                method(event)
            except Exception as exc:  # noqa: BLE001  whatever the application's observer raises
                self._report(method, exc)

        return pass_on

    def _report(self, method: object, error: Exception) -> None:
        observer: object = getattr(method, "__self__", method)
        if id(observer) not in self._faulty:
            self._faulty.add(id(observer))
            _log.warning("observer_failed", observer=type(observer).__name__, error=type(error).__name__)


def _does_nothing(method: object) -> bool:
    """Return whether a class inherits the method from the protocol."""
    function: object = getattr(method, "__func__", method)
    return any(function is inherited for inherited in _INHERITED)  # an object need not be hashable
