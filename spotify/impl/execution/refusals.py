"""What a refused request means: pure functions from a response to an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from spotify.credentials import Secret
from spotify.errors import (
    ApiError,
    AppOwnerPremiumRequiredError,
    AuthenticationError,
    BadRequestError,
    DecodeError,
    EndpointUnavailableError,
    ForbiddenError,
    MissingScopeError,
    NotFoundError,
    PremiumRequiredError,
    QuotaExceededError,
    RateLimitError,
    ReauthorizationRequiredError,
    ServerError,
    UserNotRegisteredError,
)
from spotify.impl.execution.error_bodies import (
    PREFIX,
    ErrorBody,
    parse_json_object,
    read_error_body,
    status_of,
    without_secrets,
)
from spotify.interfaces.operation import Operation
from spotify.interfaces.rate_limiter import PauseReason
from spotify.interfaces.transport import HttpResponse
from spotify.quota import QuotaRestriction

_BY_STATUS: Final[Mapping[int, type[ApiError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: ForbiddenError,
    404: NotFoundError,
    429: RateLimitError,
}

_SECONDS: Final = re.compile(r"[0-9]+(\.[0-9]+)?")
_QUOTA_EXCEEDED: Final = "QUOTA_EXCEEDED"
_INVALID_LIMIT: Final = "invalid limit"
_PREMIUM_REQUIRED: Final = "PREMIUM_REQUIRED"
#: In a 401 or 403: the token lacks a scope. RFC 6750 names `insufficient_scope`; Spotify's messages are "Insufficient
#: client scope" and "Permissions missing".
_SCOPE: Final = re.compile(
    r"\bscopes?\b|\bpermissions? missing\b|\b(missing|insufficient) permissions?\b", re.IGNORECASE
)
#: In a 403 to any operation, as plain text.
_APP_OWNER_PREMIUM: Final = re.compile(r"premium\b.*\bowner of the app", re.IGNORECASE)
_USER_NOT_REGISTERED: Final = re.compile(
    r"\bnot (be )?registered\b.*\bdashboard\b|\bdashboard\b.*\bnot (be )?registered\b", re.IGNORECASE
)
#: Seconds, for the reasons of a 429 that has no `Retry-After`, or 0. The daily quota becomes available again bit by bit
#: in the course of a day.
_DEFAULT_PAUSES: Final[Mapping[PauseReason, float]] = {"rate_limit": 1.0, "quota_exceeded": 900.0}
_LONGEST_CLIENT_PAUSE: Final = 60.0  # seconds; the application's limit has a window of 30 seconds
_MAX_RETRY_AFTER: Final = 1e10  # seconds, 300 years; thousands of digits would make an infinite float


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A response of the Web API with a status other than 2xx, read once."""

    operation: Operation
    """The operation that was called."""
    status: int
    """The HTTP status."""
    error_type: type[ApiError]
    """The class of the error to raise."""
    message: str
    """Spotify's message, or else the standard phrase of the status."""
    reason: str | None
    """The machine-readable reason; None if there is none."""
    body: str
    """The body, as a str."""
    retry_after: float | None
    """The seconds to wait by `Retry-After`; None if it is missing or invalid."""
    retry_at: datetime | None
    """The end of `retry_after` (UTC); None without `Retry-After`."""
    pause: float
    """Seconds to pause requests for, 0.0 for no pause."""
    paused_operation: Operation | None
    """The operation to pause; None to pause all requests."""
    pause_reason: PauseReason
    """Why to pause: a rate limit or a quota."""
    restriction: QuotaRestriction | None
    """The restriction of the application's quota mode that the refusal shows; None if none."""
    may_have_been_executed: bool
    """Whether the request may have been executed although it was refused."""

    @property
    def may_still_be_executed(self) -> bool:
        """Whether the request may be executed after this response."""
        # Spotify responds with 500 when it has ended; a gateway responds with 502 or 504 when it no longer waits.
        return self.may_have_been_executed and self.status > 500

    def error(self) -> ApiError:
        """Return a new error to raise: calls that share a request share this refusal, but not the error."""
        error = self.error_type(
            self.message,
            status_code=self.status,
            reason=self.reason,
            response_body=self.body,
            operation=self.operation.id,
            retry_after=self.retry_after,
        )
        if isinstance(error, RateLimitError):
            error.retry_at = self.retry_at
        if self.error_type is ForbiddenError:
            error.advice = self.operation.forbidden_advice
        if self.error_type is NotFoundError:
            error.advice = self.operation.not_found_advice
        if self.error_type is AuthenticationError:
            error.advice = _authentication_advice(self.message)
        if isinstance(error, MissingScopeError):
            error.required_scopes = tuple(self.operation.scopes)
        if isinstance(error, EndpointUnavailableError):
            error.replacement = self.operation.replacement
            error.removed_on = self.operation.removed_on
        error.may_have_been_executed = self.may_have_been_executed
        return error


def _authentication_advice(message: str) -> str | None:
    """Return what to do about a 401, by Spotify's message; None if the message is unknown."""
    text = message.lower()
    if "expired" in text:
        return "a token lives for an hour; `spotify.login`, an auth provider or client credentials refresh it"
    if "user authentication required" in text:
        return "the token is an application's, and the operation acts for a user: log one in, as with `spotify.login`"
    return None


def read_refusal(response: HttpResponse, operation: Operation, *, now: float) -> Refusal:
    """Read a response of the Web API with a status other than 2xx.

    Args:
        response: The response, without secrets; see `without_secrets`.
        operation: The operation that was called.
        now: Seconds since the epoch.
    """
    return _refusal(response, operation, now=now)


