"""The observers of a client, as one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from spotify._checks import check_methods, each_of, implements
from spotify.config import ClientConfig
from spotify.impl.observers.logging_observer import LoggingObserver
from spotify.interfaces.observer import (
    AttemptInfo,
    CallInfo,
    CallResult,
    Observer,
    SupportsTokenRequests,
    TokenRequestInfo,
)
from spotify.logs import get_logger
from spotify.usage import Usage

EventT = TypeVar("EventT")

_log = get_logger(__name__)

_COUNT_INTERVAL: Final = 1.0
_METHODS: Final = ("call_started", "attempt_finished", "call_finished")


def checked_observers(observers: object) -> tuple[Observer, ...]:
    """Return the observers as a tuple.

    Raises:
        TypeError: It is not a sequence of observers.
    """
    checked: list[Observer] = []
    for observer in each_of(observers, "observers must be a sequence of observers"):
        check_methods("observers", observer, _METHODS)
        if implements(observer, Observer):
            checked.append(observer)
    return tuple(checked)


class CallObservers:
    """Passes calls on to the observers of a client, and to the one that logs.

    An observer that raises harms neither the call nor the other observers.

    Attributes:
        client: `ClientConfig.name`.
        api_url: `ClientConfig.api_url`.
        are_there: Whether there are observers of the application.
        daily_limit: `ClientConfig.daily_limit` of all operations together.
    """

    __slots__ = (
        "_attempt_finished",
        "_call_finished",
        "_call_started",
        "_counted_until",
        "_faulty",
        "_logging",
        "_observers",
        "_requests_today",
        "_usage",
        "api_url",
        "are_there",
        "client",
        "daily_limit",
    )

    def __init__(self, observers: Sequence[Observer], *, config: ClientConfig, usage: Usage) -> None:
        """Take the application's observers.

        Args:
            observers: They are called in this order.
            config: The settings of the client.
            usage: Counts the requests of the client.
        """
        self._observers = checked_observers(observers)
        self._logging = LoggingObserver()
        self._usage = usage
        self._faulty: set[int] = set()
        self._requests_today, self._counted_until = 0, 0.0
        self.are_there: Final = bool(self._observers)
        self._call_started = [observer.call_started for observer in self._observers]
        self._attempt_finished = [observer.attempt_finished for observer in self._observers]
        self._call_finished = [observer.call_finished for observer in self._observers]
        self.client: Final = config.name
        self.api_url: Final = config.api_url
        limit = config.daily_limit
        self.daily_limit: Final = limit if limit is None or isinstance(limit, int) else limit.get("*")

    def log_success(self) -> bool:
        """Return whether calls without any failure are logged."""
        return self._logging.logs_success()

    def requests_today(self) -> int:
        """Return the number of requests of the last 24 hours, counted at most once a second."""
        if (now := time.monotonic()) >= self._counted_until:
            self._requests_today = self._usage.made(None)
            self._counted_until = now + _COUNT_INTERVAL
        return self._requests_today

    def call_started(self, call: CallInfo) -> None:
        """Pass on the start of a call."""
        self._pass_on(self._call_started, call)

    def attempt_finished(self, attempt: AttemptInfo, *, is_logged: bool) -> None:
        """Pass on the end of an attempt; one without an error is logged only if `is_logged`."""
        if is_logged or attempt.error is not None:
            self._pass_on((self._logging.attempt_finished,), attempt)
        self._pass_on(self._attempt_finished, attempt)

    def call_finished(self, result: CallResult) -> None:
        """Pass on the end of a call. One without an error is not logged."""
        if result.error is not None or result.replaced_error is not None:
            self._pass_on((self._logging.call_finished,), result)
        self._pass_on(self._call_finished, result)

    def token_request_finished(self, request: TokenRequestInfo) -> None:
        """Pass on the end of a token request."""
        interested = [
            each.token_request_finished for each in self._observers if isinstance(each, SupportsTokenRequests)
        ]
        self._pass_on(interested, request)

    def _pass_on(self, methods: Sequence[Callable[[EventT], None]], event: EventT) -> None:
        for method in methods:
            try:
                method(event)
            except Exception as exc:  # noqa: BLE001  whatever the application's observer raises
                self._report(method, exc)

    def _report(self, method: object, error: Exception) -> None:
        observer: object = getattr(method, "__self__", method)
        if id(observer) not in self._faulty:
            self._faulty.add(id(observer))
            _log.warning("observer_failed", observer=type(observer).__name__, error=type(error).__name__)
