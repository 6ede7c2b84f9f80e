"""A cached response as bytes, for the caches outside this process. A damaged entry is never a response.

It is compressed: the markets of each track make a page of a playlist ten times as large.
"""

from __future__ import annotations

from typing import Final
from zlib import compress, crc32, decompress, error

import msgspec

from spotify.interfaces.response_cache import CachedResponse

# With the version of the format: an entry of another version is discarded.
_MAGIC: Final = b"async-spotify-client response 2\n"
_CHECKSUM_SIZE: Final = 4
_COMPRESSION_LEVEL: Final = 1  # the fastest

_encoder = msgspec.msgpack.Encoder()
# The key, the stamp, and the response.
_decoder = msgspec.msgpack.Decoder(tuple[str, str, CachedResponse])


def to_bytes(key: str, stamp: str, response: CachedResponse) -> bytes | None:
    """Return the entry for a response; None if a header cannot be encoded in UTF-8."""
    try:
        content = compress(_encoder.encode((key, stamp, response)), _COMPRESSION_LEVEL)
    except UnicodeEncodeError:
        return None
    return b"".join((_MAGIC, _checksum(content), content))


def from_bytes(key: str, stamp: str, entry: bytes) -> CachedResponse | None:
    """Return the response in an entry; None if the entry is damaged, or of another version, key or stamp."""
    start = len(_MAGIC) + _CHECKSUM_SIZE
    content = entry[start:]
    if not entry.startswith(_MAGIC) or entry[len(_MAGIC) : start] != _checksum(content):
        return None
    try:
        entry_key, entry_stamp, response = _decoder.decode(decompress(content))
    except (error, msgspec.DecodeError, UnicodeDecodeError):
        return None
    return response if (entry_key, entry_stamp) == (key, stamp) else None


def _checksum(content: bytes) -> bytes:
    return crc32(content).to_bytes(_CHECKSUM_SIZE, "big")
