"""The token store protocol, and the token it stores."""

from __future__ import annotations

from calendar import monthrange
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

from spotify._checks import check_type, is_text, is_token
from spotify._exceptions import hides_arguments
from spotify.credentials import Secret, check_secret

EXCHANGE_TIMEOUT: Final = 120.0
"""Seconds for a token request that must not be given up: its response may replace the refresh token it was sent with.

It is four times the default timeout of a call, and does not depend on `ClientConfig.timeout`: locks and `close` rely on
it (`LOCK_TIMEOUT`).
"""

LOCK_TIMEOUT: Final = EXCHANGE_TIMEOUT + 30.0
"""Seconds for a token request and for storing its response: the time to wait for the lock of another worker, and for
unfinished refreshes when a client is closed."""

_REFRESH_TOKEN_MONTHS: Final = 6
# So that computing with a datetime cannot overflow.
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9998


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """The application and user that a token belongs to.

    ::

        token = await store.load(TokenKey(client_id="client-id", user="ana"))
    """

    client_id: str
    """The client id of the application."""
    user: str
    """The application's name for the user. It need not be Spotify's user id, which is unknown before the login."""

    def __post_init__(self) -> None:
        """Check the types.

        Raises:
            TypeError: A field is not a str.
        """
        check_type("client_id", self.client_id, str)
        check_type("user", self.user, str)


@hides_arguments
@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An access token, with its refresh token. Its `repr` shows no secrets, and it cannot be pickled.

    All datetimes have a time zone.
    """

    access_token: Secret
    """The access token."""
    refresh_token: Secret | None = None
    """The refresh token; None if none was granted."""
    issued_at: datetime
    """When the access token was issued."""
    expires_at: datetime
    """When the access token expires, usually an hour later."""
    scopes: frozenset[str] = frozenset()
    """The granted scopes."""
    authorized_at: datetime
    """When the user logged in. A refresh does not change it."""

    def __post_init__(self) -> None:
        """Check the types, as an error would otherwise occur later, within a call.

        Raises:
            TypeError: A field has the wrong type.
            ValueError: A token is empty or cannot be sent, or a datetime has no time zone or is not in the years from
                1970 to 9998.
        """
        check_secret("access_token", self.access_token)
        if not is_token(self.access_token.reveal()):
            raise ValueError("access_token must be printable ASCII without spaces and line ends")
        if self.refresh_token is not None:
            check_secret("refresh_token", self.refresh_token)
            if not is_text(self.refresh_token.reveal()):
                raise ValueError("refresh_token must be valid Unicode")
        for name in ("issued_at", "expires_at", "authorized_at"):
            value: datetime = getattr(self, name)
            check_type(name, value, datetime)
            if value.utcoffset() is None:
                raise ValueError(f"{name} must have a time zone, as datetime.now(UTC) has")
            if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
                raise ValueError(f"{name} must be in the years from {_FIRST_YEAR} to {_LAST_YEAR}")
        check_type("scopes", self.scopes, frozenset)

    @property
    def expires_by(self) -> datetime:
        """When the refresh token expires and a new login is required: six months after the login, since June 2026."""
        years, month = divmod(self.authorized_at.month - 1 + _REFRESH_TOKEN_MONTHS, 12)
        year, month = self.authorized_at.year + years, month + 1
        day = min(self.authorized_at.day, monthrange(year, month)[1])
        return self.authorized_at.replace(year=year, month=month, day=day)

    def is_fresh(self, now: datetime, *, skew: float) -> bool:
        """Return whether the access token is still valid in `skew` seconds.

        Args:
            now: The current time, with a time zone.
            skew: Seconds before its expiry at which the token counts as expired; at most half of its lifetime, so that
                a token with a short lifetime is used at all.

        Raises:
            TypeError: An argument has the wrong type.
        """
        lifetime = (self.expires_at - self.issued_at).total_seconds()
        try:
            return now < self.expires_at - timedelta(seconds=min(skew, max(0.0, lifetime) / 2))
        except TypeError:
            raise TypeError("now must be a datetime with a time zone, and skew a number of seconds") from None


class TokenStore(Protocol):
    """Stores tokens by application and user.

    Exceptions reach the caller unchanged: an implementation MUST raise `TokenStoreError` when an operation fails, and
    MUST NOT include a token in the message. A saved token MUST survive a crash.
    """

    async def load(self, key: TokenKey, /) -> Token | None:
        """Return the stored token; None if there is none.

        Raises:
            TokenStoreError: It cannot be read. The stored data MUST NOT be changed.
        """
        ...

    async def save(self, key: TokenKey, token: Token, /) -> None:
        """Store the token, replacing the previous one. Called while holding `lock`.

        When this returns, the token MUST be durable: the previous one may already be invalid. A concurrent `load` MUST
        return either the old or the new token.

        Raises:
            TokenSupersededError: The caller's lock had expired, for stores where locks expire, and another token was
                saved or the token deleted since. The store MUST NOT change that.
            TokenStoreError: The token could not be stored.
        """
        ...

    async def delete(self, key: TokenKey, /) -> None:
        """Delete the token, if there is one. Called while holding `lock`.

        Raises:
            TokenStoreError: The token could not be deleted.
        """
        ...

    def lock(self, key: TokenKey, /) -> AbstractAsyncContextManager[None]:
        """Return a context manager that holds the lock of the key among all tasks and processes that share the store.

        A refresh runs while holding it, so that concurrent callers send one. The lock of a process that died MUST be
        released. It is not reentrant.

        Raises:
            TokenStoreError: On entry: the lock was not released in time.
        """
        ...


@runtime_checkable
class SupportsUnfinished(Protocol):
    """Implemented by a store that knows of holders of its locks that may still save a token, without the lock.

    A worker that stalls during a refresh can lose its lock, and one whose store fails keeps the token in memory.
    """

    async def unfinished(self, key: TokenKey, /) -> float | None:
        """Return the seconds since another holder that may still save a token is known to have held the lock.

        None if there is no such holder: a worker that died may be one where that is not known.
        Called while holding `lock`, after the stored refresh token was rejected: that holder may have used it, and have
        the one that replaces it.

        Raises:
            TokenStoreError: It is not known.
        """
        ...
