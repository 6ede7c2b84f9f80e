"""Tokens for tests, with contents that are easily found where they should not be."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from spotify.credentials import Secret
from spotify.interfaces import Token, TokenKey

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


_REPLACED = {
    "empty": b"",
    "cut": b'{"version": 1, "access_token": "HUSH-acc',
    "not UTF-8": b"\xff\xfe",
    "a list": b'["HUSH"]',
    "deep": b"[" * 100_000,
    "a later version": b'{"version": 2, "access_token": "HUSH"}',
}
_CHANGED = {
    "another user's": {"user": "bo"},
    "no access token": {"access_token": None},
    "an empty access token": {"access_token": ""},
    "an empty refresh token": {"refresh_token": ""},
    "an odd access token": {"access_token": 7},
    "an odd refresh token": {"refresh_token": 7},
    "no time": {"expires_at": None},
    "an odd time": {"expires_at": "HUSH"},
    "a time without a zone": {"issued_at": "2026-01-01T00:00:00"},
    "no scopes": {"scopes": None},
}
DAMAGES = [*_REPLACED, *_CHANGED]


def damaged(document, damage):
    """The document after that damage, as bytes."""
    if damage in _REPLACED:
        return _REPLACED[damage]
    whole = json.loads(document) | _CHANGED[damage]
    return json.dumps({name: value for name, value in whole.items() if value is not None}).encode()
