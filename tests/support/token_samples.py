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
    "UTF-16": '{"access_token": "HUSH"}'.encode("utf-16"),
    "a number of many digits": b'{"version": 1, "user": ' + b"9" * 5000 + b"}",
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
    "a number as a datetime": {"expires_at": 1.8e9},
    "NaN as a datetime": {"expires_at": float("nan")},
    "datetime of the year 9999": {"expires_at": "9999-12-31T23:59:59+00:00"},
    "login in the year 9999": {"authorized_at": "9999-12-31T23:59:59-23:59"},
    "datetime of the year 1": {"issued_at": "0001-01-01T00:00:00+23:59"},
    "no scopes": {"scopes": None},
    "scopes as a string": {"scopes": "a b"},
    "a scope of another type": {"scopes": ["a", 7]},
    "an access token with a line end": {"access_token": "HUSH\r\nX: y"},
    "an access token with a lone surrogate": {"access_token": "HUSH\udcff"},
    "a refresh token with a lone surrogate": {"refresh_token": "HUSH\udcff"},
    "a refresh token that is a fraction": {"refresh_token": 1.5},
}
DAMAGES = [*_REPLACED, *_CHANGED]


def damaged(document, damage):
    """Return the document with the damage, as bytes."""
    if damage in _REPLACED:
        return _REPLACED[damage]
    fields = json.loads(document) | _CHANGED[damage]
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()
