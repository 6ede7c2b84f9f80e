"""What the caches outside this process share: responses as bytes, and invalidations that are not executed yet.

A damaged entry is never a response. Entries are compressed: the markets of each track make a page of a playlist ten
times as large.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count
from typing import Final
from zlib import compress, crc32, decompress, error

import msgspec

from spotify._event_loops import thread_lock
from spotify.interfaces.response_cache import ALL_RESPONSES, CachedResponse

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


# With more scopes, all responses count as invalid.
_MOST_SCOPES: Final = 1000


class PendingInvalidations:
    """The scopes to invalidate. While there are any, nothing may be found in the cache."""

    __slots__ = ("_lock", "_scopes", "_write_numbers")

    def __init__(self) -> None:
        """Create an instance without scopes."""
        self._scopes: dict[str, int] = {}  # each with the number of the latest write
        self._write_numbers = count()
        self._lock = thread_lock()

    def __bool__(self) -> bool:
        return bool(self._scopes)

    def add(self, scopes: Collection[str]) -> None:
        """Add the scopes of a write."""
        with self._lock:
            self._scopes.update(dict.fromkeys(scopes, next(self._write_numbers)))
            if len(self._scopes) > _MOST_SCOPES:
                self._scopes = {ALL_RESPONSES: next(self._write_numbers)}

    def snapshot(self) -> Mapping[str, int]:
        """Return the scopes to invalidate now, for `remove`."""
        with self._lock:
            return dict(self._scopes)

    def remove(self, invalidated: Mapping[str, int]) -> None:
        """Remove what was invalidated, except scopes that a later write has added again."""
        with self._lock:
            self._scopes = {scope: write for scope, write in self._scopes.items() if invalidated.get(scope) != write}
