"""Tokens for tests, with contents that are easily found where they should not be."""

from datetime import UTC, datetime, timedelta

from spotify.interfaces import Token, TokenKey
from spotify.secret import Secret

KEY = TokenKey(client_id="app", user="ana")
LOGGED_IN = datetime(2026, 8, 31, 12, 0, tzinfo=UTC)


def token(number=1, *, issued_at=LOGGED_IN, lifetime=3600, refresh=True, scopes=("user-read-private",), **changes):
    return Token(
        **{
            "access_token": Secret(f"HUSH-access-{number}"),
            "refresh_token": Secret(f"HUSH-refresh-{number}") if refresh else None,
            "issued_at": issued_at,
            "expires_at": issued_at + timedelta(seconds=lifetime),
            "scopes": frozenset(scopes),
            "authorized_at": LOGGED_IN,
            **changes,
        }
    )
