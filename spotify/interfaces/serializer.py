"""The serializer: bytes into models, values into bytes."""

from __future__ import annotations

from typing import Protocol, TypeVar

T = TypeVar("T")


class Serializer(Protocol):
    """Turns JSON into models and back.

    An implementation MUST be safe to share between calls, and MUST give the same objects as any other implementation.
    """

    def decode(self, data: bytes, into: type[T], /) -> T:
        """Decode one JSON document.

        Args:
            data: The document, UTF-8.
            into: A model class, or a built-in generic such as `list[bool]`.

        Raises:
            DecodeError: It is not JSON, or not of that shape. The error names the JSON path and never the data.
        """
        ...

    def encode(self, value: object, /) -> bytes:
        """Encode a value as compact JSON, UTF-8.

        Raises:
            TypeError: The value has no form in JSON.
        """
        ...
