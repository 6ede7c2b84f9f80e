"""Every error that this library raises on purpose, in one tree under `SpotifyError`.

::

    SpotifyError
    ├── ClientClosedError              the client was used after close()
    ├── TransportError                 no answer came
    │   ├── TransportTimeoutError      … in time
    │   │   └── DeadlineExceededError  … in the time given to the whole call
    │   └── ResponseTooLargeError      … that could be kept
    ├── DecodeError                    an answer came that is not what it should be
    ├── PagingError                    the pages of a list do not fit together
    │   └── ListChangedError           … because it changed while it was read
    ├── PartialReadError               a bulk read got some of its objects, not all
    ├── PartialWriteError              a bulk write stopped half way
    ├── LoginError                     a login did not end with a token
    ├── LoginRequiredError             no token can be had unless the user logs in
    ├── RateLimiterError               the rate limiter that workers share cannot be asked
    ├── TokenStoreError                tokens could not be kept, or not be read
    │   └── TokenSupersededError       … because a newer one is kept already
    └── ApiError                       Spotify answered that it will not
        ├── BadRequestError            400
        ├── AuthenticationError        401, and what the token endpoint refuses
        │   └── ReauthorizationRequiredError   (a LoginRequiredError too)
        ├── ForbiddenError             403
        │   ├── MissingScopeError
        │   └── EndpointUnavailableError
        ├── NotFoundError              404
        ├── RateLimitError             429
        │   └── QuotaExceededError
        └── ServerError                5xx

Arguments that can be seen to be wrong before any request raise `ValueError` or `TypeError` instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

_MAX_BODY_CHARACTERS: Final = 2_000


class SpotifyError(Exception):
    """The base of all errors of this library.

    Attributes:
        may_have_been_executed: Whether the call that ended with this error, in any of its attempts, may have had its
            effect all the same. False is a promise: a write can be sent again without doubling it.
    """

    may_have_been_executed: bool = True

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only constructors defeat pickle's default; a worker process must be able to hand its error back.
        return _restore, (type(self), self.args, self.__dict__.copy())


def _restore(kind: type[SpotifyError], args: tuple[object, ...], state: dict[str, object]) -> SpotifyError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class ClientClosedError(SpotifyError):
    """The client, or the transport below it, was used after it had been closed, or closed during the call."""


class TransportError(SpotifyError):
    """No answer came back.

    Attributes:
        sent: Whether the last request may have reached the server. False is a promise.
        operation: The id of the API operation, such as `get-an-album`; None outside a call.
    """

    def __init__(self, message: str, *, sent: bool, operation: str | None = None) -> None:
        super().__init__(message)
        self.sent = sent
        self.operation = operation

    def __str__(self) -> str:
        return _with_operation(super().__str__(), self.operation)


class TransportTimeoutError(TransportError):
    """No answer came back in the time allowed."""


class DeadlineExceededError(TransportTimeoutError):
    """The time allowed for the whole call, its waits and repeats included, is over."""


class ResponseTooLargeError(TransportError):
    """The answer's body grew past the configured bound and was dropped unread."""


