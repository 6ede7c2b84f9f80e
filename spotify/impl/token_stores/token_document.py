"""The JSON document of a token, for stores that keep strings."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Final, TypeAlias, cast

from spotify._checks import check_type, is_json_object
from spotify.credentials import Secret
from spotify.interfaces.token_store import Token, TokenKey

_Fields: TypeAlias = dict[str, Secret | int | None]

_VERSION: Final = 1


class DamagedDocumentError(ValueError):
    """The document is invalid. The message gives the reason and shows nothing of the document."""


def storage_name(key: TokenKey) -> str:
    """Return a name for the key that is valid in any file system and does not reveal the user.

    Raises:
        TypeError: `key` is not a `TokenKey`.
    """
    check_type("key", key, TokenKey)
    return sha256(json.dumps([key.client_id, key.user]).encode()).hexdigest()[:32]


def to_document(key: TokenKey, token: Token) -> Secret:
    """Return the document of a token.

    Raises:
        TypeError: `key` is not a `TokenKey`, or `token` not a `Token`.
    """
    check_type("key", key, TokenKey)
    check_type("token", token, Token)
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
    """Return the token of a document.

    Raises:
        DamagedDocumentError: The document is invalid, or belongs to another key or a later version.
    """
    fields = _wrapped_fields(document)
    if fields is None:
        raise DamagedDocumentError("it is not a JSON object")
    if fields.pop("version", None) != _VERSION:
        raise DamagedDocumentError(f"its version is not {_VERSION}")
    if (_string(fields, "client_id").reveal(), _string(fields, "user").reveal()) != (key.client_id, key.user):
        raise DamagedDocumentError("it belongs to another application or user")
    return Token(
        access_token=_token(fields, "access_token"),
        refresh_token=None if fields.get("refresh_token") is None else _token(fields, "refresh_token"),
        issued_at=_datetime(fields, "issued_at"),
        expires_at=_datetime(fields, "expires_at"),
        scopes=frozenset(scope for scope in _string(fields, "scopes").reveal().split("\n") if scope),
        authorized_at=_datetime(fields, "authorized_at"),
    )


def _wrapped_fields(document: Secret) -> _Fields | None:
    """Return the fields with every str wrapped, so that no frame that raises shows one; None if it is not an object.

    A list is one secret with a line per item.
    """
    try:
        loaded: object = json.loads(document.reveal())
    except (ValueError, RecursionError):
        return None
    if not is_json_object(loaded):
        return None
    fields: _Fields = {}
    for name, value in loaded.items():
        if isinstance(value, str):
            fields[name] = Secret(value)
        elif isinstance(value, list):
            fields[name] = Secret("\n".join(map(str, cast("list[object]", value))))
        elif isinstance(value, int):
            fields[name] = value
    return fields


def _string(fields: _Fields, name: str) -> Secret:
    value = fields.get(name)
    if not isinstance(value, Secret):
        raise DamagedDocumentError(f"{name} is missing or not a string")
    return value


def _token(fields: _Fields, name: str) -> Secret:
    token = _string(fields, name)
    if not token:
        raise DamagedDocumentError(f"{name} is empty")
    return token


def _datetime(fields: _Fields, name: str) -> datetime:
    value = _string(fields, name)
    try:
        parsed = datetime.fromisoformat(value.reveal())
    except ValueError:
        raise DamagedDocumentError(f"{name} is not a datetime") from None
    if parsed.tzinfo is None:
        raise DamagedDocumentError(f"{name} has no time zone")
    return parsed
