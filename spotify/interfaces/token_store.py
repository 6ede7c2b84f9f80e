"""The token store: where a user's tokens are kept between two runs of a program."""

from __future__ import annotations

from calendar import monthrange
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, cast

from spotify._checks import check_str
from spotify.credentials import Secret, check_secret

_REFRESH_TOKEN_MONTHS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """Whose token it is.

    Attributes:
        client_id: The application to which it was granted.
        user: The user who granted it, by whatever name the application knows them. Spotify's own id is not known before
            the login is over, so it need not be that.
    """

    client_id: str
    user: str

    def __post_init__(self) -> None:
        """Check the types.

        Raises:
            TypeError: A part is not a text.
        """
        check_str("client_id", self.client_id)
        check_str("user", self.user)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a user granted to an application. Its `repr` shows no secret, and it cannot be pickled.

    All times have a time zone.

    Attributes:
        access_token: The token to call the API with.
        refresh_token: What a new access token is got with; None if none was granted.
        issued_at: When the access token was issued.
        expires_at: When the access token ends, an hour after that as a rule.
        scopes: What the user allowed.
        authorized_at: When the user logged in. A refresh leaves it as it is.
    """

    access_token: Secret
    refresh_token: Secret | None = None
    issued_at: datetime
    expires_at: datetime
    scopes: frozenset[str] = frozenset()
    authorized_at: datetime

    def __post_init__(self) -> None:
        """Check the types: what is wrong here would come to light in the middle of a call.

        Raises:
            TypeError: A part is of the wrong type.
            ValueError: A token is empty, or a time has no time zone.
        """
        check_secret("access_token", self.access_token)
        if self.refresh_token is not None:
            check_secret("refresh_token", self.refresh_token)
        for name in ("issued_at", "expires_at", "authorized_at"):
            moment: object = getattr(self, name)
            if not isinstance(moment, datetime):
                raise TypeError(f"{name} must be a datetime, not {type(moment).__name__}")
            if moment.utcoffset() is None:
                raise ValueError(f"{name} must have a time zone, such as datetime.now(UTC) has")
        if not isinstance(cast("object", self.scopes), frozenset):
            raise TypeError(f"scopes must be a frozenset, not {type(self.scopes).__name__}")

    @property
    def expires_by(self) -> datetime:
        """When the refresh token ends: six months after the login, since June 2026. Then the user must log in again."""
        years, month = divmod(self.authorized_at.month - 1 + _REFRESH_TOKEN_MONTHS, 12)
        year, month = self.authorized_at.year + years, month + 1
        day = min(self.authorized_at.day, monthrange(year, month)[1])
        return self.authorized_at.replace(year=year, month=month, day=day)

    def is_fresh(self, now: datetime, *, skew: float) -> bool:
        """Whether the access token can be used for a while.

        Args:
            now: The time, with a time zone.
            skew: Seconds before its end at which it counts as ended. At most half of a short life is given up, or a
                token that lives less than the skew would never be used.

        Raises:
            TypeError: One of them is of the wrong type.
        """
        lifetime = (self.expires_at - self.issued_at).total_seconds()
        try:
            return now < self.expires_at - timedelta(seconds=min(skew, max(0.0, lifetime) / 2))
        except TypeError:
            raise TypeError("now must be a datetime with a time zone, and skew a number of seconds") from None


class TokenStore(Protocol):
    """Keeps tokens by application and user.

    What it raises reaches the caller as it is, so an implementation MUST raise `TokenStoreError` when it cannot do what
    it was asked, and MUST NOT put a token into the message. A token that was saved MUST be there after a crash.
    """

    async def load(self, key: TokenKey, /) -> Token | None:
        """Return the token kept for the key; None if there is none.

        Raises:
            TokenStoreError: It is there and cannot be read. It MUST be left as it is.
        """
        ...

    async def save(self, key: TokenKey, token: Token, /) -> None:
        """Keep the token in the place of the one kept before; call it inside `lock`.

        When this returns, the token MUST be safe: the one before it may be worth nothing any more. Whoever reads
        meanwhile MUST get the one or the other, whole.

        Raises:
            TokenSupersededError: The caller had lost the lock, as happens with some stores, and a token was saved or
                deleted since. The store MUST leave that as it is.
            TokenStoreError: It could not be kept.
        """
        ...

    async def delete(self, key: TokenKey, /) -> None:
        """Forget the token of the key; do nothing if there is none. Call it inside `lock`.

        Raises:
            TokenStoreError: It could not be done.
        """
        ...

    def lock(self, key: TokenKey, /) -> AbstractAsyncContextManager[None]:
        """Return a context that only one at a time is in, of all who use the same store: tasks, and processes.

        A refresh takes place inside it, so that one is sent where many want it. The lock of a process that died MUST
        come free. It is not re-entrant.

        Raises:
            TokenStoreError: On entering: it did not come free in time.
        """
        ...
