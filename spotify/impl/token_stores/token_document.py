"""A token as a JSON document, for the stores that keep text."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Final, cast

from spotify.credentials import Secret
from spotify.interfaces.token_store import Token, TokenKey

_VERSION: Final = 1


class DamagedDocumentError(ValueError):
    """The text is not a token's document; the message says why, and shows nothing of it."""


def name_of(key: TokenKey) -> str:
    """Return a name for the key that any file system takes, and that tells nothing of the user.

    Raises:
        TypeError: It is no key.
    """
    check_key(key)
    return sha256(json.dumps([key.client_id, key.user]).encode()).hexdigest()[:32]


def to_document(key: TokenKey, token: Token) -> Secret:
    """Return the document.

    Raises:
        TypeError: It is no key, or no token.
    """
    check_key(key)
    check_kept(token)
    refresh_token = token.refresh_token
    return Secret(
        json.dumps(
            {
                "version": _VERSION,
                "client_id": key.client_id,
                "user": key.user,
                "access_token": token.access_token.reveal(),
                "refresh_token": None if refresh_token is None else refresh_token.reveal(),
                "issued_at": token.issued_at.isoformat(),
                "expires_at": token.expires_at.isoformat(),
                "scopes": sorted(token.scopes),
                "authorized_at": token.authorized_at.isoformat(),
            },
            indent=2,
        )
    )


def from_document(key: TokenKey, document: Secret) -> Token:
    """Return the token.

    Raises:
        DamagedDocumentError: It is no document, or that of another key or a later version.
    """
    fields = _fields(document)
    if fields is None:
        raise DamagedDocumentError("it is not a JSON object")
    if fields.pop("version", None) != _VERSION:
        raise DamagedDocumentError(f"its version is not {_VERSION}")
    if (_text(fields, "client_id").reveal(), _text(fields, "user").reveal()) != (key.client_id, key.user):
        raise DamagedDocumentError("it belongs to another application or user")
    return Token(
        access_token=_token(fields, "access_token"),
        refresh_token=None if fields.get("refresh_token") is None else _token(fields, "refresh_token"),
        issued_at=_moment(fields, "issued_at"),
        expires_at=_moment(fields, "expires_at"),
        scopes=frozenset(scope for scope in _text(fields, "scopes").reveal().split("\n") if scope),
        authorized_at=_moment(fields, "authorized_at"),
    )


def _fields(document: Secret) -> dict[str, Secret | int | None] | None:
    """Return the members with every text wrapped, so that no frame that raises has one in the open; None if damaged."""
    try:
        loaded: object = json.loads(document.reveal())
    except (ValueError, RecursionError):
        return None
    if not isinstance(loaded, dict):
        return None
    fields: dict[str, Secret | int | None] = {}
    for name, value in cast("dict[str, object]", loaded).items():
        if isinstance(value, str):
            fields[name] = Secret(value)
        elif isinstance(value, list):
            fields[name] = Secret("\n".join(map(str, cast("list[object]", value))))
        elif isinstance(value, int):
            fields[name] = value
    return fields


def _text(fields: dict[str, Secret | int | None], name: str) -> Secret:
    value = fields.get(name)
    if not isinstance(value, Secret):
        raise DamagedDocumentError(f"{name} is missing, or not a text")
    return value


def _token(fields: dict[str, Secret | int | None], name: str) -> Secret:
    token = _text(fields, name)
    if not token:
        raise DamagedDocumentError(f"{name} is empty")
    return token


def _moment(fields: dict[str, Secret | int | None], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(fields, name).reveal())
    except DamagedDocumentError:
        raise
    except ValueError:
        raise DamagedDocumentError(f"{name} is not a time") from None
    if moment.tzinfo is None:
        raise DamagedDocumentError(f"{name} has no time zone")
    return moment


def check_key(key: object) -> None:
    """Check that it can be said whose token it is.

    Raises:
        TypeError: It cannot.
    """
    if not isinstance(key, TokenKey):
        raise TypeError(f"key must be a TokenKey, such as an auth provider's `key`, not {type(key).__name__}")


def check_kept(token: object) -> None:
    """Check that it is a token that is to be kept.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(token, Token):
        kind = type(token).__name__
        del token
        raise TypeError(f"token must be a Token, not {kind}")
