"""Tokens for tests. Their secrets contain HUSH, which makes leaks easy to find."""

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
    "truncated": b'{"version": 1, "access_token": "HUSH-acc',
    "not UTF-8": b"\xff\xfe",
    "a list": b'["HUSH"]',
    "deeply nested": b"[" * 100_000,
    "a later version": b'{"version": 2, "access_token": "HUSH"}',
}
_CHANGED = {
    "another user": {"user": "bo"},
    "no access token": {"access_token": None},
    "an empty access token": {"access_token": ""},
    "an empty refresh token": {"refresh_token": ""},
    "access token of another type": {"access_token": 7},
    "refresh token of another type": {"refresh_token": 7},
    "no datetime": {"expires_at": None},
    "invalid datetime": {"expires_at": "HUSH"},
    "datetime without a time zone": {"issued_at": "2026-01-01T00:00:00"},
    "no scopes": {"scopes": None},
}
DAMAGES = [*_REPLACED, *_CHANGED]


def damaged(document, damage):
    """Return the document with the damage, as bytes."""
    if damage in _REPLACED:
        return _REPLACED[damage]
    fields = json.loads(document) | _CHANGED[damage]
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()
