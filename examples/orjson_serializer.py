"""A serializer that encodes with orjson, and the check that it keeps the rules of the protocol.

    python -m pip install orjson && python examples/orjson_serializer.py

orjson parses JSON and knows no models: `build` makes them, and repairs documents like the default serializer.
"""

import asyncio
import math
from typing import TypeVar

import orjson

from spotify.errors import DecodeError
from spotify.models import build
from spotify.testing import check_serializer

T = TypeVar("T")


class OrjsonSerializer:
    """`Serializer` that parses and writes JSON with orjson."""

    def decode(self, data: bytes, into: type[T], /) -> T:
        """Decode a JSON document."""
        try:
            parsed = orjson.loads(data)
        except orjson.JSONDecodeError:
            # `from None`: the error of orjson has the document.
            raise DecodeError("$: the response is not JSON") from None
        return build(parsed, into)

    def encode(self, value: object, /) -> bytes:
        """Encode a value as compact JSON."""
        if isinstance(value, float) and math.isnan(value):
            raise ValueError("NaN has no JSON representation")
        return orjson.dumps(value)


async def main() -> None:
    """Check the part, and use it."""
    await check_serializer(OrjsonSerializer)
    print("OrjsonSerializer keeps the rules of a serializer")


if __name__ == "__main__":
    asyncio.run(main())
