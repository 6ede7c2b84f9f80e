"""The picture of a playlist, as Spotify wants it: a JPEG, in base64."""

from __future__ import annotations

import base64
import binascii
from typing import Final, cast

#: How long the base64 text may be: 256 KB.
MOST_BYTES: Final = 256 * 1024

_JPEG: Final = b"\xff\xd8\xff"


def encoded_cover(image: bytes | str) -> bytes:
    """Return the body of an upload.

    Args:
        image: A JPEG, or the base64 text of one, which may be broken into lines.

    Raises:
        TypeError: It is neither bytes nor text.
        ValueError: It is no JPEG, no base64, or too large.
    """
    if isinstance(image, str):
        text = "".join(image.split())
        _check_size(len(text))
        try:
            jpeg = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("image is not base64; pass a JPEG's bytes, or its base64 text alone") from None
        _check_jpeg(jpeg)
        return text.encode("ascii")
    # The annotation is a wish: an open file is what is passed by mistake.
    if not isinstance(cast("object", image), bytes):
        raise TypeError(f"image must be the bytes of a JPEG, or base64 text, not {type(image).__name__}")
    _check_jpeg(image)
    _check_size(4 * ((len(image) + 2) // 3))
    return base64.b64encode(image)


def _check_jpeg(image: bytes) -> None:
    if not image.startswith(_JPEG):
        raise ValueError("image is not a JPEG: it has to begin with the bytes FF D8 FF")


def _check_size(encoded: int) -> None:
    if encoded > MOST_BYTES:
        raise ValueError(
            f"image is too large: {encoded} bytes in base64, at most {MOST_BYTES} are taken "
            f"(a JPEG of {MOST_BYTES // 4 * 3} bytes)"
        )
