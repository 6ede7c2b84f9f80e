"""Who may call the Web API: access tokens, and the access of an application in development mode.

In development mode the application's owner needs Premium, and its users must be on a list:
https://developer.spotify.com/documentation/web-api/concepts/quota-modes
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from spotify.testing.sandbox.catalogue import User
from spotify.testing.sandbox.http.errors import (
    WebApiError,
    bad_request,
    owner_premium_required,
    unauthorized,
    user_not_registered,
)

SCOPES: Final = frozenset(
    {
        "app-remote-control",
        "playlist-modify-private",
        "playlist-modify-public",
        "playlist-read-collaborative",
        "playlist-read-private",
        "streaming",
        "ugc-image-upload",
        "user-follow-modify",
        "user-follow-read",
        "user-library-modify",
        "user-library-read",
        "user-modify-playback-state",
        "user-read-currently-playing",
        "user-read-email",
        "user-read-playback-position",
        "user-read-playback-state",
        "user-read-private",
        "user-read-recently-played",
        "user-top-read",
    }
)

_MAX_EXPIRED: Final = 1_000


def checked_scopes(names: Iterable[str]) -> frozenset[str]:
    """Return a set of scopes.

    Raises:
        ValueError: One of them does not exist.
    """
    scopes = frozenset(names)
    if unknown := scopes - SCOPES:
        raise ValueError(f"there is no scope {', '.join(sorted(unknown))}")
    return scopes


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """The application, the user and the scopes of an access token."""

    client_id: str
    """The client id of the application."""
    user: User | None
    """The user; None for an application token (client credentials)."""
    scopes: frozenset[str]
    """The allowed scopes; empty without a user."""
    expires_at: float = field(repr=False)
    """Seconds since the epoch."""
    grant: object = field(default=None, repr=False)
    """The grant that the token was issued for, to revoke both together."""


class Tokens:
    """The issued access tokens.

    Of the expired tokens the latest 1,000 or more are kept, for the error message; earlier ones are unknown.
    """

    def __init__(self, time: Callable[[], float]) -> None:
        """Create an empty store; `time` returns seconds since the epoch."""
        self._time = time
        self._sessions: dict[str, Session] = {}
        self._collection_size = 2 * _MAX_EXPIRED

    def __len__(self) -> int:
        return len(self._sessions)

    def issue(
        self,
        user: User | None,
        scopes: frozenset[str],
        expires_in: float,
        *,
        client_id: str,
        grant: object = None,
    ) -> str:
        """Return a new token that is valid for `expires_in` seconds."""
        if len(self._sessions) >= self._collection_size:
            self._remove_expired()
        token = f"BQ{secrets.token_urlsafe(84)}"
        self._sessions[token] = Session(client_id, user, scopes, self._time() + expires_in, grant)
        return token

    def expire(self, token: str) -> None:
        """Expire a token now.

        Raises:
            KeyError: The token was never issued, or was revoked.
        """
        session = self._sessions[token]
        self._sessions[token] = replace(session, expires_at=self._time())

    def expire_all(self) -> None:
        """Expire all tokens issued so far."""
        for token in self._sessions:
            self.expire(token)

    def revoke_grant(self, grant: object) -> None:
        """Delete all tokens issued for `grant`."""
        for token in [token for token, session in self._sessions.items() if session.grant is grant]:
            del self._sessions[token]

    def revoke_user(self, user: User) -> None:
        """Delete all tokens of `user`."""
        for token in [token for token, session in self._sessions.items() if session.user is user]:
            del self._sessions[token]

    def client_id_of(self, header: str | None) -> str | None:
        """Return the client id that the token of an `Authorization` header, which may be expired, was issued for."""
        session = self._sessions.get((header or "").partition(" ")[2])
        return None if session is None else session.client_id

    def user_id_of(self, header: str | None) -> str | None:
        """Return the id of the user that the token of an `Authorization` header, which may be expired, acts for."""
        session = self._sessions.get((header or "").partition(" ")[2])
        return None if session is None or session.user is None else session.user.id

    def authenticate(self, header: str | None) -> Session:
        """Return the session of an `Authorization` header.

        Raises:
            WebApiError: The header is missing or malformed, or the token is unknown or expired.
        """
        if header is None:
            raise WebApiError(401, "No token provided", {"WWW-Authenticate": 'Bearer realm="spotify"'})
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise bad_request("Only valid bearer authentication supported")
        session = self._sessions.get(token)
        if session is None or self._time() >= session.expires_at:
            raise unauthorized("Missing/invalid/expired access token")
        return session

    def _remove_expired(self) -> None:
        now = self._time()
        expired = [token for token, session in self._sessions.items() if now >= session.expires_at]
        for token in expired[:-_MAX_EXPIRED]:
            del self._sessions[token]
        # Valid tokens stay, so that the next removal is due only when as many again have been issued.
        self._collection_size = 2 * max(len(self._sessions), _MAX_EXPIRED)


MAX_USERS = 5


class Access:
    """Whether the Web API serves the application, and which of its users."""

    def __init__(self) -> None:
        """Create access without restrictions."""
        self.owner_premium = True
        """Whether the application's owner has Premium."""
        self.allowlist: frozenset[str] | None = None
        """The ids of the users that the owner has added to the application; None to serve all."""

    def check(self, user: User | None) -> None:
        """Check a call with a valid token of `user`, or of the application.

        Raises:
            WebApiError: 403, in plain text.
        """
        if not self.owner_premium:
            raise owner_premium_required()
        if self.allowlist is not None and user is not None and user.id not in self.allowlist:
            raise user_not_registered()
