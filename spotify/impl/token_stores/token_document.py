"""The JSON document of a token, for stores that keep strings, and its encryption with key rotation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeAlias

from spotify._checks import check_type, each_of, is_json_array, is_json_object
from spotify.credentials import Secret
from spotify.errors import TokenStoreError
from spotify.interfaces.token_store import Token, TokenKey

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


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
        elif is_json_array(value):
            fields[name] = tuple(Secret(item) if isinstance(item, str) else None for item in value)
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


_VERSION_MARK: Final = "gAAAA"
"""The start of every Fernet token: its version, and the leading zeros of a timestamp before the year 2242."""


EncryptionKeys: TypeAlias = Iterable[str | bytes | Secret] | Callable[[], Iterable[str | bytes | Secret]]


class DocumentEncryption:
    """Encrypts with the first key and decrypts with any, using Fernet. Without keys, documents stay plain."""

    __slots__ = ("_in_use", "_needed_by", "_source")

    def __init__(self, keys: EncryptionKeys, *, needed_by: str) -> None:
        """Check the keys.

        Args:
            keys: Keys as returned by `Fernet.generate_key()`, the newest first; or a function that returns them, which
                is called for each document.
            needed_by: The class to name in the error if the extra is not installed.

        Raises:
            ImportError: There are keys, and the extra is not installed.
            TypeError: `keys` is a single key, or a key is not a str, bytes or `Secret`.
            ValueError: A key is not a Fernet key. The message does not show it.
        """
        self._needed_by = needed_by
        self._source = keys if callable(keys) else None
        secrets = _secrets_of(keys() if callable(keys) else keys)
        if callable(keys) and not secrets:
            raise ValueError("encryption_keys returned no key")
        # One value, because threads share it.
        self._in_use = secrets, _fernet_of(secrets, needed_by)

    @property
    def has_keys(self) -> bool:
        """Whether documents are encrypted."""
        return self._current() is not None

    def encrypt(self, document: Secret) -> Secret:
        """Return the encrypted document, or the document itself if there are no keys."""
        if (fernet := self._current()) is None:
            return document
        return Secret(fernet.encrypt(document.reveal().encode()).decode())

    def decrypt(self, stored: Secret) -> Secret:
        """Return the decrypted document.

        Raises:
            DamagedDocumentError: It was encrypted with another key, or it is plain although there are keys, or
                encrypted although there are none.
            TokenStoreError: The function for the keys failed.
        """
        is_encrypted = stored.reveal().startswith(_VERSION_MARK)
        if (fernet := self._current()) is None:
            if is_encrypted:
                raise DamagedDocumentError("it is encrypted, and there are no encryption keys")
            return stored
        if not is_encrypted:
            raise DamagedDocumentError("it is not encrypted; `reencrypt` encrypts tokens saved without keys")
        return self._decrypted(fernet, stored)

    def reencrypt(self, stored: Secret) -> Secret:
        """Return a document, plain or encrypted with any of the keys, encrypted with the first key.

        Raises:
            DamagedDocumentError: It cannot be decrypted.
        """
        is_encrypted = stored.reveal().startswith(_VERSION_MARK)
        return self.encrypt(self.decrypt(stored) if is_encrypted else stored)

    def _current(self) -> MultiFernet | None:
        known, fernet = self._in_use
        if self._source is None:
            return fernet
        secrets = known
        try:
            secrets = _secrets_of(self._source())
            if secrets == known:
                return fernet
            fernet = _fernet_of(secrets, self._needed_by)
            failure = "" if secrets else "it returned no key"  # documents must not become plain
        except Exception as error:  # noqa: BLE001  of the application
            failure = type(error).__name__
        if not failure:
            self._in_use = secrets, fernet
            return fernet
        # Outside the handler: its error may hold keys.
        raise TokenStoreError(f"The function for encryption_keys failed: {failure}; nothing was stored or read")

    @staticmethod
    def _decrypted(fernet: MultiFernet, stored: Secret) -> Secret:
        from cryptography.fernet import InvalidToken

        try:
            return Secret(fernet.decrypt(stored.reveal().encode()).decode())
        except InvalidToken:
            pass
        raise DamagedDocumentError("it cannot be decrypted with any of the encryption keys")


def _secrets_of(keys: Iterable[str | bytes | Secret]) -> list[Secret]:
    if isinstance(keys, str | bytes):
        raise TypeError("encryption_keys must be a list of keys, the newest first, not one key")
    return [_secret_of(key) for key in each_of(keys, "encryption_keys must be several")]


def _secret_of(key: object) -> Secret:
    if isinstance(key, Secret):
        return key
    if isinstance(key, bytes):
        return Secret(key.decode("ascii", "replace"))
    if isinstance(key, str):
        return Secret(key)
    raise TypeError(f"an encryption key must be a str, not {type(key).__name__}")


def _fernet_of(keys: list[Secret], needed_by: str) -> MultiFernet | None:
    if not keys:
        return None
    try:
        from cryptography.fernet import Fernet, MultiFernet  # an extra
    except ImportError:
        raise ImportError(
            f"{needed_by} needs the package cryptography for encryption: pip install 'async-spotify-client[redis]'"
        ) from None
    fernets: list[Fernet] = []
    for key in keys:
        with suppress(ValueError):  # its message may show the key
            fernets.append(Fernet(key.reveal().encode()))
            continue
        raise ValueError(
            f"encryption key {len(fernets) + 1} must be a Fernet key: 32 bytes in URL-safe base64, as returned by "
            "`Fernet.generate_key()`"
        )
    return MultiFernet(fernets)
