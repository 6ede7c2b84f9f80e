"""The errors of this library, all of them subclasses of `SpotifyError`.

::

    SpotifyError
    ├── ClientClosedError              the client is closed
    ├── TransportError                 there was no response
    │   ├── TransportTimeoutError      … within the timeout of the request
    │   │   └── DeadlineExceededError  … within the deadline of the call
    │   └── ResponseTooLargeError      … of an allowed size
    ├── DecodeError                    the response is invalid
    ├── PagingError                    a list ended before its total
    │   └── ListChangedError           … because the list changed while it was read
    ├── PartialReadError               some objects of a bulk read could not be read
    ├── PartialWriteError              a bulk write stopped before its end
    ├── LoginError                     a login failed
    ├── LoginRequiredError             there is no token until the user logs in
    ├── RateLimiterError               the shared rate limiter is unavailable
    ├── TokenStoreError                tokens could not be stored or read
    │   └── TokenSupersededError       … because a newer token is stored
    ├── AuthProviderError              an auth provider of the application has no access token
    └── ApiError                       Spotify refused the request
        ├── BadRequestError            400
        ├── AuthenticationError        401, and refusals of the token endpoint
        │   ├── ReauthorizationRequiredError   (a LoginRequiredError too)
        │   └── RefreshUnfinishedError
        ├── ForbiddenError             403
        │   ├── MissingScopeError              (also 401)
        │   ├── EndpointUnavailableError
        │   ├── AppOwnerPremiumRequiredError
        │   ├── UserNotRegisteredError
        │   └── PremiumRequiredError
        ├── NotFoundError              404
        ├── RateLimitError             429
        │   ├── QuotaExceededError
        │   └── WaitTooLongError       not sent: the wait would be too long
        └── ServerError                5xx

Invalid arguments that are found before a request raise `ValueError` or `TypeError` instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

_MAX_BODY_CHARACTERS: Final = 2_000
_PAGE: Final = "https://async-spotify-client.github.io/async-spotify-client/reference_pages/errors.html"


class SpotifyError(Exception):
    """The base class of all errors of this library."""

    may_have_been_executed: bool = True
    """Whether the call may have been executed in one of its attempts although it failed. False is certain: the call can
    be repeated without executing it twice.
    """
    is_about_token: bool = False
    """Whether there was no access token for the call, so that no other call can be made either."""
    collected: Sequence[object] = ()
    """The items that `collect` had read before it failed, in order; the list's `position` is after them. Empty for any
    other call.
    """

    @property
    def help_url(self) -> str:
        """The address of the documentation of this error: its cause and what to do."""
        documented = next(kind for kind in type(self).__mro__ if kind.__module__ == __name__)
        return f"{_PAGE}#{documented.__name__.lower()}"

    def __reduce__(self) -> tuple[object, ...]:
        # By default, pickle cannot restore exceptions with keyword-only arguments, as worker processes need to.
        return _restore, (type(self), self.args, self.__dict__.copy())


def _restore(kind: type[SpotifyError], args: tuple[object, ...], state: dict[str, object]) -> SpotifyError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class ClientClosedError(SpotifyError):
    """The client or its transport was closed before or during the call."""


class TransportError(SpotifyError):
    """There was no response."""

    def __init__(self, message: str, *, sent: bool, operation: str | None = None) -> None:
        super().__init__(message)
        self.sent = sent
        """Whether the last request may have reached the server. False is certain."""
        self.operation = operation
        """The id of the API operation, such as `get-an-album`; None outside a call."""

    def __str__(self) -> str:
        return _with_operation(super().__str__(), self.operation)


class TransportTimeoutError(TransportError):
    """There was no response within the timeout."""


class DeadlineExceededError(TransportTimeoutError):
    """The call, including its waits and retries, did not finish within its deadline."""


class ResponseTooLargeError(TransportError):
    """The response was larger than `ClientConfig.max_response_bytes` and was discarded."""


class DecodeError(SpotifyError):
    """The response is not JSON, or does not have the documented structure."""

    def __init__(self, message: str, *, path: str = "$", operation: str | None = None, partial: object = None) -> None:
        super().__init__(message)
        self.path = path
        """The JSON path of the error, such as `$.items[3].uri`; `$` is the whole document."""
        self.operation = operation
        """The id of the API operation; None outside a call."""
        self.partial = partial
        """What could be read: a page without items, or recommendations without tracks; otherwise None."""

    def __str__(self) -> str:
        return _with_operation(super().__str__(), self.operation)


class PagingError(SpotifyError):
    """A list ended before its total, or none of its pages leads to the end; only with `on_change="raise"`."""


class PartialReadError(SpotifyError):
    """Some objects of a bulk read could not be read. The error contains the others."""

    def __init__(
        self,
        message: str,
        *,
        results: Sequence[object],
        errors: Mapping[str, SpotifyError],
        operation: str | None = None,
    ) -> None:
        super().__init__(message)
        self.results = tuple(results)
        """One object per id, in the order of the ids; None if it does not exist or could not be read."""
        self.errors = dict(errors)
        """The errors of the objects that could not be read, by id."""
        self.operation = operation
        """The id of the API operation."""

    @property
    def retry_at(self) -> datetime | None:
        """When the other objects can be read (UTC), by the errors that say so; None if none of them does."""
        times = [error.retry_at for error in self.errors.values() if isinstance(error, RateLimitError)]
        return max((time for time in times if time is not None), default=None)

    def __str__(self) -> str:
        first = next(iter(self.errors.values()), None)
        return _with_operation(f"{super().__str__()}; the first error: {first}", self.operation)


class LoginError(SpotifyError):
    """A login failed."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """An OAuth error code, such as `access_denied` if the user denied access or `invalid_grant` if the code is not
        valid (any more); `state_mismatch` if the redirect does not belong to this login; `no_code` if the redirect has
        no code; `missing_scopes` if a required scope was not granted; `no_browser` if no browser can be opened;
        `port_unavailable` if the port of the redirect URI cannot be used; `timeout`.
        """


class LoginRequiredError(SpotifyError):
    """There is no token until the user logs in."""


class RateLimiterError(SpotifyError):
    """The shared rate limiter is unavailable, and is configured to stop requests in that case."""


class TokenStoreError(SpotifyError):
    """Tokens could not be stored, or the stored token could not be read."""


class AuthProviderError(SpotifyError):
    """An auth provider of the application has no access token. The provider raises it in `get_access_token`."""

    may_have_been_executed = False

    def __init__(self, message: str, *, transient: bool = False) -> None:
        super().__init__(message)
        self.transient = transient
        """Whether the call may be retried, as after a transport error."""
        self.operation: str | None = None
        """The id of the API operation that was called."""


class TokenSupersededError(TokenStoreError):
    """A token was not stored, because another worker has stored or deleted a newer one.

    This happens to a worker that held the store's lock until it expired. Load the token again.
    """


class ListChangedError(PagingError):
    """A list changed while its pages were read, so that items would have been missing or repeated."""

    def __init__(
        self, message: str, *, expected_total: int | None, seen_total: int | None, offset: int, operation: str
    ) -> None:
        super().__init__(message)
        self.expected_total = expected_total
        """The number of items at the start of the scan; None if Spotify did not send it."""
        self.seen_total = seen_total
        """The number of items when the change was detected; None if unknown."""
        self.offset = offset
        """The offset at which to continue in spite of the change. All items before it, in the list as it was, have been
        yielded; if none has, the offset where the scan started.
        """
        self.operation = operation
        """The id of the API operation."""

    def __str__(self) -> str:
        if self.expected_total == self.seen_total:
            change = "items were repeated"
        else:
            change = f"it had {self.expected_total} items, then {self.seen_total}"
        advice = f"read it again, or continue at offset {self.offset}"
        return _with_operation(f"{super().__str__()}: {change}; {advice}", self.operation)


class PartialWriteError(SpotifyError):
    """A bulk write stopped before its end. The error says which items were written and which were not.

    The error that stopped it is the `__cause__`. A write that is cancelled, for example by a timeout around it, raises
    `CancelledError` or `TimeoutError` as usual; `PartialWriteError.behind(error)` returns this error then.
    """

    def __init__(
        self,
        message: str,
        *,
        applied: Sequence[str],
        unknown: Sequence[str],
        not_applied: Sequence[str],
        snapshot_id: str | None = None,
        operation: str | None = None,
        resumption: object = None,
    ) -> None:
        super().__init__(message)
        self.applied = tuple(applied)
        """The items that Spotify confirmed, in the order of the arguments."""
        self.unknown = tuple(unknown)
        """The items of the request in progress, which may or may not have been written."""
        self.not_applied = tuple(not_applied)
        """The items that were certainly not written."""
        self.snapshot_id = snapshot_id
        """The playlist's version after the last confirmed request; None for a library, or if there was none."""
        self.operation = operation
        """The id of the API operation."""
        self.resumption = resumption
        """The state for `await client.resume(error)`, in this process or another one."""

    @property
    def retry_at(self) -> datetime | None:
        """When to resume (UTC), if a rate limit or quota stopped the write and the time is known; otherwise None."""
        return self.__cause__.retry_at if isinstance(self.__cause__, RateLimitError) else None

    @classmethod
    def behind(cls, error: BaseException) -> PartialWriteError | None:
        """Return the `PartialWriteError` among the causes of `error`; None if there is none.

        ::

            try:
                async with asyncio.timeout(60):
                    await client.playlists.add_items(playlist_id, uris)
            except TimeoutError as error:
                if (stopped := PartialWriteError.behind(error)) is not None:
                    await client.resume(stopped)

        Args:
            error: The error that was raised.
        """
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, cls):
            cause = cause.__cause__ or cause.__context__
        return cause

    def __str__(self) -> str:
        counts = f"{len(self.applied)} applied, {len(self.unknown)} unknown, {len(self.not_applied)} not applied"
        return _with_operation(f"{super().__str__()} ({counts})", self.operation)