class DecodeError(SpotifyError):
    """An answer came, but it is not JSON or not of the shape that the operation promises.

    Attributes:
        path: Where in the document, as a JSON path such as `$.items[3].uri`; `$` is the whole.
        operation: The id of the API operation; None outside a call.
    """

    def __init__(self, message: str, *, path: str = "$", operation: str | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.operation = operation

    def __str__(self) -> str:
        return _with_operation(super().__str__(), self.operation)


class PagingError(SpotifyError):
    """The pages of a list do not fit together, for instance because a page names itself as the next one."""


class PartialReadError(SpotifyError):
    """A bulk read got some of its objects and not the others; nothing that was got is lost.

    Attributes:
        results: What was got, in the order of the ids asked for; None for what does not exist and for what failed.
        errors: Why the others failed, by id.
        operation: The id of the API operation.
    """

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
        self.errors = dict(errors)
        self.operation = operation

    def __str__(self) -> str:
        first = next(iter(self.errors.values()), None)
        return _with_operation(f"{super().__str__()}; the first error: {first}", self.operation)


class LoginError(SpotifyError):
    """A login did not end with a token.

    Attributes:
        reason: Why, as a word: OAuth's error code, such as `access_denied` when the user refused; `state_mismatch` when
            the redirect does not belong to a login that was begun here; `no_code` when it has no code; `invalid_grant`
            when the code is not accepted (any more); `timeout`.
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class LoginRequiredError(SpotifyError):
    """No token can be had unless the user logs in."""


class RateLimiterError(SpotifyError):
    """The rate limiter that workers share cannot be asked, and was told to let nobody go without."""


class TokenStoreError(SpotifyError):
    """Tokens could not be kept, or what was kept cannot be read."""


class TokenSupersededError(TokenStoreError):
    """A token was not kept, because somebody saved or removed one since: what is kept now is newer.

    It happens to a worker that held the store's lock for so long that another one got it. Load the token again.
    """


class ListChangedError(PagingError):
    """A list changed while it was read page by page, so that items would have been missed or come twice.

    Attributes:
        expected_total: How many items the list had when the scan began; None if Spotify did not say.
        seen_total: How many it had when the change was noticed.
        offset: Where to go on for whoever takes the risk: everything before it in the list as it was has been handed
            out. Where nothing was handed out, it is where the scan began.
        operation: The id of the API operation.
    """

    def __init__(
        self, message: str, *, expected_total: int | None, seen_total: int | None, offset: int, operation: str
    ) -> None:
        super().__init__(message)
        self.expected_total = expected_total
        self.seen_total = seen_total
        self.offset = offset
        self.operation = operation

    def __str__(self) -> str:
        if self.expected_total == self.seen_total:
            how = "items came twice"
        else:
            how = f"it had {self.expected_total} items, then {self.seen_total}"
        advice = f"read it again, or go on at offset {self.offset}"
        return _with_operation(f"{super().__str__()}: {how}; {advice}", self.operation)


class PartialWriteError(SpotifyError):
    """A bulk write stopped half way; the error says exactly what was done and what was not.

    The reason it stopped is its `__cause__`. A write that is cancelled, by a time-out around it for instance, ends with
    the `CancelledError` or the `TimeoutError` all the same: `PartialWriteError.behind(error)` is what is known then.

    Attributes:
        applied: What Spotify confirmed, in the order given.
        unknown: What was on the wire when it stopped: it may or may not have been applied.
        not_applied: What certainly was not applied.
        snapshot_id: The playlist's version after the last confirmed part; None for a library, or if none was confirmed.
        operation: The id of the API operation.
        resumption: What `await client.resume(error)` goes on with, in this process or in another one.
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
        self.unknown = tuple(unknown)
        self.not_applied = tuple(not_applied)
        self.snapshot_id = snapshot_id
        self.operation = operation
        self.resumption = resumption

    @classmethod
    def behind(cls, error: BaseException) -> PartialWriteError | None:
        """Return what is known of a bulk write that ended with `error`; None if it stopped nowhere half way.

        ::

            try:
                async with asyncio.timeout(60):
                    await client.playlists.add_items(playlist_id, uris)
            except TimeoutError as error:
                if (stopped := PartialWriteError.behind(error)) is not None:
                    await client.resume(stopped)

        Args:
            error: What was raised: itself, or the error that it is the cause of, over any number of steps.
        """
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, cls):
            cause = cause.__cause__ or cause.__context__
        return cause

    def __str__(self) -> str:
        counts = f"{len(self.applied)} applied, {len(self.unknown)} unknown, {len(self.not_applied)} not applied"
        return _with_operation(f"{super().__str__()} ({counts})", self.operation)


