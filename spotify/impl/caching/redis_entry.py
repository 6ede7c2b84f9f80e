"""A kept answer as the bytes that Redis holds."""

from __future__ import annotations

from typing import Final
from zlib import crc32

import msgspec

from spotify.interfaces.response_cache import CachedResponse

# With the number of the form: an entry of another one is no entry.
_MAGIC: Final = b"async-spotify-client response 1\n"
_CHECKSUM_SIZE: Final = 4

_encoder = msgspec.msgpack.Encoder()
# The key, the stamp, and the answer.
_decoder = msgspec.msgpack.Decoder(tuple[str, str, CachedResponse])


def to_bytes(key: str, stamp: str, response: CachedResponse) -> bytes | None:
    """Return the entry; None if a header is no text, as one in Latin-1 is not."""
    try:
        content = _encoder.encode((key, stamp, response))
    except UnicodeEncodeError:
        return None
    return b"".join((_MAGIC, _checksum(content), content))


def from_bytes(key: str, stamp: str, entry: bytes) -> CachedResponse | None:
    """Return the answer; None if the entry is damaged, of another form, of another key, or has another stamp."""
    start = len(_MAGIC) + _CHECKSUM_SIZE
    content = entry[start:]
    if not entry.startswith(_MAGIC) or entry[len(_MAGIC) : start] != _checksum(content):
        return None
    try:
        its_key, its_stamp, response = _decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return response if (its_key, its_stamp) == (key, stamp) else None


def _checksum(content: bytes) -> bytes:
    return crc32(content).to_bytes(_CHECKSUM_SIZE, "big")