class ApiError(SpotifyError):
    """Spotify refused the request."""

    sent: bool = True
    """Whether the request was sent. False if the client refused it, because Spotify would refuse it too."""
    advice: str | None = None
    """What the refusal means and what to do; None if the message says it."""

    def __init__(
        self,
        message: str,
        *,
        status_code: int,
        reason: str | None = None,
        response_body: str = "",
        operation: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status_code = status_code
        """The HTTP status."""
        self.message = message
        """Spotify's message: of its error object, or a short text body. Otherwise the title of an HTML page or the
        standard phrase of the status.
        """
        self.reason = reason
        """Spotify's machine-readable reason, such as `NO_ACTIVE_DEVICE`, or the OAuth error code of the token endpoint;
        None if there is none.
        """
        self.response_body = response_body[:_MAX_BODY_CHARACTERS]
        """The first 2,000 characters of the body."""
        self.operation = operation
        """The id of the API operation, such as `get-an-album`; None outside a call."""
        self.retry_after = retry_after
        """The seconds to wait that Spotify sent; None if it sent none."""

    def __str__(self) -> str:
        status = f"{self.status_code} " if self.sent else "Not sent: "
        reason = f" [{self.reason}]" if self.reason else ""
        advice = f"; {self.advice}" if self.advice else ""
        return _with_operation(f"{status}{self.message}{reason}", self.operation) + advice


class BadRequestError(ApiError):
    """400: an argument is invalid."""


class AuthenticationError(ApiError):
    """401: the access token is missing, expired or revoked; or the token endpoint refused the credentials."""


class ReauthorizationRequiredError(AuthenticationError, LoginRequiredError):
    """The refresh token is expired or revoked: the user must log in again.

    It is raised after the newest stored token was rejected, and while no other worker is known that may still replace
    it (`RefreshUnfinishedError`). Such a worker counts as dead 15 minutes after it held the lock of the token; `advice`
    says so then. Do not delete the stored token: a new login replaces it.
    """

    advice = "log the user in again, as with `spotify.login` or `ensure_login`"


class RefreshUnfinishedError(AuthenticationError):
    """The refresh token was rejected, but another worker, which has not finished, may have replaced it.

    That worker may be frozen, or its store may fail. The login works again as soon as it stores the new token: call
    again later. A new login is possible too, and replaces the token in any case.
    """

    advice = (
        "another worker that refreshed this token has not stored the new one yet: call again later. If that worker has "
        "died, log in again"
    )


class ForbiddenError(ApiError):
    """403: the token is valid, but does not allow this request."""


class MissingScopeError(ForbiddenError):
    """The access token does not have a scope that the operation requires. A new token has the same scopes.

    The user must log in again and grant the missing scopes. Spotify sends it with status 403 or 401.
    """

    required_scopes: tuple[str, ...] = ()
    """The scopes that the operation can require. For some operations it is one of them, depending on the object: a
    public playlist requires another scope than a private one.
    """
    granted_scopes: tuple[str, ...] | None = None
    """The scopes that the user granted; None if they are unknown."""

    @property
    def missing_scopes(self) -> tuple[str, ...]:
        """The required scopes that were not granted; all required scopes if the granted ones are unknown."""
        return tuple(scope for scope in self.required_scopes if scope not in (self.granted_scopes or ()))

    def __str__(self) -> str:
        text = super().__str__()
        if self.required_scopes:
            text += f"; the operation requires {', '.join(self.required_scopes)}"
        if self.granted_scopes is not None:
            text += f"; granted: {', '.join(self.granted_scopes) or 'none'}"
            text += f"; missing: {', '.join(self.missing_scopes)}" if self.missing_scopes else ""
        return f"{text}; log in again with these scopes"


class EndpointUnavailableError(ForbiddenError):
    """The operation was removed for applications in development mode; it requires extended quota."""

    replacement: str | None = None
    """The id of an operation of development mode with the same effect; None if there is none."""
    removed_on: date | None = None
    """The date since which applications in development mode cannot use it."""

    def __str__(self) -> str:
        since = f" since {self.removed_on}" if self.removed_on else ""
        instead = (
            f"use {self.replacement} instead"
            if self.replacement
            else "nothing replaces it. Spotify grants extended quota to organisations only"
        )
        return f"{super().__str__()}; applications in development mode do not have this operation{since}: {instead}"


class AppOwnerPremiumRequiredError(ForbiddenError):
    """The owner of the application has no active Premium subscription, so that Spotify refuses all of its calls."""

    advice = (
        "in development mode the owner of the application needs Premium; calls work again some hours after the "
        "subscription is renewed"
    )


class UserNotRegisteredError(ForbiddenError):
    """The user is not on the application's list of users, which development mode requires."""

    advice = (
        "in development mode only the users registered for the application can use it, at most five: add the user "
        "under User Management in Spotify's developer dashboard"
    )


class PremiumRequiredError(ForbiddenError):
    """The user needs Premium for this operation of the player."""

    advice = "the user needs Spotify Premium for this operation"


class NotFoundError(ApiError):
    """404: the object does not exist, or is not visible to this application or user."""


class RateLimitError(ApiError):
    """429: too many requests within 30 seconds or within a day.

    Raised if the wait would be longer than `ClientConfig.max_retry_wait`; shorter waits are waited out.
    `retry_after` is counted from the time of the response.
    """

    retry_at: datetime | None = None
    """The end of the wait (UTC); None if Spotify sent no `Retry-After`."""

    def __str__(self) -> str:
        if self.retry_after is None:
            return super().__str__()
        at = f", at {self.retry_at:%Y-%m-%d %H:%M:%S} UTC" if self.retry_at else ""
        return f"{super().__str__()}; retry after {self.retry_after:g} s{at}"


class QuotaExceededError(RateLimitError):
    """429 with the reason `QUOTA_EXCEEDED`: the daily quota of the developer account is used up.

    It counts the calls of about the last 24 hours by all applications of the account. The client does not wait for it.
    """

    advice = "the daily quota of the developer account is used up: stop, and continue after the wait"


class WaitTooLongError(RateLimitError):
    """Not sent: the wait for a pause or a rate limit would be longer than `max_retry_wait`, or end after the deadline.

    It is raised as soon as this is known, and not retried. `retry_after` and `retry_at` say when the request may be
    sent at the earliest.
    """


class ServerError(ApiError):
    """5xx: an error of Spotify's servers."""


def _with_operation(text: str, operation: str | None) -> str:
    return f"{text} ({operation})" if operation else text
