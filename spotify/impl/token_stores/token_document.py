"""The JSON document of a token, for stores that keep strings."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import Final, TypeAlias, cast

from spotify._checks import check_type, is_json_object
from spotify.credentials import Secret
from spotify.interfaces.token_store import Token, TokenKey

_Fields: TypeAlias = dict[str, Secret | int | tuple[Secret | None, ...] | None]

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


def decoded_document(stored: bytes) -> Secret | DamagedDocumentError:
    """Return a document of a store that keeps bytes, or the error to raise if it is not UTF-8.

    The error is returned, as an error raised here would have the bytes in its frame.
    """
    try:
        return Secret(stored.decode())
    except UnicodeDecodeError:
        return DamagedDocumentError("it is not UTF-8")


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
    try:
        return Token(
            access_token=_string(fields, "access_token"),
            refresh_token=None if fields.get("refresh_token") is None else _string(fields, "refresh_token"),
            issued_at=_datetime(fields, "issued_at"),
            expires_at=_datetime(fields, "expires_at"),
            scopes=_scopes(fields),
            authorized_at=_datetime(fields, "authorized_at"),
        )
    except ValueError as exc:
        reason = str(exc)  # names the field, and shows no value
    raise DamagedDocumentError(reason)


def _wrapped_fields(document: Secret) -> _Fields | None:
    """Return the fields with every str wrapped, so that no frame that raises shows one; None if it is not an object.

    What can be no field of a token is replaced: an item of a list by None, another value by 0.
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
            items = cast("list[object]", value)
            fields[name] = tuple(Secret(item) if isinstance(item, str) else None for item in items)
        else:
            fields[name] = value if value is None or isinstance(value, int) else 0
    return fields


def _string(fields: _Fields, name: str) -> Secret:
    value = fields.get(name)
    if not isinstance(value, Secret):
        raise DamagedDocumentError(f"{name} is missing or not a string")
    return value


def _scopes(fields: _Fields) -> frozenset[str]:
    value = fields.get("scopes")
    if not isinstance(value, tuple) or None in value:
        raise DamagedDocumentError("scopes is missing or not a list of strings")
    return frozenset(scope.reveal() for scope in value if scope is not None)


def _datetime(fields: _Fields, name: str) -> datetime:
    value = _string(fields, name)
    try:
        return datetime.fromisoformat(value.reveal())
    except ValueError:
        raise DamagedDocumentError(f"{name} is not a datetime") from None
