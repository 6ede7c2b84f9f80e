"""Logs calls through structlog."""

from __future__ import annotations

import logging
from typing import Final

from spotify.errors import ApiError, AuthenticationError
from spotify.interfaces.observer import AttemptInfo, CallInfo, CallResult, TokenRequestInfo
from spotify.logs import EventLogger, get_logger

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
