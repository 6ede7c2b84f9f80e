"""Decoding as a value: the object or the error."""

from __future__ import annotations

from typing import Any

from spotify.errors import DecodeError
from spotify.interfaces.serializer import Serializer


def decode_or_error(serializer: Serializer, body: bytes, into: Any) -> object:
    """Return the decoded object, or the message of the `DecodeError`."""
    try:
        return serializer.decode(body, into)
    except DecodeError as error:
        return str(error)