class ApiError(SpotifyError):
    """Spotify answered, and the answer is no.

    Attributes:
        status_code: The HTTP status.
        message: Spotify's own words, or the status' standard phrase where it sent none.
        reason: The machine-readable reason that some answers carry, such as `NO_ACTIVE_DEVICE`, or the OAuth error code
            of the token endpoint; None otherwise.
        response_body: The body as text, cut after 2,000 characters.
        operation: The id of the API operation, such as `get-an-album`; None outside a call.
        retry_after: How many seconds Spotify asked to wait; None if it did not.
    """

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
        self.message = message
        self.reason = reason
        self.response_body = response_body[:_MAX_BODY_CHARACTERS]
        self.operation = operation
        self.retry_after = retry_after

    def __str__(self) -> str:
        reason = f" [{self.reason}]" if self.reason else ""
        return _with_operation(f"{self.status_code} {self.message}{reason}", self.operation)


class BadRequestError(ApiError):
    """400: Spotify did not accept an argument."""


class AuthenticationError(ApiError):
    """401: the access token is missing, expired or revoked; or the token endpoint refused the application."""


class ReauthorizationRequiredError(AuthenticationError, LoginRequiredError):
    """The refresh token is dead (expired or revoked). Only the user can mend that, by logging in again."""


class ForbiddenError(ApiError):
    """403: the token is good, but not for this."""


class MissingScopeError(ForbiddenError):
    """The access token was not granted a scope that the operation needs.

    Attributes:
        required_scopes: The scopes that the operation can need. For some it is one of them, depending on the object:
            a public playlist needs another scope than a private one.
        granted_scopes: What the user granted; None if the auth provider does not know.
    """

    required_scopes: tuple[str, ...] = ()
    granted_scopes: tuple[str, ...] | None = None

    @property
    def missing_scopes(self) -> tuple[str, ...]:
        """The required scopes that were not granted: ask for these as well. All of them, where nothing is known."""
        return tuple(scope for scope in self.required_scopes if scope not in (self.granted_scopes or ()))

    def __str__(self) -> str:
        text = super().__str__()
        if self.required_scopes:
            text += f"; the operation needs {', '.join(self.required_scopes)}"
        if self.granted_scopes is not None:
            text += f"; granted: {', '.join(self.granted_scopes) or 'none'}"
            text += f"; missing: {', '.join(self.missing_scopes)}" if self.missing_scopes else ""
        return text


class EndpointUnavailableError(ForbiddenError):
    """The operation was removed for applications in development mode; it needs extended quota.

    Attributes:
        replacement: The id of the operation that does the same in development mode; None if there is none.
        removed_on: The day since which applications in development mode do without it.
    """

    replacement: str | None = None
    removed_on: date | None = None

    def __str__(self) -> str:
        since = f" on {self.removed_on}" if self.removed_on else ""
        instead = (
            f"use {self.replacement} instead"
            if self.replacement
            else "nothing replaces it; apply for extended quota in Spotify's developer dashboard"
        )
        gone = f"Spotify removed this operation for applications in development mode{since}"
        return f"{super().__str__()}; {gone}: {instead}"


class NotFoundError(ApiError):
    """404: there is no such object, or it is not shown to this application or user."""


class RateLimitError(ApiError):
    """429: too many calls in Spotify's rolling 30-second window, or in its daily one.

    It is raised instead of waiting whenever the wait would be longer than `ClientConfig.max_retry_wait`.

    Attributes:
        retry_after: Seconds to wait, counted from when the error was made; None if Spotify did not say.
        retry_at: The moment when the wait is over (UTC); None if Spotify did not say.
    """

    retry_at: datetime | None = None

    def __str__(self) -> str:
        if self.retry_after is None:
            return super().__str__()
        at = f", at {self.retry_at:%Y-%m-%d %H:%M:%S} UTC" if self.retry_at else ""
        return f"{super().__str__()}; retry after {self.retry_after:g} s{at}"


class QuotaExceededError(RateLimitError):
    """429 with the reason `QUOTA_EXCEEDED`: the developer account's quota is spent; waiting seconds does not help."""


class ServerError(ApiError):
    """5xx: the fault is Spotify's."""


def _with_operation(text: str, operation: str | None) -> str:
    return f"{text} ({operation})" if operation else text