def error_in_success(
    response: HttpResponse, operation: Operation, token: Secret, *, now: float
) -> ApiError | DecodeError | None:
    """Return the error that a response with a status of 2xx contains; None if there is none, as there usually is not.

    Spotify and the gateways in front of it have been seen to send an error object, or an HTML page, with status 200.

    Args:
        response: The response.
        operation: The operation that was called.
        token: The access token, which the response may repeat.
        now: Seconds since the epoch.
    """
    prefix = response.body[:PREFIX].lstrip()
    error: ApiError | DecodeError
    if prefix.startswith(b"<"):
        error = DecodeError(
            f"The response ({response.status}) is an HTML page instead of JSON; a proxy or gateway may have sent it",
            operation=operation.id,
        )
    elif prefix.startswith(b"{") and b'"error"' in prefix:
        if (status := status_of(parse_json_object(response.body))) is None:
            return None
        error = _refusal(replace(without_secrets(response, token), status=status), operation, now=now).error()
    else:
        return None
    error.may_have_been_executed = True  # the status is a success, the body an error
    return error


def token_error(response: HttpResponse, *, now: float) -> ApiError:
    """Return the error for a response of the token endpoint with a status other than 200.

    It does not contain the body, which may hold tokens.
    """
    status = response.status
    parsed = read_error_body(response.body, status)
    retry_after = parse_retry_after(response.headers.get("retry-after"), now=now)
    error_type = by_status(status)
    if status in {400, 401, 403}:  # a 5xx is not about the login, even with an OAuth error
        error_type = ReauthorizationRequiredError if parsed.reason == "invalid_grant" else AuthenticationError
    error = error_type(
        f"The token endpoint refused: {parsed.message}",
        status_code=status,
        reason=parsed.reason,
        retry_after=retry_after,
    )
    if isinstance(error, RateLimitError):
        error.retry_at = _end_of_wait(now, retry_after)
    error.may_have_been_executed = False  # the call that needs the token was not sent
    return error


def parse_retry_after(value: str | None, *, now: float) -> float | None:
    """Return the seconds to wait by a `Retry-After` header, 0 or more; None if it is missing or invalid.

    Args:
        value: The header: seconds, which the standard restricts to integers, or an HTTP date. Of several numbers, as
            where a gateway and the server behind it both send one, the largest counts.
        now: Seconds since the epoch.
    """
    if value is None:
        return None
    numbers = [part.strip() for part in value.split(",")]
    if all(_SECONDS.fullmatch(number) for number in numbers):
        return min(max(map(float, numbers)), _MAX_RETRY_AFTER)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, date.timestamp() - now)


def _refusal(response: HttpResponse, operation: Operation, *, now: float) -> Refusal:
    status = response.status
    body = read_error_body(response.body, status)
    error_type = _error_type(status, body, response.headers.get("www-authenticate", ""), operation)
    retry_after = parse_retry_after(response.headers.get("retry-after"), now=now)
    pause_reason: PauseReason = "quota_exceeded" if error_type is QuotaExceededError else "rate_limit"
    pause = (retry_after or _DEFAULT_PAUSES[pause_reason]) if status == 429 else 0.0
    # A long wait is often that of a limit of this operation alone.
    is_for_operation = pause > _LONGEST_CLIENT_PAUSE or pause_reason == "quota_exceeded"
    return Refusal(
        operation=operation,
        status=status,
        error_type=error_type,
        message=body.message,
        reason=body.reason,
        body=response.body.decode("utf-8", errors="replace"),
        retry_after=retry_after,
        retry_at=_end_of_wait(now, retry_after),
        pause=pause,
        paused_operation=operation if is_for_operation else None,
        pause_reason=pause_reason,
        restriction=_quota_restriction(error_type, body.message),
        may_have_been_executed=_may_have_been_executed(status, retry_after),
    )


def _error_type(status: int, body: ErrorBody, challenge: str, operation: Operation) -> type[ApiError]:
    if status == 429 and body.reason == _QUOTA_EXCEEDED:
        return QuotaExceededError
    if status in {401, 403} and (_SCOPE.search(body.message) or "insufficient_scope" in challenge):
        return MissingScopeError
    if status == 403 and (error_type := _explained_403(body)) is not None:
        return error_type
    # A 404 for a path without parameters cannot mean that an object does not exist.
    is_removed = status == 403 or (status == 404 and not operation.path_parameters)
    if is_removed and not operation.development_mode and body.is_unexplained:
        return EndpointUnavailableError
    return by_status(status)


def _explained_403(body: ErrorBody) -> type[ForbiddenError] | None:
    if body.reason == _PREMIUM_REQUIRED:
        return PremiumRequiredError
    if _APP_OWNER_PREMIUM.search(body.message):
        return AppOwnerPremiumRequiredError
    return UserNotRegisteredError if _USER_NOT_REGISTERED.search(body.message) else None


def by_status(status: int) -> type[ApiError]:
    """Return the class of the errors with this status, if nothing else is known about the refusal."""
    return _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)


def _quota_restriction(error_type: type[ApiError], message: str) -> QuotaRestriction | None:
    if error_type is EndpointUnavailableError:
        return "unavailable"
    if error_type is BadRequestError and _INVALID_LIMIT in message.lower():
        return "limit_too_high"
    return None


def _may_have_been_executed(status: int, retry_after: float | None) -> bool:
    # A 4xx was not executed. A 5xx may have failed after the work, except a 503 that says when to retry. A redirect
    # was not sent by the API itself, and says nothing about it.
    if status == 503:
        return retry_after is None
    return status >= 500 or status < 400


def _end_of_wait(now: float, seconds: float | None) -> datetime | None:
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(now, UTC) + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None
