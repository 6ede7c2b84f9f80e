"""The serializer protocol: JSON documents to models, values to JSON documents."""

from __future__ import annotations

from typing import Protocol, TypeVar

T = TypeVar("T")


class Serializer(Protocol):
    """Decodes responses and encodes request bodies.

    An implementation MUST be safe to share between concurrent calls, and MUST return the same objects as any other one.
    """

    def decode(self, data: bytes, into: type[T], /) -> T:
        """Decode one JSON document.

        Args:
            data: The document in UTF-8.
            into: A model class, or a generic built-in type such as `list[bool]`.

        Raises:
            DecodeError: `data` is not JSON or does not match `into`. The error MUST name the JSON path and MUST NOT
                contain any of the data.
        """
        ...

    def encode(self, value: object, /) -> bytes:
        """Encode a value as compact JSON in UTF-8.

        Raises:
            TypeError: The value, or a nested one, has no JSON representation.
            ValueError: Its type has one, but the value does not, such as NaN.
        """
        ...
