"""Decompressing the body of a response, of which none may be missing."""

from __future__ import annotations

import zlib
from typing import Final

ENCODINGS: Final = "gzip, deflate"
"""The value of `Accept-Encoding`. What other installed packages can decompress, such as Brotli, is not accepted."""

_GZIP: Final = 16 + zlib.MAX_WBITS


class DecompressionError(Exception):
    """The body is incomplete, invalid, or encoded in another way. The message does not contain any of it."""


def decompressed(body: bytes, encoding: str, *, max_bytes: int) -> bytes | None:
    """Return the content of a body; None if it is longer than `max_bytes`.

    Args:
        body: The body as it was received.
        encoding: The value of `Content-Encoding`.
        max_bytes: The size limit of the result.

    Raises:
        DecompressionError: The body is incomplete or invalid, or the encoding is not one of `ENCODINGS`.
    """
    coding = encoding.strip().lower()
    if not body or coding in {"", "identity"}:
        return body
    if coding in {"gzip", "x-gzip"}:
        return _inflated(body, _GZIP, max_bytes)
    if coding == "deflate":
        # Some servers omit the header of zlib, whose first four bits are 8.
        return _inflated(body, zlib.MAX_WBITS if body[0] & 0xF == 8 else -zlib.MAX_WBITS, max_bytes)
    raise DecompressionError(f"its Content-Encoding is none of {ENCODINGS}")  # not which: it can repeat a token


def _inflated(body: bytes, window: int, max_bytes: int) -> bytes | None:
    content = b""
    while body:
        decompressor = zlib.decompressobj(window)
        try:
            content += decompressor.decompress(body, max_bytes + 1 - len(content))
        except zlib.error:
            raise DecompressionError("its content is not what its Content-Encoding says") from None
        if len(content) > max_bytes:
            return None
        if not decompressor.eof:
            raise DecompressionError("it ended before it was complete")
        body = decompressor.unused_data if window == _GZIP else b""  # gzip can have several members
    return content
