"""Images: uploaded playlist covers, and for everything else a square of one colour."""

from __future__ import annotations

import functools
import re
import struct
import zlib
from typing import Final

from spotify.testing.sandbox.http.errors import not_found
from spotify.testing.sandbox.http.messages import EncodedResponse, Request, Response, encode
from spotify.testing.sandbox.state import State

IMAGES_PATH: Final = "/image/"
_GENERATED: Final = re.compile(r"([0-9a-f]{40})-(640|300|64)")


class Images:
    """Serves images, which need no token."""

    def __init__(self, state: State) -> None:
        """Serve the covers uploaded to `state`."""
        self._state = state

    def handle(self, request: Request) -> EncodedResponse:
        """Return the image, or 404."""
        name = request.path.removeprefix(IMAGES_PATH)
        cover = self._state.covers.get(name)
        if cover is not None:
            return encode(Response(body=cover, content_type="image/jpeg"))
        generated = _GENERATED.fullmatch(name)
        if generated is None:
            return encode(not_found().response())
        return encode(Response(body=_square(generated[1][:6], int(generated[2])), content_type="image/png"))


@functools.lru_cache(maxsize=64)
def _square(colour: str, size: int) -> bytes:
    """Return a PNG of `size` by `size` pixels: the filter byte and pixels of one row, repeated."""
    rows = (b"\x00" + bytes.fromhex(colour) * size) * size
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
