"""What can have happened to a token's document."""

import json

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
