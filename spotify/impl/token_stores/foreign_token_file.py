"""The token files of other clients: those of spotipy and spotify-sdk have the same members."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from spotify._checks import is_json_object
from spotify.credentials import Secret
from spotify.errors import TokenStoreError
from spotify.impl.token_stores.private_files import read_document
from spotify.impl.token_stores.token_document import DamagedDocumentError
from spotify.interfaces.token_store import Token

_LIFETIME: Final = timedelta(hours=1)


def read_foreign_token(path: Path, now: datetime) -> Token:
    """Return the token of a file that spotipy or spotify-sdk wrote.

    Args:
        path: The file.
        now: The current time. It is the time of the login if the file does not say when the token expires.

    Raises:
        TokenStoreError: The file cannot be read, or is not such a file.
    """
    try:
        document = read_document(path)
    except DamagedDocumentError:
        document = Secret("")
    if document is None:
        raise TokenStoreError(f"there is no token file {path}")
    token = _token_of(document, now)
    if token is None:
        raise TokenStoreError(
            f"{path} is not a token file of spotipy or spotify-sdk: a JSON object with access_token, refresh_token, "
            "expires_at and scope"
        )
    return token


def _token_of(document: Secret, now: datetime) -> Token | None:
    try:
        fields: object = json.loads(document.reveal())
    except (ValueError, RecursionError):
        return None
    if not is_json_object(fields):
        return None
    strings = {name: Secret(value) for name, value in fields.items() if isinstance(value, str) and value}
    expires_at = fields.get("expires_at")
    del fields
    if "access_token" not in strings:
        return None
    try:
        expiry = datetime.fromtimestamp(expires_at, UTC) if isinstance(expires_at, int | float) else now
        # Neither client stores when the user logged in.
        issued_at = min(expiry - _LIFETIME, now)
        return Token(
            access_token=strings["access_token"],
            refresh_token=strings.get("refresh_token"),
            issued_at=issued_at,
            expires_at=expiry,
            scopes=frozenset(strings["scope"].reveal().replace(",", " ").split())
            if "scope" in strings
            else frozenset(),
            authorized_at=issued_at,
        )
    except (OverflowError, OSError, ValueError):
        return None
